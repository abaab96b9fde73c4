"""Which room answers, while it happens: on clocks that the test moves."""

import asyncio
from dataclasses import dataclass, field

from assistant.hear.heard import Utterance
from assistant.house.choosing import Bid, Choosing, Part
from assistant.house.nearest import DECIDED_S, Claim
from assistant.messages import SpeechChunk
from tests.memory.clocks import ManualClocks

ROOMS = ("kitchen", "hall", "bath")


@dataclass
class Told:
    """What a room was told."""

    words: list[str] = field(default_factory=list)


def chunk(peak: int, *, voiced: bool) -> SpeechChunk:
    return SpeechChunk(int(peak).to_bytes(2, "little", signed=True) * 512, 0, voiced)


class Bench:
    """Rooms that claim an utterance."""

    def __init__(self) -> None:
        self.clocks = ManualClocks()
        self.choosing = Choosing(ROOMS, self.clocks)
        self.told: dict[str, Told] = {}

    def enter(self, room: str, level_db: float | None = None, *, voice: int = 0, late_s: float = 0.0) -> Bid:
        told = self.told.setdefault(room, Told())
        utterance = Utterance()
        if voice:
            for _ in range(5):
                utterance.add(chunk(voice, voiced=True))
                utterance.add(chunk(20, voiced=False))
        part = Part(utterance, lambda: told.words.append("lead"), lambda to: told.words.append(f"to {to}"))
        claim = Claim(room, 0.0) if level_db is None else Claim(room, 0.0, 0.9, level_db, -60.0)
        bid = self.choosing.enter(claim, late_s, part)
        assert bid is not None
        return bid

    async def passes(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.clocks.advance(seconds)
        for _ in range(10):
            await asyncio.sleep(0)


async def test_the_others_give_way_once_it_is_decided_and_only_then() -> None:
    bench = Bench()
    far, near = bench.enter("hall", -40.0), bench.enter("kitchen", -20.0)
    assert (far.leads, near.leads, far.open) == (True, False, True)
    assert not near.take_now()
    await bench.passes(DECIDED_S)
    assert bench.told["hall"].words == ["to kitchen"]
    assert bench.told["kitchen"].words == ["lead"]
    assert (await near.take(), await far.take()) == (True, False)


async def test_one_that_tells_late_gives_way_at_once_or_takes_over() -> None:
    bench = Bench()
    hall = bench.enter("hall", -30.0)
    await bench.passes(DECIDED_S + 0.2)
    bench.enter("bath", -50.0, late_s=0.5)
    assert bench.told["bath"].words == ["to hall"]
    kitchen = bench.enter("kitchen", -10.0, late_s=0.5)
    assert bench.told["hall"].words == ["to kitchen"]
    assert (await kitchen.take(), await hall.take()) == (True, False)


async def test_when_nothing_follows_in_the_nearest_room_the_next_one_leads() -> None:
    bench = Bench()
    near, far = bench.enter("kitchen", -20.0), bench.enter("hall", -40.0)
    await bench.passes(DECIDED_S)
    near.withdraw()
    assert bench.told["hall"].words[-1] == "lead"
    assert await far.take()


async def test_where_a_satellite_only_tells_that_it_woke_the_words_after_it_are_compared() -> None:
    bench = Bench()
    heard = bench.enter("hall", -35.0, voice=800)
    told = bench.enter("kitchen", voice=9000, late_s=0.4)
    await bench.passes(DECIDED_S)
    assert heard.leads
    assert (await heard.take(), await told.take()) == (False, True)
    assert bench.told["kitchen"].words[-1] == "lead"


async def test_the_second_hearing_is_the_next_nearest_rooms_where_anything_was_said() -> None:
    bench = Bench()
    near, silent = bench.enter("kitchen", -20.0, voice=9000), bench.enter("hall", -25.0)
    far = bench.enter("bath", -40.0, voice=500)
    await bench.passes(DECIDED_S)
    assert near.second_hearing() is far.part.utterance
    assert silent.part.utterance.levels_db()[0] < -90


def test_a_room_alone_is_never_asked_to_wait() -> None:
    choosing = Choosing(("kitchen",), ManualClocks())
    assert choosing.enter(Claim("kitchen", 0.0), 0.0, Part(Utterance(), print, print)) is None
