"""Known satellites that mean ill, or are broken, each in a room of its own, until stdin ends.

`python -m tests.satellites.load.rogues FOLDER HUB_PORT FIRST_ROOM`
"""

import asyncio
import struct
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from assistant.errors import WireError
from assistant.paired.frames import Frame, Kind, encode_frame
from assistant.paired.keys import identity, satellite_context
from tests.satellites.load.hub import address_of

Hub = tuple[asyncio.StreamReader, asyncio.StreamWriter]
OFTEN_S: Final = 0.05


async def stuck(hub: Hub) -> None:
    """Says that it is there, then neither reads nor says anything."""
    hub[0]._transport.pause_reading()  # type: ignore[attr-defined]
    await asyncio.sleep(60)


async def dribbling(hub: Hub) -> None:
    """A frame, byte by byte, that is never whole."""
    for byte in encode_frame(Frame(Kind.SOUND, body=bytes(8192))):
        hub[1].write(bytes([byte]))
        await hub[1].drain()
        await asyncio.sleep(0.2)


async def failing(hub: Hub) -> None:
    """Wakes, farther away than anybody, says something, and is gone."""
    far = {"level_db": -50.0, "noise_db": -60.0, "late": 0}
    hub[1].write(encode_frame(Frame(Kind.WOKE, {"word": "hey_jarvis", "score": 0.9, "before": 0, **far})))
    for _ in range(5):
        hub[1].write(encode_frame(Frame(Kind.SOUND, {"t": 0}, b"\x00\x20" * 512)))
    await hub[1].drain()


async def gigantic(hub: Hub) -> None:
    """A frame of 4 GB."""
    hub[1].write(struct.pack(">II", 40, 2**32 - 1) + b"x" * 4096)
    await hub[1].drain()
    with suppress(OSError):
        await hub[0].read()


async def hasty(hub: Hub) -> None:
    """Hangs up as soon as it is there: 20 times a second, or as often as it is let in."""


KINDS: Final[tuple[Callable[[Hub], Awaitable[None]], ...]] = (stuck, dribbling, failing, gigantic, hasty)


async def live(number: int, kind: Callable[[Hub], Awaitable[None]], folder: Path, port: int) -> None:
    """Connect, do it, connect again."""
    hub = identity(folder / "hub.pem").certificate
    context = satellite_context(identity(folder / f"{number}.pem"), hub)
    while True:
        writer = None
        with suppress(OSError, WireError):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, ssl=context, local_addr=(address_of(number), 0)
            )
            writer.write(encode_frame(Frame(Kind.HELLO)))
            await writer.drain()
            await kind((reader, writer))
        if writer is not None:
            writer.transport.abort()
        await asyncio.sleep(OFTEN_S)


async def main(folder: str, port: str, first: str) -> None:
    """All of them."""
    lives = [
        asyncio.create_task(live(int(first) + at, kind, Path(folder), int(port)))
        for at, kind in enumerate(KINDS)
    ]
    await asyncio.to_thread(sys.stdin.readline)
    for each in lives:
        each.cancel()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
