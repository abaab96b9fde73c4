"""One room's voice: rings, apologies and announcements, also when the voice is gone or never ends."""

import asyncio
from collections.abc import AsyncGenerator, Callable

import numpy as np
import pytest

from assistant.errors import EngineError
from assistant.house.mouth import SOFT_PERCENT, Manners, Mouth
from assistant.house.sounds import Sounds
from assistant.journal import Entry, Journal
from assistant.messages import Failed, Sound, Turn
from assistant.ports import Samples
from assistant.speak.say import LONGEST_S
from assistant.speak.speaker import Priority, Speaker

RATE_HZ = 16_000


def tone(level: int, seconds: float = 0.2) -> Sound:
    return Sound(np.full(round(seconds * RATE_HZ), level, dtype="<i2").tobytes(), RATE_HZ)


RING, SORRY, VOICE = 1000, 2000, 3000
SOUNDS = Sounds(tone(10), tone(20), tone(SORRY), tone(RING))


class Out:
    """A loudspeaker that plays while the loop turns, and notes each level that sounds."""

    rate_hz = RATE_HZ
    latency_s = 0.0

    def __init__(self) -> None:
        self.levels: list[int] = []
        self.blocks = 0
        self._changed = asyncio.Event()
        self._playing: asyncio.Task[None] | None = None

    def start(self, render: Callable[[int], Samples]) -> None:
        self._playing = asyncio.create_task(self._play(render))

    async def _play(self, render: Callable[[int], Samples]) -> None:
        while True:
            level = int(render(320)[-1])
            self.blocks += level != 0
            if level and self.levels[-1:] != [level]:
                self.levels.append(level)
                self._changed.set()
            await asyncio.sleep(0)

    async def reaches(self, level: int) -> None:
        """Wait until this level sounds."""
        while self.levels[-1:] != [level]:
            self._changed.clear()
            await self._changed.wait()

    def close(self) -> None:
        if self._playing is not None:
            self._playing.cancel()


class Voice:
    """Speaks a level for every text, so many seconds of it; or fails."""

    name = "scripted"

    def __init__(self, seconds: float = 0.2, *, fails: bool = False) -> None:
        self.made_s = 0.0
        self._seconds = seconds
        self._piece_s = min(1.0, seconds)
        self._fails = fails

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        if self._fails:
            raise EngineError("scripted to fail")
        for _ in range(round(self._seconds / self._piece_s)):
            yield tone(VOICE, self._piece_s)
            self.made_s += self._piece_s
            await asyncio.sleep(0)


class Bench:
    """A mouth on an open speaker."""

    def __init__(self, voice: Voice, manners: Manners | None = None) -> None:
        self.out, self.entries = Out(), list[Entry]()
        self.speaker = Speaker(self.out)
        self.journal = Journal(lambda: 0.0)
        self.mouth = Mouth("kitchen", self.speaker, voice, SOUNDS, self.journal, manners or Manners())

    async def __aenter__(self) -> "Bench":
        self.speaker.open()
        self._reading = self.journal.reading(self.entries.append)
        self._reading.__enter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reading.__exit__(None, None, None)
        self.speaker.close()

    @property
    def failures(self) -> list[str]:
        return [e.happening.error for e in self.entries if isinstance(e.happening, Failed)]


async def test_a_ring_sounds_and_says_why() -> None:
    async with Bench(Voice()) as bench:
        await bench.mouth.ring("Your timer is done.", 100)
        assert bench.out.levels == [RING, VOICE]
        assert bench.failures == []


async def test_a_ring_is_heard_without_a_voice() -> None:
    async with Bench(Voice(fails=True)) as bench:
        await bench.mouth.ring("Your timer is done.", 100)
        assert bench.out.levels == [RING]
        assert bench.failures == ["EngineError: scripted to fail"]


@pytest.mark.parametrize("level", [RING, VOICE])
async def test_a_ring_falls_silent_at_once_when_somebody_speaks(level: int) -> None:
    async with Bench(Voice(seconds=60.0)) as bench:
        ringing = asyncio.create_task(bench.mouth.ring("Your timer is done.", 100))
        await bench.out.reaches(level)
        blocks = bench.out.blocks
        bench.mouth.hush()
        await ringing
        assert bench.out.blocks - blocks <= 5
        assert bench.speaker.pending is False


async def test_a_ring_that_is_over_falls_silent_at_once() -> None:
    async with Bench(Voice(seconds=60.0)) as bench:
        ringing = asyncio.create_task(bench.mouth.ring("Your timer is done.", 100))
        await bench.out.reaches(VOICE)
        blocks = bench.out.blocks
        ringing.cancel()
        await asyncio.wait([ringing])
        while bench.speaker.pending:  # noqa: ASYNC110 - the loudspeaker turns with the loop
            await asyncio.sleep(0)
        assert bench.out.blocks - blocks <= 5


async def test_neither_volume_nor_quiet_hours_silence_a_ring() -> None:
    async with Bench(Voice(), Manners(loudest=lambda: 0)) as bench:
        bench.speaker.volume_percent = 0
        await bench.mouth.ring("Your timer is done.", 50)
        assert bench.out.levels == [RING // 4, VOICE // 4]


async def test_where_quiet_is_wanted_there_are_no_tones_but_answers_and_rings() -> None:
    async with Bench(Voice(), Manners(quiet=lambda: True)) as bench:
        await bench.mouth.listening()
        await bench.mouth.dismissed()
        assert bench.out.levels == []
        await bench.mouth.ring("Your timer is done.", 100)
        await bench.mouth.announce("The light is on.", Priority.REPLY)
        assert bench.out.levels == [RING, VOICE]


async def test_what_nobody_asked_for_just_now_is_said_softly() -> None:
    async with Bench(Voice()) as bench:
        await bench.mouth.announce("The fan is off.", softly=True)
        await bench.mouth.announce("Dinner is ready.")
        softly, aloud = bench.out.levels
        assert abs(softly - VOICE * (SOFT_PERCENT / 100) ** 2) < 1
        assert aloud == VOICE


async def test_an_apology_needs_no_voice() -> None:
    async with Bench(Voice(fails=True)) as bench:
        await bench.mouth.apologise(Turn(1, "kitchen"), EngineError("boom"), "Sorry.")
        assert bench.out.levels == [SORRY]
        assert bench.failures == ["EngineError: boom"]


async def test_an_announcement_without_end_is_ended() -> None:
    voice = Voice(seconds=10 * LONGEST_S)
    async with Bench(voice) as bench:
        with pytest.raises(EngineError, match="without end"):
            await bench.mouth.announce("Dinner is ready.")
        assert voice.made_s < LONGEST_S + 10


async def test_an_announcement_that_is_stopped_is_not_made_to_its_end() -> None:
    voice = Voice(seconds=60)
    async with Bench(voice) as bench:
        announcing = asyncio.create_task(bench.mouth.announce("Dinner is ready."))
        await bench.out.reaches(VOICE)
        bench.speaker.abort(Priority.ANNOUNCEMENT)
        await announcing
        assert voice.made_s < 10
