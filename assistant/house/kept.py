"""A worker that is kept: started, watched, replaced after a death, configured again."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.errors import AssistantError, EngineError, EngineGone, EngineTimeout
from assistant.house.running import Deadlines
from assistant.house.sealing import SealedFiles
from assistant.house.supervisor import Breaker, Restarts, Supervisor
from assistant.house.wire import Kind
from assistant.house.worker import EngineSpec, Worker
from assistant.journal import Journal
from assistant.messages import JsonValue

_NOT_READY = "Sorry, I'm not ready yet."


class EngineState(StrEnum):
    """What a status display shows."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    BUSY = "busy"
    RESTING = "resting"
    """The breaker is open: it died too often and is tried again later."""
    FAILED = "failed"
    """It could not be started; `EngineStatus.reason` says why."""


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """An engine's health."""

    name: str
    state: EngineState
    deaths: int
    reason: str
    """Of the last death or failure; empty while there was none."""
    pid: int
    """0 while there is none, or the engine is a thread."""


class KeptWorker:
    """Holds the current worker, if there is one."""

    def __init__(
        self, spec: EngineSpec, deadlines: Deadlines, restarts: Restarts, journal: Journal | None
    ) -> None:
        self._spec = spec
        self._deadlines = deadlines
        self._journal = journal
        self._supervisor = Supervisor(restarts)
        self._files = SealedFiles(spec.files)
        self._configured: dict[str, JsonValue] = {}
        self._state = EngineState.STOPPED
        self._reason = ""
        self._worker: Worker | None = None
        self._changed = asyncio.Event()
        self._replacing: asyncio.Task[None] | None = None
        self._last_id = 0

    @property
    def status(self) -> EngineStatus:
        """Health, at this moment."""
        pid = self._worker.process.pid if self._worker else 0
        return EngineStatus(self._spec.name, self._state, self._supervisor.deaths, self._reason, pid)

    async def start(self) -> None:
        """Start and load; raises what the engine says against it (ModelMissing, EngineError)."""
        if self._worker is not None:
            return
        self._enter(EngineState.STARTING)
        try:
            await self._launch()
        except AssistantError as error:
            self._enter(EngineState.FAILED, str(error))
            raise

    async def close(self) -> None:
        """Stop for good; the process is gone when this returns."""
        self._enter(EngineState.STOPPED)
        if self._replacing is not None:
            self._replacing.cancel()
            await asyncio.gather(self._replacing, return_exceptions=True)
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.end(self._deadlines.cancel_s)

    async def ready(self) -> Worker:
        """The worker, waiting a little for one that is being restarted; EngineGone when there is none."""
        until = asyncio.get_running_loop().time() + self._deadlines.ready_s
        while (worker := self._worker) is None:
            if self._state is not EngineState.STARTING:
                raise EngineGone(f"{self._spec.name} is {self._state}: {self._reason}", spoken=_NOT_READY)
            self._changed.clear()
            try:
                async with asyncio.timeout_at(until):
                    await self._changed.wait()
            except TimeoutError:
                raise EngineGone(f"{self._spec.name} is still starting", spoken=_NOT_READY) from None
        return worker

    async def configure(self, changes: Mapping[str, JsonValue]) -> None:
        """Tell the worker, and every later one. Without a worker it is kept for the next.

        A worker that dies over it is replaced and told once more; then the changes are given up.
        """
        for attempt in (1, 2):
            try:
                worker = await self.ready()
            except EngineGone:
                break
            try:
                await worker.tell(Kind.CONFIGURE, changes, self._deadlines.load_s)
                break
            except (EngineGone, EngineTimeout):
                if attempt == 2:
                    raise
        self._configured |= changes

    def worked(self) -> None:
        """A call was answered."""
        self._supervisor.worked()

    async def _launch(self) -> None:
        limit_s = self._deadlines.load_s
        worker = await Worker.launch(self._spec)
        try:
            await worker.tell(Kind.LOAD, await self._load(), limit_s)
            if self._configured:
                await worker.tell(Kind.CONFIGURE, self._configured, limit_s)
        except BaseException as error:
            await worker.end(0)
            if isinstance(error, AssistantError):
                await asyncio.to_thread(self._files.suspect)
            raise
        await asyncio.to_thread(self._files.passed)
        if self._state is EngineState.STOPPED:
            await worker.end(0)
            raise EngineGone(f"{self._spec.name} was closed while it started")
        self._worker = worker
        worker.wire.on_lost = lambda: self._lost(worker)
        if worker.wire.lost:  # in the same breath as it became ready
            self._lost(worker)
        else:
            self._enter(EngineState.READY, self._reason)

    async def _load(self) -> dict[str, JsonValue]:
        """Raises ModelMissing for a file that is known to be damaged."""
        files = await asyncio.to_thread(self._files.asked)
        return {
            "engine": self._spec.engine,
            "options": dict(self._spec.options),
            "files": files,
            "urgency": self._spec.urgency,
        }

    def _lost(self, worker: Worker) -> None:
        if worker is self._worker:
            self._worker = None
            wait_s = self._died(str(worker.wire.lost))
            self._replacing = asyncio.create_task(self._replace(worker, wait_s))

    def _died(self, reason: str) -> float:
        wait_s = self._supervisor.died(asyncio.get_running_loop().time())
        resting = self._supervisor.breaker is Breaker.OPEN
        self._enter(EngineState.RESTING if resting else EngineState.STARTING, reason)
        return wait_s

    async def _replace(self, worker: Worker, wait_s: float) -> None:
        reason = await worker.obituary(worker.wire.lost)
        await worker.end(0)
        while True:
            if self._journal is not None:
                self._journal.failed("", 0, EngineError(reason), "")
            self._enter(self._state, reason)
            await asyncio.sleep(wait_s)
            self._supervisor.starting()
            self._enter(EngineState.STARTING, reason)
            try:
                return await self._launch()
            except AssistantError as error:
                reason = str(error)
                wait_s = self._died(reason)

    def _enter(self, state: EngineState, reason: str = "") -> None:
        self._state = state
        self._reason = reason or self._reason
        self._changed.set()
