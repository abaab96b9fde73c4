"""Reminders in virtual time: set for a room or everyone, asked about, cancelled, taken back."""

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from assistant.memory.database import Database
from assistant.memory.entries import LATE_S, Kind, Ring
from assistant.memory.schedule import Schedule
from assistant.messages import JsonValue
from assistant.skills.entry_undo import EntryUndo
from assistant.skills.reminders import Reminders
from assistant.skills.ring_words import ring_sentence
from assistant.skills.snooze import Snooze
from tests.memory.clocks import ManualClocks
from tests.skills.bench import Bench

ROOMS = ("kitchen", "bedroom")


class Kitchen(Bench):
    """Reminders on a Sunday evening at eight."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clocks = ManualClocks(zone=ZoneInfo("Europe/Berlin"))
        self.clocks.set_wall(datetime(2026, 11, 22, 20, 0))
        self.schedule = Schedule(database, self.clocks)
        super().__init__(
            Reminders(self.schedule, lambda: ROOMS), Snooze(self.schedule), EntryUndo(self.schedule)
        )


@pytest.fixture
async def bench() -> AsyncIterator[Kitchen]:
    database = Database(None)
    await database.open()
    kitchen = Kitchen(database)
    await kitchen.schedule.open()
    yield kitchen
    await database.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            {"text": "take out the pizza", "delay_s": 1200},
            "In twenty minutes I'll remind you: take out the pizza.",
        ),
        ({"text": "call grandma", "time": "21:00"}, "At nine tonight I'll remind you: call grandma."),
        (
            {"text": "call the dentist", "time": "10:00", "date": "2026-11-24"},
            "At ten on Tuesday morning I'll remind you: call the dentist.",
        ),
        (
            {"text": "put out the bins", "time": "19:00", "days": ["tuesday"]},
            "Every Tuesday at seven in the evening I'll remind you: put out the bins.",
        ),
        (
            {"text": "dinner is ready", "delay_s": 600, "everyone": True},
            "In ten minutes I'll remind everyone: dinner is ready.",
        ),
        (
            {"text": "sleep", "delay_s": 600, "room": "the Bedroom"},
            "In ten minutes I'll remind the bedroom: sleep.",
        ),
    ],
)
async def test_a_reminder_is_confirmed_from_what_is_on_disk(
    bench: Kitchen, arguments: dict[str, JsonValue], said: str
) -> None:
    result = await bench.call("reminder_set", arguments)
    assert (result.say, result.ok, result.changed) == (said, True, True)
    (reminder,) = bench.schedule.waiting(Kind.REMINDER)
    assert (reminder.text, reminder.everyone) == (arguments["text"], bool(arguments.get("everyone")))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"text": "x"}, "When should I remind you?"),
        ({"text": "x", "delay_s": 60, "time": "07:00"}, "When should I remind you?"),
        ({"text": "x", "delay_s": 60, "room": "attic"}, "I have no loudspeaker in the attic."),
        ({"text": "x", "time": "19:00", "date": "2026-11-22"}, "That time is over already."),
    ],
)
async def test_what_cannot_be_kept_is_not(bench: Kitchen, arguments: dict[str, JsonValue], said: str) -> None:
    result = await bench.call("reminder_set", arguments)
    assert (result.say, result.ok, result.changed) == (said, False, False)
    assert bench.schedule.waiting() == ()


async def test_it_is_said_at_its_time(bench: Kitchen) -> None:
    await bench.say("reminder_set", text="take out the pizza", delay_s=1200, everyone=True)
    bench.clocks.advance(1200)
    rings = bench.schedule.due()
    ring = await anext(rings)
    assert (ring.kind, ring.everyone, ring.room) == (Kind.REMINDER, True, "kitchen")
    assert ring_sentence(ring) == "Reminder: take out the pizza."
    assert await bench.say("snooze", minutes=5) == "I'll remind you again in five minutes."
    assert ring.over.is_set()
    bench.clocks.advance(300)
    again = await anext(rings)
    assert (again.id, again.text) == (ring.id, ring.text)
    await rings.aclose()


async def test_which_reminders_there_are(bench: Kitchen) -> None:
    assert await bench.say("reminder_query") == "You have no reminders."
    await bench.say("reminder_set", text="call grandma", time="21:00")
    await bench.say("reminder_set", text="take out the pizza", delay_s=600)
    assert await bench.say("reminder_query") == (
        "You have two reminders: take out the pizza in ten minutes and call grandma at nine tonight."
    )


async def test_cancel_by_some_of_its_words(bench: Kitchen) -> None:
    assert await bench.say("reminder_cancel") == "You have no reminders."
    await bench.say("reminder_set", text="call grandma", time="21:00")
    await bench.say("reminder_set", text="call the dentist", delay_s=600)
    assert await bench.say("reminder_cancel", text="the cat") == (
        "There is no such reminder. I have: call the dentist and call grandma."
    )
    result = await bench.call("reminder_cancel", {"text": "call"})
    assert (result.say, result.asks) == ("Which one: call the dentist or call grandma?", True)
    assert await bench.say("reminder_cancel", text="grandma") == "I won't remind you: call grandma."
    await bench.say("reminder_set", text="call grandma", time="21:00")
    assert await bench.say("reminder_cancel", all=True) == "Both reminders are cancelled."


async def test_both_can_be_taken_back(bench: Kitchen) -> None:
    result = await bench.call("reminder_set", {"text": "call grandma", "time": "21:00"})
    (undo,) = result.undo
    result = await bench.call(undo.name, dict(undo.arguments))
    assert result.say == "I won't remind you: call grandma."
    (undo,) = result.undo
    assert (await bench.call(undo.name, dict(undo.arguments))).say == (
        "The reminder (call grandma) is back, at nine tonight."
    )
    assert len(bench.schedule.waiting()) == 1


async def test_a_disk_that_refuses_is_told(bench: Kitchen) -> None:
    await bench.database.read(lambda connection: connection.execute("PRAGMA query_only = ON"))
    result = await bench.call("reminder_set", {"text": "x", "delay_s": 60})
    assert (result.say, result.changed) == ("Sorry, my disk refuses, so I could not keep that.", False)


async def test_nothing_to_snooze(bench: Kitchen) -> None:
    result = await bench.call("snooze")
    assert (result.say, result.ok) == ("Nothing is ringing.", False)


async def test_a_snooze_of_hours_tells_the_clock_too(bench: Kitchen) -> None:
    await bench.say("reminder_set", text="x", delay_s=60)
    bench.clocks.advance(60)
    rings = bench.schedule.due()
    await anext(rings)
    result = await bench.call("snooze", {"minutes": 120})
    assert result.say == "I'll remind you again in two hours, at ten oh one."
    (undo,) = result.undo
    await bench.call(undo.name, dict(undo.arguments))
    assert (await anext(rings)).text == "x"
    await rings.aclose()


NOW = datetime(2026, 11, 22, 7, 0)


@pytest.mark.parametrize(
    ("ring", "said"),
    [
        (Ring(1, "kitchen", "", Kind.REMINDER, text="Call mom."), "Reminder: Call mom."),
        (
            Ring(1, "kitchen", "", Kind.REMINDER, late_s=2 * LATE_S, text="call mom"),
            "Reminder from thirty minutes ago: call mom. I couldn't tell you then.",
        ),
        (
            Ring(1, "kitchen", "", Kind.COMMAND, late_s=7200, text="turn off the fan"),
            "You wanted this two hours ago: turn off the fan. I couldn't do it then, so it is not done.",
        ),
        (Ring(1, "kitchen", "work", Kind.ALARM, due=NOW), "Your work alarm: it is seven in the morning."),
        (
            Ring(1, "kitchen", "", Kind.ALARM, late_s=7200, due=NOW),
            "Your alarm for seven in the morning was due two hours ago. I couldn't ring then.",
        ),
        (
            Ring(0, "kitchen", "", Kind.CLOCK),
            "I don't know what time it is, so your alarms wait until my clock is set.",
        ),
    ],
)
def test_what_is_said_when_something_is_due(ring: Ring, said: str) -> None:
    assert ring_sentence(ring) == said
