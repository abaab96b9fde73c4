"""What the house says of itself: once, in the rooms that want no quiet, and not again after a restart."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.upkeep.told import LEARNED, Told, say_once
from tests.house.test_household import Family, opened
from tests.memory.clocks import ManualClocks

WORDS = "I have just learned something."


@pytest.fixture
async def family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Family]:
    monkeypatch.setenv("HEARTH_DATA", str(tmp_path))
    async with opened() as made:
        made.open_rooms()
        yield made


class Night:
    """Quiet hours in every room, until it is day."""

    def __init__(self, family: Family) -> None:
        self.is_night, self.said = True, list[str]()
        for name, room in family.house.rooms.items():
            room.mouth.manners = replace(room.mouth.manners, loudest=lambda: 20 if self.is_night else 100)
            room.mouth.announce = self._in(name)  # type: ignore[method-assign]

    def _in(self, name: str):  # type: ignore[no-untyped-def]
        async def announce(words: str, *rest: object, **more: object) -> None:
            self.said.append(f"{name}: {words}")

        return announce


async def until(true: Callable[[], bool]) -> None:
    """Files are looked at beside the loop, and their time is real."""
    for _ in range(3000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_in_quiet_hours_nothing_is_said_and_afterwards_once_in_every_room(family: Family) -> None:
    night, clocks = Night(family), family.house.desk.schedule.clocks
    assert isinstance(clocks, ManualClocks)
    async with asyncio.TaskGroup() as group:
        telling = group.create_task(say_once(WORDS, family.house, LEARNED))
        await until(lambda: bool(clocks._sleepers))
        for _ in range(8 * 60):
            clocks.advance(60)
            await settle()
        assert night.said == []
        night.is_night = False
        clocks.advance(60)
        await until(telling.done)
    assert sorted(night.said) == [f"{name}: {WORDS}" for name in ("bedroom", "kitchen", "nursery")]
    await say_once(WORDS, family.house, LEARNED)
    assert len(night.said) == 3


def test_what_was_said_is_known_after_a_restart_until_it_is_forgotten(tmp_path: Path) -> None:
    Told(tmp_path / "told").keep(WORDS)
    again = Told(tmp_path / "told")
    assert again.already(WORDS)
    assert not again.already(WORDS + " ")
    again.forget()
    assert not again.already(WORDS)
