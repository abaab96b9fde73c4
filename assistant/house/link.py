"""The house's end of the wire to one engine, on the event loop: frames in order, with back-pressure."""

import asyncio
from collections import deque
from collections.abc import Callable

from assistant.errors import AssistantError, EngineGone, WireError
from assistant.house.wire import Frame, FrameReader, encode_frame

_FRAMES_HELD = 64
_BYTES_HELD = 8 * 1024 * 1024


class Wire(asyncio.Protocol):
    """Frames in order. Holds at most 64 frames or 8 MiB; beyond that the engine waits to be read."""

    def __init__(self) -> None:
        self.lost: AssistantError | None = None
        self.on_lost: Callable[[], None] = lambda: None
        self.heard_at = 0.0
        """Loop time of the last bytes."""
        self._reader = FrameReader()
        self._frames: deque[Frame] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
        self.heard_at = self._loop.time()

    def data_received(self, data: bytes) -> None:
        self.heard_at = self._loop.time()
        try:
            found = self._reader.feed(data)
        except WireError as error:
            self._lose(EngineGone(f"the engine wrote garbage ({error})"))
            return
        self._frames.extend(found)
        self._bytes += sum(len(frame.body) for frame in found)
        if (len(self._frames) > _FRAMES_HELD or self._bytes > _BYTES_HELD) and self._transport:
            self._transport.pause_reading()
        self._news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lose(EngineGone("the engine's process ended"))

    def _lose(self, error: AssistantError) -> None:
        if self.lost is None:
            self.lost = error
            if self._transport:
                self._transport.abort()
            self._news.set()
            self.on_lost()

    def send(self, frame: Frame) -> None:
        """Write a frame; nothing happens once the wire is lost."""
        if self.lost is None and self._transport and not self._transport.is_closing():
            self._transport.write(encode_frame(frame))

    def take(self) -> Frame | None:
        """The next frame if one is here. Raises what ended the wire after the last one."""
        if self._frames:
            frame = self._frames.popleft()
            self._bytes -= len(frame.body)
            if not self._frames and self._transport and self.lost is None:
                self._transport.resume_reading()
            return frame
        if self.lost is not None:
            raise type(self.lost)(str(self.lost))
        return None

    async def news(self, until: float) -> None:
        """Wait for a frame, a poke or the end; TimeoutError at loop time `until`."""
        if self._frames or self.lost:
            return
        self._news.clear()
        async with asyncio.timeout_at(until):
            await self._news.wait()

    def poke(self) -> None:
        """Wake who waits for news."""
        self._news.set()

    def close(self, error: AssistantError | None = None) -> None:
        """Hang up: the engine's process sees the end of file and exits."""
        self._lose(error or EngineGone("the engine was stopped"))
