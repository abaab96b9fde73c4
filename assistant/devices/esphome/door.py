"""Where devices fetch what they are to play: a small web server for one-use addresses nobody can guess.

A stream is read while it is made. It can be fetched once, by whoever was told its address.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Final

import h11

from assistant.errors import WireError

ASKED_S: Final = 5.0
"""A request is whole by then."""
TAKEN_S: Final = 10.0
"""A reader that takes nothing for so long is gone; a player may hold back for a while."""
READ_BYTES: Final = 8 * 1024
MOST_READERS: Final = 64
MOST_HELD: Final = 4_000_000
"""Bytes of one stream that wait to be fetched: 20 s of stereo at 48 kHz."""


class Stream:
    """Bytes that are being made, for one reader."""

    def __init__(self, content_type: str) -> None:
        self.content_type = content_type
        self.fetched = asyncio.Event()
        """Somebody came for it."""
        self.left = asyncio.Event()
        """Its reader is gone: everything was read, or it hung up before."""
        self.ended = False
        self._pieces: deque[bytes] = deque()
        self._held = 0
        self._more = asyncio.Event()

    @property
    def cut(self) -> bool:
        """Its reader hung up before the end."""
        return self.left.is_set() and (not self.ended or bool(self._pieces))

    def add(self, data: bytes) -> None:
        """More of it. What nobody fetches is not kept for ever."""
        if self.left.is_set() or self.ended or not data:
            return
        self._pieces.append(data)
        self._held += len(data)
        while self._held > MOST_HELD:
            self._held -= len(self._pieces.popleft())
        self._more.set()

    def end(self) -> None:
        """That was all."""
        self.ended = True
        self._more.set()

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """All of it, as it is made."""
        while True:
            while self._pieces:
                piece = self._pieces.popleft()
                self._held -= len(piece)
                yield piece
            if self.ended:
                return
            self._more.clear()
            await self._more.wait()


class MediaDoor:
    """One server for each own address under which devices reach this box, opened when it is first needed."""

    def __init__(self, port: int) -> None:
        """`port`: where to listen; 0, or one that is taken: any free one."""
        self._port = port
        self._servers: dict[str, asyncio.Server] = {}
        self._opening = asyncio.Lock()
        self._waiting: dict[str, Stream] = {}
        self._readers = 0

    async def offer(self, stream: Stream, address: str) -> str:
        """Where it can be fetched, once, under this own address. WireError: no door can be opened there."""
        async with self._opening:
            if address not in self._servers:
                self._servers[address] = await self._open(address)
        port = self._servers[address].sockets[0].getsockname()[1]
        name = f"/{secrets.token_urlsafe(24)}.{stream.content_type.rpartition('/')[2]}"
        self._waiting[name] = stream
        host = f"[{address}]" if ":" in address else address
        return f"http://{host}:{port}{name}"

    def forget(self, stream: Stream) -> None:
        """Nobody is to fetch it any more."""
        for name in [name for name, each in self._waiting.items() if each is stream]:
            del self._waiting[name]

    def close(self) -> None:
        """Shut every door."""
        for server in self._servers.values():
            server.close()
        self._servers.clear()
        self._waiting.clear()

    async def _open(self, address: str) -> asyncio.Server:
        for port in dict.fromkeys((self._port, 0)):
            with suppress(OSError):
                return await asyncio.start_server(self._serve, address, port, limit=READ_BYTES)
        raise WireError(f"no web server can be opened at {address}")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._readers += 1
        try:
            if self._readers <= MOST_READERS:
                await self._answer(reader, writer)
        except (h11.RemoteProtocolError, OSError, TimeoutError):
            pass  # whoever asks like this gets nothing
        finally:
            self._readers -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        web = h11.Connection(h11.SERVER, max_incomplete_event_size=READ_BYTES)
        async with asyncio.timeout(ASKED_S):
            request = await _request(web, reader)
        known = request is not None and request.method in (b"GET", b"HEAD")
        name = request.target.decode("ascii", "replace") if request is not None and known else ""
        stream = self._waiting.get(name)
        if request is None or stream is None:
            await _send(web, writer, _head(404, "text/plain"))
            return
        wants_all = request.method == b"GET"
        if wants_all:
            del self._waiting[name]
        await _send(web, writer, _head(200, stream.content_type))
        if wants_all:
            await _pour(web, stream, reader, writer)


async def _request(web: h11.Connection, reader: asyncio.StreamReader) -> h11.Request | None:
    while True:
        event = web.next_event()
        if event is h11.NEED_DATA:
            web.receive_data(await reader.read(READ_BYTES))
        else:
            return event if isinstance(event, h11.Request) else None


def _head(status: int, content_type: str) -> h11.Response:
    headers = [("Content-Type", content_type), ("Cache-Control", "no-store"), ("Connection", "close")]
    if status != 200:
        headers.append(("Content-Length", "0"))
    return h11.Response(status_code=status, headers=headers)


async def _pour(
    web: h11.Connection, stream: Stream, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    stream.fetched.set()
    hung_up = asyncio.ensure_future(_until_hung_up(reader))
    pouring = asyncio.ensure_future(_pieces(web, stream, writer))
    try:
        await asyncio.wait({hung_up, pouring}, return_when=asyncio.FIRST_COMPLETED)
        if pouring.done():
            pouring.result()
    finally:
        hung_up.cancel()
        pouring.cancel()
        stream.left.set()


async def _pieces(web: h11.Connection, stream: Stream, writer: asyncio.StreamWriter) -> None:
    async with aclosing(stream.pieces()) as pieces:
        async for piece in pieces:
            await _send(web, writer, h11.Data(data=piece))
    await _send(web, writer, h11.EndOfMessage())


async def _until_hung_up(reader: asyncio.StreamReader) -> None:
    with suppress(OSError):
        while await reader.read(READ_BYTES):
            pass


async def _send(
    web: h11.Connection, writer: asyncio.StreamWriter, event: h11.Response | h11.Data | h11.EndOfMessage
) -> None:
    if data := web.send(event):
        writer.write(data)
        async with asyncio.timeout(TAKEN_S):
            await writer.drain()
