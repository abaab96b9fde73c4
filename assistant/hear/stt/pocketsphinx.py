"""SpeechChunk stream → Transcript, from a closed grammar: the narrow ear.

It hears the sentences of the house and nothing else, and says so when it is not sure. While words arrive, a
live decoder yields partials, and two others read along (`narrow_along`). At every pause what they read is
judged (`narrow_judge`), so the verdict is usually ready when the end of speech is called; more voice throws
it away.
"""

import importlib.util
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import EngineError
from assistant.hear.quiet import END_SAMPLES
from assistant.hear.stt.narrow_sound import Sound
from assistant.hear.stt.overtaken import gives_up
from assistant.messages import EAR_RATE_HZ, JsonValue, SpeechChunk, Transcript
from assistant.ports import Cancelled, SttEngine

if TYPE_CHECKING:
    from assistant.hear.stt.narrow_ear import NarrowEar
    from assistant.hear.stt.narrow_judge import Verdict

_NAME = "pocketsphinx"
_PARTIAL_SAMPLES = EAR_RATE_HZ // 5
_WAITED_S = 0.001
"""A chunk that took longer to get was not there yet: now is when it came."""


class _Options(BaseModel):
    """What the house may set."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    grammar: str = ""
    """JSGF; its public rule is <utterance>."""
    pronunciations: dict[str, list[str]] = {}
    """Word → phones of the CMU dictionary, for words it lacks or says otherwise."""
    wake_phrases: list[str] = []
    """Their tails may be left at the beginning of an utterance."""
    strictness: float = 1.0
    """Above 1 refuses more, below 1 less."""
    alone: bool = True
    """No other ear hears what this one refuses, so it reads that once more."""


class Pocketsphinx:
    """The closed-grammar recogniser on the acoustic model of pocketsphinx's own wheel."""

    def __init__(self, options: Mapping[str, JsonValue]) -> None:
        self._options = _options(options)
        self._ear: NarrowEar | None = None

    @staticmethod
    def missing() -> str | None:
        if importlib.util.find_spec("pocketsphinx") is None:
            return "The Python package pocketsphinx is not installed; run: uv sync"
        return None

    def load(self) -> None:
        if reason := self.missing():
            raise EngineError(reason)
        from assistant.hear.stt.narrow_ear import NarrowEar

        self._ear = NarrowEar()
        self._hand_over(self._ear)

    def configure(self, changes: Mapping[str, JsonValue]) -> None:
        """A new grammar counts from the next utterance on; a bad one changes nothing and raises."""
        before, self._options = self._options, _options({**self._options.model_dump(), **changes})
        if self._ear is None:
            return
        try:
            self._hand_over(self._ear)
        except EngineError:
            self._options = before
            raise

    def _hand_over(self, ear: "NarrowEar") -> None:
        if self._options.grammar:
            told = self._options
            ear.listen_for(
                told.grammar, told.pronunciations, told.wake_phrases, told.strictness, alone=told.alone
            )

    def transcribe(self, speech: Iterator[SpeechChunk], cancelled: Cancelled) -> Iterator[Transcript]:
        """Partials, then the final transcript; nothing more once cancelled."""
        if self._ear is None or not self._options.grammar:
            raise EngineError("the narrow ear was not given a grammar")
        yield from _transcribe(self._ear, speech, cancelled)


def _options(values: Mapping[str, JsonValue]) -> _Options:
    try:
        return _Options.model_validate(dict(values))
    except ValidationError as error:
        raise EngineError(f"the options of {_NAME} are wrong: {error}") from error


class _Arrivals:
    """When the sound came, reckoned from the chunks that had to be waited for.

    While a judgement runs, chunks queue up unseen; they came at the pace of speech at the latest.
    """

    def __init__(self) -> None:
        self._known_s = time.perf_counter()
        self._samples_since = 0

    def of(self, speech: Iterator[SpeechChunk]) -> Iterator[SpeechChunk]:
        """The same chunks; the time of the last one and of the end is kept."""
        while True:
            asked = time.perf_counter()
            chunk = next(speech, None)
            if (now := time.perf_counter()) - asked > _WAITED_S:
                self._known_s, self._samples_since = now, 0
            if chunk is None:
                return
            self._samples_since += len(chunk.pcm) // 2
            yield chunk

    def since_end_ms(self) -> float:
        """Time since the end of the sound."""
        now = time.perf_counter()
        return (now - min(now, self._known_s + self._samples_since / EAR_RATE_HZ)) * 1000


def _transcribe(
    ear: "NarrowEar", speech: Iterator[SpeechChunk], cancelled: Cancelled
) -> Iterator[Transcript]:
    sound, shown, next_partial, pauses = Sound(), "", _PARTIAL_SAMPLES, 0
    reading: Verdict | None = None
    arrivals = _Arrivals()
    with ear.live() as live:
        for chunk in arrivals.of(speech):
            if cancelled():
                return
            sound.add(chunk)
            live.feed(chunk.pcm)
            ear.follow(sound)
            if chunk.voiced:
                reading = None
            if chunk.paused:
                pauses += 1
                idle, shown = gives_up(speech, cancelled), live.words()
                yield Transcript(shown, final=False, engine=_NAME)
                foreseen = None if sound.ended else ear.foresee(shown)
                if (reading := _judged(ear, sound, reading or foreseen, idle)) is not None:
                    yield _transcript(reading, at_pause=pauses)
            if sound.samples >= next_partial:
                next_partial += _PARTIAL_SAMPLES
                if (words := live.words()) and words != shown:
                    shown = words
                    yield Transcript(words, final=False, engine=_NAME)
        last = _judged(ear, sound, reading, cancelled, over=True) if sound.first is not None else None
    if sound.first is None:
        yield Transcript("", True, 0.0, _NAME, "nothing was said")
    elif last is not None and not cancelled():
        yield replace(_transcript(last), final=True, engine_ms=arrivals.since_end_ms())


def _judged(
    ear: "NarrowEar", sound: Sound, before: "Verdict | None", idle: Cancelled, *, over: bool = False
) -> "Verdict | None":
    """`before`: what was made of the same pause when it was shorter. `over`: no more sound will come."""
    found = before or ear.judge(*sound.cut(), idle, cut_short=True, sound=sound)
    if found is not None and found.early and (over or sound.ended):
        return ear.judge(*sound.cut(END_SAMPLES), idle, sound=sound)
    return found


def _transcript(read: "Verdict", at_pause: int = 0) -> Transcript:
    refused = read.refused or ("more may follow" if at_pause and not read.firm else None)
    firm = bool(at_pause) and not read.early
    return Transcript(
        read.text, False, read.confidence, _NAME, refused, read.ask, at_pause=at_pause, firm=firm
    )


_fits: type[SttEngine] = Pocketsphinx
