"""What rings: how long, how loud, where, and what becomes of it; on clocks that the test moves."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import cast

import numpy as np
import pytest

import assistant
from assistant.errors import SettingsError
from assistant.hear.endpoint import EndpointSettings
from assistant.hear.listen import Ear
from assistant.hear.transcribe import Transcribe
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.house.mouth import SOFT_PERCENT, Manners, Mouth
from assistant.house.ringing import RingPolicy
from assistant.house.room import Room
from assistant.house.understanding import Understanding
from assistant.journal import Entry, Journal
from assistant.memory.entries import Kind
from assistant.memory.schedule import Schedule, Wanted
from assistant.messages import AudioChunk, Failed, Reply, Sentence, Sound, ToolCall
from assistant.ports import Samples
from assistant.scripted.ears import ScriptedVad
from assistant.settings import Ears, RoomSettings, Settings
from assistant.speak.speaker import Speaker
from assistant.think.answer import Answer
from tests.house.test_mouth import RATE_HZ, RING, SOUNDS, tone
from tests.memory.clocks import ManualClocks
from tests.roads.runner import kit

ROOMS = ("kitchen", "bedroom", "office")
POLICY = RingPolicy()
STEP_S = 0.5
PHRASES = Path(assistant.__file__).parent / "skills" / "phrases" / "en" / "home.yaml"
WORDS = -2000
"""Below zero, so that no volume makes it look like a ring."""


class Voice:
    """A fifth of a second for every text."""

    name = "scripted"

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        yield tone(WORDS)


class Silence:
    """A microphone that hears nothing."""

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        await asyncio.Event().wait()
        yield AudioChunk(b"", 0)


class Out:
    """A loudspeaker that plays as the loop turns, and notes when which level begins to sound."""

    rate_hz = RATE_HZ
    latency_s = 0.0

    def __init__(self, clocks: ManualClocks) -> None:
        self.sounded: list[tuple[float, int]] = []
        self._clocks = clocks
        self._render: Callable[[int], Samples] = lambda n: np.zeros(n, dtype=np.int16)
        self._last = 0
        self.gone = False
        """Its device was lost: it takes no sound."""

    def start(self, render: Callable[[int], Samples]) -> None:
        self._render = render

    def turn(self) -> None:
        if self.gone:
            return
        level = int(self._render(640)[-1])
        if level and level != self._last:
            self.sounded.append((self._clocks.steady_s(), level))
        self._last = level

    def close(self) -> None:
        pass


class Bench:
    """A house with loudspeakers, and its schedule."""

    def __init__(
        self, house: House, clocks: ManualClocks, rooms: Sequence[str], quiet: Sequence[str]
    ) -> None:
        self.house, self.clocks = house, clocks
        self.schedule: Schedule = house._ringing._schedule
        self.entries: list[Entry] = []
        self.outs: dict[str, Out] = {}
        for name in rooms:
            out = self.outs[name] = Out(clocks)
            speaker = Speaker(out)
            mouth = Mouth(
                name,
                speaker,
                Voice(),
                SOUNDS,
                house.journal,
                Manners(quiet=partial(quiet.__contains__, name)),
            )
            ear = Ear(Silence(), None, ScriptedVad(), EndpointSettings())
            understanding = Understanding(Transcribe([]), house._answer, house.journal)
            house.rooms[name] = Room(name, ear, mouth, understanding)
            speaker.open()

    async def passes(self, seconds: float) -> None:
        """Time goes on, and everything that is to happen in it happens."""
        for _ in range(round(seconds / STEP_S)):
            self.clocks.advance(STEP_S)
            for _ in range(20):
                for out in self.outs.values():
                    out.turn()
                await asyncio.sleep(0)

    async def comes(self, seconds: float) -> None:
        """So much later, with nothing happening before the last five seconds."""
        self.clocks.advance(seconds)
        await self.passes(5)

    async def until(self, reached: Callable[[], bool]) -> None:
        """What another thread does (the disk) is waited for; no time passes."""
        async with asyncio.timeout(60):
            while not reached():
                for out in self.outs.values():
                    out.turn()
                await asyncio.sleep(0.001)

    async def is_over(self) -> None:
        await self.until(lambda: not self.schedule.ringing())

    def rings(self, room: str) -> list[tuple[float, int]]:
        """When it rang there, and how loud."""
        return [(at, level) for at, level in self.outs[room].sounded if level > 0]

    def words(self, room: str) -> list[int]:
        """How loud each thing was that was said there."""
        return [-level for _, level in self.outs[room].sounded if level < 0]

    def room(self, name: str) -> Room:
        return self.house.rooms[name]

    @property
    def told(self) -> list[str]:
        return [entry.happening.text for entry in self.entries if isinstance(entry.happening, Reply)]


@asynccontextmanager
async def opened(
    rooms: Sequence[str] = ROOMS,
    *,
    quiet: Sequence[str] = (),
    database: Path | None = None,
    hours: float = 0.0,
) -> AsyncIterator[Bench]:
    """`hours`: so much later than the clocks otherwise begin."""
    ears = Ears(only_own_phrases=True, phrases=(PHRASES,))  # all of them take seconds to read
    settings = Settings(rooms={name: RoomSettings() for name in ROOMS}, ears=ears)
    journal, clocks = Journal(lambda: 0.0), ManualClocks(1_790_000_000.0 + 3600 * hours, 0.0)
    opening = Opening(demo_home=True, database=database, kit=kit({}), clocks=clocks)
    async with open_house(settings, journal, opening) as house:
        bench = Bench(house, clocks, rooms, quiet)
        with journal.reading(bench.entries.append):
            ringing = asyncio.create_task(house.ring())
            try:
                yield bench
            finally:
                ringing.cancel()
                await asyncio.wait([ringing])
    if not ringing.cancelled():
        ringing.result()


def loud(percent: float, of: int = RING) -> int:
    return round(of * (percent / 100) ** 2)


async def test_it_rings_fifteen_minutes_louder_with_gaps_then_is_told_later_once() -> None:
    async with opened(["kitchen"]) as bench:
        await bench.schedule.start("kitchen", 10, "pasta")
        await bench.passes(10 + POLICY.gives_up_s + 2)
        await bench.is_over()
        times = [at for at, _ in bench.rings("kitchen")]
        assert times[0] == pytest.approx(10, abs=1)
        assert times[-1] == pytest.approx(10 + 15 * 60, abs=5)
        assert all(1.5 <= after - before <= 4 for before, after in pairwise(times))
        levels = [level for _, level in bench.rings("kitchen")]
        assert levels == sorted(levels)
        assert (levels[0], levels[-1]) == (loud(30), loud(80))
        await bench.comes(60)
        assert len(bench.rings("kitchen")) == len(times)
        await bench.house.ask("turn on the kitchen light", "office")
        assert bench.told[-1].startswith("While you were away, your pasta timer rang at ")
        await bench.house.ask("turn off the kitchen light", "office")
        assert bench.told[-1] == "The kitchen light is off."


async def test_what_was_missed_is_told_after_a_restart_too(tmp_path: Path) -> None:
    async with opened(["kitchen"], database=tmp_path / "h.db") as bench:
        await bench.schedule.start("kitchen", 10, "pasta")
        await bench.passes(10 + POLICY.gives_up_s + 2)
        await bench.is_over()
    async with opened(["kitchen"], database=tmp_path / "h.db") as bench:
        await bench.passes(20)
        assert bench.rings("kitchen") == []
        await bench.house.ask("turn on the kitchen light", "kitchen")
        assert "pasta timer rang at" in bench.told[-1]


async def test_a_minute_later_the_other_rooms_ring_but_not_where_quiet_is_wanted() -> None:
    async with opened(quiet=["bedroom"]) as bench:
        await bench.schedule.start("kitchen", 10)
        await bench.passes(10 + POLICY.elsewhere_s - 5)
        assert bench.rings("kitchen")
        assert not bench.rings("office")
        await bench.passes(15)
        assert bench.rings("kitchen")[-1][1] == loud(80)
        assert bench.rings("office")[0][1] == loud(30)
        assert not bench.rings("bedroom")


async def test_its_own_room_rings_though_quiet_is_wanted_there() -> None:
    async with opened(quiet=["bedroom"]) as bench:
        await bench.schedule.start("bedroom", 10)
        await bench.passes(15)
        assert bench.rings("bedroom")


async def test_without_a_loudspeaker_in_its_room_the_others_ring_at_once() -> None:
    async with opened(["bedroom", "office"]) as bench:
        await bench.schedule.start("kitchen", 10)
        await bench.passes(15)
        assert bench.rings("bedroom")
        assert bench.rings("office")


async def test_a_loudspeaker_that_plays_nothing_does_not_hold_up_the_others() -> None:
    async with opened() as bench:
        bench.outs["kitchen"].gone = True
        await bench.schedule.start("kitchen", 10)
        await bench.passes(10 + POLICY.elsewhere_s + 10)
        assert bench.rings("bedroom")


async def test_several_take_turns_and_stop_ends_all_that_ring_there() -> None:
    async with opened() as bench:
        await bench.schedule.start("kitchen", 10, "pasta")
        await bench.schedule.start("kitchen", 10, "tea")
        await bench.schedule.start("office", 10)
        await bench.passes(30)
        times = [at for at, _ in bench.rings("kitchen")]
        assert all(after - before >= 1.5 for before, after in pairwise(times))
        assert len(bench.room("kitchen").bell.rings) == 2
        assert bench.house.rooms.silence("kitchen")
        await bench.until(lambda: len(bench.schedule.ringing()) == 1)
        assert [ring.room for ring in bench.schedule.ringing()] == ["office"]
        await bench.passes(20)
        assert len(bench.rings("kitchen")) == len(times)


async def test_stop_ends_what_rings_nearest_and_nothing_farther_away() -> None:
    async with opened() as bench:
        await bench.schedule.start("kitchen", 10, "pasta")
        await bench.schedule.start("bedroom", 10, "tea")
        await bench.passes(15)
        assert bench.house.rooms.silence("kitchen")
        await bench.passes(5)
        assert not bench.room("kitchen").bell.rings
        assert [ring.name for ring in bench.room("bedroom").bell.rings] == ["tea"]
        assert bench.house.rooms.silence("office")
        await bench.passes(5)
        assert not bench.room("bedroom").bell.rings


async def test_a_ring_that_is_put_off_comes_again() -> None:
    async with opened() as bench:
        await bench.schedule.start("kitchen", 10, "pasta")
        await bench.passes(15)
        (ring,) = bench.schedule.ringing()
        await bench.schedule.snooze(ring.id, 60)
        await bench.passes(30)
        before = len(bench.rings("kitchen"))
        await bench.passes(40)
        assert len(bench.rings("kitchen")) > before
        assert bench.told == ["Your pasta timer is done."] * 2


async def test_while_somebody_speaks_nothing_rings() -> None:
    async with opened() as bench:
        await bench.schedule.start("kitchen", 10)
        attention = bench.room("kitchen").attention
        attention.sense(sensed=True)
        await bench.passes(20)
        assert not bench.rings("kitchen")
        attention.sense(sensed=False)
        await bench.passes(3)
        assert bench.rings("kitchen")


# ── reminders ────────────────────────────────────────────────────────────────────────────────────


async def test_a_reminder_is_said_twice_and_told_again_where_nobody_spoke() -> None:
    async with opened() as bench:
        await bench.schedule.keep(Wanted(Kind.REMINDER, "kitchen", text="take out the bins"), 10)
        await bench.passes(60)
        assert (len(bench.rings("kitchen")), len(bench.words("kitchen"))) == (2, 2)
        assert not bench.rings("office")
        await bench.comes(120)
        await bench.passes(20)
        assert (len(bench.rings("kitchen")), len(bench.rings("office"))) == (2, 1)
        await bench.comes(120)
        await bench.is_over()
        await bench.house.ask("turn on the kitchen light", "kitchen")
        assert "I reminded you at" in bench.told[-1]
        assert bench.told[-1].endswith(": take out the bins.")


async def test_a_reminder_that_somebody_heard_follows_nobody() -> None:
    async with opened() as bench:
        await bench.schedule.keep(Wanted(Kind.REMINDER, "kitchen", text="take out the bins"), 10)
        await bench.passes(30)
        bench.room("kitchen").attention.accepted += 1
        await bench.comes(120)
        await bench.is_over()
        assert not bench.rings("office")


async def test_a_reminder_for_everyone_is_said_in_every_room_and_ends_once_somebody_speaks() -> None:
    async with opened() as bench:
        await bench.schedule.keep(Wanted(Kind.REMINDER, "kitchen", text="dinner", everyone=True), 10)
        await bench.passes(30)
        assert [len(bench.rings(room)) for room in ROOMS] == [2, 2, 2]
        bench.room("office").attention.accepted += 1
        await bench.comes(120)
        await bench.is_over()
        await bench.house.ask("turn on the kitchen light", "kitchen")
        assert bench.told[-1] == "The kitchen light is on."


# ── commands ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_command_is_done_when_it_is_due_and_told_softly_to_who_may_wait_for_it() -> None:
    async with opened() as bench:
        await bench.schedule.keep(Wanted(Kind.COMMAND, "kitchen", text="turn on the kitchen light"), 600)
        await bench.comes(600)
        await bench.is_over()
        assert bench.told == ["The kitchen light is on."]
        assert bench.words("kitchen") == [pytest.approx(loud(SOFT_PERCENT, -WORDS), abs=1)]
        assert not bench.rings("kitchen")


async def test_a_command_of_long_ago_is_done_in_silence_unless_it_fails() -> None:
    async with opened() as bench:
        for text in ("turn on the kitchen light", "frobnicate the kitchen"):
            await bench.schedule.keep(Wanted(Kind.COMMAND, "kitchen", text=text), 8000)
            await bench.comes(8000)
            await bench.is_over()
        calls = [e.happening.name for e in bench.entries if isinstance(e.happening, ToolCall)]
        assert calls == ["device_on"]
        assert len(bench.words("kitchen")) == 1
        assert "frobnicate" in bench.told[-1]


class Breaks:
    """A mind with a mistake in it."""

    async def carry_out(self, text: str, room: str) -> AsyncGenerator[Sentence, None]:
        if text:
            raise RuntimeError(text)
        yield Sentence(text)


class Hangs:
    """A mind that is cut off in the midst of a command."""

    async def carry_out(self, text: str, room: str) -> AsyncGenerator[Sentence, None]:
        await asyncio.Event().wait()
        yield Sentence(text)


async def test_a_command_cut_off_in_its_midst_is_told_and_not_done_again(tmp_path: Path) -> None:
    async with opened(database=tmp_path / "h.db") as bench:
        bench.house._ringing._answer = cast(Answer, Hangs())
        await bench.schedule.keep(Wanted(Kind.COMMAND, "kitchen", text="turn on the kitchen light"), 10)
        await bench.passes(12)
    async with opened(database=tmp_path / "h.db") as bench:
        await bench.passes(30)
        assert len(bench.told) == 1
        assert "turn on the kitchen light. I was cut off, so I may have already done it." in bench.told[0]
        assert not [e for e in bench.entries if isinstance(e.happening, ToolCall)]


async def test_a_command_that_breaks_ends_no_ring_and_does_not_come_again() -> None:
    async with opened() as bench:
        bench.house._ringing._answer = cast(Answer, Breaks())
        await bench.schedule.keep(Wanted(Kind.COMMAND, "kitchen", text="turn on the kitchen light"), 10)
        await bench.schedule.start("kitchen", 10)
        await bench.passes(20)
        await bench.until(lambda: len(bench.schedule.ringing()) == 1)
        assert bench.rings("kitchen")
        await bench.house.ask("turn on the kitchen light", "kitchen")
        assert "but it did not work: turn on the kitchen light." in bench.told[-1]


# ── what fell due while the house was off ────────────────────────────────────────────────────────


async def test_what_is_too_late_is_told_and_not_rung_and_a_command_not_done(tmp_path: Path) -> None:
    async with opened(database=tmp_path / "h.db") as bench:
        await bench.schedule.start("kitchen", 10, "pasta")
        await bench.schedule.keep(Wanted(Kind.COMMAND, "kitchen", text="turn on the kitchen light"), 10)
    async with opened(database=tmp_path / "h.db", hours=2) as bench:
        await bench.passes(30)
        assert not bench.rings("kitchen")
        assert bench.words("kitchen")
        assert [words.partition(" ")[0] for words in bench.told] == ["Your", "You"]
        assert not [e for e in bench.entries if isinstance(e.happening, ToolCall)]
        await bench.comes(120)
        await bench.is_over()
        await bench.house.ask("turn on the kitchen light", "kitchen")
        assert "your pasta timer was due at" in bench.told[-1]


# ── the disk ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_disk_that_refuses_is_told_aloud_once_and_other_things_ring_on(tmp_path: Path) -> None:
    async with opened(database=tmp_path / "h.db") as bench:
        for name in ("pasta", "tea"):
            await bench.schedule.start("kitchen", 10, name)
        await bench.schedule.start("office", 10)
        await bench.passes(12)
        with sqlite3.connect(tmp_path / "h.db") as connection:
            connection.execute("ALTER TABLE schedule RENAME TO gone")
        bench.house.rooms.silence("kitchen")
        await bench.until(lambda: len([e for e in bench.entries if isinstance(e.happening, Failed)]) == 2)
        await bench.passes(20)
        assert bench.words("kitchen").count(-WORDS) == 1
        assert [e.happening.spoken for e in bench.entries if isinstance(e.happening, Failed)].count("") == 1
        assert len(bench.rings("office")) > 3


async def test_nothing_unasked_is_said_where_quiet_is_wanted() -> None:
    async with opened(quiet=["bedroom"]) as bench:
        with pytest.raises(SettingsError, match="disturbed"):
            await bench.house.announce("Dinner is ready.", "bedroom")
        assert bench.words("bedroom") == []
