"""A running engine: its process or thread, what it prints, and the wire to it."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias

from assistant.checked import Sealed
from assistant.errors import AssistantError, EngineGone, EngineTimeout, WireError
from assistant.house.chatter import Chatter
from assistant.house.codec import read_error
from assistant.house.host import Host
from assistant.house.link import Wire
from assistant.house.wire import Frame, Kind
from assistant.messages import JsonValue
from assistant.strict_json import plain_json

Launcher: TypeAlias = Literal["spawn", "thread", "unit"]
ENGINES_SOCKET: Final = "HEARTH_ENGINES"
"""Names the socket behind which the service manager starts a sandboxed host for each connection (`unit`)."""


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """Which engine, with what, and how it is run."""

    name: str
    engine: str
    """Dotted `module:Class`."""
    options: Mapping[str, JsonValue]
    environment: Mapping[str, str]
    launcher: Launcher
    files: tuple[Sealed, ...] = ()
    """Model files that must be what they were named to be before the engine is ready."""
    urgency: int = 0
    """Its process's priority, as `nice` counts."""


class Process(Protocol):
    """What runs the engine."""

    pid: int
    ended: asyncio.Event
    fate: str
    """How it ended, in words."""
    struck_down: bool
    """Somebody else killed it (kill -9, out of memory): whatever it was doing is not to blame."""

    def kill(self) -> None: ...


class SpawnedProcess:
    """A child in a session of its own: a terminal's Ctrl-C does not reach it."""

    def __init__(self, theirs: socket.socket, environment: Mapping[str, str]) -> None:
        self.ended = asyncio.Event()
        self.fate = ""
        self.struck_down = False
        self._killed = False
        reading, writing = os.pipe()
        try:
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", "assistant.house.host", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
                env=_environment(environment),
            )
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self.pid = self._child.pid
        self._chatter = Chatter(reading)
        self._pidfd = os.pidfd_open(self.pid)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._pidfd, self._reap)

    def _reap(self) -> None:
        self._loop.remove_reader(self._pidfd)
        os.close(self._pidfd)
        code = self._child.wait()
        last = self._chatter.close()
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        self.struck_down = -code in (signal.SIGKILL, signal.SIGTERM) and not self._killed
        self.fate = f"{how}; its last words: {last}" if last else how
        self.ended.set()

    def kill(self) -> None:
        """End it and whatever it started, now."""
        if not self.ended.is_set():
            self._killed = True
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    path = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    own = {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {**os.environ, **own, **extra}


class ThreadProcess:
    """An engine on a thread of this process: for scripted engines and pure network clients.

    It can't be killed: one that hangs loses its wire and is left behind.
    """

    def __init__(self, theirs: socket.socket, environment: Mapping[str, str]) -> None:
        self.ended = asyncio.Event()
        self.fate = "its thread ended"
        self.struck_down = False
        self.pid = 0
        self._wire = theirs.dup()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._run, name="hearth-engine", daemon=True).start()

    def _run(self) -> None:
        try:
            with contextlib.suppress(SystemExit):  # how an engine on a thread dies
                Host(self._wire, at_end=lambda: None).serve()
        finally:
            self._wire.close()
            with contextlib.suppress(RuntimeError):  # the loop has closed before a hung engine came back
                self._loop.call_soon_threadsafe(self.ended.set)

    def kill(self) -> None:
        """Take its wire away; a healthy engine ends on that."""
        with contextlib.suppress(OSError):
            self._wire.shutdown(socket.SHUT_RDWR)


class UnitProcess:
    """An engine that the service manager started for our connection: hanging up is what ends it."""

    def __init__(self, wire: Wire) -> None:
        self.ended = asyncio.Event()
        self.ended.set()  # nobody here can see it end, so nobody waits
        self.fate = "the service manager knows more: journalctl -u 'assistant-engine@*'"
        self.struck_down = False
        self.pid = 0
        self._wire = wire

    def kill(self) -> None:
        """Hang up; its host ends on that, whatever the engine is doing."""
        self._wire.close()


class Worker:
    """A process and its wire."""

    def __init__(self, name: str, wire: Wire, process: Process) -> None:
        self.wire = wire
        self.process = process
        self._name = name
        self._last_id = 0

    @classmethod
    async def launch(cls, spec: EngineSpec) -> "Worker":
        """Start an empty host; the engine is loaded by the first frame."""
        if spec.launcher == "unit":
            return await cls._connect(spec)
        ours, theirs = socket.socketpair()
        with theirs:
            loop = asyncio.get_running_loop()
            _, wire = await loop.create_unix_connection(Wire, sock=ours)
            made = SpawnedProcess if spec.launcher == "spawn" else ThreadProcess
            try:
                process: Process = made(theirs, spec.environment)
            except OSError as error:
                wire.close()
                raise EngineGone(f"no process could be started: {error}") from error
        return cls(spec.name, wire, process)

    @classmethod
    async def _connect(cls, spec: EngineSpec) -> "Worker":
        path = os.environ.get(ENGINES_SOCKET, "")
        try:
            _, wire = await asyncio.get_running_loop().create_unix_connection(Wire, path)
        except OSError as error:
            raise EngineGone(
                f"{path}: no engine answers ({error.strerror}); systemctl status assistant-engine.socket"
            ) from error
        return cls(spec.name, wire, UnitProcess(wire))

    def next_id(self) -> int:
        """A call id this worker has not seen."""
        self._last_id += 1
        return self._last_id

    async def tell(self, kind: Kind, params: Mapping[str, JsonValue], limit_s: float) -> None:
        """Load or configure, and wait for the answer: the engine's own error, EngineTimeout or EngineGone."""
        id_, wire = self.next_id(), self.wire
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
            late = EngineTimeout(f"{self._name}: {kind} took longer than {limit_s:g} s")
            self.fail(late)
            raise late from None
        except (EngineGone, WireError) as error:
            self.fail(error)
            raise EngineGone(await self.obituary(error)) from error

    async def obituary(self, error: AssistantError | None) -> str:
        """Why it died, as far as is known within a second."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0 if self.process.pid else 0):
                await self.process.ended.wait()
        fate = self.process.fate if self.process.ended.is_set() else "it is still there"
        return f"{self._name}: {error} ({fate})"

    def fail(self, error: AssistantError) -> None:
        """Give it up: killed now, replaced by who keeps it."""
        self.process.kill()
        self.wire.close(error)

    async def end(self, grace_s: float) -> None:
        """Hang up, wait a little, then kill; the process is reaped when this returns."""
        self.wire.close()
        try:
            async with asyncio.timeout(grace_s):
                await self.process.ended.wait()
        except TimeoutError:
            self.process.kill()
            if self.process.pid:
                await self.process.ended.wait()


def _refusal(frame: Frame) -> AssistantError:
    error, fatal = read_error(frame.value)
    return EngineGone(str(error)) if fatal else error
