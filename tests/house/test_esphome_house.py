"""A house whose rooms are ESPHome devices: spoken to, asked back, announced to, stopped, timed, muted."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from aioesphomeapi.model import VoiceAssistantTimerEventType as TimerEvent

from assistant import scripted
from assistant.catalogue import load_catalogue
from assistant.hear.endpoint import EndpointSettings
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.house.kit import Chosen, Kit
from assistant.house.sounds import Sounds
from assistant.journal import Entry, Journal
from assistant.messages import Failed, Spoken
from assistant.settings import Settings
from tests.devices.esphome.device import KEY, pb
from tests.devices.esphome.firmware import Firmware, LinuxVoiceAssistant
from tests.voices import say, silence

TAIL = silence(3.0)
NOTHING: dict[str, object] = {}


def kit() -> Kit:
    return Kit(
        ears=(Chosen("scripted"),),
        voice=Chosen("scripted"),
        sounds=Sounds.of(load_catalogue().voice("hearth")),
        vad=Chosen("scripted"),
        endpoint=EndpointSettings(silence_ms=300),
    )


def said(words: str) -> bytes:
    return bytes(6400) + scripted.words(words) + bytes(96_000)  # longer than half a sentence is waited for


@asynccontextmanager
async def living(
    device: Firmware, folder: Path, engines: Kit | None = None, **more: object
) -> AsyncGenerator[tuple[House, "asyncio.Queue[Entry]"], None]:
    loop = asyncio.get_running_loop()
    await device.open()
    room = {"satellite": f"esphome://127.0.0.1:{device.port}", **more}
    if device.key is not None:
        file = folder / "kitchen.key"
        file.write_text(device.key)
        file.chmod(0o600)
        room["satellite_key_file"] = str(file)
    settings = Settings.model_validate({"rooms": {"kitchen": room}, "esphome": {"port": 0}})
    journal, entries = Journal(loop.time), asyncio.Queue[Entry]()
    opening = Opening(demo_home=True, rooms=True, kit=engines)
    with journal.reading(entries.put_nowait):
        async with open_house(settings, journal, opening) as house:
            life = asyncio.create_task(house.run())
            try:
                async with asyncio.timeout(60):  # of a box that has much else to do
                    await device.subscribed.wait()
                    yield house, entries
            finally:
                life.cancel()
                with suppress(asyncio.CancelledError):
                    await life
                await device.pull_out()


async def spoken(entries: "asyncio.Queue[Entry]") -> Spoken:
    while not isinstance(happening := (await entries.get()).happening, Spoken):
        pass
    return happening


async def until(reached: Callable[[], bool]) -> None:
    while not reached():  # noqa: ASYNC110 - what is waited for has no event of its own
        await asyncio.sleep(0.01)


def heard(flac: bytes) -> str:
    """The words in verbatim FLAC of one channel at 48 kHz: all frames but the last are whole."""
    body, pcm = flac[42:], []
    at = number = 0
    while at < len(body):
        head = 4 + (1 if number < 128 else 2) + 3
        size = int.from_bytes(body[at + head - 3 : at + head - 1], "big") + 1
        start = at + head + 1
        pcm.append(np.frombuffer(body[start : start + 2 * size], ">i2"))
        at, number = start + 2 * size + 2, number + 1
    return scripted.read_back(np.concatenate(pcm).astype("<i2").tobytes(), 48_000)


@pytest.mark.parametrize("kind", [Firmware, LinuxVoiceAssistant])
async def test_a_device_is_asked_back_and_answers_without_its_wake_word(
    tmp_path: Path, kind: type[Firmware]
) -> None:
    device = kind(said("set a timer"), said("ten minutes"), key=KEY)
    async with living(device, tmp_path, kit()) as (_, entries):
        device.speak()
        assert (await spoken(entries)).asks
        assert (await spoken(entries)).sentences == ("Ten minute timer, set.",)
        await device.done.wait()
        assert [heard(body) for body in device.played] == ["For how long?", "Ten minute timer, set."]
        await until(lambda: bool(device.timers))
        assert device.timers[0][::2] == (TimerEvent.VOICE_ASSISTANT_TIMER_STARTED, 600)


async def test_a_timer_is_rung_by_the_device_and_over_once_it_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.house.esphome_timers.SILENT_S", 1.5)
    device = Firmware(said("set a timer for one second"))
    async with living(device, tmp_path, kit()) as (house, _):
        device.speak()
        await until(lambda: len(device.timers) > 1)
        assert device.timers[1][0] == TimerEvent.VOICE_ASSISTANT_TIMER_FINISHED
        device.tell_state(announcing=True)
        await until(lambda: bool(house.rooms["kitchen"].bell.rings))
        played = len(device.played)
        await asyncio.sleep(1.0)
        assert len(device.played) == played
        device.tell_state()
        await until(lambda: not house.desk.schedule.ringing())


async def test_what_is_stopped_at_the_device_is_not_said_to_its_end(tmp_path: Path) -> None:
    device = Firmware(said("what can you do"))
    device.most_fetched = 100
    async with living(device, tmp_path, kit()) as (house, entries):
        device.speak()
        assert not (await spoken(entries)).finished
        assert not house.rooms["kitchen"].mouth.speaker.pending


async def test_an_announcement_goes_after_a_chime_that_the_device_plays(tmp_path: Path) -> None:
    device = Firmware()
    async with living(device, tmp_path, kit()) as (house, _):
        await house.rooms["kitchen"].mouth.announce("dinner is ready", chime=True)
        await until(lambda: len(device.played) == 2)
        assert heard(device.played[1]) == "dinner is ready"


async def test_the_volume_is_the_devices_own(tmp_path: Path) -> None:
    device = Firmware()
    async with living(device, tmp_path, kit()) as (house, _):
        await until(lambda: house.rooms.volume("kitchen") == 50)
        house.rooms.set_volume("kitchen", 30)
        await until(lambda: device.volume == pytest.approx(0.3))
        device.volume = 0.9
        device.tell_state()
        await until(lambda: house.rooms.volume("kitchen") == 90)


async def test_a_room_that_is_muted_mutes_its_device_and_hears_nothing(tmp_path: Path) -> None:
    device = Firmware(said("what time is it"))
    async with living(device, tmp_path, kit()) as (house, _):
        await house.mute("kitchen", muted=True)
        await until(lambda: device.muted)
        device.speak()
        assert (await device.heard(pb.VoiceAssistantResponse)).error
        await house.mute("kitchen", muted=False)
        await until(lambda: not device.muted)


async def test_a_device_that_somebody_muted_there_stays_muted(tmp_path: Path) -> None:
    device = Firmware()
    device.muted = True
    async with living(device, tmp_path, kit()) as (house, _):
        await until(lambda: house.esphome["kitchen"].switches.muted)
        await house.mute("kitchen", muted=False)
        await asyncio.sleep(0.2)
        assert device.muted


async def test_without_a_key_nothing_that_lasts_can_be_asked_for(tmp_path: Path) -> None:
    settings = {"satellite": "esphome://192.168.1.9"}
    plain = Settings.model_validate({"rooms": {"kitchen": settings}}).rooms["kitchen"]
    keyed = Settings.model_validate(
        {"rooms": {"kitchen": {**settings, "satellite_key_file": str(tmp_path / "k")}}}
    ).rooms["kitchen"]
    assert (plain.most_risk, keyed.most_risk) == (1, 2)


async def test_a_device_that_can_not_fetch_is_told_of_with_what_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.devices.esphome.playing.FETCHED_S", 0.3)
    device = Firmware(said("what time is it"))
    device.fetches = False
    async with living(device, tmp_path, kit()) as (_, entries):
        device.speak()
        while not isinstance(happening := (await entries.get()).happening, Failed):
            pass
        assert "firewall" in happening.error


# ── with the house's own ears ────────────────────────────────────────────────────────────────────


@pytest.mark.slow
async def test_what_is_done_for_a_device_is_told_there_in_order(tmp_path: Path) -> None:
    device = Firmware(say("turn on the kitchen light") + TAIL)
    async with living(device, tmp_path) as (_, entries):
        device.speak()
        assert (await spoken(entries)).sentences == ("The kitchen light is on.",)
        await device.done.wait()
    names = [event.name.removeprefix("VOICE_ASSISTANT_") for event in device.events]
    assert names == [
        *("RUN_START", "STT_START", "STT_VAD_START", "STT_VAD_END", "STT_END", "INTENT_START"),
        *("INTENT_PROGRESS", "INTENT_END", "TTS_START", "TTS_END", "RUN_END"),
    ]


@pytest.mark.slow
async def test_an_announcement_is_played_by_the_device(tmp_path: Path) -> None:
    device = Firmware(formats=[("mp3", 44_100, 2, 0, 2), ("wav", 16_000, 1, 1, 2)])
    async with living(device, tmp_path) as (house, _):
        await house.announce("Dinner is ready.", None)
        await device.done.wait()
        assert device.played[-1][:4] == b"RIFF"
        assert len(device.played[-1]) > 20_000
