"""A button as Linux tells of it: records in a file that is read as they come."""

import asyncio
import os
from contextlib import aclosing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SettingsError
from assistant.satellites.own.button import EVENT, KEY, LONG_S, Press, Presses, open_button, presses

POWER = 116


def event(at_s: float, value: int, kind: int = KEY, code: int = POWER) -> bytes:
    return EVENT.pack(int(at_s), round(at_s % 1 * 1e6), kind, code, value)


def pressed(at_s: float, for_s: float) -> bytes:
    """Down, a repeat, a synchronisation, and up."""
    return event(at_s, 1) + event(at_s, 0, 0, 0) + event(at_s + for_s / 2, 2) + event(at_s + for_s, 0)


def test_how_long_it_was_held_is_what_counts() -> None:
    assert Presses().feed(pressed(5.0, 0.2)) == [Press.SHORT]
    assert Presses().feed(pressed(5.9, LONG_S + 0.1)) == [Press.LONG]
    assert Presses().feed(event(5.0, 0)) == []


@given(st.lists(st.floats(0.01, 3), max_size=5), st.lists(st.integers(1, 40), min_size=1, max_size=300))
def test_pieces_of_any_length_give_the_same_presses(held: list[float], sizes: list[int]) -> None:
    data = b"".join(pressed(10.0 * at, for_s) for at, for_s in enumerate(held))
    found, one = [], Presses()
    rest, turn = data, 0
    while rest:
        size = sizes[turn % len(sizes)]
        found += one.feed(rest[:size])
        rest, turn = rest[size:], turn + 1
    assert found == Presses().feed(data)
    assert len(found) == len(held)


@given(st.binary(max_size=500))
def test_any_bytes_are_survived(data: bytes) -> None:
    Presses().feed(data)


async def test_presses_come_from_the_device_as_they_happen(tmp_path: Path) -> None:
    path = tmp_path / "button"
    os.mkfifo(path)
    async with aclosing(presses(path)) as found:
        first = asyncio.ensure_future(anext(found))
        await asyncio.sleep(0)
        writer = os.open(path, os.O_WRONLY)
        os.write(writer, pressed(1.0, 0.1)[:-3])
        await asyncio.sleep(0)
        assert not first.done()
        os.write(writer, pressed(1.0, 0.1)[-3:] + pressed(3.0, 1.5))
        assert await first is Press.SHORT
        assert await anext(found) is Press.LONG
        os.close(writer)


def test_one_that_is_not_there_or_may_not_be_read_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no button at"):
        open_button(tmp_path / "none")
