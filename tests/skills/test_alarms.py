"""Alarms in virtual time: set, asked about, moved, snoozed, cancelled, taken back."""

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from assistant.memory.database import Database
from assistant.memory.schedule import Schedule
from assistant.messages import JsonValue
from assistant.skills.alarms import Alarms
from assistant.skills.clock import Hours
from assistant.skills.entry_undo import EntryUndo
from assistant.skills.ring_words import ring_sentence
from tests.memory.clocks import ManualClocks
from tests.skills.bench import Bench

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY_EVENING = datetime(2026, 11, 22, 20, 0)


class Bedroom(Bench):
    """Alarms in virtual time."""

    def __init__(self, database: Database, hours: Hours = "12") -> None:
        self.database = database
        self.clocks = ManualClocks(zone=BERLIN)
        self.clocks.set_wall(SUNDAY_EVENING)
        self.schedule = Schedule(database, self.clocks)
        super().__init__(Alarms(self.schedule, hours=hours), EntryUndo(self.schedule, hours=hours))

    async def undo(self, result_of: str, /, **arguments: JsonValue) -> list[str]:
        """Make a call, take it back, and return what both said."""
        result = await self.call(result_of, dict(arguments))
        said = [result.say]
        for call in result.undo:
            said.append((await self.call(call.name, dict(call.arguments))).say)
        return said


@pytest.fixture
async def bench() -> AsyncIterator[Bedroom]:
    database = Database(None)
    await database.open()
    bedroom = Bedroom(database)
    await bedroom.schedule.open()
    yield bedroom
    await database.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"time": "07:00"}, "Your alarm is set for seven tomorrow morning."),
        ({"time": "21:30"}, "Your alarm is set for nine thirty tonight."),
        ({"time": "20:45"}, "Your alarm is set for eight forty-five this evening."),
        ({"time": "00:00"}, "Your alarm is set for midnight tonight."),
        ({"time": "12:00"}, "Your alarm is set for noon tomorrow."),
        ({"time": "2:05"}, "Your alarm is set for 2:05 AM tomorrow."),
        ({"time": "6:45 am"}, "Your alarm is set for six forty-five tomorrow morning."),
        (
            {"time": "07:05", "date": "2026-11-25"},
            "Your alarm is set for seven oh five on Wednesday morning.",
        ),
        (
            {"time": "07:00", "date": "2026-12-24"},
            "Your alarm is set for seven in the morning on Thursday, December 24.",
        ),
        (
            {"time": "07:00", "days": "weekdays"},
            "Your alarm is set for every weekday at seven in the morning.",
        ),
        (
            {"time": "09:00", "days": ["saturday", "sunday"]},
            "Your alarm is set for every Saturday and Sunday at nine in the morning.",
        ),
        ({"time": "22:00", "days": "daily"}, "Your alarm is set for every day at ten at night."),
        ({"time": "07:00", "name": "the Work alarm"}, "Your work alarm is set for seven tomorrow morning."),
    ],
)
async def test_an_alarm_is_confirmed_from_what_is_on_disk(
    bench: Bedroom, arguments: dict[str, JsonValue], said: str
) -> None:
    result = await bench.call("alarm_set", arguments, room="bedroom")
    assert (result.say, result.ok, result.changed) == (said, True, True)
    (alarm,) = bench.schedule.waiting()
    assert alarm.room == "bedroom"


@pytest.mark.parametrize("time", ["25:00", "7:65", "13 pm", "soon", "0 am"])
async def test_a_time_that_is_none_is_refused(bench: Bedroom, time: str) -> None:
    result = await bench.call("alarm_set", {"time": time})
    assert (result.ok, result.changed) == (False, False)
    assert bench.schedule.waiting() == ()


async def test_a_day_that_is_over_is_refused(bench: Bedroom) -> None:
    result = await bench.call("alarm_set", {"time": "19:59", "date": "2026-11-22"})
    assert (result.say, result.ok) == ("That time is over already.", False)
    assert bench.schedule.waiting() == ()


async def test_the_same_alarm_is_not_set_twice(bench: Bedroom) -> None:
    await bench.say("alarm_set", time="07:00")
    result = await bench.call("alarm_set", {"time": "07:00"})
    assert (result.say, result.changed) == ("You have that alarm already, seven tomorrow morning.", False)
    await bench.say("alarm_set", time="07:00", date="2026-11-24")
    await bench.say("alarm_set", time="07:00", days="daily")
    assert len(bench.schedule.waiting()) == 3


async def test_an_alarm_rings_at_its_time_and_a_recurring_one_again_the_next_day(bench: Bedroom) -> None:
    await bench.say("alarm_set", time="07:00", days="weekdays", name="work")
    rings = bench.schedule.due()
    bench.clocks.advance(11 * 3600)
    ring = await anext(rings)
    assert ring_sentence(ring) == "Your work alarm: it is seven in the morning."
    assert ring_sentence(ring, "24") == "Your work alarm: it is 7:00."
    assert await bench.say("alarm_query") == "Your alarm is ringing. No other is set."
    assert await bench.schedule.finish(ring.id)
    assert ring.over.is_set()
    assert (
        await bench.say("alarm_query") == "Your work alarm is set for every weekday at seven in the morning."
    )
    bench.clocks.advance(24 * 3600)
    again = await anext(rings)
    assert (again.id, again.late_s) == (ring.id, 0)
    await rings.aclose()


async def test_cancel_while_it_rings_ends_the_ring_and_keeps_the_series(bench: Bedroom) -> None:
    await bench.say("alarm_set", time="07:00", days="daily")
    rings = bench.schedule.due()
    bench.clocks.advance(11 * 3600)
    ring = await anext(rings)
    assert await bench.say("alarm_cancel") == "The alarm is off."
    assert ring.over.is_set()
    assert len(bench.schedule.waiting()) == 1
    await rings.aclose()


async def test_which_alarms_are_set(bench: Bedroom) -> None:
    assert await bench.say("alarm_query") == "No alarm is set."
    await bench.say("alarm_set", time="06:30", days="weekdays", name="work")
    await bench.say("alarm_set", time="22:15")
    said = await bench.say("alarm_query")
    assert said == (
        "You have two alarms: ten fifteen tonight and work, every weekday at six thirty in the morning."
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"time": "07:00"}, "Your alarm for seven tomorrow morning is cancelled."),
        ({"time": "19:00"}, "Your alarm for seven tomorrow morning is cancelled."),
        (
            {"time": "08:00 or 20:00"},
            "Your work alarm for every weekday at eight in the morning is cancelled.",
        ),
        ({"name": "work"}, "Your work alarm for every weekday at eight in the morning is cancelled."),
        ({"all": True}, "Both alarms are cancelled."),
    ],
)
async def test_cancel_by_time_name_or_all(bench: Bedroom, arguments: dict[str, JsonValue], said: str) -> None:
    await bench.say("alarm_set", time="07:00")
    await bench.say("alarm_set", time="08:00", days="weekdays", name="work")
    assert (await bench.call("alarm_cancel", arguments)).say == said


async def test_a_doubtful_cancel_asks_which_and_changes_nothing(bench: Bedroom) -> None:
    await bench.say("alarm_set", time="07:00")
    await bench.say("alarm_set", time="08:00")
    result = await bench.call("alarm_cancel")
    assert (result.say, result.asks) == (
        "Which one: seven tomorrow morning or eight tomorrow morning?",
        True,
    )
    choices = result.values["choices"]
    assert isinstance(choices, list)
    second = choices[1]
    assert isinstance(second, dict)
    arguments = second["arguments"]
    assert isinstance(arguments, dict)
    assert (await bench.call(str(second["tool"]), arguments)).say.endswith(
        "eight tomorrow morning is cancelled."
    )
    assert len(bench.schedule.waiting()) == 1


async def test_what_is_not_set_cannot_be_cancelled(bench: Bedroom) -> None:
    assert await bench.say("alarm_cancel") == "No alarm is set."
    await bench.say("alarm_set", time="07:00")
    assert (
        await bench.say("alarm_cancel", time="09:00")
        == "There is no such alarm. Set: seven tomorrow morning."
    )


async def test_an_alarm_is_moved_within_its_half_of_the_day(bench: Bedroom) -> None:
    await bench.say("alarm_set", time="07:00")
    said = await bench.say("alarm_change", to="08:30 or 20:30")
    assert said == "Your alarm is set for eight thirty tomorrow morning."
    await bench.say("alarm_cancel")
    await bench.say("alarm_set", time="07:00", days="weekdays")
    said = await bench.say("alarm_change", to="06:15")
    assert said == "Your alarm is set for every weekday at six fifteen in the morning."


async def test_every_change_can_be_taken_back(bench: Bedroom) -> None:
    said = await bench.undo("alarm_set", time="07:00")
    assert said[1] == "Your alarm for seven tomorrow morning is cancelled."
    await bench.say("alarm_set", time="07:00", days="weekdays")
    said = await bench.undo("alarm_change", to="08:00")
    assert said[1] == "The alarm is back, every weekday at seven in the morning."
    await bench.say("alarm_set", time="09:00")
    said = await bench.undo("alarm_cancel", all=True)
    assert len(bench.schedule.waiting()) == 2
    said = await bench.undo("alarm_cancel", time="09:00")
    assert said[1] == "The alarm is back, at nine tomorrow morning."


async def test_a_disk_that_refuses_is_told_and_never_a_false_ok(bench: Bedroom) -> None:
    await bench.say("alarm_set", time="07:00")
    await bench.database.read(lambda connection: connection.execute("PRAGMA query_only = ON"))
    for tool, arguments in (
        ("alarm_set", {"time": "08:00"}),
        ("alarm_cancel", {}),
        ("alarm_change", {"to": "09:00"}),
    ):
        result = await bench.call(tool, dict(arguments))
        assert (result.ok, result.changed) == (False, False)
        assert result.say == "Sorry, my disk refuses, so I could not keep that."
    assert await bench.say("alarm_query") == "Your alarm is set for seven tomorrow morning."
