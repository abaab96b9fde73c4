"""One Wyoming connection: whole events in, whole events out, nobody waited for without end."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

from wyoming.event import Event

from assistant.errors import WireError
from assistant.wyoming_wire import STRANGER, Caps, EventReader, encode_event

READ_BYTES = 16 * 1024
WHOLE_S = 5.0
"""An event that has begun is whole by then, or its sender is stuck."""
TAKEN_S = 5.0
"""What is sent is taken by then; else it would be kept here for a peer that never reads."""


class WyomingLink:
    """Both directions of a connection. `idle_s`: a peer that says nothing for so long is let go."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        caps: Caps = STRANGER,
        *,
        idle_s: float | None = None,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._events = EventReader(caps)
        self._idle_s = idle_s
        self._waited_s = 0.0
        """For the event that has begun; not what its reader took for those before."""
        self._sending = asyncio.Lock()

    async def events(self) -> AsyncGenerator[Event, None]:
        """What the peer says until it hangs up. WyomingError for nonsense, WireError for a stuck peer."""
        while data := await self._read():
            whole = self._events.feed(data)
            if whole:
                self._waited_s = 0.0
            for event in whole:
                yield event
            if self._events.fault is not None:
                raise self._events.fault

    async def _read(self) -> bytes:
        loop, begun = asyncio.get_running_loop(), self._events.waiting
        before_s = loop.time()
        try:
            async with asyncio.timeout(WHOLE_S - self._waited_s if begun else self._idle_s):
                data = await self._reader.read(READ_BYTES)
        except TimeoutError:
            if not begun:
                return b""
            raise WireError(f"an event was not whole within {WHOLE_S:g} s") from None
        except ConnectionError:
            return b""
        self._waited_s += loop.time() - before_s if begun else 0.0
        return data

    async def send(self, event: Event) -> None:
        """Hand an event over. WireError when the peer is gone or does not take it."""
        async with self._sending:
            try:
                self._writer.write(encode_event(event))
                async with asyncio.timeout(TAKEN_S):
                    await self._writer.drain()
            except TimeoutError:
                self._writer.transport.abort()
                raise WireError(f"nothing was taken for {TAKEN_S:g} s") from None
            except (ConnectionError, RuntimeError) as error:
                raise WireError(f"the connection is gone: {error}") from error

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(TAKEN_S):
                await self._writer.wait_closed()
