import asyncio
from collections.abc import AsyncIterator

import pytest

from assistant.memory.database import Database
from assistant.memory.entries import Kind, Ring
from assistant.memory.schedule import Schedule, Wanted
from assistant.messages import JsonValue
from assistant.skills.ring_words import ring_sentence
from assistant.skills.timers import Timers
from tests.memory.clocks import ManualClocks
from tests.skills.bench import Bench


class Kitchen(Bench):
    """Timers in virtual time."""

    def __init__(self, database: Database) -> None:
        self.clocks = ManualClocks()
        self.schedule = Schedule(database, self.clocks)
        super().__init__(Timers(self.schedule))


@pytest.fixture
async def bench() -> AsyncIterator[Kitchen]:
    database = Database(None)
    await database.open()
    kitchen = Kitchen(database)
    await kitchen.schedule.open()
    yield kitchen
    await database.close()


async def set_two(bench: Kitchen) -> None:
    await bench.say("timer_set", duration_s=600, name="pizza")
    await bench.say("timer_set", duration_s=1800)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"duration_s": 600}, "Ten minute timer, set."),
        ({"duration_s": 600, "name": "pizza"}, "Ten minute pizza timer, set."),
        ({"duration_s": 600, "name": "the Pizza timer"}, "Ten minute pizza timer, set."),
        ({"duration_s": 45}, "Forty-five second timer, set."),
        ({"duration_s": 5400}, "One hour thirty minute timer, set."),
        ({"duration_s": 86400, "name": "bread"}, "One day bread timer, set."),
    ],
)
async def test_a_timer_is_confirmed_from_what_is_on_disk(
    bench: Kitchen, arguments: dict[str, JsonValue], said: str
) -> None:
    result = await bench.call("timer_set", arguments)
    assert (result.ok, result.changed, result.say) == (True, True, said)
    (timer,) = bench.schedule.timers()
    assert timer.length_s == arguments["duration_s"]
    assert timer.room == "kitchen"


async def test_a_timer_longer_than_a_day_is_refused(bench: Kitchen) -> None:
    result = await bench.call("timer_set", {"duration_s": 86401})
    assert (result.ok, result.changed) == (False, False)
    assert result.say == "Sorry, a timer can be a day long at most."
    assert bench.schedule.timers() == ()


async def test_no_more_than_thirty(bench: Kitchen) -> None:
    for _ in range(30):
        assert (await bench.call("timer_set", {"duration_s": 60})).ok
    assert await bench.say("timer_set", duration_s=60) == "Sorry, I can't keep more than 30 timers."


@pytest.mark.parametrize("tool", ["timer_query", "timer_cancel", "timer_pause", "timer_resume"])
async def test_nothing_runs(bench: Kitchen, tool: str) -> None:
    result = await bench.call(tool)
    assert result.say == "No timer is running."
    assert not result.changed


async def test_time_left(bench: Kitchen) -> None:
    await bench.say("timer_set", duration_s=600, name="pizza")
    bench.clocks.advance(230)
    assert await bench.say("timer_query") == "Six minutes and ten seconds left on the pizza timer."
    bench.clocks.advance(10)
    assert await bench.say("timer_query", name="pizza") == "Six minutes left on the pizza timer."
    assert await bench.say("timer_query", name="egg") == "There is no egg timer. Running: the pizza timer."


async def test_time_left_on_several(bench: Kitchen) -> None:
    await set_two(bench)
    said = await bench.say("timer_query")
    both = "the pizza timer with ten minutes left and the thirty minute timer with thirty minutes left"
    assert said == f"You have two timers: {both}."


async def test_cancel_the_only_one(bench: Kitchen) -> None:
    await bench.say("timer_set", duration_s=600, name="pizza")
    result = await bench.call("timer_cancel")
    assert (result.say, result.changed) == ("The pizza timer is cancelled.", True)
    assert bench.schedule.timers() == ()


async def test_an_ambiguous_cancel_asks_which_and_the_answer_works(bench: Kitchen) -> None:
    await set_two(bench)
    result = await bench.call("timer_cancel")
    assert result.say == "Which one: the pizza timer or the thirty minute timer?"
    assert result.asks
    assert not result.ok
    assert len(bench.schedule.timers()) == 2
    choices = result.values["choices"]
    assert isinstance(choices, list)
    second = choices[1]
    assert isinstance(second, dict)
    arguments = second["arguments"]
    assert isinstance(arguments, dict)
    assert (await bench.call(str(second["tool"]), arguments)).say == "The thirty minute timer is cancelled."
    assert [timer.name for timer in bench.schedule.timers()] == ["pizza"]


async def test_the_timer_of_this_room_is_meant(bench: Kitchen) -> None:
    await bench.say("timer_set", duration_s=600, room="bedroom")
    await bench.say("timer_set", duration_s=300, room="kitchen")
    assert await bench.say("timer_cancel", room="bedroom") == "The ten minute timer is cancelled."


@pytest.mark.parametrize("name", ["10 minute", "ten minutes", "ten-minute timer", "first"])
async def test_a_timer_goes_by_its_length_or_place(bench: Kitchen, name: str) -> None:
    await set_two(bench)
    await bench.say("timer_cancel", name="pizza")
    await bench.say("timer_set", duration_s=600)
    assert await bench.say("timer_cancel", name=name) == "The ten minute timer is cancelled."


async def test_twins_are_counted(bench: Kitchen) -> None:
    await bench.say("timer_set", duration_s=600)
    bench.clocks.advance(60)
    await bench.say("timer_set", duration_s=600)
    result = await bench.call("timer_cancel")
    assert result.say == "Which one: the first ten minute timer or the second ten minute timer?"
    await bench.say("timer_cancel", name="second ten minute timer")
    (left,) = bench.schedule.timers()
    assert left.remaining_s == 540


async def test_many_are_not_listed_in_the_question(bench: Kitchen) -> None:
    for seconds in (60, 120, 180, 240, 300):
        await bench.say("timer_set", duration_s=seconds)
    result = await bench.call("timer_cancel")
    assert (result.say, result.asks) == ("You have five timers. Which one?", True)
    assert await bench.say("timer_cancel", name="3 minute") == "The three minute timer is cancelled."


async def test_what_it_is_called_wins_over_its_length(bench: Kitchen) -> None:
    await bench.say("timer_set", duration_s=600, name="pizza")
    await bench.say("timer_set", duration_s=600)
    await bench.say("timer_cancel", name="ten minute")
    assert [timer.name for timer in bench.schedule.timers()] == ["pizza"]
    assert await bench.say("timer_cancel", name="ten minute pizza timer") == "The pizza timer is cancelled."


async def test_cancel_all(bench: Kitchen) -> None:
    await set_two(bench)
    assert await bench.say("timer_cancel", all=True) == "Both timers are cancelled."
    for seconds in (60, 70, 80):
        await bench.say("timer_set", duration_s=seconds)
    assert await bench.say("timer_cancel", all=True) == "All three timers are cancelled."
    assert bench.schedule.timers() == ()


async def test_adjust_tells_the_new_time_left(bench: Kitchen) -> None:
    await bench.say("timer_set", duration_s=600, name="pizza")
    bench.clocks.advance(60)
    said = await bench.say("timer_adjust", delta_s=300)
    assert said == "Five minutes added to the pizza timer, fourteen minutes left."
    said = await bench.say("timer_adjust", delta_s=-120, name="pizza")
    assert said == "Two minutes taken off the pizza timer, twelve minutes left."


async def test_taking_off_more_than_is_left_changes_nothing(bench: Kitchen) -> None:
    await bench.say("timer_set", duration_s=120, name="egg")
    result = await bench.call("timer_adjust", {"delta_s": -120})
    assert (result.ok, result.changed) == (False, False)
    assert result.say == "The egg timer has only two minutes left."
    assert bench.schedule.timers()[0].remaining_s == 120


async def test_pause_and_resume(bench: Kitchen) -> None:
    await bench.say("timer_set", duration_s=600, name="pizza")
    bench.clocks.advance(120)
    assert await bench.say("timer_pause") == "The pizza timer is paused with eight minutes left."
    bench.clocks.advance(3600)
    assert await bench.say("timer_query") == "The pizza timer is paused with eight minutes left."
    assert await bench.say("timer_pause") == "Your timer is already paused."
    assert await bench.say("timer_pause", name="pizza") == "The pizza timer is already paused."
    assert await bench.say("timer_resume") == "The pizza timer goes on with eight minutes left."
    assert await bench.say("timer_resume") == "Your timer is not paused."
    assert bench.schedule.timers()[0].remaining_s == 480


async def test_pausing_one_of_twins_by_the_answer(bench: Kitchen) -> None:
    for _ in range(3):
        await bench.say("timer_set", duration_s=600)
        bench.clocks.advance(10)
    await bench.say("timer_pause", name="second")
    result = await bench.call("timer_pause")
    assert result.say == "Which one: the first ten minute timer or the second ten minute timer?"
    await bench.say("timer_pause", name="second ten minute timer")
    assert [timer.paused for timer in bench.schedule.timers()] == [False, True, True]


async def test_a_ringing_timer_can_be_cancelled(bench: Kitchen) -> None:
    await bench.say("timer_set", duration_s=60, name="egg")
    bench.clocks.advance(60)
    rings = bench.schedule.due()
    ring = await anext(rings)
    assert ring_sentence(ring) == "Your egg timer is done."
    assert await bench.say("timer_query") == "Your egg timer just ended."
    assert await bench.say("timer_cancel") == "The egg timer is cancelled."
    assert ring.over.is_set()
    await rings.aclose()


async def test_cancel_means_the_one_that_rings(bench: Kitchen) -> None:
    await set_two(bench)
    bench.clocks.advance(600)
    rings = bench.schedule.due()
    ring = await anext(rings)
    assert await bench.say("timer_cancel", room="bedroom") == "The pizza timer is cancelled."
    assert ring.over.is_set()
    assert [timer.length_s for timer in bench.schedule.timers()] == [1800]
    assert (
        await bench.say("timer_cancel", name="pizza")
        == "There is no pizza timer. Running: the thirty minute timer."
    )
    await rings.aclose()


async def test_a_ringing_one_goes_by_its_name_too(bench: Kitchen) -> None:
    await set_two(bench)
    bench.clocks.advance(600)
    rings = bench.schedule.due()
    ring = await anext(rings)
    assert await bench.say("timer_cancel", name="thirty minute") == "The thirty minute timer is cancelled."
    assert not ring.over.is_set()
    assert await bench.say("timer_cancel", name="pizza") == "The pizza timer is cancelled."
    assert ring.over.is_set()
    await rings.aclose()


async def test_time_is_added_to_the_one_that_rings(bench: Kitchen) -> None:
    await set_two(bench)
    bench.clocks.advance(600)
    rings = bench.schedule.due()
    ring = await anext(rings)
    assert await bench.say("timer_adjust", delta_s=300) == "Five minutes more on the pizza timer."
    assert ring.over.is_set()
    assert {timer.name: timer.remaining_s for timer in bench.schedule.timers()} == {"pizza": 300, "": 1200}
    await rings.aclose()


async def test_a_ringing_alarm_is_no_timer(bench: Kitchen) -> None:
    await bench.schedule.keep(Wanted(Kind.ALARM, "kitchen"), 60.0)
    bench.clocks.advance(60)
    rings = bench.schedule.due()
    ring = await anext(rings)
    for tool in ("timer_query", "timer_cancel"):
        assert await bench.say(tool) == "No timer is running."
    assert not ring.over.is_set()
    await rings.aclose()


def test_a_missed_timer_is_told() -> None:
    ring = Ring(1, "kitchen", "", Kind.TIMER, 600, 2400, asyncio.Event())
    assert ring_sentence(ring) == "Your ten minute timer ended forty minutes ago. I couldn't ring then."
