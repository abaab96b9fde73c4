"""Alarms on a box whose clock, zone, disk and power are not to be trusted."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.errors import DiskError, ToolError
from assistant.memory.entries import LATE_S, Kind
from assistant.memory.noted import MOST_NOTED
from assistant.memory.recurrence import Rule
from assistant.memory.rings import CHECK_S, DOUBT_TOLD_S
from assistant.memory.schedule import Wanted
from assistant.memory.wall_clock import DOUBTED_S
from tests.memory.box import Box
from tests.memory.clocks import ManualClocks

BERLIN = ZoneInfo("Europe/Berlin")
EVERY_DAY = "0123456"
WEEKDAYS = "01234"
HOUR_S = 3600


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[Box]:
    box = Box(tmp_path / "house.db", BERLIN)
    box.clocks.set_wall(datetime(2026, 11, 22, 20, 0))
    await box.on()
    yield box
    await box.off()


async def test_an_alarm_without_a_day_is_for_the_next_time_the_clock_shows_it(box: Box) -> None:
    await box.keep("07:00")
    await box.keep("20:00")
    await box.keep("20:01")
    assert box.due() == ["2026-11-22 20:01", "2026-11-23 07:00", "2026-11-23 20:00"]


async def test_one_rings_once_and_a_recurring_one_on_each_of_its_days(box: Box) -> None:
    await box.keep("07:00", name="once")
    await box.keep("07:00", WEEKDAYS, name="work")
    rang: list[tuple[str, str]] = []
    for day in range(23, 31):
        for name in await box.until(f"2026-11-{day} 07:00"):
            rang.append((name, f"{box.rings[-1].due:%d}"))
        for ring in box.rings:
            assert (ring.late_s, ring.missed, ring.kind) == (0, False, Kind.ALARM)
            assert await box.schedule.finish(ring.id)
        await box.settle()
    assert rang[:2] == [("once", "23"), ("work", "23")]
    assert [day for name, day in rang if name == "work"] == ["23", "24", "25", "26", "27", "30"]


async def test_the_clocks_go_forward_over_an_alarm(box: Box) -> None:
    box.clocks.set_wall(datetime(2026, 3, 28, 22, 0))
    await box.keep("02:30", EVERY_DAY)
    assert box.due() == ["2026-03-29 03:00"]
    assert await box.until("2026-03-29 03:00") == ["alarm"]
    await box.schedule.finish(box.rings[0].id)
    assert box.due() == ["2026-03-30 02:30"]


async def test_the_clocks_go_back_over_an_alarm_and_it_rings_once(box: Box) -> None:
    box.clocks.set_wall(datetime(2026, 10, 24, 22, 0))
    await box.settle()
    await box.keep("02:30", EVERY_DAY)
    assert await box.passes(4 * HOUR_S + HOUR_S / 2) == ["alarm"]
    await box.schedule.finish(box.rings[0].id)
    assert await box.passes(HOUR_S) == []
    assert box.due() == ["2026-10-26 02:30"]


async def test_a_timer_counts_the_time_that_passes_whatever_the_clocks_show(box: Box) -> None:
    box.clocks.set_wall(datetime(2026, 10, 25, 1, 30))
    await box.settle()
    await box.schedule.start("kitchen", 2 * HOUR_S, "roast")
    assert await box.passes(2 * HOUR_S - 1) == []
    assert await box.passes(1) == ["roast"]


@pytest.mark.parametrize(("late_s", "missed"), [(60, False), (LATE_S, False), (LATE_S + 60, True)])
async def test_due_while_off_it_rings_a_little_late_or_is_told_and_waits_for_its_next_day(
    box: Box, late_s: int, missed: bool
) -> None:
    await box.keep("07:00", EVERY_DAY)
    await box.off_for(11 * HOUR_S + late_s)
    (ring,) = box.rings
    assert (ring.missed, round(ring.late_s)) == (missed, late_s)
    await box.schedule.finish(ring.id)
    assert box.due() == ["2026-11-24 07:00"]


async def test_after_days_off_only_the_last_of_its_times_counts(box: Box) -> None:
    await box.keep("07:00", EVERY_DAY)
    await box.off_for(4 * 24 * HOUR_S + 11 * HOUR_S + 300)
    (ring,) = box.rings
    assert (round(ring.late_s), ring.missed, f"{ring.due:%d %H:%M}") == (300, False, "27 07:00")


async def test_a_recurring_ring_nobody_ended_comes_again_after_a_restart(box: Box) -> None:
    await box.keep("07:00", EVERY_DAY)
    assert await box.until("2026-11-23 07:00") == ["alarm"]
    await box.off_for(30)
    (again,) = box.rings
    assert await box.schedule.finish(again.id)
    assert await box.schedule.finish(again.id) is False
    await box.off_for(30)
    assert box.rings == []
    assert box.due() == ["2026-11-24 07:00"]


async def test_a_snoozed_alarm_rings_again_and_then_waits_for_its_next_day(box: Box) -> None:
    await box.keep("07:00", EVERY_DAY)
    await box.until("2026-11-23 07:00")
    (ring,) = box.rings
    await box.schedule.snooze(ring.id, 600)
    assert ring.over.is_set()
    assert box.schedule.ringing() == ()
    await box.off_for(300)
    assert (box.rings, box.due()) == ([], ["2026-11-23 07:10"])
    assert await box.passes(300) == ["alarm"]
    await box.schedule.finish(box.rings[0].id)
    assert box.due() == ["2026-11-24 07:00"]
    with pytest.raises(ToolError):
        await box.schedule.snooze(ring.id, 600)


async def test_a_snoozed_timer_and_reminder_are_over_after_their_second_ring(box: Box) -> None:
    await box.schedule.start("kitchen", 60, "egg")
    await box.schedule.keep(Wanted(Kind.REMINDER, "kitchen", "bins", text="bins"), 60.0)
    await box.settle()
    await box.passes(60)
    for ring in tuple(box.rings):
        await box.schedule.snooze(ring.id, 120)
    assert sorted(await box.passes(120)) == ["bins", "egg"]
    for ring in box.rings:
        await box.schedule.finish(ring.id)
    assert box.schedule.waiting() == ()
    await box.off_for(1)
    assert box.rings == []


# ── a clock that is set ──────────────────────────────────────────────────────────────────────────


async def test_setting_the_clock_moves_alarms_and_no_timer(box: Box) -> None:
    await box.keep("07:00")
    await box.schedule.start("kitchen", 3 * HOUR_S, "roast")
    box.clocks.step_wall(2 * HOUR_S)
    await box.passes(CHECK_S)
    left = {entry.name: round(entry.left_s) for entry in box.schedule.waiting()}
    assert left == {"alarm": 9 * HOUR_S - CHECK_S, "roast": 3 * HOUR_S - CHECK_S}
    box.clocks.step_wall(-5 * HOUR_S)
    await box.passes(CHECK_S)
    assert await box.until("2026-11-23 06:59") == ["roast"]
    assert await box.until("2026-11-23 07:00") == ["alarm"]


async def test_an_alarm_the_clock_was_set_past_rings_or_is_told(box: Box) -> None:
    await box.keep("20:10", name="near")
    await box.keep("20:20", name="far")
    box.clocks.step_wall(30 * 60)
    assert await box.passes(CHECK_S) == ["near", "far"]
    assert [ring.missed for ring in box.rings] == [True, False]


async def test_set_back_after_it_rang_it_does_not_ring_a_second_time_that_day(box: Box) -> None:
    await box.keep("20:30", EVERY_DAY)
    await box.until("2026-11-22 20:30")
    await box.schedule.finish(box.rings[0].id)
    box.clocks.step_wall(-HOUR_S)
    assert await box.passes(CHECK_S) == []
    assert await box.until("2026-11-22 20:31") == []
    assert box.due() == ["2026-11-23 20:30"]


async def test_a_clock_that_was_years_ahead_leaves_no_alarm_there(box: Box) -> None:
    await box.keep("07:00", EVERY_DAY)
    box.clocks.step_wall(5 * 365 * 24 * HOUR_S)
    await box.passes(CHECK_S)
    for ring in box.rings:
        await box.schedule.finish(ring.id)
    assert box.due()[0].startswith("2031")
    box.clocks.step_wall(-5 * 365 * 24 * HOUR_S)
    await box.passes(CHECK_S)
    assert box.due() == ["2026-11-23 07:00"]


async def test_in_another_zone_alarms_keep_their_wall_time_and_timers_their_length(box: Box) -> None:
    await box.keep("07:00", EVERY_DAY)
    await box.keep("09:00", on="2026-11-25", name="dentist")
    await box.schedule.start("kitchen", 3 * HOUR_S, "roast")
    box.clocks.place = ZoneInfo("America/New_York")
    await box.passes(CHECK_S)
    assert box.due() == ["2026-11-22 17:00", "2026-11-23 07:00", "2026-11-25 09:00"]
    await box.off()
    box.clocks = ManualClocks(box.clocks.wall_s(), zone=BERLIN)
    await box.on()
    assert box.due() == ["2026-11-22 23:00", "2026-11-23 07:00", "2026-11-25 09:00"]


# ── no clock at boot ─────────────────────────────────────────────────────────────────────────────


async def clock_is_set(box: Box) -> bool:
    await box.settle()
    return box.schedule.clock_is_set


async def boots_in_the_past(box: Box, years: int) -> None:
    wall_s = box.clocks.wall_s()
    await box.off()
    box.rings.clear()
    box.clocks = ManualClocks(wall_s - years * 365 * 24 * HOUR_S, steady_s=7.0, zone=BERLIN)
    await box.on()
    await box.settle()


@pytest.mark.parametrize("years", [3, 56])
async def test_without_a_clock_timers_go_on_and_alarms_wait_for_it(box: Box, years: int) -> None:
    await box.keep("20:30", EVERY_DAY)
    await box.schedule.start("kitchen", HOUR_S, "roast")
    await boots_in_the_past(box, years)
    assert "roast" not in await box.passes(HOUR_S - 1)
    assert await box.passes(1) == ["roast"]
    box.clocks.step_wall(years * 365 * 24 * HOUR_S)
    assert await box.passes(CHECK_S) == ["alarm"]
    assert await clock_is_set(box)


async def test_that_alarms_wait_for_the_clock_is_told_once(box: Box) -> None:
    await box.keep("07:00")
    await boots_in_the_past(box, 56)
    assert await box.passes(DOUBT_TOLD_S - 1) == []
    await box.passes(1)
    (told,) = box.rings
    assert (told.kind, told.missed, told.id, told.room) == (Kind.CLOCK, True, 0, "bedroom")
    assert await box.schedule.finish(told.id) is False
    assert await box.passes(HOUR_S) == []


async def test_nothing_is_told_where_no_alarm_waits(box: Box) -> None:
    await box.schedule.start("kitchen", HOUR_S, "roast")
    await boots_in_the_past(box, 56)
    assert await box.passes(2 * DOUBT_TOLD_S) == []


async def test_a_clock_the_network_vouches_for_is_believed(box: Box) -> None:
    await box.keep("07:00", EVERY_DAY)
    box.clocks.step_wall(5 * 365 * 24 * HOUR_S)
    await box.passes(CHECK_S)
    await boots_in_the_past(box, 5)
    assert not await clock_is_set(box)
    box.clocks.told = True
    await box.passes(CHECK_S)
    assert await clock_is_set(box)


async def test_a_clock_that_is_only_behind_is_taken_after_an_hour(box: Box) -> None:
    await box.keep("07:00", EVERY_DAY)
    await boots_in_the_past(box, 0)
    assert await clock_is_set(box)
    wall_s = box.clocks.wall_s()
    await box.off()
    box.clocks = ManualClocks(wall_s - 3 * HOUR_S, steady_s=7.0, zone=BERLIN)
    await box.on()
    await box.settle()
    assert not await clock_is_set(box)
    await box.passes(DOUBTED_S)
    assert await clock_is_set(box)


async def test_an_alarm_set_without_a_clock_waits_for_it_and_then_for_its_time(box: Box) -> None:
    await box.off()
    box.path.unlink()
    box.clocks = ManualClocks(1000.0, zone=BERLIN)
    await box.on()
    await box.keep("07:00", name="once")
    await box.keep("07:00", WEEKDAYS, name="work")
    await box.off_for(0)
    assert await box.passes(48 * HOUR_S) == [""]
    box.clocks.set_wall(datetime(2026, 11, 22, 20, 0))
    assert await box.passes(CHECK_S) == []
    assert box.due() == ["2026-11-23 07:00", "2026-11-23 07:00"]


# ── a disk that refuses ──────────────────────────────────────────────────────────────────────────


async def refuse(box: Box, *, refuses: bool = True) -> None:
    await box.database.read(lambda c: c.execute(f"PRAGMA query_only = {'ON' if refuses else 'OFF'}"))


async def test_a_disk_that_refuses_is_never_a_false_ok_and_never_silences(box: Box) -> None:
    alarm = await box.keep("07:00", EVERY_DAY)
    await refuse(box)
    rule = Rule(datetime(2026, 1, 1, 8).time())
    for change in (
        box.schedule.keep(Wanted(Kind.ALARM, "bedroom"), rule),
        box.schedule.move(alarm.id, rule),
        box.schedule.cancel(alarm.id),
    ):
        with pytest.raises(DiskError):
            await change
    assert box.due() == ["2026-11-23 07:00"]
    assert await box.until("2026-11-23 07:00") == ["alarm"]
    with pytest.raises(DiskError):
        await box.schedule.finish(box.rings[0].id)
    assert box.due() == ["2026-11-24 07:00"]
    assert await box.until("2026-11-24 07:00") == ["alarm"]
    await refuse(box, refuses=False)
    await box.schedule.finish(box.rings[0].id)
    await box.off_for(0)
    assert box.due() == ["2026-11-25 07:00"]


async def test_what_was_ended_while_the_disk_refused_does_not_come_again(box: Box) -> None:
    await box.keep("07:00", EVERY_DAY, name="daily")
    await box.keep("07:00", name="once")
    await box.until("2026-11-23 07:00")
    await refuse(box)
    for ring in tuple(box.rings):
        with pytest.raises(DiskError):
            await box.schedule.finish(ring.id)
    await refuse(box, refuses=False)
    await box.passes(CHECK_S)
    await box.off_for(60)
    assert (box.rings, box.due()) == ([], ["2026-11-24 07:00"])


async def test_a_full_disk_is_told(box: Box) -> None:
    await box.keep("07:00")
    pages = await box.database.read(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    await box.database.read(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone())
    kept, long = 1, Wanted(Kind.REMINDER, "bedroom", text="x" * 300)
    with pytest.raises(DiskError, match="full"):  # noqa: PT012 - until it is full
        while kept < 1000:
            await box.schedule.keep(long, 100.0)
            kept += 1
    assert len(box.schedule.waiting()) == kept
    await box.off_for(0)
    assert len(box.schedule.waiting()) == kept


# ── taking back, and changes at the last moment ──────────────────────────────────────────────────


async def test_an_entry_is_brought_back_as_it_was(box: Box) -> None:
    alarm = await box.keep("07:00", WEEKDAYS, name="work")
    version = box.schedule.note(alarm.id)
    await box.schedule.cancel(alarm.id)
    assert box.schedule.waiting() == ()
    back = await box.schedule.bring_back(version)
    assert (back.id, back.name, back.rule) == (alarm.id, "work", alarm.rule)
    await box.off_for(0)
    assert box.due() == ["2026-11-23 07:00"]


async def test_only_the_last_changes_can_be_taken_back(box: Box) -> None:
    alarm = await box.keep("07:00")
    first = box.schedule.note(alarm.id)
    for _ in range(MOST_NOTED):
        box.schedule.note(alarm.id)
    with pytest.raises(ToolError):
        await box.schedule.bring_back(first)
    with pytest.raises(ToolError):
        box.schedule.note(99)


async def test_what_is_changed_while_it_falls_due_does_not_ring(box: Box) -> None:
    timer = await box.schedule.start("kitchen", 60, "egg")
    await box.settle()
    box.clocks.advance(60)
    await box.schedule.adjust(timer.id, 300)
    await box.settle()
    assert [ring.name for ring in box.rings] == []
    assert await box.passes(300) == ["egg"]
