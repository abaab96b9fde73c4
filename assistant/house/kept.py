"""A worker that is kept: started, watched, replaced after a death, configured again."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.errors import AssistantError, EngineError, EngineGone, EngineTimeout, WireError
from assistant.house.codec import read_error
from assistant.house.running import Deadlines
from assistant.house.supervisor import Breaker, Restarts, Supervisor
from assistant.house.wire import Frame, Kind, plain_json
from assistant.house.worker import Launcher, Worker
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


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """Which engine, with what, and how it is run."""

    name: str
    engine: str
    """Dotted `module:Class`."""
    options: Mapping[str, JsonValue]
    environment: Mapping[str, str]
    launcher: Launcher


class KeptWorker:
    """Holds the current worker, if there is one."""

    def __init__(
        self, spec: EngineSpec, deadlines: Deadlines, restarts: Restarts, journal: Journal | None
    ) -> None:
        self._spec = spec
        self._deadlines = deadlines
        self._journal = journal
        self._supervisor = Supervisor(restarts)
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

    def next_id(self) -> int:
        """A call id never used before."""
        self._last_id += 1
        return self._last_id

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
                await self._tell(worker, Kind.CONFIGURE, changes)
                break
            except (EngineGone, EngineTimeout):
                if attempt == 2:
                    raise
        self._configured |= changes

    def worked(self) -> None:
        """A call was answered."""
        self._supervisor.worked()

    async def obituary(self, worker: Worker, error: AssistantError | None) -> str:
        """Why a worker died, as far as is known within a second."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0 if worker.process.pid else 0):
                await worker.process.ended.wait()
        fate = worker.process.fate if worker.process.ended.is_set() else "it is still there"
        return f"{self._spec.name}: {error} ({fate})"

    async def _launch(self) -> None:
        worker = await Worker.launch(self._spec.launcher, self._spec.environment)
        try:
            await self._tell(
                worker, Kind.LOAD, {"engine": self._spec.engine, "options": dict(self._spec.options)}
            )
            if self._configured:
                await self._tell(worker, Kind.CONFIGURE, self._configured)
        except BaseException:
            await worker.end(0)
            raise
        if self._state is EngineState.STOPPED:
            await worker.end(0)
            raise EngineGone(f"{self._spec.name} was closed while it started")
        self._worker = worker
        worker.wire.on_lost = lambda: self._lost(worker)
        if worker.wire.lost:  # in the same breath as it became ready
            self._lost(worker)
        else:
            self._enter(EngineState.READY, self._reason)

    async def _tell(self, worker: Worker, kind: Kind, params: Mapping[str, JsonValue]) -> None:
        """Load or configure, and wait for the answer."""
        wire, id_, limit_s = worker.wire, self.next_id(), self._deadlines.load_s
        wire.send(Frame(kind, id_, {}, plain_json(params)))
        until = asyncio.get_running_loop().time() + limit_s
        try:
            while True:
                if (frame := wire.take()) is None:
                    await wire.news(until)
                elif frame.call == id_ and frame.kind is Kind.ERROR:
                    raise _refusal(frame)
                elif frame.call == id_ and frame.kind in (Kind.READY, Kind.END):
                    return
        except TimeoutError:
            late = EngineTimeout(f"{self._spec.name}: {kind} took longer than {limit_s:g} s")
            worker.fail(late)
            raise late from None
        except (EngineGone, WireError) as error:
            worker.fail(error)
            raise EngineGone(await self.obituary(worker, error)) from error

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
        reason = await self.obituary(worker, worker.wire.lost)
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


def _refusal(frame: Frame) -> AssistantError:
    error, fatal = read_error(frame.value)
    return EngineGone(str(error)) if fatal else error
