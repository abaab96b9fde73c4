"""The hub's control socket: JSON lines over a Unix socket, only for the hub's own user and root.

A request is one object `{"do": …, …}`; answers are objects, the last one has the key `end` (exit status).
"""

import asyncio
import fcntl
import json
import os
import socket
import struct
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO, Final, TypeAlias

from assistant import paths
from assistant.errors import AssistantError, WireError
from assistant.messages import JsonValue

LONGEST_LINE = 64 * 1024
PATIENCE_S = 5.0
"""For a client that connected to send its request."""
RESTART: Final = 75
"""Exit status of a program that wants to be started again (EX_TEMPFAIL; systemd restarts on any failure)."""
Line: TypeAlias = dict[str, JsonValue]
Handle: TypeAlias = Callable[[Line], AsyncGenerator[Line, None]]
_Serve: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class HubRunning(AssistantError):
    """Another hub has the lock of this machine."""


class NoHub(AssistantError):
    """No hub answers on the control socket."""


def socket_path() -> Path:
    """Where the running hub listens."""
    return paths.runtime_folder() / "control.sock"


def satellite_path() -> Path:
    """Where a running satellite takes commands: apart from a hub on the same box."""
    return paths.runtime_folder() / "satellite.sock"


@contextmanager
def only_hub() -> Iterator[IO[str]]:
    """Hold this machine's hub lock; HubRunning when another process has it."""
    with _lock_file() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HubRunning("a hub is already running on this machine; `assistant stop` ends it") from None
        yield lock


def _lock_file() -> IO[str]:
    folder = paths.runtime_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise WireError(f"{folder} belongs to someone else; name another folder in HEARTH_RUNTIME")
        return (folder / "hub.lock").open("a+")
    except OSError as error:
        raise WireError(
            f"{folder}, the place of the control socket, can't be used: {error.strerror}; "
            "name another folder in HEARTH_RUNTIME"
        ) from error


async def hub_gone(within_s: float = 30.0) -> None:
    """Wait until no hub holds the lock. HubRunning when it still does after `within_s`."""
    loop = asyncio.get_running_loop()
    until = loop.time() + within_s
    while True:
        try:
            with only_hub():
                return
        except HubRunning:
            if loop.time() > until:
                raise HubRunning(f"the hub has not stopped within {within_s:g} s; end its process") from None
            await asyncio.sleep(0.02)


# ── the hub's side ───────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def serving(handle: Handle, path: Path | None = None) -> AsyncIterator[None]:
    """Answer requests until the block ends, at the hub's place or another. One request a connection."""
    path = path or socket_path()
    path.unlink(missing_ok=True)
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        try:
            await _serve(reader, writer, handle)
        except asyncio.CancelledError:
            return  # by the end of the hub, below
        finally:
            serving.discard(task)

    server = await _listen(serve, path)
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)
        # Whoever still waits for an answer learns by the end of the connection; nobody may hold up the end.
        for task in tuple(serving):
            task.cancel()
        if serving:
            await asyncio.wait(tuple(serving))


async def _listen(serve: _Serve, path: Path) -> asyncio.Server:
    old_mask = os.umask(0o177)
    try:
        return await asyncio.start_unix_server(serve, path, limit=LONGEST_LINE)
    except OSError as error:
        raise WireError(
            f"the control socket {path} can't be made: {error}; move it with HEARTH_RUNTIME"
        ) from error
    finally:
        os.umask(old_mask)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handle: Handle) -> None:
    try:
        if _peer_uid(writer) not in (0, os.getuid()):
            return
        async with asyncio.timeout(PATIENCE_S):
            line = await reader.readline()
        request = _parse(line)
        async with aclosing(handle(request)) as answers:
            async for answer in answers:
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
    except AssistantError as error:
        writer.write(json.dumps({"error": str(error), "end": 1}).encode() + b"\n")
    except (ConnectionError, ValueError, TimeoutError):
        return  # the client left, or sent a line without an end, or nothing
    finally:
        writer.close()


def _peer_uid(writer: asyncio.StreamWriter) -> int:
    peer = writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    _pid, uid, _gid = struct.unpack("iII", peer)
    return int(uid)


def _parse(line: bytes) -> Line:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WireError("the request is not a line of JSON") from error
    if not isinstance(request, dict) or not isinstance(request.get("do"), str):
        raise WireError('the request has no "do"')
    return request


# ── the command line's side ──────────────────────────────────────────────────────────────────────


def hub_is_running() -> bool:
    """Whether a hub answers on the control socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(socket_path()))
        except OSError:
            return False
    return True


async def request(message: Mapping[str, JsonValue], path: Path | None = None) -> AsyncGenerator[Line, None]:
    """Send one request to the running hub, or who else listens at `path`; yield its answers, the one with
    `end` too. NoHub, WireError."""
    try:
        reader, writer = await asyncio.open_unix_connection(path or socket_path(), limit=16 * LONGEST_LINE)
    except OSError as error:
        raise NoHub("no hub is running; start it with `assistant run`") from error
    try:
        writer.write(json.dumps(dict(message)).encode() + b"\n")
        await writer.drain()
        while line := await reader.readline():
            answer = json.loads(line)
            yield answer
            if "end" in answer:
                return
        raise NoHub("the hub went away in the middle of the answer")
    except (ConnectionError, ValueError) as error:
        raise WireError(f"the hub's answer broke off: {error}") from error
    finally:
        writer.close()
