"""One utterance of a synthetic voice as five rooms hear it, through the real wake engines."""

import numpy as np
import pytest

from assistant.house.nearest import DECIDED_S, Claim, Contests
from assistant.messages import EAR_RATE_HZ, Speaking, ToolCall, Woken, Yielded
from tests.hear.ears import events
from tests.roads.together import Place, rooms_together
from tests.voices import VOICES, say, silence

ROOMS = ("kitchen", "hall", "bedroom", "bath", "study")
UTTERANCES = 40
NEAREST_AT_LEAST = 0.95


def drawn(rng: np.random.Generator) -> dict[str, Place]:
    """Five rooms; the first is nearest, the others half as far again or more. Level, delay, noise and
    reverberation differ, and the microphones as much as those of one make do."""
    nearest = rng.uniform(0.8, 2.5)
    away = [nearest, *(nearest * rng.uniform(1.5, 5.0, len(ROOMS) - 1))]
    return {
        name: Place(
            distance_m=float(metres),
            reverberation_s=float(rng.uniform(0.2, 0.7)),
            direct_db=float(rng.uniform(2, 10) - 10 * np.log10(metres)),
            noise_db=float(rng.uniform(-68, -48)),
            gain_db=float(rng.uniform(-1.5, 1.5)),
        )
        for name, metres in zip(ROOMS, away, strict=True)
    }


def utterance(number: int) -> bytes:
    voice = VOICES[number % len(VOICES)]
    return silence(1.5) + say("hey jarvis", voice) + silence(0.1) + say("what time is it", voice)


async def winners(number: int) -> list[str]:
    """The rooms that may answer, once all have told what they heard, in the order in which they knew it."""
    rng = np.random.default_rng(number)
    claims: list[tuple[float, Claim]] = []
    for name, place in drawn(rng).items():
        heard = await events(place.hears(utterance(number), number) + silence(0.5), "hey_jarvis", samples=512)
        for woken in (event for event in heard if isinstance(event, Woken)):
            end_s, late_s = woken.at_sample / EAR_RATE_HZ, woken.late_samples / EAR_RATE_HZ
            claim = Claim(name, end_s, woken.score, woken.level_db, woken.noise_db)
            claims.append((end_s + late_s, claim))
    contests, met = Contests(), {}
    for now_s, claim in sorted(claims, key=lambda each: each[0]):
        contest = contests.claim(claim, now_s)
        met[id(contest)] = contest
        if now_s - contest.opened_s > DECIDED_S:
            contest.decide()
    won = []
    for contest in met.values():
        contest.decide()
        won += [claim.room for claim in contest.claims if contest.take(claim)]
    return won


@pytest.mark.slow
async def test_exactly_one_of_five_rooms_answers_and_nearly_always_the_nearest() -> None:
    nearest = 0
    for number in range(UTTERANCES):
        (winner,) = await winners(number)
        nearest += winner == ROOMS[0]
    assert nearest >= NEAREST_AT_LEAST * UTTERANCES, f"{nearest} of {UTTERANCES}"


@pytest.mark.slow
async def test_a_spoken_command_heard_in_five_rooms_is_done_once() -> None:
    said = silence(1.5) + say("hey jarvis", "slt") + silence(0.2) + say("turn on the kitchen light", "slt")
    places = drawn(np.random.default_rng(3))
    sounds = {name: place.hears(said + silence(1.5), 3) for name, place in places.items()}
    async with rooms_together(sounds) as heard:
        await heard.run()
    assert len(heard.woke) == len(ROOMS)
    assert heard.rooms_that(ToolCall) == [ROOMS[0]]
    assert heard.rooms_that(Speaking) == [ROOMS[0]]
    assert sorted(heard.rooms_that(Yielded)) == sorted(ROOMS[1:])
    assert heard.replies == [(ROOMS[0], "The kitchen light is on.")]
    assert not any(any(heard.booths[name].played()) for name in ROOMS[1:])
