"""Sound by datagrams, as firmware before API audio sends and takes it: raw s16le at 16 kHz."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final, cast

LONGEST: Final = 4096
"""Bytes of a datagram; devices send 1024."""


class Datagrams(asyncio.DatagramProtocol):
    """A port for one device: what others send is counted and dropped."""

    def __init__(self, device: str, take: Callable[[bytes], None]) -> None:
        self.port = 0
        self.strange = 0
        """Datagrams of others, or too long, or of half samples."""
        self._device, self._take = device, take
        self._from: tuple[str, int] | None = None
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, own: str, device: str, take: Callable[[bytes], None]) -> "Datagrams":
        """Listen at any free port of this own address. OSError."""
        loop = asyncio.get_running_loop()
        transport, port = await loop.create_datagram_endpoint(lambda: cls(device, take), local_addr=(own, 0))
        port.port = transport.get_extra_info("sockname")[1]
        return port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self._transport = cast(asyncio.DatagramTransport, transport)  # by duty, not by class, in CPython 3.11

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Called by the loop."""
        if addr[0] != self._device or len(data) > LONGEST or len(data) % 2:
            self.strange += 1
            return
        self._from = addr
        self._take(data)

    def send(self, pcm: bytes) -> None:
        """To where the device's own sound comes from."""
        if self._transport is not None and self._from is not None:
            with suppress(OSError):
                self._transport.sendto(pcm, self._from)

    def close(self) -> None:
        """Take and send no more."""
        if self._transport is not None:
            self._transport.close()
