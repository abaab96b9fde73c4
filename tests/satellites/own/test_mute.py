"""The kill switch, over real TLS: a room that is muted closes its satellite's microphone, in mid-word too."""

import asyncio
import signal
from pathlib import Path

import pytest

from assistant import scripted
from assistant.devices.own_satellite import OwnLine, OwnSatellite
from assistant.hear.endpoint import EndpointSettings
from assistant.hear.vad.silero import SileroVad
from assistant.house.own_ear import OwnEar
from assistant.messages import EarEvent, EndReason, SpeechEnded, SpeechStarted
from assistant.paired.frames import Frame, Kind
from assistant.satellites.own.folder import SatelliteFolder
from assistant.satellites.own.line import Line
from assistant.scripted.ears import ScriptedVad
from tests.satellites.own.test_pairing import a_hub, living, none, paired
from tests.satellites.own.test_programs import Box, boxes, sounds
from tests.satellites.own.test_programs import pair as pair_programs
from tests.voices import say

__all__ = ["boxes"]

COMMAND = say("turn on the kitchen light and tell me what the weather will be like")


async def stream(line: Line, pcm: bytes) -> None:
    for at in range(0, len(pcm), 1024):
        await line.send(Frame(Kind.SOUND, body=pcm[at : at + 1024].ljust(1024, b"\0")))


async def next_open(frames: "asyncio.Queue[Frame]") -> bool:
    """What the satellite is told next about its microphone."""
    while (frame := await frames.get()).kind is not Kind.OPEN:
        pass
    return frame.flag("open")


async def test_a_muted_room_closes_its_satellites_microphone_and_takes_nothing_more(tmp_path: Path) -> None:
    async with a_hub(tmp_path) as hub, asyncio.timeout(60):
        folder = SatelliteFolder(tmp_path / "satellite")
        satellite = OwnSatellite(hub.lines.of("kitchen"))
        ear = OwnEar(satellite, SileroVad(), EndpointSettings(), own_voice=lambda: False)
        line = Line(await paired(hub, folder), folder.identity(), lambda text: None, none)
        found: asyncio.Queue[EarEvent] = asyncio.Queue()

        async def hear() -> None:
            async for event in ear.events():
                found.put_nowait(event)

        async with living(line) as frames, asyncio.TaskGroup() as group:
            hearing = group.create_task(hear())
            while not await next_open(frames):
                pass
            await line.send(Frame(Kind.WOKE, {"word": "hey_jarvis", "score": 0.9, "before": 100}))
            await stream(line, bytes(6400) + COMMAND)
            while not isinstance(await found.get(), SpeechStarted):
                pass
            ear.muted = True
            while not isinstance(event := await found.get(), SpeechEnded):
                pass
            assert event.reason is EndReason.MUTED
            assert await next_open(frames) is False
            # One that goes on all the same is not heard.
            await line.send(Frame(Kind.WOKE, {"word": "hey_jarvis", "score": 0.9, "before": 100}))
            await stream(line, COMMAND)
            await line.send(Frame(Kind.STATE, {"muted": True}))
            for _ in range(3000):  # until everything before it has arrived
                if hub.lines.of("kitchen").muted:
                    break
                await asyncio.sleep(0.01)
            assert hub.lines.of("kitchen").muted
            assert found.empty()
            assert satellite.told is None
            ear.muted = False
            assert await next_open(frames) is True
            hearing.cancel()


async def test_what_was_heard_is_let_go_when_the_utterance_is_over_and_the_next_one_is_heard() -> None:
    line = OwnLine()
    ear = OwnEar(OwnSatellite(line), ScriptedVad(), EndpointSettings(), own_voice=lambda: False)
    said = scripted.silence(0.2) + scripted.words("turn on the light") + scripted.silence(3.0)
    told = list[str]()

    async def speak() -> None:
        assert line.take is not None
        line.take(Frame(Kind.WOKE, {"word": "hey_jarvis", "score": 0.9, "before": 100}))
        for at in range(0, len(said), 1024):
            line.take(Frame(Kind.SOUND, body=said[at : at + 1024]))
            await asyncio.sleep(0)

    found: asyncio.Queue[EarEvent] = asyncio.Queue()

    async def hear() -> None:
        async for event in ear.events():
            found.put_nowait(event)

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        hearing = group.create_task(hear())
        while line.greet() != Frame(Kind.OPEN, {"open": True}):  # noqa: ASYNC110 - until it listens
            await asyncio.sleep(0)
        for _ in range(2):
            await speak()
            while not isinstance(event := await found.get(), SpeechEnded):
                told.append(type(event).__name__)
            assert line.take is not None
            line.take(Frame(Kind.SOUND, body=bytes(1024)))  # on its way when the satellite was told
            while len(ear._hearing._ring.sound(0)) > 1024:  # noqa: ASYNC110 - the ear's thread
                await asyncio.sleep(0.01)
        hearing.cancel()
    assert told.count("Woken") == told.count("SpeechStarted") == 2


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["stop", pytest.param("Ctrl-C", marks=pytest.mark.soak)])
def test_the_hubs_kill_switches_close_a_satellites_microphone(boxes: tuple[Box, Box], ending: str) -> None:
    """As two programs."""
    hub, satellite = boxes

    def ear(said: str) -> None:
        satellite.answers("satellite", "status", with_=said)

    with hub.runs("run", log="hub.log") as running:
        pair_programs(hub, satellite)
        with satellite.runs(*sounds(satellite, bytes(640_000)), log="satellite.log"):
            ear("waiting for the wake word")
            hub.asks("mute")
            ear("not listening")
            hub.asks("unmute")
            ear("waiting for the wake word")
            if ending == "stop":
                hub.asks("stop")
            else:
                running.send_signal(signal.SIGINT)
            assert running.wait(30) == (0 if ending == "stop" else 130)
            ear("not listening")
