"""What is done again and again: told each time why it ended, with waits that grow and start anew."""

import asyncio

import pytest

from assistant import again


async def test_waits_grow_while_it_fails_at_once_and_start_anew_after_it_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held_s = iter([0.0, 0.0, 0.0, 99.0, 0.0])
    now_s, waited, told = 0.0, list[float](), list[str]()

    class Clock:
        def time(self) -> float:
            return now_s

    async def once() -> str:
        nonlocal now_s
        now_s += next(held_s)
        return "it ended"

    async def sleep(wait_s: float) -> None:
        waited.append(wait_s)
        if len(waited) == 5:
            raise asyncio.CancelledError

    monkeypatch.setattr("asyncio.get_running_loop", Clock)
    monkeypatch.setattr("asyncio.sleep", sleep)
    monkeypatch.setattr("random.uniform", lambda least, most: most)
    with pytest.raises(asyncio.CancelledError):
        await again.for_ever(once, told.append, (1.0, 2.0, 4.0))
    assert waited == [2.0, 4.0, 4.0, 1.0, 2.0]
    assert told == ["it ended"] * 5
