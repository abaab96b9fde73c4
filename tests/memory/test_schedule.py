import asyncio
import gc
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.errors import DiskError, ToolError
from assistant.memory.database import MIGRATIONS
from assistant.memory.entries import LATE_S, Kind
from assistant.memory.rings import CHECK_S
from tests.memory.box import Box
from tests.memory.clocks import ManualClocks


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[Box]:
    box = Box(tmp_path / "house.db")
    await box.on()
    yield box
    await box.off()


async def test_a_timer_rings_when_its_time_is_up_and_not_before(box: Box) -> None:
    await box.schedule.start("kitchen", 600, "pizza")
    assert await box.passes(599.5) == []
    assert await box.passes(0.5) == ["pizza"]
    (ring,) = box.rings
    assert (ring.room, ring.kind, ring.length_s, ring.late_s, ring.missed) == (
        "kitchen",
        Kind.TIMER,
        600,
        0,
        False,
    )
    assert box.schedule.timers() == ()
    assert await box.passes(3600) == []


async def test_several_ring_in_order(box: Box) -> None:
    for name, length_s in (("egg", 300), ("tea", 180), ("pizza", 600)):
        await box.schedule.start("kitchen", length_s, name)
    assert [timer.name for timer in box.schedule.timers()] == ["tea", "egg", "pizza"]
    assert await box.passes(300) == ["tea", "egg"]
    assert await box.passes(300) == ["pizza"]


async def test_one_started_while_the_schedule_waits_for_a_later_one(box: Box) -> None:
    await box.schedule.start("kitchen", 20, "long")
    await box.settle()
    await box.schedule.start("kitchen", 5, "short")
    await box.settle()
    assert await box.passes(5) == ["short"]


async def test_adjust_pause_and_resume_move_the_ring(box: Box) -> None:
    timer = await box.schedule.start("kitchen", 600, "pizza")
    assert (await box.schedule.adjust(timer.id, -300)).remaining_s == 300
    await box.passes(100)
    paused = await box.schedule.pause(timer.id)
    assert (paused.remaining_s, paused.paused) == (200, True)
    assert await box.passes(5000) == []
    assert (await box.schedule.adjust(timer.id, 50)).remaining_s == 250
    assert (await box.schedule.resume(timer.id)).paused is False
    await box.settle()
    assert await box.passes(249) == []
    assert await box.passes(1) == ["pizza"]


async def test_a_cancelled_one_never_rings(box: Box) -> None:
    timer = await box.schedule.start("kitchen", 60, "egg")
    assert await box.schedule.cancel(timer.id) is True
    assert await box.schedule.cancel(timer.id) is False
    assert await box.passes(100) == []
    await box.off_for(0)
    assert box.rings == []


async def test_what_is_not_there_cannot_be_changed(box: Box) -> None:
    for change in (box.schedule.pause, box.schedule.resume):
        with pytest.raises(ToolError):
            await change(99)
    with pytest.raises(ToolError):
        await box.schedule.adjust(99, 60)
    assert await box.schedule.stored(99) is None


async def test_a_restart_forgets_nothing(box: Box) -> None:
    await box.schedule.start("kitchen", 600, "pizza")
    paused = await box.schedule.start("bedroom", 900, "nap")
    await box.schedule.pause(paused.id)
    await box.off_for(60)
    assert box.left_s() == {"pizza": 540, "nap": 900}
    assert await box.passes(540) == ["pizza"]
    assert box.rings[0].room == "kitchen"
    assert (await box.schedule.resume(paused.id)).remaining_s == 900
    await box.settle()
    assert await box.passes(900) == ["nap"]


@pytest.mark.parametrize(
    ("late_s", "missed"), [(1, False), (LATE_S, False), (LATE_S + 1, True), (86400, True)]
)
async def test_what_fell_due_while_off_rings_a_little_late_or_is_told(
    box: Box, late_s: int, missed: bool
) -> None:
    await box.schedule.start("kitchen", 600, "pizza")
    await box.off_for(600 + late_s)
    (ring,) = box.rings
    assert (ring.name, ring.missed) == ("pizza", missed)
    assert ring.late_s == pytest.approx(late_s, abs=0.01)


async def test_a_ring_nobody_finished_comes_again_after_a_restart(box: Box) -> None:
    await box.schedule.start("kitchen", 60, "egg")
    assert await box.passes(60) == ["egg"]
    (ring,) = box.schedule.ringing()
    await box.off_for(5)
    (again,) = box.rings
    assert again.id == ring.id
    assert await box.schedule.finish(again.id) is True
    assert again.over.is_set()
    assert box.schedule.ringing() == ()
    assert await box.schedule.finish(again.id) is False
    await box.off_for(5)
    assert box.rings == []


@pytest.mark.parametrize("step_s", [-7200, -30, 30, 7200])
async def test_setting_the_wall_clock_moves_no_timer(box: Box, step_s: float) -> None:
    await box.schedule.start("kitchen", 600, "pizza")
    box.clocks.step_wall(step_s)
    assert await box.passes(CHECK_S) == []
    assert box.left_s() == {"pizza": 600 - CHECK_S}
    await box.off_for(60)
    assert box.left_s() == {"pizza": 600 - CHECK_S - 60}
    assert await box.passes(600 - CHECK_S - 60) == ["pizza"]


async def test_a_box_that_boots_in_the_past_catches_up_with_its_clock(box: Box) -> None:
    await box.schedule.start("kitchen", 600, "pizza")
    await box.off()
    box.clocks = ManualClocks(box.clocks.wall_s(), steady_s=7.0)
    await box.on()
    assert box.left_s() == {"pizza": 600}
    box.clocks.step_wall(500)
    await box.passes(CHECK_S)
    assert box.left_s() == {"pizza": 600 - 500 - CHECK_S}


async def test_a_box_that_slept_rings_late(box: Box) -> None:
    await box.schedule.start("kitchen", 60, "egg")
    await box.settle()
    assert await box.passes(500) == ["egg"]
    assert box.rings[0].late_s == 440


async def test_a_disk_that_refuses_changes_nothing(box: Box) -> None:
    timer = await box.schedule.start("kitchen", 600, "pizza")
    await box.database.read(lambda connection: connection.execute("PRAGMA query_only = ON"))
    for change in (
        box.schedule.start("kitchen", 60),
        box.schedule.cancel(timer.id),
        box.schedule.pause(timer.id),
        box.schedule.adjust(timer.id, 60),
    ):
        with pytest.raises(DiskError):
            await change
    assert box.left_s() == {"pizza": 600}
    box.clocks.step_wall(3600)
    await box.passes(CHECK_S)
    assert await box.passes(600 - CHECK_S) == ["pizza"]


async def test_a_caller_that_is_cancelled_leaves_disk_and_memory_in_step(box: Box) -> None:
    calls = [asyncio.create_task(box.schedule.start("kitchen", 600, f"t{n}")) for n in range(20)]
    for n, call in enumerate(calls):
        for _ in range(n):
            await asyncio.sleep(0)
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    await box.schedule.close()
    in_memory = {timer.id for timer in box.schedule.timers()}

    def ids(connection: sqlite3.Connection) -> set[int]:
        return {row[0] for row in connection.execute("SELECT id FROM schedule")}

    assert in_memory == await box.database.read(ids)


async def test_a_confirmation_is_read_from_the_disk(box: Box) -> None:
    timer = await box.schedule.start("kitchen", 600, "pizza")
    stored = await box.schedule.stored(timer.id)
    assert stored is not None
    assert (stored.name, stored.room, stored.length_s) == ("pizza", "kitchen", 600)
    assert stored.remaining_s == pytest.approx(600, abs=0.001)
    await box.database.write(lambda connection: connection.execute("DELETE FROM schedule"))
    assert await box.schedule.stored(timer.id) is None


async def test_a_change_nobody_waits_for_any_more_may_fail_in_silence(box: Box) -> None:
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, complaint: complaints.append(complaint))
    first = asyncio.create_task(box.schedule.start("kitchen", 600, "first"))
    second = asyncio.create_task(box.schedule.start("kitchen", 600, "second"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.wait({second})
    await box.database.close()
    await asyncio.gather(first, return_exceptions=True)
    await box.schedule.close()
    assert list(box.left_s()) == ["first"]
    del first, second
    gc.collect()
    assert complaints == []
    await box.database.open()


async def test_what_an_older_version_kept_is_taken_up(tmp_path: Path) -> None:
    box = Box(tmp_path / "house.db")
    connection = sqlite3.connect(box.path)
    for script in MIGRATIONS[:2]:
        connection.executescript(script)
    connection.execute("PRAGMA user_version = 2")
    rows = [("pizza", box.clocks.wall_s() + 600, None), ("nap", None, 900.0)]
    for name, due_wall_s, left_s in rows:
        connection.execute(
            "INSERT INTO schedule (kind, room, name, length_s, due_wall_s, left_s) VALUES (?, ?, ?, ?, ?, ?)",
            ("timer", "kitchen", name, 1200.0, due_wall_s, left_s),
        )
    connection.commit()
    connection.close()
    await box.on()
    assert box.left_s() == {"pizza": 600, "nap": 900}
    assert [timer.paused for timer in box.schedule.timers()] == [False, True]
    await box.off()
