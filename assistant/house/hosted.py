"""An engine in a process of its own: what the road holds. Speech → transcripts, Prompt → items, text → sound.

A worker that dies, hangs, floods or writes garbage fails the running call at once (EngineGone, EngineTimeout)
and is replaced in the background; the next call waits a little for its successor.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import ClassVar

from assistant.errors import EngineError, EngineGone, EngineTimeout, SettingsError
from assistant.house.codec import Message, message_fields
from assistant.house.fair_line import FairLine
from assistant.house.kept import EngineState, EngineStatus, KeptWorker
from assistant.house.running import Deadlines, RunningCall
from assistant.house.sealing import FILES, sealed_of
from assistant.house.supervisor import CallHash, Quarantine, Restarts
from assistant.house.threads import URGENCY
from assistant.house.worker import EngineSpec, Launcher, Worker
from assistant.journal import Journal
from assistant.messages import (
    JsonValue,
    LlmItem,
    LlmUsage,
    PrefillProgress,
    Prompt,
    Sound,
    SpeechChunk,
    TextDelta,
    ToolCall,
    Transcript,
    TurnOver,
)
from assistant.strict_json import plain_json

_ENVIRONMENT = "environment"


class HostedEngine:
    """One engine, one worker, one call at a time; those that wait are taken room by room (`FairLine`).

    `options["environment"]` (strings, e.g. OMP_NUM_THREADS) goes to the process, `options["files"]` (model
    files by digest, `checked.Sealed`) to its host, the rest to the engine.
    Consume the generators under `contextlib.aclosing`: closing one early cancels its call.
    """

    urgency: ClassVar[int] = 0
    """Of its process, as `nice` counts."""

    def __init__(
        self,
        name: str,
        engine: str,
        options: Mapping[str, JsonValue],
        *,
        launcher: Launcher = "spawn",
        deadlines: Deadlines | None = None,
        restarts: Restarts | None = None,
        journal: Journal | None = None,
    ) -> None:
        self.name = name
        self.deadlines = deadlines or Deadlines()
        spec = EngineSpec(
            name,
            engine,
            {key: value for key, value in options.items() if key not in (_ENVIRONMENT, FILES)},
            _environment(options.get(_ENVIRONMENT)),
            launcher,
            sealed_of(options.get(FILES)),
            self.urgency,
        )
        self._kept = KeptWorker(spec, self.deadlines, restarts or Restarts(), journal)
        self._quarantine = Quarantine()
        self._line = FairLine(name)
        self._settling: set[asyncio.Task[None]] = set()

    @property
    def status(self) -> EngineStatus:
        """Health, at this moment."""
        status = self._kept.status
        busy = status.state is EngineState.READY and self._line.locked()
        return replace(status, state=EngineState.BUSY) if busy else status

    async def start(self) -> None:
        """Start and load; raises what the engine says against it (ModelMissing, EngineError)."""
        await self._kept.start()

    async def close(self) -> None:
        """Stop; the process is gone when this returns. A running call ends with EngineGone."""
        await self._kept.close()
        await asyncio.gather(*self._settling, return_exceptions=True)

    async def configure(self, changes: Mapping[str, JsonValue]) -> None:
        """Change the engine between two calls, and its successors; a refused change (EngineError) is none."""
        async with self._line:
            await self._kept.configure(changes)

    async def call(
        self,
        method: str,
        params: Mapping[str, JsonValue],
        audio: AsyncIterator[SpeechChunk] | None = None,
    ) -> AsyncGenerator[Message, None]:
        """Items as they come. An EngineError that is `retryable` may not come again on a fresh worker."""
        body = plain_json(params)
        hash_ = CallHash(method, body)
        if audio is None and self._banned(hash_.digest()):
            raise EngineError(f"{self.name}: this input has ended the engine twice and is not tried again")
        await self._line.acquire()
        call: RunningCall | None = None
        try:
            worker = await self._kept.ready()
            call = RunningCall(worker, worker.next_id(), self.deadlines, hash_, self._banned)
            call.begin(method, body, audio)
            while (item := await call.next()) is not None:
                yield item
            self._kept.worked()
            self._quarantine.forgive(call.suspects())
        except (EngineGone, EngineTimeout) as error:
            if call is None:
                raise
            raise await self._died(worker, call, error) from error
        finally:
            if call is None:
                self._line.release()
            else:
                self._leave(worker, call)

    async def _died(
        self, worker: Worker, call: RunningCall, error: EngineGone | EngineTimeout
    ) -> EngineGone | EngineTimeout:
        """End what is left of the worker; the error as the caller shall see it."""
        if isinstance(error, EngineTimeout):
            worker.fail(error)
        fault = type(error)(await worker.obituary(error))
        worker.fail(error)
        now = asyncio.get_running_loop().time()
        guilty = not worker.process.struck_down and self._quarantine.strike(call.suspects(), now)
        fault.retryable = not guilty
        return fault

    def _leave(self, worker: Worker, call: RunningCall) -> None:
        """Let the next call in, as soon as the worker is done with this one."""
        call.stop()
        if call.ended or worker.wire.lost is not None:
            self._line.release()
            return
        settling = asyncio.create_task(self._settle(worker, call))
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)

    async def _settle(self, worker: Worker, call: RunningCall) -> None:
        try:
            if not await call.settled():
                worker.fail(EngineTimeout("the engine went on with a cancelled call"))
        finally:
            self._line.release()

    def _banned(self, digest: bytes) -> bool:
        return self._quarantine.holds(digest, asyncio.get_running_loop().time())


def _environment(value: JsonValue) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise SettingsError("an engine's environment must be a mapping of names to strings")
    return {key: str(entry) for key, entry in value.items()}


class HostedStt(HostedEngine):
    """ports.Stt on a hosted engine."""

    urgency = URGENCY["stt"]

    async def transcribe(self, speech: AsyncIterator[SpeechChunk]) -> AsyncGenerator[Transcript, None]:
        """Partials, then one final transcript."""
        final = False
        async with aclosing(self.call("transcribe", {}, speech)) as items:
            async for item in items:
                if final or not isinstance(item, Transcript):
                    raise EngineError(f"{self.name} gave something else than transcripts, the final one last")
                final = item.final
                yield item
        if not final:
            raise EngineError(f"{self.name} ended without a final transcript")


class HostedLlm(HostedEngine):
    """ports.Llm on a hosted engine."""

    urgency = URGENCY["llm"]

    async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        """Text, tool calls and prefill progress; last, one LlmUsage."""
        async with aclosing(self.call("converse", {"prompt": message_fields(prompt)})) as items:
            async for item in items:
                if not isinstance(item, TextDelta | ToolCall | PrefillProgress | LlmUsage):
                    raise EngineError(f"{self.name} gave something that is no part of an answer")
                yield item


class HostedTurn(HostedEngine):
    """ports.TurnJudge on a hosted engine."""

    urgency = URGENCY["turn"]

    async def judge(self, speech: AsyncIterator[SpeechChunk]) -> AsyncGenerator[TurnOver, None]:
        """One verdict on the speech so far."""
        async with aclosing(self.call("judge", {}, speech)) as items:
            async for item in items:
                if not isinstance(item, TurnOver):
                    raise EngineError(f"{self.name} gave something else than a verdict")
                yield item


class HostedTts(HostedEngine):
    """ports.Tts on a hosted engine."""

    urgency = URGENCY["tts"]

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        """The speech of a sentence, in order."""
        async with aclosing(self.call("synthesize", {"text": text})) as items:
            async for item in items:
                if not isinstance(item, Sound):
                    raise EngineError(f"{self.name} gave something else than sound")
                yield item
