"""One link: who says nothing whole is as gone as who says nothing, and who does not read is let go."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

import pytest
from wyoming.event import Event

from assistant.devices import wyoming_link
from assistant.devices.wyoming_link import WyomingLink
from assistant.errors import WireError
from assistant.paired import link as paired_link
from assistant.paired.frames import Frame, Kind, encode_frame
from assistant.paired.link import PairedLink
from assistant.wyoming_wire import encode_event

GAP_S = 0.02
LIMIT_S = 0.2


@pytest.fixture(autouse=True)
def _no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paired_link, "SILENT_S", LIMIT_S)
    monkeypatch.setattr(paired_link, "TAKEN_S", LIMIT_S)
    monkeypatch.setattr(wyoming_link, "WHOLE_S", LIMIT_S)
    monkeypatch.setattr(wyoming_link, "TAKEN_S", LIMIT_S)


@asynccontextmanager
async def a_peer() -> AsyncGenerator[
    tuple[asyncio.StreamReader, asyncio.StreamWriter, asyncio.StreamWriter], None
]:
    """Our reader and writer, and the writer of the other end."""
    ours: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ours.put_nowait((reader, writer))

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    _, theirs = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
    reader, writer = await ours.get()
    try:
        yield reader, writer, theirs
    finally:
        for each in (writer, theirs):
            each.transport.abort()
        server.close()


async def dribble(writer: asyncio.StreamWriter, data: bytes) -> None:
    """A byte every now and then, so that there is never silence."""
    for byte in data:
        writer.write(bytes([byte]))
        await asyncio.sleep(GAP_S)


async def test_a_satellite_that_dribbles_a_frame_is_gone_as_one_that_is_silent() -> None:
    async with a_peer() as (reader, writer, theirs):
        dribbling = asyncio.create_task(dribble(theirs, encode_frame(Frame(Kind.STATE, {"muted": False}))))
        link = PairedLink(reader, writer)
        with pytest.raises(WireError, match="said nothing"):
            await link.next(Kind.STATE)
        dribbling.cancel()


async def test_a_wyoming_peer_that_dribbles_an_event_is_let_go() -> None:
    async with a_peer() as (reader, writer, theirs):
        dribbling = asyncio.create_task(dribble(theirs, encode_event(Event("audio-chunk", {}, bytes(1000)))))
        async with aclosing(WyomingLink(reader, writer).events()) as events:
            with pytest.raises(WireError, match="not whole"):
                await anext(events)
        dribbling.cancel()


async def test_time_that_the_house_takes_is_not_held_against_a_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    limit_s = 1.0  # so long that a busy machine brings the rest of the event in time
    monkeypatch.setattr(wyoming_link, "WHOLE_S", limit_s)
    async with a_peer() as (reader, writer, theirs):
        event = encode_event(Event("ping"))
        theirs.write(event + event[:5])
        link = WyomingLink(reader, writer)
        async with aclosing(link.events()) as events:
            assert (await anext(events)).type == "ping"
            await asyncio.sleep(2 * limit_s)  # the house thinks
            asyncio.get_running_loop().call_later(GAP_S, theirs.write, event[5:])
            assert (await anext(events)).type == "ping"


async def pour_own(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    link = PairedLink(reader, writer)
    while True:
        await link.send(Frame(Kind.PAKE, body=bytes(2048)))


async def pour_wyoming(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    link = WyomingLink(reader, writer)
    while True:
        await link.send(Event("audio-chunk", {}, bytes(2048)))


@pytest.mark.parametrize("kind", ["own", "wyoming"])
async def test_a_peer_that_never_reads_is_let_go_and_nothing_is_kept_for_it(kind: str) -> None:
    async with a_peer() as (reader, writer, _):
        with pytest.raises(WireError, match="nothing was taken"):
            await (pour_own(reader, writer) if kind == "own" else pour_wyoming(reader, writer))
        assert writer.transport.get_write_buffer_size() == 0
