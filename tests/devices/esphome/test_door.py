import asyncio
from collections.abc import AsyncGenerator

import pytest

from assistant.devices.esphome import door as door_module
from assistant.devices.esphome.door import MOST_HELD, MediaDoor, Stream
from tests.devices.esphome.device import fetch


@pytest.fixture
async def door() -> AsyncGenerator[MediaDoor, None]:
    opened = MediaDoor(0)
    yield opened
    opened.close()
    await asyncio.sleep(0)


async def test_the_first_bytes_are_read_while_the_rest_is_made(door: MediaDoor) -> None:
    stream = Stream("audio/wav")
    url = await door.offer(stream, "127.0.0.1")
    stream.add(b"first")
    host, _, name = url.removeprefix("http://").partition("/")
    reader, writer = await asyncio.open_connection(*host.split(":"))
    writer.write(f"GET /{name} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    assert await reader.readexactly(10) == b"5\r\nfirst\r\n"
    assert not stream.ended
    stream.add(b"rest")
    stream.end()
    assert await reader.read() == b"4\r\nrest\r\n0\r\n\r\n"
    await stream.left.wait()
    assert not stream.cut
    writer.close()


async def test_an_address_is_good_for_one_fetch_and_none_can_be_guessed(door: MediaDoor) -> None:
    stream = Stream("audio/flac")
    stream.add(b"x")
    stream.end()
    url = await door.offer(stream, "127.0.0.1")
    assert len(url.rpartition("/")[2]) >= 32
    assert (await fetch(url))[2] == b"x"
    assert (await fetch(url))[0] == 404
    assert (await fetch(url.rpartition("/")[0] + "/"))[0] == 404


async def test_who_hangs_up_before_the_end_has_cut_it(door: MediaDoor) -> None:
    stream = Stream("audio/wav")
    stream.add(bytes(1000))
    await fetch(await door.offer(stream, "127.0.0.1"), most=100)
    await stream.left.wait()
    assert stream.cut


async def test_what_was_given_up_can_not_be_fetched_any_more(door: MediaDoor) -> None:
    stream = Stream("audio/wav")
    url = await door.offer(stream, "127.0.0.1")
    door.forget(stream)
    assert (await fetch(url))[0] == 404


async def test_what_nobody_fetches_is_not_kept_for_ever() -> None:
    stream = Stream("audio/wav")
    for _ in range(100):
        stream.add(bytes(MOST_HELD // 10))
    assert stream._held <= MOST_HELD


@pytest.mark.parametrize(
    "asked",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01" + bytes(100),
        b"A" * 20_000,
        b"POST /x HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
async def test_who_asks_nonsense_gets_nothing(door: MediaDoor, asked: bytes) -> None:
    url = await door.offer(Stream("audio/wav"), "127.0.0.1")
    reader, writer = await asyncio.open_connection(*url.split("/")[2].split(":"))
    writer.write(asked)
    assert b"200 OK" not in await reader.read()
    writer.close()


async def test_who_asks_nothing_is_let_go(door: MediaDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "ASKED_S", 0.01)
    url = await door.offer(Stream("audio/wav"), "127.0.0.1")
    reader, writer = await asyncio.open_connection(*url.split("/")[2].split(":"))
    assert await reader.read() == b""
    writer.close()
