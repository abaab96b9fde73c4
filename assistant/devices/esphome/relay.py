"""Between an ESPHome device and the library: no faster than a device may be, no more than one may send.

The library takes whatever arrives, as fast as it comes, and keeps what a device does not take; a device that
floods or sticks would be felt in every other room.
"""

import asyncio
import socket
from contextlib import suppress
from typing import Final

from assistant.devices.esphome.frames import Borders
from assistant.errors import WireError
from assistant.lan import at_home
from assistant.tasks import together

CONNECT_S: Final = 5.0
TAKEN_S: Final = 4.0
"""What is sent is taken by then, or the device is stuck."""
READ_BYTES: Final = 16 * 1024
BYTES_S: Final = 192 * 1024
"""Of a device; two channels of sound are 64 KB a second."""
BURST_S: Final = 2.0
FRAMES_S: Final = 400
"""Of a device; sound is 32 to 100 a second, and what a device has is told at once, within the burst."""
FRAMES_BURST: Final = 2000


class Budget:
    """So much a second, and so much at once. Times are loop times."""

    def __init__(self, rate_s: float, burst: float, now_s: float) -> None:
        self._rate_s, self._burst = rate_s, burst
        self._left, self._at_s = burst, now_s

    def spend(self, amount: float, now_s: float) -> float:
        """Take it; seconds to wait until it was there."""
        self._left = min(self._burst, self._left + (now_s - self._at_s) * self._rate_s) - amount
        self._at_s = now_s
        return max(0.0, -self._left / self._rate_s)


async def addresses_of(host: str, port: int) -> list[str]:
    """Where a host is, in numbers, `.local` names by mDNS. WireError where nobody knows, or not at home."""
    import ipaddress

    from aioesphomeapi import host_resolver
    from aioesphomeapi.core import APIConnectionError
    from aioesphomeapi.zeroconf import ZeroconfManager

    zeroconf = ZeroconfManager()
    try:
        async with asyncio.timeout(CONNECT_S):
            found = await host_resolver.async_resolve_host([host], port, zeroconf, timeout=CONNECT_S)
    except (APIConnectionError, OSError, TimeoutError, ValueError) as error:
        raise WireError(f"nobody knows the address of {host}") from error
    finally:
        await zeroconf.async_close()
    numbers = [str(each.sockaddr.address).partition("%")[0] for each in found]
    if not numbers or not all(at_home(ipaddress.ip_address(each)) for each in numbers):
        raise WireError(f"{host} is not at home")
    return numbers


class Relay:
    """One connection to a device; `inner` is the library's end of it. `run` until either end is gone."""

    def __init__(
        self,
        device: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        here: socket.socket,
        inner: socket.socket,
    ) -> None:
        self.inner: socket.socket | None = inner
        """Given away once: `taken`."""
        self._reader, self._writer = device
        self._here: socket.socket | None = here

    @classmethod
    async def open(cls, host: str, port: int) -> "Relay":
        """Connect. WireError says why not."""
        last: Exception | None = None
        for address in await addresses_of(host, port):
            try:
                async with asyncio.timeout(CONNECT_S):
                    device = await asyncio.open_connection(address, port, limit=READ_BYTES)
            except (OSError, TimeoutError) as error:
                last = error
                continue
            try:
                here, inner = pair()
            except OSError as error:
                device[1].close()
                raise WireError(f"this box has no connection left ({error.strerror})") from error
            return cls(device, here, inner)
        raise WireError(f"it does not answer at {host} port {port}") from last

    def taken(self) -> socket.socket:
        """The library's end, which is the library's to close from now on."""
        assert self.inner is not None
        inner, self.inner = self.inner, None
        return inner

    def close(self) -> None:
        """Hang up, whoever was reading."""
        for each in (self.inner, self._here):
            if each is not None:
                each.close()
        self._writer.transport.abort()

    @property
    def own_address(self) -> str:
        """Under which the device reaches this box."""
        return str(self._writer.get_extra_info("sockname")[0])

    @property
    def device_address(self) -> str:
        """The device's own."""
        return str(self._writer.get_extra_info("peername")[0])

    async def run(self) -> None:
        """Hand on what both say; ends when either hangs up. WireError: what the device did wrong."""
        assert self._here is not None
        here, self._here = self._here, None
        reader, writer = await asyncio.open_connection(sock=here, limit=READ_BYTES)
        self._writer.transport.set_write_buffer_limits(READ_BYTES)
        try:
            async with together() as group:
                coming = group.create_task(self._from_device(writer))
                going = group.create_task(self._to_device(reader))
                await asyncio.wait({coming, going}, return_when=asyncio.FIRST_COMPLETED)
                coming.cancel()
                going.cancel()
        finally:
            await self._close(writer)

    async def _from_device(self, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        borders = Borders()
        pace = Budget(BYTES_S, BYTES_S * BURST_S, loop.time())
        frames = Budget(FRAMES_S, FRAMES_BURST, loop.time())
        while data := await _read(self._reader):
            now_s = loop.time()
            count = borders.feed(data)
            await _handed(writer, data)
            wait_s = max(pace.spend(len(data), now_s), frames.spend(count, now_s))
            if wait_s:
                await asyncio.sleep(wait_s)

    async def _to_device(self, reader: asyncio.StreamReader) -> None:
        while data := await _read(reader):
            try:
                async with asyncio.timeout(TAKEN_S):
                    await _handed(self._writer, data)
            except TimeoutError:
                raise WireError(f"it has taken nothing for {TAKEN_S:g} s") from None

    async def _close(self, writer: asyncio.StreamWriter) -> None:
        for each in (writer, self._writer):
            each.transport.abort()
        for each in (writer, self._writer):
            with suppress(OSError):
                await each.wait_closed()


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(READ_BYTES)
    except OSError:
        return b""


async def _handed(writer: asyncio.StreamWriter, data: bytes) -> None:
    with suppress(OSError):  # the reading side sees the loss
        writer.write(data)
        await writer.drain()


def pair() -> tuple[socket.socket, socket.socket]:
    """Two ends of one loopback TCP connection: the library sets options that only TCP knows. OSError."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1)
        listening.settimeout(1.0)
        inner = socket.create_connection(listening.getsockname(), timeout=1.0)
        here, came_from = listening.accept()
    if came_from != inner.getsockname():
        here.close()
        inner.close()
        raise OSError(0, "somebody else took the connection")
    for each in (here, inner):
        each.setblocking(False)
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return here, inner
