"""Whatever is done to a box's clock and zone: nothing is lost or comes twice, and timers keep time."""

import asyncio
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.memory.entries import Kind
from assistant.memory.rings import CHECK_S
from tests.memory.box import Box

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
TIMER_S = 10 * 3600
EVERY_DAY = "0123456"

passing = st.tuples(st.just("passes"), st.integers(1, 7200))
stepping = st.tuples(st.just("step"), st.integers(-5 * 3600, 5 * 3600))
moving = st.tuples(st.just("zone"), st.integers(0, len(ZONES) - 1))
happenings = st.lists(st.one_of(passing, stepping, moving), min_size=1, max_size=12)
starts = st.datetimes(datetime(2026, 3, 1), datetime(2027, 3, 1))


class Shaken(Box):
    """A box whose rings are ended as they come, and counted."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, ZoneInfo(ZONES[0]))
        self.rang: dict[str, int] = {}
        self.passed_s = 0
        self.timer_at_s = 0

    async def let(self, seconds: int) -> None:
        for name in await self.passes(seconds):
            self.rang[name] = self.rang.get(name, 0) + 1
            if name == "timer":
                self.timer_at_s = self.passed_s + seconds
        self.passed_s += seconds
        for ring in tuple(self.rings):
            await self.schedule.finish(ring.id)
        await self.settle()


async def shake(path: Path, start: datetime, steps: list[tuple[str, int]]) -> None:
    box = Shaken(path)
    box.clocks.set_wall(start)
    await box.on()
    await box.schedule.start("kitchen", TIMER_S, "timer")
    await box.keep("07:00", name="once")
    await box.keep("07:00", EVERY_DAY, name="daily")
    for what, value in steps:
        if what == "passes":
            await box.let(value)
        elif what == "step":
            box.clocks.step_wall(value)
        else:
            box.clocks.place = ZoneInfo(ZONES[value])
        await box.let(int(CHECK_S))
    rest = TIMER_S - box.passed_s
    if rest > 0:
        await box.let(rest)
        assert box.rang["timer"] == 1
        assert box.timer_at_s == TIMER_S
    waiting = {entry.name: entry for entry in box.schedule.waiting()}
    assert ("once" in waiting) is (box.rang.get("once", 0) == 0)
    assert box.rang.get("once", 0) <= 1
    daily = waiting["daily"]
    assert f"{daily.due:%H:%M}" == "07:00"
    assert 0 < daily.left_s <= 49 * 3600
    await box.let(49 * 3600)
    assert box.rang["once"] == 1
    assert box.rang["daily"] >= 1
    assert [entry.kind for entry in box.schedule.waiting()] == [Kind.ALARM]
    await box.off()


@settings(deadline=None, max_examples=25)
@given(starts, happenings)
def test_no_step_of_the_clock_loses_doubles_or_shifts_anything(
    start: datetime, steps: list[tuple[str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(shake(Path(folder) / "house.db", start, steps))
