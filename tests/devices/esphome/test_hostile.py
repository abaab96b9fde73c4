"""Devices that flood, stick, lie and break off: each is let go, counted and told; nobody else feels it."""

import asyncio
import tracemalloc
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.devices.esphome import connected, line, relay
from assistant.devices.esphome.door import MediaDoor
from assistant.devices.esphome.satellite import EsphomeSatellite
from assistant.errors import AudioError
from tests.devices.esphome.device import KINDS, FakeDevice, pb, varint

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def frame(message: Any) -> bytes:
    body: bytes = message.SerializeToString()
    return b"\x00" + varint(len(body)) + varint(KINDS[type(message)]) + body


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "RETRY_S", (0.0,))


@asynccontextmanager
async def against(serve: Serve) -> AsyncGenerator[EsphomeSatellite, None]:
    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(closing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    door = MediaDoor(0)
    satellite = EsphomeSatellite(f"esphome://127.0.0.1:{port}", None, door)
    satellite.start(lambda n: np.zeros(n, np.int16))
    try:
        async with asyncio.timeout(60):
            yield satellite
    finally:
        await ended(satellite)
        door.close()
        server.close()
        await asyncio.sleep(0.01)


async def ended(satellite: EsphomeSatellite) -> None:
    tasks = tuple(satellite._tasks)
    satellite.close()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until(reached: Callable[[], bool]) -> None:
    while not reached():  # noqa: ASYNC110 - what is waited for has no event of its own
        await asyncio.sleep(0.005)


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x00" + varint(4_000_000_000) + b"\x01",
        b"\x00\xff\xff\xff\xff\xff\xff",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x00\x05\x02\xff\xff\xff\xff\xff",
    ],
)
async def test_nonsense_ends_the_connection_and_is_counted(nonsense: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(nonsense)
        await reader.read()

    async with against(serve) as satellite:
        await until(lambda: satellite.line.faults >= 2)
        assert satellite.line.client is None


async def test_a_device_that_never_ends_its_list_is_given_up_without_growing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connected, "GREET_S", 1.0)
    entity = frame(pb.ListEntitiesSwitchResponse(name="x" * 200, key=1))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(frame(pb.HelloResponse(api_version_major=1, api_version_minor=12)))
        while True:
            writer.write(entity * 100)
            await writer.drain()

    async with against(serve) as satellite:
        tracemalloc.start()
        await until(lambda: satellite.line.losses >= 1)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 5_000_000


async def test_a_device_that_floods_is_taken_no_faster_than_a_device_may_be() -> None:
    device, sent = FakeDevice(), 0
    await device.open()
    door = MediaDoor(0)
    satellite = EsphomeSatellite(f"esphome://127.0.0.1:{device.port}", None, door)
    satellite.start(lambda n: np.zeros(n, np.int16))
    await device.subscribed.wait()
    assert device.writer is not None
    ping = frame(pb.PingRequest()) * 1000
    began_s = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(2.0):
            while True:
                device.writer.write(ping)
                await device.writer.drain()
                sent += 1000
    except TimeoutError:
        lasted_s = asyncio.get_running_loop().time() - began_s
    held = (relay.READ_BYTES * 8 + 6_000_000) // 3  # what the sockets between them hold
    assert sent <= relay.FRAMES_BURST + relay.FRAMES_S * lasted_s + held
    answered = sum(isinstance(device.said.get_nowait(), pb.PingResponse) for _ in range(device.said.qsize()))
    assert answered <= relay.FRAMES_BURST + relay.FRAMES_S * lasted_s + 2 * relay.READ_BYTES // 3
    await ended(satellite)
    await device.pull_out()
    await asyncio.sleep(0.01)


async def test_one_that_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "TAKEN_S", 0.1)
    device = FakeDevice()
    await device.open()
    reports: asyncio.Queue[AudioError | None] = asyncio.Queue()
    address = f"esphome://127.0.0.1:{device.port}"
    satellite = EsphomeSatellite(address, None, MediaDoor(0), report=reports.put_nowait)
    satellite.start(lambda n: np.zeros(n, np.int16))
    await device.subscribed.wait()
    assert device.writer is not None
    device.writer.transport.pause_reading()  # type: ignore[attr-defined]
    device._framing = None

    async def pour() -> None:
        while True:
            satellite.line.tell(lambda client: client.send_voice_assistant_audio(bytes(60_000)))
            await asyncio.sleep(0)

    pouring = asyncio.create_task(pour())
    assert "has taken nothing" in str(await reports.get())
    pouring.cancel()
    await ended(satellite)
    await device.pull_out()
    await asyncio.sleep(0.01)


MESSAGES = st.sampled_from(
    [
        pb.VoiceAssistantRequest(start=True, flags=2),
        pb.VoiceAssistantRequest(start=True, wake_word_phrase="x" * 5000, conversation_id="y" * 5000),
        pb.VoiceAssistantRequest(start=False),
        pb.VoiceAssistantAudio(data=b"\x01" * 1024),
        pb.VoiceAssistantAudio(data=b"\x01" * 1023),
        pb.VoiceAssistantAudio(data=b"\x01" * 60_000),
        pb.VoiceAssistantAudio(end=True),
        pb.VoiceAssistantAnnounceFinished(success=False),
        pb.VoiceAssistantConfigurationResponse(max_active_wake_words=4_000_000_000),
        pb.MediaPlayerStateResponse(key=11, state=2, volume=float("inf")),
        pb.MediaPlayerStateResponse(key=11, state=77, volume=float("nan")),
        pb.SwitchStateResponse(key=12, state=True),
        pb.ListEntitiesDoneResponse(),
        pb.DeviceInfoResponse(name="again"),
        pb.HelloResponse(api_version_major=9),
        pb.PingResponse(),
    ]
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(MESSAGES, max_size=40))
async def test_messages_in_any_order_leave_a_device_that_is_heard(messages: list[object]) -> None:
    device = FakeDevice()
    await device.open()
    door = MediaDoor(0)
    satellite = EsphomeSatellite(f"esphome://127.0.0.1:{device.port}", None, door)
    satellite.start(lambda n: np.zeros(n, np.int16))
    chunks = satellite.chunks()
    reading = asyncio.ensure_future(anext(chunks))
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(60):
            await device.subscribed.wait()
            device.say(*messages)
            device.wake()
            await asyncio.sleep(0.02)
            while not reading.done():
                device.sound(b"\x05\x00" * 512)
                await asyncio.sleep(0.005)
            assert satellite.line.losses == 0
    finally:
        await ended(satellite)
        reading.cancel()
        door.close()
        await device.pull_out()
        await asyncio.sleep(0.01)
