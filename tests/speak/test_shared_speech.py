"""The same words wanted in many rooms at once."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from assistant.errors import EngineError
from assistant.messages import Sound
from assistant.speak.shared_speech import SharedSpeech


class Voice:
    """Two pieces a sentence, each when the test says so."""

    name = "voice"

    def __init__(self, fails: bool = False) -> None:
        self.asked: list[str] = []
        self.left: list[str] = []
        self.go_on = asyncio.Event()
        self._fails = fails

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        self.asked.append(text)
        try:
            yield Sound(b"a", 16_000)
            await self.go_on.wait()
            if self._fails:
                raise EngineError("it broke")
            yield Sound(b"b", 16_000)
        finally:
            self.left.append(text)


async def heard(voice: SharedSpeech, text: str = "dinner") -> bytes:
    async with aclosing(voice.synthesize(text)) as sounds:
        return b"".join([sound.pcm async for sound in sounds])


async def turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_the_same_words_at_once_are_made_once_and_heard_whole_by_all() -> None:
    voice = Voice()
    shared = SharedSpeech(voice)
    first = [asyncio.create_task(heard(shared)) for _ in range(50)]
    await turns()
    late = asyncio.create_task(heard(shared))
    await turns()
    voice.go_on.set()
    assert await asyncio.gather(*first, late) == [b"ab"] * 51
    assert voice.asked == ["dinner"]
    assert await heard(shared) == b"ab"
    assert voice.asked == ["dinner", "dinner"]


async def test_other_words_are_made_apart() -> None:
    voice = Voice()
    voice.go_on.set()
    shared = SharedSpeech(voice)
    assert [*await asyncio.gather(heard(shared), heard(shared, "lunch"))] == [b"ab", b"ab"]
    assert sorted(voice.asked) == ["dinner", "lunch"]


async def test_who_leaves_takes_nothing_from_the_others_and_the_last_one_ends_it() -> None:
    voice = Voice()
    shared = SharedSpeech(voice)
    one, other = (asyncio.create_task(heard(shared)) for _ in range(2))
    await turns()
    one.cancel()
    await turns()
    assert voice.left == []
    other.cancel()
    await asyncio.wait((one, other))
    assert voice.left == ["dinner"]


async def test_a_failure_is_everyones_and_the_next_asks_anew() -> None:
    voice = Voice(fails=True)
    shared = SharedSpeech(voice)
    both = [asyncio.create_task(heard(shared)) for _ in range(2)]
    await turns()
    voice.go_on.set()
    await asyncio.wait(both)
    assert all(isinstance(task.exception(), EngineError) for task in both)
    with pytest.raises(EngineError):
        await heard(shared)
    assert len(voice.asked) == 2
