"""A disk that takes a write and loses it: nothing is claimed that is not there."""

from collections.abc import AsyncIterator

import pytest

from assistant.memory.database import Database
from assistant.memory.schedule import Schedule
from assistant.messages import JsonValue
from assistant.skills.alarms import Alarms
from assistant.skills.lists import Lists
from assistant.skills.reminders import Reminders
from assistant.skills.snooze import Snooze
from assistant.skills.timers import Timers
from tests.memory.clocks import ManualClocks
from tests.skills.bench import Bench

LOSES = {
    "a new row": (
        "CREATE TRIGGER lose AFTER INSERT ON {table} BEGIN DELETE FROM {table} WHERE id = NEW.id; END"
    ),
    "a deletion": "CREATE TRIGGER lose BEFORE DELETE ON {table} BEGIN SELECT RAISE(IGNORE); END",
    "a change": (
        "CREATE TRIGGER lose AFTER UPDATE ON {table} BEGIN "
        "UPDATE schedule SET due_wall_s = OLD.due_wall_s, left_s = OLD.left_s, at_minute = OLD.at_minute "
        "WHERE id = NEW.id; END"
    ),
}


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    database = Database(None)
    await database.open()
    yield database
    await database.close()


async def lose(database: Database, what: str, table: str) -> None:
    await database.write(lambda connection: connection.execute(LOSES[what].format(table=table)))


@pytest.mark.parametrize(
    ("what", "tool", "arguments", "said"),
    [
        ("a new row", "timer_set", {"duration_s": 60}, "Sorry, I couldn't keep that timer."),
        ("a deletion", "timer_cancel", {}, "Sorry, I couldn't cancel it."),
        ("a change", "timer_adjust", {"delta_s": 60}, "Sorry, the pizza timer did not change."),
        ("a change", "timer_pause", {}, "Sorry, I couldn't do that."),
    ],
)
async def test_timers(
    database: Database, what: str, tool: str, arguments: dict[str, JsonValue], said: str
) -> None:
    schedule = Schedule(database, ManualClocks())
    await schedule.open()
    bench = Bench(Timers(schedule))
    await bench.say("timer_set", duration_s=600, name="pizza")
    await lose(database, what, "schedule")
    result = await bench.call(tool, arguments)
    assert (result.ok, result.changed, result.say) == (False, False, said)


@pytest.mark.parametrize(
    ("what", "tool", "arguments", "said"),
    [
        ("a new row", "alarm_set", {"time": "08:00"}, "Sorry, I couldn't keep that alarm."),
        ("a deletion", "alarm_cancel", {}, "Sorry, I couldn't cancel it."),
        ("a change", "alarm_change", {"to": "09:00"}, "Sorry, the alarm did not change."),
        ("a new row", "reminder_set", {"text": "x", "delay_s": 9}, "Sorry, I couldn't keep that reminder."),
        ("a deletion", "reminder_cancel", {}, "Sorry, I couldn't cancel it."),
        ("a change", "snooze", {}, "Sorry, I couldn't snooze it."),
    ],
)
async def test_alarms_and_reminders(
    database: Database, what: str, tool: str, arguments: dict[str, JsonValue], said: str
) -> None:
    clocks = ManualClocks()
    schedule = Schedule(database, clocks)
    await schedule.open()
    bench = Bench(Alarms(schedule), Reminders(schedule), Snooze(schedule))
    await bench.say("alarm_set", time="07:00")
    await bench.say("reminder_set", text="call mom", delay_s=60)
    if tool == "snooze":
        clocks.advance(60)
        await anext(schedule.due())
    await lose(database, what, "schedule")
    result = await bench.call(tool, arguments)
    assert (result.ok, result.changed, result.say) == (False, False, said)


@pytest.mark.parametrize(
    ("what", "tool", "arguments", "said"),
    [
        ("a new row", "list_add", {"items": ["eggs"]}, "Sorry, I couldn't keep that."),
        ("a deletion", "list_remove", {"items": ["milk"]}, "Sorry, it is still on the list."),
        ("a deletion", "list_clear", {}, "Sorry, your shopping list is not empty."),
    ],
)
async def test_lists(
    database: Database, what: str, tool: str, arguments: dict[str, JsonValue], said: str
) -> None:
    bench = Bench(Lists(database))
    await bench.say("list_add", items=["milk"])
    await lose(database, what, "list_items")
    result = await bench.call(tool, arguments, yes=True)
    assert (result.ok, result.changed, result.say) == (False, False, said)
