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
from typing import Literal, Protocol, TypeAlias

from assistant.errors import AssistantError, EngineGone
from assistant.house.host import Host
from assistant.house.link import Wire

Launcher: TypeAlias = Literal["spawn", "thread"]

_TAIL_BYTES = 2_000
_CHATTER_BYTES = 64 * 1024
_CHATTER_PAUSE_S = 0.02


class Process(Protocol):
    """What runs the engine."""

    pid: int
    ended: asyncio.Event
    fate: str
    """How it ended, in words."""
    struck_down: bool
    """Somebody else killed it (kill -9, out of memory): whatever it was doing is not to blame."""

    def kill(self) -> None: ...


class _Chatter:
    """What native libraries print: always drained (3 MB/s at most), only the last words kept in memory."""

    def __init__(self, fd: int) -> None:
        self.drained = 0
        """Bytes so far."""
        self._fd = fd
        self._tail = b""
        self._loop = asyncio.get_running_loop()
        self._pause: asyncio.TimerHandle | None = None
        os.set_blocking(fd, False)
        self._loop.add_reader(fd, self._drain)

    def _drain(self) -> None:
        try:
            data = os.read(self._fd, _CHATTER_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._fd)
            return
        self.drained += len(data)
        self._tail = (self._tail + data)[-_TAIL_BYTES:]
        if len(data) == _CHATTER_BYTES:
            self._loop.remove_reader(self._fd)
            self._pause = self._loop.call_later(_CHATTER_PAUSE_S, self._resume)

    def _resume(self) -> None:
        self._pause = None
        self._loop.add_reader(self._fd, self._drain)

    def close(self) -> str:
        """Stop; return the last line said."""
        if self._pause:
            self._pause.cancel()
        self._loop.remove_reader(self._fd)
        with contextlib.suppress(OSError):
            self._tail = (self._tail + os.read(self._fd, _CHATTER_BYTES))[-_TAIL_BYTES:]
        os.close(self._fd)
        lines = self._tail.decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:200] if lines else ""


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
        self._chatter = _Chatter(reading)
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
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **extra}


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


class Worker:
    """A process and its wire."""

    def __init__(self, wire: Wire, process: Process) -> None:
        self.wire = wire
        self.process = process

    @classmethod
    async def launch(cls, launcher: Launcher, environment: Mapping[str, str]) -> "Worker":
        """Start an empty host; the engine is loaded by the first frame."""
        ours, theirs = socket.socketpair()
        with theirs:
            loop = asyncio.get_running_loop()
            _, wire = await loop.create_unix_connection(Wire, sock=ours)
            made = SpawnedProcess if launcher == "spawn" else ThreadProcess
            try:
                process: Process = made(theirs, environment)
            except OSError as error:
                wire.close()
                raise EngineGone(f"no process could be started: {error}") from error
        return cls(wire, process)

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
