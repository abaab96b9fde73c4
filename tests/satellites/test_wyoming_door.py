"""The Wyoming door on a real house, visited by the protocol's own client and by those who mean ill."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager, suppress

import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.handle import Handled, HandledStart
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop
from wyoming.wake import Detect, Detection

from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Journal
from assistant.satellites.wyoming_door import MOST_OF_ONE, WyomingDoor
from assistant.settings import Settings
from assistant.settings_tree import WyomingSettings
from assistant.skills.toolbox import NOT_HERE
from tests.roads.runner import kit
from tests.voices import heard, say

SETTINGS = Settings.model_validate({"rooms": {"living room": {}, "kitchen": {}}})
CHOSEN = WyomingSettings(enabled=True, address="127.0.0.1", port=0, rooms={"panel": "kitchen"})


@asynccontextmanager
async def door(
    *, voice: bool = False, ears: bool = False
) -> AsyncGenerator[tuple[WyomingDoor, House, list[str]], None]:
    """The door of a house with real ears, or with a real voice, or with scripted ones."""
    loop, reports = asyncio.get_running_loop(), list[str]()
    opening = Opening(demo_home=True, ears=ears, kit=None if voice or ears else kit({}))
    async with open_house(SETTINGS, Journal(loop.time), opening) as house:

        async def ready() -> House:
            return house

        opened = WyomingDoor(ready, CHOSEN, reports.append)
        await opened.open()
        serving = asyncio.create_task(opened.serve())
        try:
            yield opened, house, reports
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving


async def asked(port: int, *events: Event, until: str) -> list[Event]:
    """What comes back, up to and with an event of the type `until`."""
    async with AsyncTcpClient("127.0.0.1", port) as client:
        for event in events:
            await client.write_event(event)
        found: list[Event] = []
        while not found or found[-1].type != until:
            event_or_end = await client.read_event()
            assert event_or_end is not None, f"hung up after {[each.type for each in found]}"
            found.append(event_or_end)
        return found


def sound_events(pcm: bytes, rate: int = 16_000, channels: int = 1) -> list[Event]:
    step = 2048
    chunks = [AudioChunk(rate, 2, channels, pcm[at : at + step]).event() for at in range(0, len(pcm), step)]
    return [AudioStart(rate, 2, channels).event(), *chunks, AudioStop().event()]


async def test_it_tells_what_it_offers() -> None:
    async with door() as (opened, _, _):
        (found,) = await asked(opened.port, Describe().event(), until="info")
        info = Info.from_event(found)
        assert [program.name for program in (*info.asr, *info.tts, *info.handle, *info.wake)] == [
            "hearth"
        ] * 4
        assert [model.phrase for model in info.wake[0].models] == ["hey jarvis"]
        (pong,) = await asked(opened.port, Ping("still there").event(), until="pong")
        assert Pong.from_event(pong).text == "still there"


async def test_a_question_is_answered_and_what_is_asked_is_done_in_the_asker_s_room() -> None:
    async with door() as (opened, house, _):
        context = {"conversation_id": "7", "device_id": "panel", "satellite_id": None}
        found = await asked(
            opened.port, Transcript("set a timer for ten minutes", context).event(), until="handled-stop"
        )
        assert HandledStart.is_type(found[0].type)
        handled = Handled.from_event(found[-2])
        assert handled.text == "Ten minute timer, set."
        assert handled.context == context
        assert "".join(each.data["text"] for each in found[1:-2]) == handled.text
        assert [timer.room for timer in house.desk.schedule.timers()] == ["kitchen"]


async def test_nobody_without_a_login_may_ask_for_what_lasts() -> None:
    async with door() as (opened, house, _):
        remember = Transcript("remember that the bins go out on tuesday").event()
        await asked(opened.port, remember, until="handled-stop")
        found = await asked(opened.port, Transcript("forget everything").event(), until="handled-stop")
        assert Handled.from_event(found[-2]).text == NOT_HERE
        turn = house.typed_turn(None)
        async with aclosing(house.sentences("forget everything", turn)) as sentences:
            assert [sentence.asks async for sentence in sentences] == [True]
        found = await asked(opened.port, Transcript("yes").event(), until="handled-stop")
        assert Handled.from_event(found[-2]).text == NOT_HERE


async def test_a_text_becomes_sound_at_once_or_as_it_is_written() -> None:
    async with door(voice=True) as (opened, _, _):
        whole = await asked(opened.port, Synthesize("Dinner is ready.").event(), until="audio-stop")
        assert [whole[0].type, whole[1].type] == ["audio-start", "audio-chunk"]
        pcm = b"".join(each.payload or b"" for each in whole)
        assert len(pcm) > whole[0].data["rate"]  # half a second and more
        written = [SynthesizeChunk(text).event() for text in ("Dinner is", " ready. Come", " now.")]
        streamed = await asked(
            opened.port,
            SynthesizeStart().event(),
            *written,
            Synthesize("Dinner is ready. Come now.").event(),
            SynthesizeStop().event(),
            until="synthesize-stopped",
        )
        assert [each.type for each in streamed].count("audio-start") == 2


async def test_words_and_a_wake_word_are_heard_and_nonsense_is_not() -> None:
    async with door(ears=True) as (opened, _, _):
        pcm = heard(say("turn on the kitchen light"), before=0.3)
        found = await asked(
            opened.port, Transcribe(language="en").event(), *sound_events(pcm), until="transcript"
        )
        assert Transcript.from_event(found[-1]).text == "turn on the kitchen light"
        nonsense = heard(say("the president spoke of the economy"), before=0.3)
        found = await asked(opened.port, Transcribe().event(), *sound_events(nonsense), until="transcript")
        assert Transcript.from_event(found[-1]).text == ""

        pcm = heard(say("hey jarvis"), 1.0, say("turn on the light"))
        found = await asked(opened.port, Detect().event(), *sound_events(pcm), until="detection")
        detection = Detection.from_event(found[-1])
        assert detection.name == "hey_jarvis"
        assert 1000 < (detection.timestamp or 0) < 2500
        silent = await asked(opened.port, Detect(["alexa"]).event(), *sound_events(pcm), until="not-detected")
        assert len(silent) == 1


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b'{"type":"audio-chunk","payload_length":4000000000}\n',
        b'{"type":5}\n',
        b'{"type":"transcript","data":{"text":7}}\n',
        b'{"type":"transcript","data":{}}\n',
        b'{"type":"transcript","data":{"text":"' + b"x" * 3000 + b'"}}\n',
        b'{"type":"synthesize","data":{"text":[]}}\n',
        b'{"type":"detect","data":{"names":5}}\n',
        b'{"type":"audio-chunk","data":{"rate":1,"width":2,"channels":1}}\n',
        b'{"type":"audio-chunk","data":{"rate":16000,"width":4,"channels":1}}\n',
        b'{"type":"audio-chunk","data":{"rate":16000,"width":2,"channels":1},"payload_length":1}\nx',
        b"x" * 9000,
    ],
)
async def test_nonsense_is_hung_up_on_with_a_counted_reason_and_others_go_on(sent: bytes) -> None:
    async with door() as (opened, _, reports):
        reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
        writer.write(sent)
        await writer.drain()
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
        assert sum(opened.faults.values()) == 1
        assert len(reports) == 1
        await asked(opened.port, Describe().event(), until="info")


async def test_more_connections_than_one_address_may_have_are_turned_away() -> None:
    async with door() as (opened, _, _):
        held = [await asyncio.open_connection("127.0.0.1", opened.port) for _ in range(MOST_OF_ONE)]
        for reader, writer in held:
            writer.write(json.dumps({"type": "ping"}).encode() + b"\n")
            await reader.readline()
        reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
        assert await reader.read() == b""
        assert opened.faults["127.0.0.1", "too many at once"] == 1
        writer.close()
        for _, each in held:
            each.close()
