"""Utterances → the house's own road → turns: a house on the engines given, a satellite that speaks to it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace

from assistant.catalogue import load_catalogue
from assistant.errors import AssistantError
from assistant.hear.wake.models import WakeModel, WakePlan
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.house.kit import Chosen, Kit, kit_of
from assistant.house.staff import Staffing
from assistant.journal import Entry, Journal, Reader
from assistant.messages import EAR_RATE_HZ, Reply, SpeechEnded
from assistant.ports import Home
from assistant.settings import Ears, RoomSettings, Settings
from assistant.think.bridge import ONE_MOMENT
from assistant.upkeep.bench.log import WorkLog
from assistant.upkeep.bench.said import WAKE, Said
from assistant.upkeep.bench.satellite import Satellite
from assistant.upkeep.bench.techniques import Techniques
from assistant.upkeep.bench.turn import Turn, Uttered

ROOM = "kitchen"
BEFORE_S = 0.3
READS_S = 120.0
"""At most so long a house's language model reads ahead before anyone speaks, where time is real."""
Speak = Callable[[str], bytes]
"""Words → mono s16le at 16 kHz."""


async def asks_nobody(said: Said) -> None:
    """Nobody needs to know beforehand."""


@dataclass(frozen=True, slots=True)
class Bed:
    """Where turns are run: the engines, what is said to them, and the log that they write."""

    settings: Settings
    kit: Kit
    staffing: Staffing
    speak: Speak
    log: WorkLog
    home: Home | None = None
    ask: Callable[[Said], Awaitable[None]] = asks_nobody
    """Told before each turn what will be said."""
    rehearsed: bool = True
    """The house has made the sound of what it says most before anyone speaks, as after some quiet minutes."""
    rehearses_s: float | None = None
    """At most so long, where time is real; None: until it is done."""
    gap_s: float = 0.0
    """So long nobody speaks after each answer."""
    cpu_s: Callable[[], float] = lambda: 0.0
    """Processor time so far of everything that works for the house."""


def settings_of(techniques: Techniques, silence_ms: int = 700) -> Settings:
    """The owner's settings for a bench."""
    return Settings(
        rooms={ROOM: RoomSettings(volume_percent=100)},
        ears=Ears(silence_ms=silence_ms),
        speed=techniques.settings,
    )


def scripted_kit(settings: Settings) -> Kit:
    """The house's usual kit, but wake word and voice are read from scripted words."""
    usual = kit_of(settings, load_catalogue())
    wake = WakePlan(
        "hey_jarvis", WakeModel("scripted"), None, sense=0.5, look=0.5, threshold=0.5, late_samples=0
    )
    return replace(usual, vad=Chosen("scripted"), wake=(wake,))


class Runner:
    """Says one thing after the other to one house."""

    def __init__(self, house: House, bed: Bed) -> None:
        self._house = house
        self._bed = bed

    async def hear(self, satellite: Satellite, *readers: Reader) -> None:
        """Hear what it says to its end, and the end of the answer."""
        with ExitStack() as reading:
            for reader in readers:
                reading.enter_context(self._house.journal.reading(reader))
            await self._house.hear(satellite, ROOM, wake=True)

    async def say(self, said: Said) -> Turn:
        """Say it, wait for the answer's end, and return what happened."""
        pcm, ended_at = utterance(said, self._bed.speak)
        satellite = Satellite(pcm, self._bed.gap_s)
        entries: list[Entry] = []
        await self._bed.ask(said)
        before_s, cpu_before_s = asyncio.get_running_loop().time(), self._bed.cpu_s()
        await self.hear(satellite, entries.append)
        spans = self._bed.log.since(before_s)
        opened_s = satellite.opened_s
        uttered = Uttered(said, opened_s + ended_at / EAR_RATE_HZ, opened_s + BEFORE_S)
        answered_s = _words_from(entries, satellite)
        return Turn(
            uttered,
            entries,
            spans,
            None if answered_s is None else satellite.first_sound_s(answered_s),
            self._bed.cpu_s() - cpu_before_s,
        )


@asynccontextmanager
async def opened(bed: Bed) -> AsyncGenerator[Runner, None]:
    """A house of the bed's engines."""
    loop = asyncio.get_running_loop()
    opening = Opening(
        demo_home=bed.home is None,
        home=bed.home,
        ears=True,
        kit=bed.kit,
        staffing=bed.staffing,
    )
    async with open_house(bed.settings, Journal(loop.time), opening) as house:
        if bed.rehearsed and bed.rehearses_s is not None and bed.settings.speed.speculate:
            with suppress(TimeoutError, AssistantError):  # a house reads ahead when it starts
                async with asyncio.timeout(READS_S):
                    await house.read_ahead()
        if bed.rehearsed and house.rehearsal is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(bed.rehearses_s):
                    await replace(house.rehearsal, share=1.0).run(lambda: False)
        yield Runner(house, bed)


async def turns_of(bed: Bed, script: Sequence[Said]) -> list[Turn]:
    """All of the script in one house."""
    async with opened(bed) as runner:
        return [await runner.say(said) for said in script]


def utterance(said: Said, speak: Speak) -> tuple[bytes, int]:
    """The wake word and the words in one breath; the sound, and the index after its last sample."""
    sound = bytes(2 * round(BEFORE_S * EAR_RATE_HZ)) + speak(WAKE)
    for part in said.parts:
        sound += speak(part) if isinstance(part, str) else bytes(2 * round(part * EAR_RATE_HZ))
    return sound, len(sound) // 2


def _words_from(entries: Sequence[Entry], satellite: Satellite) -> float | None:
    """From when on what sounds are words that answer: a filler, where there was one, has played by then."""
    replies = [(e.t, e.happening.text) for e in entries if isinstance(e.happening, Reply)]
    answers = [at_s for at_s, text in replies if text != ONE_MOMENT]
    if not answers:
        return None
    if len(answers) == len(replies):
        # A sentence may begin before it is known whole: all that sounds after the end is words that answer.
        ends = [e.t for e in entries if isinstance(e.happening, SpeechEnded)]
        return min(answers[0], *ends[-1:])
    fillers = [at_s for at_s, text in replies if text == ONE_MOMENT]
    if fillers and (over_s := satellite.silent_after_s(fillers[0])) is not None:
        return max(answers[0], over_s)
    return answers[0]
