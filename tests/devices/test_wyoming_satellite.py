"""A room whose sound is a Wyoming satellite's: with the real program, and with one that is pulled out."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from wyoming.event import Event, async_read_event, async_write_event

from assistant.devices import wyoming_line
from assistant.devices.wyoming_satellite import BLOCK, WyomingSatellite
from assistant.errors import AudioError
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Entry, Journal
from assistant.messages import AudioChunk, Failed, Sound, Speaking, Spoken
from assistant.pcm import samples
from assistant.ports import Samples
from assistant.satellites.wyoming_door import WyomingDoor
from assistant.settings import Settings
from assistant.settings_tree import WyomingSettings
from assistant.speak.speaker import Priority, Speaker
from tests import peers
from tests.voices import heard, say

SATELLITE = "wyoming-satellite==1.0.0"
PLAY = """
import sys, time
sound = open(sys.argv[1], "rb").read()
began = time.monotonic()
for at in range(0, len(sound) + 60 * 32000, 2048):
    piece = sound[at:at + 2048]
    sys.stdout.buffer.write(piece + bytes(2048 - len(piece)))
    sys.stdout.buffer.flush()
    time.sleep(max(0, began + at / 32000 - time.monotonic()))
"""


class FakeSatellite:
    """The other end, in this process: a server that takes one hub at a time."""

    def __init__(self) -> None:
        self.port = 0
        self.hub: asyncio.StreamWriter | None = None
        self.said: asyncio.Queue[Event] = asyncio.Queue()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def pull_out(self) -> None:
        assert self._server is not None
        self._server.close()
        if self.hub is not None:
            self.hub.transport.abort()

    async def heard(self, kind: str) -> Event:
        """The next event of this type that the hub sends."""
        while (event := await self.said.get()).type != kind:
            pass
        return event

    async def say(self, *events: Event) -> None:
        assert self.hub is not None
        for event in events:
            await async_write_event(event, self.hub)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.hub = writer
        try:
            while (event := await async_read_event(reader)) is not None:
                self.said.put_nowait(event)
                if event.type == "describe":
                    await async_write_event(Event("info", {"asr": []}), writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


class Reports:
    """What was told of the satellite, awaited in order."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[AudioError | None] = asyncio.Queue()

    def __call__(self, error: AudioError | None) -> None:
        self.queue.put_nowait(error)


def silent(n: int) -> Samples:
    return np.zeros(n, np.int16)


def chunk_event(pcm: bytes) -> Event:
    return Event("audio-chunk", {"rate": 16000, "width": 2, "channels": 1}, pcm)


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wyoming_line, "RETRY_S", (0.0,))
    monkeypatch.setattr(wyoming_line, "PING_S", 0.01)


@asynccontextmanager
async def connected() -> AsyncGenerator[tuple[FakeSatellite, WyomingSatellite, Reports], None]:
    fake, reports = FakeSatellite(), Reports()
    await fake.open()
    satellite = WyomingSatellite("127.0.0.1", fake.port, report=reports)
    try:
        yield fake, satellite, reports
    finally:
        satellite.close()
        await fake.pull_out()


async def test_sound_comes_through_and_positions_jump_between_streams() -> None:
    async with connected() as (fake, satellite, _):
        satellite.start(silent)
        chunks = satellite.chunks()
        first = asyncio.ensure_future(anext(chunks))
        await fake.heard("run-satellite")
        await fake.say(Event("run-pipeline", {"start_stage": "wake"}), chunk_event(b"\x01\x00" * 512))
        one = await first
        assert one.pcm == b"\x01\x00" * 512
        await fake.say(chunk_event(b"\x02\x00" * 100))
        two = await anext(chunks)
        assert two.at_sample == one.at_sample + 512
        assert not satellite.wakes_itself
        await fake.say(
            Event("run-pipeline", {"start_stage": "asr", "wake_word_name": "okay_nabu"}),
            chunk_event(b"\x03\x00" * 100),
        )
        three: AudioChunk = await anext(chunks)
        assert three.at_sample > two.at_sample + 2 * 16_000
        assert satellite.told_word == "okay_nabu"
        await chunks.aclose()
        await fake.heard("pause-satellite")


async def test_what_is_played_arrives_whole_between_a_start_and_a_stop() -> None:
    left = [np.full(BLOCK, 1000, np.int16) for _ in range(5)]

    def render(n: int) -> Samples:
        return left.pop(0) if left else silent(n)

    async with connected() as (fake, satellite, _):
        satellite.start(render)
        start = await fake.heard("audio-start")
        assert start.data["rate"] == satellite.rate_hz
        pcm = b""
        while (event := await fake.said.get()).type != "audio-stop":
            pcm += event.payload or b"" if event.type == "audio-chunk" else b""
        assert pcm.startswith(b"\xe8\x03" * 5 * BLOCK)
        assert not samples(pcm)[5 * BLOCK :].any()


async def test_nothing_is_rendered_while_nothing_is_to_be_heard_and_all_of_what_then_comes_is_played() -> (
    None
):
    rendered = 0

    async with connected() as (fake, satellite, _):
        speaker = Speaker(satellite)
        whole = speaker.render

        def render(n: int) -> Samples:
            nonlocal rendered
            rendered += 1
            return whole(n)

        satellite.start(render)
        for _ in range(2):
            playback = speaker.begin(Priority.REPLY)
            await playback.feed(Sound(b"\xe8\x03" * 5 * BLOCK, satellite.rate_hz))
            playback.end()
            await fake.heard("audio-start")
            pcm = b""
            while (event := await fake.said.get()).type != "audio-stop":
                pcm += event.payload or b""
            assert len(np.flatnonzero(samples(pcm))) >= 5 * BLOCK - 100
            awake = rendered
            for _ in range(20):
                await fake.heard("ping")
            assert rendered <= awake + 2


async def test_a_satellite_that_is_pulled_out_is_told_once_and_taken_back_when_it_returns() -> None:
    async with connected() as (fake, satellite, reports):
        satellite.start(silent)
        chunks = satellite.chunks()
        waiting = asyncio.ensure_future(anext(chunks))
        await fake.heard("run-satellite")
        await fake.pull_out()
        lost = await reports.queue.get()
        assert "127.0.0.1" in str(lost)
        assert not waiting.done()
        await fake.open()
        assert await reports.queue.get() is None
        assert reports.queue.empty()
        await fake.heard("run-satellite")
        await fake.say(chunk_event(b"\x07\x00" * 100))
        assert (await waiting).pcm == b"\x07\x00" * 100
        await chunks.aclose()


async def test_one_that_answered_pings_and_falls_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wyoming_line, "SILENT_S", 0.05)
    async with connected() as (fake, satellite, reports):
        satellite.start(silent)
        await fake.heard("ping")
        await fake.say(Event("pong"))
        assert "has said nothing" in str(await reports.queue.get())


async def test_nonsense_of_a_satellite_ends_its_connection_and_nothing_else() -> None:
    async with connected() as (fake, satellite, reports):
        satellite.start(silent)
        await fake.heard("describe")
        assert fake.hub is not None
        fake.hub.write(b'{"type":"audio-chunk","payload_length":4000000000}\n')
        assert "length" in str(await reports.queue.get())
        assert await reports.queue.get() is None


async def test_a_satellite_outside_the_home_is_never_connected_to() -> None:
    reports = Reports()
    satellite = WyomingSatellite("8.8.8.8", 10700, report=reports)
    satellite.start(silent)
    assert "not at home" in str(await reports.queue.get())
    satellite.close()


# ── the real program ─────────────────────────────────────────────────────────────────────────────


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def real_satellite(folder: Path, pcm: bytes, port: int, *more: str) -> Iterator[Path]:
    """A wyoming-satellite whose microphone is a recording, as fast as life; the file its speaker fills."""
    python = peers.environment("wyoming-satellite", SATELLITE)
    (folder / "mic.pcm").write_bytes(pcm)
    (folder / "play.py").write_text(PLAY)
    played = folder / "played.pcm"
    command = [str(python), "-m", "wyoming_satellite", "--uri", f"tcp://127.0.0.1:{port}", "--no-zeroconf"]
    command += ["--mic-command", f"{sys.executable} {folder / 'play.py'} {folder / 'mic.pcm'}"]
    command += ["--snd-command", f"tee -a {played}", *more]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            yield played
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@asynccontextmanager
async def living(port: int) -> AsyncGenerator[tuple[House, "asyncio.Queue[Entry]"], None]:
    loop = asyncio.get_running_loop()
    settings = Settings.model_validate({"rooms": {"kitchen": {"satellite": f"127.0.0.1:{port}"}}})
    journal, entries = Journal(loop.time), asyncio.Queue[Entry]()
    with journal.reading(entries.put_nowait):
        async with open_house(settings, journal, Opening(demo_home=True, rooms=True)) as house:
            life = asyncio.create_task(house.run())
            try:
                yield house, entries
            finally:
                life.cancel()
                with suppress(asyncio.CancelledError):
                    await life


async def until_spoken(entries: "asyncio.Queue[Entry]") -> list[object]:
    found: list[object] = []
    while not found or not isinstance(found[-1], Spoken):
        found.append((await entries.get()).happening)
    return found


@pytest.mark.slow
async def test_one_that_streams_always_is_woken_done_for_and_answered(tmp_path: Path) -> None:
    port = free_port()
    pcm = heard(say("hey jarvis"), 1.0, say("turn on the kitchen light"), before=4.0)
    async with living(port) as (_, entries):
        with real_satellite(tmp_path, pcm, port) as played:
            found = await until_spoken(entries)
            sound = samples(played.read_bytes())
    spoken = found[-1]
    assert isinstance(spoken, Spoken)
    assert spoken.sentences == ("The kitchen light is on.",)
    assert any(isinstance(each, Speaking) for each in found)
    assert len(sound) > 22_050
    assert np.abs(sound).max() > 1000


@pytest.mark.slow
async def test_one_that_wakes_by_our_own_wake_service_is_answered_too(tmp_path: Path) -> None:
    port = free_port()
    chosen = WyomingSettings(enabled=True, address="127.0.0.1", port=0)
    pcm = heard(say("hey jarvis"), 1.5, say("set a timer for ten minutes"), before=6.0)
    async with living(port) as (house, entries):

        async def ready() -> House:
            return house

        door = WyomingDoor(ready, chosen, print)
        await door.open()
        serving = asyncio.create_task(door.serve())
        wake = ("--wake-uri", f"tcp://127.0.0.1:{door.port}", "--wake-word-name", "hey_jarvis")
        with real_satellite(tmp_path, pcm, port, *wake):
            spoken = (await until_spoken(entries))[-1]
        assert isinstance(spoken, Spoken)
        assert spoken.sentences == ("Ten minute timer, set.",)
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


@pytest.mark.slow
async def test_one_is_announced_to_and_again_after_it_was_unplugged(tmp_path: Path) -> None:
    port = free_port()
    async with living(port) as (house, entries):
        line = house.wyoming["kitchen"].line
        for life in ("first", "second"):
            folder = tmp_path / life
            folder.mkdir()
            with real_satellite(folder, heard(before=60.0), port) as played:
                await line.connected.wait()
                await house.announce("Dinner is ready.", None)
                sound = samples(played.read_bytes())
                assert len(sound) > 22_050
                assert np.abs(sound).max() > 1000
            async with asyncio.timeout(30):
                while line.connected.is_set():  # noqa: ASYNC110 - waits for its end
                    await asyncio.sleep(0.01)
        told = [entries.get_nowait().happening for _ in range(entries.qsize())]
        assert sum(isinstance(each, Failed) for each in told) == 3, "not there yet; lost; lost again"
