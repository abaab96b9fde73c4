"""The hub's control socket: JSON lines over a Unix socket, only for the hub's own user and root.

A request is one object `{"do": …, …}`; answers are objects, the last one has the key `end` (exit status).
"""

import asyncio
import fcntl
import json
import os
import socket
import struct
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO, TypeAlias

from assistant import paths
from assistant.errors import AssistantError, WireError
from assistant.messages import JsonValue

LONGEST_LINE = 64 * 1024
Line: TypeAlias = dict[str, JsonValue]
Handle: TypeAlias = Callable[[Line], AsyncGenerator[Line, None]]


class HubRunning(AssistantError):
    """Another hub has the lock of this machine."""


class NoHub(AssistantError):
    """No hub answers on the control socket."""


def socket_path() -> Path:
    """Where the running hub listens."""
    return paths.runtime_folder() / "control.sock"


@contextmanager
def only_hub() -> Iterator[IO[str]]:
    """Hold this machine's hub lock; HubRunning when another process has it."""
    folder = paths.runtime_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "hub.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HubRunning("a hub is already running on this machine; `assistant stop` ends it") from None
        yield lock


# ── the hub's side ───────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def serving(handle: Handle) -> AsyncIterator[None]:
    """Answer requests until the block ends. One request a connection."""
    path = socket_path()
    path.unlink(missing_ok=True)
    old_mask = os.umask(0o177)
    try:
        server = await asyncio.start_unix_server(
            lambda reader, writer: _serve(reader, writer, handle), path, limit=LONGEST_LINE
        )
    finally:
        os.umask(old_mask)
    try:
        async with server:
            yield
    finally:
        path.unlink(missing_ok=True)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handle: Handle) -> None:
    try:
        if _peer_uid(writer) not in (0, os.getuid()):
            return
        request = _parse(await reader.readline())
        async with aclosing(handle(request)) as answers:
            async for answer in answers:
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
    except AssistantError as error:
        writer.write(json.dumps({"error": str(error), "end": 1}).encode() + b"\n")
    except (ConnectionError, ValueError):
        return  # the client left, or sent a line without an end
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


async def request(message: Mapping[str, JsonValue]) -> AsyncGenerator[Line, None]:
    """Send one request to the running hub; yield its answers, the one with `end` too. NoHub, WireError."""
    try:
        reader, writer = await asyncio.open_unix_connection(socket_path(), limit=16 * LONGEST_LINE)
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
