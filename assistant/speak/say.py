"""Sentence… → Speaker: each sentence is made into sound while the one before it plays."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field

from assistant.errors import AssistantError, EngineError
from assistant.messages import Reply, Sentence, Sound, Spoken
from assistant.ports import Tts
from assistant.speak.clauses import clauses
from assistant.speak.playback import Playback
from assistant.speak.spoken_text import spoken_text
from assistant.tasks import together

SOUNDS_WAITING = 64
"""Pieces of one sentence made but not yet fed; the engine waits when there are more."""
LONGEST_S = 180.0
"""Sound of one sentence; an engine that makes more is broken."""
QUICK_TEXT = 500
"""Characters that are put into words on the event loop: less than 5 ms."""
ROUNDING_S = 0.05
"""A sentence counts as played when no more than this of it is missing, as resampling rounds."""


@dataclass(frozen=True, slots=True)
class Saying:
    """How sentences become sound."""

    language: str = "en"
    first_clause: bool = True
    """The first words of a long sentence sound while the rest of it is made."""
    subject_first: bool = True
    """Sentences may begin before their end is known."""


@dataclass(slots=True)
class _Line:
    """A sentence on its way to the speaker; None ends its sounds, an error ends them early."""

    sentence: Sentence
    sounds: "asyncio.Queue[Sound | AssistantError | None]" = field(
        default_factory=lambda: asyncio.Queue(SOUNDS_WAITING)
    )
    engine_ms: float = 0.0
    """The engine's time to its first sound."""


async def say(
    sentences: AsyncIterator[Sentence],
    tts: Tts,
    begin: Callable[[], Playback],
    *,
    committed: asyncio.Event,
    on_reply: Callable[[Reply], None],
    on_spoken: Callable[[Spoken], None] | None = None,
    manner: Saying = Saying(),
) -> Spoken:
    """Say the sentences as they come, one made ahead of the one playing.

    Until `committed` they are only made; then `begin` opens the playback. It is ended and waited for.
    Returns at once when it is aborted. When the voice or the source of the sentences fails, what was made is
    played and then the error raised. However it ends, even cancelled, `sentences` is closed and, where a
    playback was begun, `on_spoken` hears once which sentences were really played.
    """
    made = _Made(tts, manner)
    async with together() as group:
        making = group.create_task(made.make(sentences))
        await committed.wait()
        playback = begin()
        telling = _Telling(made, playback, on_reply)
        try:
            told = group.create_task(telling.tell())
            over = group.create_task(playback.played())
            await asyncio.wait({told, over}, return_when=asyncio.FIRST_COMPLETED)
            if not playback.aborted:
                await asyncio.wait({told})
            for task in (making, told, over):
                task.cancel()
        finally:
            spoken = telling.spoken()
            if on_spoken is not None:
                on_spoken(spoken)
    if telling.failed is not None:
        raise telling.failed
    return spoken


class _Made:
    """One reply on its way: lines of sound."""

    def __init__(self, tts: Tts, manner: Saying) -> None:
        self._tts = tts
        self._manner = manner
        # One line is told, one waits here while it is made: one sentence ahead. `make` waits when it is full.
        self.lines: asyncio.Queue[_Line | AssistantError | None] = asyncio.Queue(1)

    async def make(self, sentences: AsyncIterator[Sentence]) -> None:
        """Sentences → lines of sound."""
        try:
            first = True
            async for sentence in sentences:
                line = _Line(sentence)
                await self.lines.put(line)
                await self._make_line(line, cut=first and self._manner.first_clause)
                first = sentence.begins
        except AssistantError as error:
            await self.lines.put(error)
        else:
            await self.lines.put(None)
        finally:
            if isinstance(sentences, AsyncGenerator):
                await sentences.aclose()

    async def _make_line(self, line: _Line, *, cut: bool) -> None:
        text, language = left_to_say(line.sentence), self._manner.language
        if len(text) < QUICK_TEXT:
            text = spoken_text(text, language)
        else:
            text = await asyncio.to_thread(spoken_text, text, language)
        if line.sentence.begins:
            text = spoken_lead(text)
        began, made_s = asyncio.get_running_loop().time(), 0.0
        try:
            for part in (clauses(text) if cut else [text]) if text else []:
                async with aclosing(self._tts.synthesize(part)) as speech:
                    async for sound in speech:
                        if made_s == 0.0:
                            line.engine_ms = (asyncio.get_running_loop().time() - began) * 1000
                        made_s += len(sound.pcm) / 2 / sound.rate_hz
                        await line.sounds.put(sound)
                        if made_s > LONGEST_S:
                            raise EngineError(f"{self._tts.name} speaks without end")
        except AssistantError as error:
            await line.sounds.put(error)
        else:
            await line.sounds.put(None)


def spoken_lead(text: str) -> str:
    """The beginning of a sentence as a voice is to say it: as one that goes on."""
    return f"{text.rstrip(',.')},"


def left_to_say(sentence: Sentence) -> str:
    """What of it was not said by the sentence before it."""
    return sentence.text.removeprefix(sentence.led).lstrip(" ,:") if sentence.led else sentence.text


class _Telling:
    """The same reply as it is played."""

    def __init__(self, made: _Made, playback: Playback, on_reply: Callable[[Reply], None]) -> None:
        self.failed: AssistantError | None = None
        self._lines = made.lines
        self._playback = playback
        self._on_reply = on_reply
        self._told: list[tuple[Sentence, float]] = []
        self._fed_s = 0.0
        self._complete = False

    async def tell(self) -> None:
        """Lines → the speaker, until they end or one fails; returns when all of it has played."""
        while isinstance(line := await self._lines.get(), _Line):
            sound = await line.sounds.get()
            if not line.sentence.begins:
                self._on_reply(Reply(line.sentence.text, line.engine_ms))
            before_s = self._fed_s
            while isinstance(sound, Sound):
                await self._playback.feed(sound)
                self._fed_s += len(sound.pcm) / 2 / sound.rate_hz
                sound = await line.sounds.get()
            if isinstance(sound, AssistantError):
                self.failed = sound
                break
            if self._fed_s > before_s and not line.sentence.begins:
                self._told.append((line.sentence, self._fed_s))
        if isinstance(line, AssistantError):
            self.failed = line
        self._complete = self.failed is None
        self._playback.end()
        await self._playback.played()

    def spoken(self) -> Spoken:
        """What was really played so far."""
        reached_s = self._playback.position_s + ROUNDING_S
        played = [sentence for sentence, end_s in self._told if end_s <= reached_s]
        finished = self._complete and not self._playback.aborted and len(played) == len(self._told)
        asks = bool(played) and played[-1].asks
        return Spoken(tuple(sentence.text for sentence in played), finished, asks and finished)
