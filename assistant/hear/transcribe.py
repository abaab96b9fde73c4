"""SpeechChunk stream → Transcript: the narrow ear answers what it is sure of, the wide ear the rest."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing

from assistant.errors import EngineError
from assistant.messages import SpeechChunk, Transcript
from assistant.ports import Stt
from assistant.tasks import together

QUEUE_CHUNKS = 1024
"""32 s of sound: longer than any utterance, so the tee never drops and never waits."""


class Utterance:
    """The sound of one utterance, readable by several engines at once and again after a failure."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self._chunks: list[SpeechChunk] = []
        self._grown = asyncio.Event()

    def add(self, chunk: SpeechChunk) -> None:
        """More sound; beyond QUEUE_CHUNKS it is not kept (the ear has ended the utterance long before)."""
        if len(self._chunks) < QUEUE_CHUNKS:
            self._chunks.append(chunk)
            self._wake_readers()

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


class Transcribe:
    """The ears of the house, in order; `ears[0]` is the narrow one."""

    def __init__(self, ears: Sequence[Stt]) -> None:
        self._ears = tuple(ears)

    async def __call__(self, utterance: Utterance, on_result: OnResult) -> Transcript:
        """The first accepted transcript in the order of the ears, else the first doubt, else a refusal.

        The ears read along while the utterance grows. Each final result that was waited for is handed to
        `on_result`. One ear's failure is the next one's turn; if all fail, the first failure is raised.
        """
        async with together() as group:
            tasks = [group.create_task(_final(ear, utterance)) for ear in self._ears]
            try:
                return await _choose(tasks, on_result)
            finally:
                for task in tasks:
                    task.cancel()


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
        # The narrow ear's doubt ("Did you say …?") is worth more than the wide ear's refusal.
        if refused is None or (result.ask and not refused.ask):
            refused = result
    if refused is not None:
        return refused
    raise failed or EngineError("no speech-to-text engine is configured")


async def _final(ear: Stt, utterance: Utterance) -> Transcript | EngineError:
    """The ear's last word. An ear that died is asked once more: nothing has been done yet."""
    try:
        return await _last(ear, utterance)
    except EngineError as error:
        if not error.retryable:
            return error
    try:
        return await _last(ear, utterance)
    except EngineError as error:
        return error


async def _last(ear: Stt, utterance: Utterance) -> Transcript:
    final: Transcript | None = None
    async with aclosing(ear.transcribe(utterance.chunks())) as transcripts:
        async for transcript in transcripts:
            final = transcript
    if final is None or not final.final:
        raise EngineError(f"{ear.name} ended without a final transcript")
    return final
