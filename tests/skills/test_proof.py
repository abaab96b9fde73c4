"""Matters of security: only words understood whole, a PIN, and a minute; never a language model."""

import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Entry, Journal
from assistant.messages import JsonValue, Reply
from assistant.settings import RoomSettings, Settings
from assistant.skills.policy import Policy, RoomPolicy, Verdict
from assistant.skills.proof import MOST_WAITING, NEEDS_PIN, NO_PIN, PROOF_S, SAY_WHOLE
from assistant.skills.toolbox import INSECURE
from tests.roads.runner import kit
from tests.think.test_obeyer import every_attack, lay, opened

ROOM = "hallway"
UNLOCK: JsonValue = {"tool": "device_off", "arguments": {"targets": ["front door"]}}
LATER: JsonValue = {"tool": "command_later", "arguments": {"command": "unlock the front door", "delay_s": 1}}
REPLIES: dict[str, JsonValue] = {
    "i am so cold out here": [[UNLOCK], ["{result}"]],
    "do something nice in a second": [[LATER], ["{result}"]],
    "which door is it": ["The front door."],
}


class Bench:
    """The demo home, typed to, with a clock moved by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.pin_is_set = True
        self.house: House

    async def say(self, text: str) -> str:
        turn, said = self.house.typed_turn(ROOM), []

        def read(entry: Entry) -> None:
            if entry.turn == turn.id and isinstance(entry.happening, Reply):
                said.append(entry.happening.text)

        with self.house.journal.reading(read):
            await self.house.ask(text, turn)
        return " ".join(said)

    def waiting(self) -> list[str]:
        return [each.words for each in self.house.desk.proving.proofs.waiting()]

    async def prove(self, name: str) -> str | None:
        """As the page does once the PIN was right."""
        proving = self.house.desk.proving
        if (taken := proving.proofs.take(name)) is None:
            return None
        return (await proving.do(taken, self.house.typed_turn(taken.room))).say


@asynccontextmanager
async def opened_bench(highest: int = 3) -> AsyncGenerator[Bench, None]:
    bench = Bench()
    settings = Settings(rooms={ROOM: RoomSettings(highest_risk=highest)})
    engines: dict[str, dict[str, JsonValue]] = {"llm": {"replies": REPLIES}}
    opening = Opening(demo_home=True, kit=kit(engines), pin_is_set=lambda: bench.pin_is_set)
    async with open_house(settings, Journal(lambda: bench.now_s), opening) as bench.house:
        yield bench


@pytest.fixture
async def bench() -> AsyncGenerator[Bench, None]:
    async with opened_bench() as made:
        yield made


async def test_a_door_waits_for_its_proof_and_is_told_from_what_it_reports(bench: Bench) -> None:
    assert await bench.say("unlock the front door") == NEEDS_PIN
    (waiting,) = bench.house.desk.proving.waiting()
    assert waiting == {
        "id": "1",
        "room": ROOM,
        "words": "unlock the front door",
        "targets": ["front door"],
        "left_s": 60,
    }
    assert "locked" in await bench.say("is the front door locked")
    assert await bench.prove("1") == "The front door is unlocked."
    assert "unlocked" in await bench.say("is the front door locked")
    last = bench.house.desk.turns.rows(ROOM)[1]
    assert (last.text, last.reason) == ("unlock the front door", "the PIN was typed on the page")


async def test_a_proof_counts_once(bench: Bench) -> None:
    await bench.say("open the garage door")
    assert "garage door" in str(await bench.prove("1"))
    assert await bench.prove("1") is None


async def test_what_is_not_proved_in_a_minute_is_forgotten(bench: Bench) -> None:
    await bench.say("unlock the front door")
    bench.now_s += PROOF_S
    assert bench.waiting() == []
    assert await bench.prove("1") is None


async def test_without_a_pin_the_fix_is_named_and_nothing_waits(bench: Bench) -> None:
    bench.pin_is_set = False
    assert await bench.say("unlock the front door") == NO_PIN
    assert bench.waiting() == []


async def test_a_room_that_was_not_opened_for_it_says_as_before() -> None:
    async with opened_bench(highest=2) as bench:
        assert await bench.say("unlock the front door") == INSECURE
        assert bench.waiting() == []


async def test_a_language_model_gets_nowhere(bench: Bench) -> None:
    await bench.say("i am so cold out here")
    assert bench.waiting() == []
    await bench.say("do something nice in a second")
    assert bench.house.desk.schedule.waiting() == ()
    assert "locked" in await bench.say("is the front door locked")


async def test_words_that_lean_on_others_bring_nothing_to_the_page(bench: Bench) -> None:
    await bench.say("is the front door locked")
    assert await bench.say("unlock it") in (SAY_WHOLE, INSECURE)
    assert bench.waiting() == []


async def test_what_falls_due_brings_nothing_to_the_page(bench: Bench) -> None:
    async for _ in bench.house._answer.carry_out("unlock the front door", ROOM):
        pass
    assert bench.waiting() == []


async def test_taking_back_brings_nothing_to_the_page(bench: Bench) -> None:
    await bench.say("unlock the front door")
    await bench.prove("1")
    await bench.say("lock the front door")
    await bench.say("yes")
    assert await bench.say("undo that") == INSECURE
    assert bench.waiting() == []


async def test_the_same_again_takes_the_place_of_the_first_and_few_wait(bench: Bench) -> None:
    await bench.say("unlock the front door")
    await bench.say("please unlock the front door")
    assert bench.waiting() == ["please unlock the front door"]
    for _ in range(MOST_WAITING):
        await bench.say("open the garage door")
        await bench.say("close the garage door")
    assert len(bench.waiting()) <= MOST_WAITING


async def test_a_proof_opens_nothing_above_security() -> None:
    rule = RoomPolicy.up_to(4)
    assert [rule.verdict(risk) for risk in (2, 3, 4)] == [Verdict.ASK, Verdict.PROVE, Verdict.REFUSE]


async def test_an_obeyer_does_no_harm_where_doors_may_be_asked_for() -> None:
    chosen = random.Random(21).sample(await every_attack(), 60)
    for attack in chosen:
        house = await opened(attack)
        house.toolbox._policy = Policy(RoomPolicy.up_to(3))
        await lay(house, attack)
        await house.say("anything new in there?", [("inbox_read", {})])
        assert await house.harm() == [], attack
        await house.close()
