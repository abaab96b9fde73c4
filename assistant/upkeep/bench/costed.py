"""Engines that only take the time that a profile says, on cores that they share. For virtual time."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import numpy as np

from assistant import scripted
from assistant.messages import (
    EAR_RATE_HZ,
    LlmItem,
    LlmUsage,
    PrefillProgress,
    Prompt,
    Sound,
    SpeechChunk,
    TextDelta,
    Transcript,
)
from assistant.ports import Llm, Stt, Tts
from assistant.scripted import WordReader
from assistant.think.llm.llm_forms import OTHER_WORDS, alike, chatml, worded
from assistant.upkeep.bench.cores import Cores
from assistant.upkeep.bench.log import Span, WorkLog
from assistant.upkeep.bench.profiles import Profile

PIECE_TOKENS = 64
"""Prompt tokens read at a time, as by the real engine (`think/llm/llm_runtime.py`)."""
SOUND_S_A_CHARACTER = 0.05
"""Piper medium: 24 characters became 1.2 s of sound."""
LOUD = 6_000
"""Peak of the voice: all of a text sounds, without a gap."""
_TOKEN = re.compile(r"<\|\w+\|>| ?[^\W\d]{1,7}|\s?\d{1,3}|\s+|[^\w\s]|\w")
"""About as long as the tokens of today's vocabularies: four characters in English."""


def tokens_of(text: str) -> list[str]:
    """Text in pieces that together are the text."""
    return _TOKEN.findall(text)


class Box:
    """What the engines of one house share: cores, the log of their work, one call at a time each."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.log = WorkLog()
        self._cores = Cores(round(profile.cores.value))

    @asynccontextmanager
    async def working(self, engine: str, text: str = "") -> AsyncGenerator[Span, None]:
        """Log the work of the block."""
        loop = asyncio.get_running_loop()
        span = self.log.begin(engine, loop.time(), text)
        try:
            yield span
            span.whole = True
        finally:
            span.ended_s = loop.time()

    async def work(self, span: Span, seconds: float, threads: float) -> None:
        """Take so long on so many cores that are idle; longer on busy ones."""
        span.cost_s += seconds
        await self._cores.work(seconds, round(threads))


class CostedEar:
    """Hears scripted words. The narrow one knows some sentences and reads along, the wide one at pauses."""

    def __init__(self, box: Box, *, knows: Callable[[str], bool] | None, short: bool = True) -> None:
        """`knows`: what the narrow ear understands; None: the wide one. `short`: its window is cut."""
        self.name = "wide ear" if knows is None else "narrow ear"
        self._box = box
        self._knows = knows
        self._short = short
        self._line = asyncio.Lock()

    async def transcribe(self, speech: AsyncIterator[SpeechChunk]) -> AsyncGenerator[Transcript, None]:
        """A partial at every pause; the final is that of the last pause where nothing came after it."""
        reader, heard, spoken_s, voiced_s, pauses = WordReader(), list[str](), 0.0, 0.0, 0
        read: Transcript | None = None
        async with self._line:
            async for chunk in speech:
                chunk_s = len(chunk.pcm) / 2 / EAR_RATE_HZ
                spoken_s, voiced_s = spoken_s + chunk_s, voiced_s + chunk_s * chunk.voiced
                with self._box.log.own():
                    heard += reader.feed(chunk.pcm)
                if chunk.voiced:
                    read = None
                if self._knows is not None and chunk.voiced:
                    await self._read_along(chunk_s)
                if chunk.paused:
                    pauses += 1
                    if self._knows is not None:
                        yield Transcript(_without_wake(heard), False, engine=self.name)
                    read = read or await self._read(heard, spoken_s, voiced_s)
                    yield Transcript(
                        read.text, False, 1.0, self.name, read.refused, at_pause=pauses, firm=True
                    )
            yield read or await self._read(heard, spoken_s, voiced_s)

    async def _read_along(self, seconds: float) -> None:
        profile = self._box.profile
        async with self._box.working(self.name) as span:
            await self._box.work(span, seconds * profile.narrow_along_factor.value, 1)

    async def _read(self, heard: Sequence[str], spoken_s: float, voiced_s: float) -> Transcript:
        text = _without_wake(heard)
        profile = self._box.profile
        if self._knows is None:
            seconds, threads = profile.wide_s(spoken_s, short=self._short), profile.wide_threads.value
            refused = None if text else "no words were heard"
        else:
            seconds, threads = voiced_s * profile.narrow_judge_factor.value, 1
            refused = None if self._knows(text) else "none of its sentences"
        async with self._box.working(self.name, text) as span:
            await self._box.work(span, seconds, threads)
        return Transcript(text, True, 1.0, self.name, refused)


class CostedLlm:
    """Answers by its script, a token at a time; what it has read it need not read again."""

    name = "language model"

    def __init__(
        self, box: Box, replies: Mapping[str, str], *, kept: bool = True, whole: bool = False
    ) -> None:
        """`replies`: the person's words → the answer. `kept`: the prompt's head; `whole`: told at the end."""
        self._box = box
        self._replies = replies
        self._kept = kept
        self._whole = whole
        self._held: list[str] = []
        self._line = asyncio.Lock()

    async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        """Progress for every 64 tokens read, then the answer, then what it cost."""
        async with self._line:
            tokens = tokens_of(chatml(prompt))
            if not prompt.max_tokens:
                these, others = (chatml(worded(prompt, words)) for words in OTHER_WORDS)
                tokens = tokens_of(these[: alike(these, others)])
            shared = alike(self._held, tokens[:-1]) if self._kept else 0
            del self._held[shared:]
            for at in range(shared, len(tokens), PIECE_TOKENS):
                await self._read(tokens[at : at + PIECE_TOKENS])
                yield PrefillProgress(len(self._held) - shared, len(tokens) - shared)
            asked = next((each.content for each in reversed(prompt.messages) if each.role == "user"), "")
            reply = tokens_of(self._replies.get(asked, "I don't know that."))[: prompt.max_tokens]
            held_back = []
            for token in reply:
                await self._write(token)
                held_back.append(token)
                if not self._whole:
                    yield TextDelta(token)
            if self._whole:
                yield TextDelta("".join(held_back))
            yield LlmUsage(len(tokens) - shared, shared, len(reply))

    async def _read(self, piece: Sequence[str]) -> None:
        profile = self._box.profile
        async with self._box.working("reading") as span:
            seconds = len(piece) / profile.llm_prefill_tokens_a_s.value
            await self._box.work(span, seconds, profile.llm_prefill_threads.value)
            span.tokens = len(piece)
            self._held.extend(piece)

    async def _write(self, token: str) -> None:
        profile = self._box.profile
        async with self._box.working("thinking", token) as span:
            seconds = 1 / profile.llm_decode_tokens_a_s.value
            await self._box.work(span, seconds, profile.llm_decode_threads.value)
            span.tokens = 1
            self._held.append(token)


class CostedVoice:
    """Scripted words after the time a text takes; nothing before all of it is made, as with Piper."""

    name = "voice"

    def __init__(self, box: Box) -> None:
        self._box = box
        self._line = asyncio.Lock()

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        """All of it at once."""
        async with self._line:
            profile, sound_s = self._box.profile, SOUND_S_A_CHARACTER * len(text)
            async with self._box.working(self.name, text) as span:
                seconds = profile.voice_first_ms.value / 1000 + profile.voice_factor.value * sound_s
                await self._box.work(span, seconds, profile.voice_threads.value)
                span.sound_s, span.first_s = sound_s, asyncio.get_running_loop().time()
            with self._box.log.own():
                spoken = scripted.words(text, peak=LOUD)
                left = max(0, round(sound_s * EAR_RATE_HZ) - len(spoken) // 2)
                pcm = np.full(left, LOUD, "<i2").tobytes() + spoken
            yield Sound(pcm, EAR_RATE_HZ)


def _without_wake(heard: Sequence[str]) -> str:
    """What was said after the wake word, of which the sound may still hold the end."""
    plain = [word.lower().strip(",.") for word in heard]
    for size in (2, 1):
        if plain[:size] == ["hey", "jarvis"][-size:]:
            return " ".join(heard[size:])
    return " ".join(heard)


_fits_stt: type[Stt] = CostedEar
_fits_llm: type[Llm] = CostedLlm
_fits_tts: type[Tts] = CostedVoice
