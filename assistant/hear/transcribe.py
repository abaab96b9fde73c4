"""SpeechChunk stream → Transcript: the narrow ear answers what it is sure of, the wide ear the rest."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from itertools import accumulate
from typing import TypeAlias

from assistant.errors import EngineError
from assistant.hear.quiet import END_SAMPLES, quiet_after
from assistant.messages import SpeechChunk, Transcript
from assistant.pcm import SILENCE_DB, level_db
from assistant.ports import Stt
from assistant.tasks import together

QUEUE_CHUNKS = 1024
"""32 s of sound: longer than any utterance, so the tee never drops and never waits."""


class Utterance:
    """The sound of one utterance, readable by several engines at once and again after a failure."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.pauses = 0
        """Pauses so far."""
        self.pausing = False
        """Nothing was said since the last of them."""
        self.unread = False
        """A pause that the ears have not told of yet, and still may."""
        self.silent_since = 0
        """The first pause since the last voice; a silence may be told several times."""
        self._chunks: list[SpeechChunk] = []
        self._forgotten = False
        self._grown = asyncio.Event()

    def add(self, chunk: SpeechChunk) -> None:
        """More sound; beyond QUEUE_CHUNKS it is not kept (the ear has ended the utterance long before)."""
        if len(self._chunks) < QUEUE_CHUNKS and not self._forgotten:
            self.pauses += chunk.paused
            if chunk.paused and not self.pausing:
                self.silent_since = self.pauses
            self.pausing = chunk.paused or (self.pausing and not chunk.voiced)
            self.unread = chunk.paused or (self.unread and not chunk.voiced)
            self._chunks.append(chunk)
            self._wake_readers()

    def forget(self) -> None:
        """Nobody reads it any more: 32 KB for each second of it."""
        self._chunks.clear()
        self._forgotten = True

    def end(self) -> None:
        """No more sound."""
        self.ended.set()
        self._wake_readers()

    def _wake_readers(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()

    @property
    def voiced(self) -> bool:
        """Some of it is voice."""
        return any(chunk.voiced for chunk in self._chunks)

    @property
    def pcm(self) -> bytes:
        """All of it, mono s16le at 16 kHz."""
        return b"".join(chunk.pcm for chunk in self._chunks)

    @property
    def whole(self) -> bool:
        """The last word was heard to its end: after the last voice came silence, long and quiet enough."""
        ends = list(accumulate(len(chunk.pcm) // 2 for chunk in self._chunks))
        voice_end = max((end for end, each in zip(ends, self._chunks, strict=True) if each.voiced), default=0)
        return bool(ends) and ends[-1] - voice_end >= END_SAMPLES and quiet_after(self.pcm, voice_end)

    def levels_db(self) -> tuple[float, float]:
        """Of the voice in it, and of what lies between."""
        voice = b"".join(chunk.pcm for chunk in self._chunks if chunk.voiced)
        between = [level_db(chunk.pcm) for chunk in self._chunks if not chunk.voiced]
        return level_db(voice), sorted(between)[len(between) // 5] if between else SILENCE_DB

    def so_far(self) -> "Utterance":
        """What is there of it, as one that is over."""
        copy = Utterance()
        for chunk in self._chunks:
            copy.add(chunk)
        copy.end()
        return copy

    async def chunks(self) -> AsyncIterator[SpeechChunk]:
        """From the first chunk on, waiting for the rest."""
        at = 0
        while True:
            while at < len(self._chunks):
                yield self._chunks[at]
                at += 1
            if self.ended.is_set():
                return
            await self._grown.wait()


OnResult = Callable[[Transcript], None]
_Heed: TypeAlias = "Callable[[Transcript | EngineError], None]"


def to_nobody(transcript: Transcript) -> None:
    """Nobody wants to know."""


def same_letters(one: str, other: str) -> bool:
    """Whether two texts are the same but for capitals, signs and spaces."""
    return _letters(one) == _letters(other) != ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


class Transcribe:
    """The ears of the house, in order; `ears[0]` is the narrow one. `agree`: two texts say the same."""

    def __init__(self, ears: Sequence[Stt], agree: Callable[[str, str], bool] = same_letters) -> None:
        self._ears = tuple(ears)
        self._agree = agree

    async def __call__(
        self, utterance: Utterance, on_result: OnResult, on_pause: OnResult = to_nobody
    ) -> Transcript:
        """The first accepted transcript in the order of the ears, else the first doubt, else a refusal.

        The ears read along while the utterance grows. Each final result that was waited for is handed to
        `on_result`. At every pause `on_pause` gets what comes out if nothing more is said, unless speech goes
        on before the ears have read it. Words that a later ear accepts count at once where an earlier one that
        is still weighing them hears the same, and the end of the last word was heard. One ear's failure is the next one's turn; if all fail, the first
        failure is raised. What was accepted at the pause that became the end is the last word: nobody waits
        for an ear to come to the end of a silence.
        """
        panel = _Panel(len(self._ears), utterance, on_pause, self._agree)
        async with together() as group:
            tasks = [
                group.create_task(_final(ear, utterance, partial(panel.hear, at)))
                for at, ear in enumerate(self._ears)
            ]
            over = group.create_task(utterance.ended.wait())
            try:
                await asyncio.wait({over, *tasks[:1]}, return_when=asyncio.FIRST_COMPLETED)
                if certain := panel.certain:
                    for read in certain:
                        on_result(read)
                    return certain[-1]
                return await _choose(tasks, on_result)
            finally:
                over.cancel()
                utterance.unread = False
                for task in tasks:
                    task.cancel()


class _Panel:
    """What the ears have read at the present pause; an ear that failed has no say."""

    def __init__(
        self, ears: int, utterance: Utterance, on_pause: OnResult, agree: Callable[[str, str], bool]
    ) -> None:
        self._agree = agree
        self._read: list[Transcript | EngineError | None] = [None] * ears
        self._utterance = utterance
        self._on_pause = on_pause
        self._told = 0

    def hear(self, ear: int, result: Transcript | EngineError) -> None:
        """Word from an ear."""
        self._read[ear] = result
        pause = self._utterance.pauses
        if not self._utterance.pausing or self._told == pause:
            return
        if (best := self._best(pause) or self._agreed()) is not None:
            best = replace(best, at_pause=pause)
            self._told = pause
            self._utterance.unread = False
            self._on_pause(best)

    @property
    def certain(self) -> Sequence[Transcript]:
        """The ears' last words, up to the one that accepted, where all were firm at the pause that became the
        end, or agree; else none."""
        if firm := self._firm():
            return firm
        agreed = self._agreed() if self._utterance.ended.is_set() and self._utterance.pausing else None
        return () if agreed is None else (replace(agreed, final=True, at_pause=0, firm=False),)

    def _firm(self) -> Sequence[Transcript]:
        utterance, last = self._utterance, list[Transcript]()
        if not (utterance.ended.is_set() and utterance.pausing):
            return ()
        for read in self._read:
            if isinstance(read, EngineError):
                continue
            if read is None or read.at_pause != utterance.pauses or not read.firm:
                return ()
            last.append(replace(read, final=True, at_pause=0, firm=False))
            if read.refused is None:
                return last
        return ()

    def _agreed(self) -> Transcript | None:
        """What the first ear is still weighing, where the next one is firm about the same words."""
        reads = [read for read in self._read if not isinstance(read, EngineError)]
        if len(reads) < 2 or not self._utterance.whole:
            return None
        weighs, other = reads[:2]
        since = self._utterance.silent_since
        if weighs is None or other is None or min(weighs.at_pause, other.at_pause) < since:
            return None
        undecided = weighs.refused is not None and not weighs.firm
        accepted = other.refused is None and other.firm and not other.ask
        if undecided and accepted and self._agree(weighs.text, other.text):
            return replace(other, text=weighs.text)
        return None

    def _best(self, pause: int) -> Transcript | None:
        """None: it still hangs on an ear that is reading."""
        refused: Transcript | None = None
        for read in self._read:
            if isinstance(read, EngineError):
                continue
            if read is None or read.at_pause != pause:
                return None
            if read.refused is None:
                return read
            refused = _worthier(refused, read)
        return refused


async def _choose(tasks: Sequence[asyncio.Task[Transcript | EngineError]], on_result: OnResult) -> Transcript:
    refused: Transcript | None = None
    failed: EngineError | None = None
    for task in tasks:
        result = await task
        if isinstance(result, EngineError):
            failed = failed or result
            continue
        on_result(result)
        if result.refused is None:
            return result
        refused = _worthier(refused, result)
    if refused is not None:
        return refused
    raise failed or EngineError("no speech-to-text engine is configured")


def _worthier(refused: Transcript | None, later: Transcript) -> Transcript:
    """The narrow ear's doubt ("Did you say …?") is worth more than the wide ear's refusal."""
    return later if refused is None or (later.ask and not refused.ask) else refused


async def _final(ear: Stt, utterance: Utterance, heed: _Heed) -> Transcript | EngineError:
    """The ear's last word. An ear that died is asked once more: nothing has been done yet."""
    try:
        return await _last(ear, utterance, heed)
    except EngineError as error:
        failure = error
    if failure.retryable:
        try:
            return await _last(ear, utterance, heed)
        except EngineError as error:
            failure = error
    heed(failure)
    return failure


async def _last(ear: Stt, utterance: Utterance, heed: _Heed) -> Transcript:
    final: Transcript | None = None
    async with aclosing(ear.transcribe(utterance.chunks())) as transcripts:
        async for transcript in transcripts:
            final = transcript
            if transcript.at_pause:
                heed(transcript)
    if final is None or not final.final:
        raise EngineError(f"{ear.name} ended without a final transcript")
    return final
