"""Real engines, watched: their work is logged; where their weights are chance, the words are the script's.

The time is always the engine's own: a token of the script goes out when the engine has made one.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace

from assistant.messages import (
    ChatMessage,
    LlmItem,
    LlmUsage,
    PrefillProgress,
    Prompt,
    Sound,
    SpeechChunk,
    TextDelta,
    ToolCall,
    Transcript,
)
from assistant.ports import Llm, Stt, Tts
from assistant.upkeep.bench.costed import tokens_of
from assistant.upkeep.bench.log import WorkLog
from assistant.upkeep.bench.said import Said


@dataclass(slots=True)
class Script:
    """What is being said, so what engines of chance shall have heard and answer; None: their own words."""

    said: Said | None = None


class WatchedEar:
    """An ear, from the end of what it reads to its word on it."""

    def __init__(self, ear: Stt, name: str, log: WorkLog, script: Script | None) -> None:
        self.name = name
        self._ear = ear
        self._log = log
        self._script = script

    async def transcribe(self, speech: AsyncIterator[SpeechChunk]) -> AsyncGenerator[Transcript, None]:
        """As the ear does."""
        asked_s = 0.0

        async def told() -> AsyncGenerator[SpeechChunk, None]:
            nonlocal asked_s
            async for chunk in speech:
                if chunk.voiced or chunk.paused:
                    asked_s = asyncio.get_running_loop().time()
                yield chunk

        async with aclosing(self._ear.transcribe(told())) as transcripts:
            async for transcript in transcripts:
                if transcript.final or transcript.at_pause:
                    span = self._log.begin(self.name, asked_s, transcript.text)
                    span.ended_s, span.whole = asyncio.get_running_loop().time(), True
                    span.cost_s = span.seconds
                yield self._worded(transcript)

    def _worded(self, transcript: Transcript) -> Transcript:
        said = None if self._script is None else self._script.said
        return transcript if said is None else replace(transcript, text=said.words, refused=None, ask=False)


class WatchedLlm:
    """A language model; `kept`: what it has read stays read; `whole`: told when it is all there."""

    def __init__(self, llm: Llm, log: WorkLog, script: Script | None, *, kept: bool, whole: bool) -> None:
        self.name = llm.name
        self._llm = llm
        self._log = log
        self._script = script
        self._kept = kept
        self._whole = whole
        self._count = 0

    async def forget(self) -> None:
        """Where nothing is to be kept: read something else, so that the next prompt is read whole."""
        if self._kept:
            return
        self._count += 1
        other = Prompt((ChatMessage("user", f"{self._count} is another matter."),), max_tokens=1)
        async with aclosing(self._llm.converse(other)) as items:
            async for _ in items:
                pass

    async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        """The engine's items, its words the script's."""
        texts: list[str] = []
        async with aclosing(self._worded(prompt)) as items:
            async for item in items:
                if not self._whole or not isinstance(item, TextDelta | LlmUsage):
                    yield item
                elif isinstance(item, TextDelta):
                    texts.append(item.text)
                else:
                    yield TextDelta("".join(texts))
                    yield item

    async def _worded(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        """As they come; an engine of chance is stopped when the script's reply is told."""
        left = self._reply()
        async with aclosing(self._logged(prompt)) as items:
            async for item in items:
                if left is None or isinstance(item, PrefillProgress):
                    yield item
                elif left and isinstance(item, TextDelta | ToolCall):
                    yield TextDelta(left.pop(0))
                else:
                    break
        if left is not None:
            for late in left:
                yield TextDelta(late)  # the engine ended early
            yield LlmUsage(0, 0, 0)

    async def _logged(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        loop = asyncio.get_running_loop()
        since_s, read = loop.time(), 0
        async with aclosing(self._llm.converse(prompt)) as items:
            async for item in items:
                if isinstance(item, LlmUsage):  # neither read nor written
                    yield item
                    continue
                reads = isinstance(item, PrefillProgress)
                span = self._log.begin("reading" if reads else "thinking", since_s)
                span.ended_s, span.whole = loop.time(), True
                span.cost_s = span.seconds
                if isinstance(item, PrefillProgress):
                    span.tokens, read = item.done_tokens - read, item.done_tokens
                else:
                    span.tokens = 1
                yield item
                since_s = loop.time()

    def _reply(self) -> list[str] | None:
        if self._script is None or self._script.said is None:
            return None
        return tokens_of(self._script.said.reply or "I don't know that.")


class WatchedVoice:
    """A voice; `whole`: its sound goes out when all of it is there."""

    def __init__(self, voice: Tts, log: WorkLog, *, whole: bool) -> None:
        self.name = voice.name
        self._voice = voice
        self._log = log
        self._whole = whole

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        """The voice's sounds."""
        loop = asyncio.get_running_loop()
        span = self._log.begin("voice", loop.time(), text)
        sounds: list[Sound] = []
        try:
            async with aclosing(self._voice.synthesize(text)) as made:
                async for sound in made:
                    span.first_s = span.first_s or loop.time()
                    span.sound_s += len(sound.pcm) / 2 / sound.rate_hz
                    if self._whole:
                        sounds.append(sound)
                    else:
                        yield sound
            span.whole = True
            span.cost_s = loop.time() - span.began_s
        finally:
            span.ended_s = loop.time()
        for sound in sounds:
            yield sound


_fits_stt: type[Stt] = WatchedEar
_fits_llm: type[Llm] = WatchedLlm
_fits_tts: type[Tts] = WatchedVoice
