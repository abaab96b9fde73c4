import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import numpy as np
import pytest
from aioesphomeapi.model import VoiceAssistantEventType as Event
from aioesphomeapi.model import VoiceAssistantFeature as Can

from assistant.devices.esphome import connected, line
from assistant.devices.esphome.door import MediaDoor
from assistant.devices.esphome.run import Stage
from assistant.devices.esphome.satellite import EsphomeSatellite
from assistant.errors import AudioError
from assistant.messages import AudioChunk
from assistant.ports import Samples
from tests.devices.esphome.device import KEY, FakeDevice, fetch, pb

CHUNK = b"\x01\x00" * 512
OTHER_KEY = "/" * 43 + "="


class Reports:
    """What was told of the device, awaited in order."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[AudioError | None] = asyncio.Queue()

    def __call__(self, error: AudioError | None) -> None:
        self.queue.put_nowait(error)


class Voice:
    """Sound that a room says, block by block."""

    def __init__(self) -> None:
        self.left = 0
        self.busy = False

    def render(self, n: int) -> Samples:
        take = min(n, self.left)
        self.left -= take
        return np.concatenate([np.full(take, 1000, np.int16), np.zeros(n - take, np.int16)])

    def pending(self) -> bool:
        return self.left > 0


class Collecting(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.pcm = bytearray()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.pcm += data


class Rig:
    def __init__(self, device: FakeDevice, satellite: EsphomeSatellite, reports: Reports) -> None:
        self.device, self.satellite, self.reports = device, satellite, reports
        self.voice = Voice()
        self.chunks: AsyncGenerator[AudioChunk, None] = satellite.chunks()
        self.reading: asyncio.Future[AudioChunk] = asyncio.ensure_future(anext(self.chunks))
        satellite.playing.pending = self.voice.pending
        satellite.playing.busy = lambda: self.voice.busy

    async def stage(self, stage: Stage) -> None:
        await until(lambda: self.satellite.talk.run is not None and self.satellite.talk.run.stage is stage)


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not reached():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "RETRY_S", (0.0,))


@asynccontextmanager
async def rigged(device: FakeDevice, key: str | None = None, *words: str) -> AsyncGenerator[Rig, None]:
    reports, door = Reports(), MediaDoor(0)
    await device.open()
    address = f"esphome://127.0.0.1:{device.port}"
    satellite = EsphomeSatellite(address, key, door, wake_words=words, report=reports)
    rig = Rig(device, satellite, reports)
    satellite.start(rig.voice.render)
    try:
        yield rig
    finally:
        rig.reading.cancel()
        tasks = tuple(satellite._tasks)
        satellite.close()
        await asyncio.gather(*tasks, return_exceptions=True)
        door.close()
        await device.pull_out()
        await asyncio.sleep(0)


@pytest.mark.parametrize("key", [None, KEY])
async def test_an_exchange_is_told_in_the_order_that_the_firmware_knows(key: str | None) -> None:
    async with rigged(FakeDevice(key=key), key) as rig:
        device, voice = rig.device, rig.voice
        await device.subscribed.wait()
        device.wake()
        assert (await device.heard(pb.VoiceAssistantResponse)).port == 0
        url = (await device.event(Event.VOICE_ASSISTANT_RUN_START))["url"]
        await device.event(Event.VOICE_ASSISTANT_STT_START)
        device.sound(CHUNK)
        assert (await rig.reading).pcm == CHUNK
        assert rig.satellite.talk.told_word == "okay nabu"
        run = rig.satellite.talk.run
        assert run is not None
        voice.busy = True
        run.voice()
        await rig.satellite.utterance_over()
        run.words("turn on the light")
        run.reply = "The light is on."
        voice.left = 24_000
        for event in (
            Event.VOICE_ASSISTANT_STT_VAD_START,
            Event.VOICE_ASSISTANT_STT_VAD_END,
        ):
            await device.event(event)
        assert await device.event(Event.VOICE_ASSISTANT_STT_END) == {"text": "turn on the light"}
        await device.event(Event.VOICE_ASSISTANT_INTENT_START)
        assert await device.event(Event.VOICE_ASSISTANT_INTENT_PROGRESS) == {"tts_start_streaming": "1"}
        fetching = asyncio.create_task(fetch(url))
        await until(lambda: not voice.left)
        voice.busy = False
        ended = await device.event(Event.VOICE_ASSISTANT_INTENT_END)
        assert ended == {"conversation_id": "c", "continue_conversation": "0"}
        assert await device.event(Event.VOICE_ASSISTANT_TTS_START) == {"text": "The light is on."}
        assert await device.event(Event.VOICE_ASSISTANT_TTS_END) == {"url": url}
        await device.event(Event.VOICE_ASSISTANT_RUN_END)
        status, headers, body = await fetching
        assert (status, headers["content-type"], body[:4]) == (200, "audio/flac", b"fLaC")
        assert len(body) > 2 * 48_000


async def test_what_is_said_unasked_is_an_announcement_that_can_be_fetched_once() -> None:
    async with rigged(FakeDevice(formats=[("wav", 16_000, 1, 1, 2)])) as rig:
        await rig.device.subscribed.wait()
        rig.voice.left = 12_000
        asked = await rig.device.heard(pb.VoiceAssistantAnnounceRequest)
        status, headers, body = await fetch(asked.media_id)
        assert (status, headers["content-type"]) == (200, "audio/wav")
        sound = np.frombuffer(body[44:], np.int16)
        assert 7_900 <= np.count_nonzero(np.abs(sound) > 500) <= 8_100
        assert (await fetch(asked.media_id))[0] == 404


async def test_a_device_without_a_player_is_sent_its_reply_between_a_start_and_an_end() -> None:
    can = Can.VOICE_ASSISTANT | Can.API_AUDIO | Can.SPEAKER
    async with rigged(FakeDevice(can=can, formats=[])) as rig:
        await rig.device.subscribed.wait()
        rig.device.wake()
        assert await rig.device.event(Event.VOICE_ASSISTANT_RUN_START) == {}
        await rig.stage(Stage.LISTENING)
        await rig.satellite.utterance_over()
        rig.voice.left = 12_000
        await rig.device.event(Event.VOICE_ASSISTANT_TTS_END)
        await rig.device.event(Event.VOICE_ASSISTANT_TTS_STREAM_START)
        pcm = b""
        while not isinstance(message := await rig.device.said.get(), pb.VoiceAssistantEventResponse):
            if isinstance(message, pb.VoiceAssistantAudio):
                assert len(message.data) <= 1024
                pcm += message.data
        assert message.event_type == Event.VOICE_ASSISTANT_TTS_STREAM_END
        assert 7_900 <= np.count_nonzero(np.abs(np.frombuffer(pcm, np.int16)) > 500) <= 8_100


async def test_older_firmware_sends_its_sound_by_datagrams_and_only_it_is_heard() -> None:
    async with rigged(FakeDevice(can=Can.VOICE_ASSISTANT | Can.SPEAKER, formats=[])) as rig:
        await rig.device.subscribed.wait()
        rig.device.wake()
        port = (await rig.device.heard(pb.VoiceAssistantResponse)).port
        loop = asyncio.get_running_loop()
        sender, back = await loop.create_datagram_endpoint(Collecting, remote_addr=("127.0.0.1", port))
        sender.sendto(b"\x01")
        sender.sendto(CHUNK)
        assert (await rig.reading).pcm == CHUNK
        assert rig.satellite.talk._datagrams is not None
        assert rig.satellite.talk._datagrams.strange == 1
        await rig.satellite.utterance_over()
        rig.voice.left = 1200
        await rig.device.event(Event.VOICE_ASSISTANT_TTS_STREAM_END)
        await until(lambda: len(back.pcm) >= 1000)
        sender.close()


async def test_a_question_opens_the_microphone_again_without_a_wake_word() -> None:
    async with rigged(FakeDevice()) as rig:
        await rig.device.subscribed.wait()
        rig.device.wake()
        await rig.stage(Stage.LISTENING)
        rig.device.sound(CHUNK)
        await rig.reading
        rig.satellite.talk.told_word = None
        rig.voice.busy = True
        await rig.satellite.utterance_over()
        rig.voice.left = 2_400
        await rig.stage(Stage.SPEAKING)
        rig.satellite.listen()
        rig.voice.busy = False
        ended = await rig.device.event(Event.VOICE_ASSISTANT_INTENT_END)
        assert ended["continue_conversation"] == "1"
        rig.device.wake(phrase="")
        await rig.stage(Stage.LISTENING)
        assert rig.satellite.talk.told_word is None
        rig.device.wake(phrase="")
        await until(lambda: rig.satellite.talk.told_word == "button")


async def test_a_question_of_ours_starts_a_conversation() -> None:
    async with rigged(FakeDevice()) as rig:
        await rig.device.subscribed.wait()
        rig.satellite.listen()
        asked = await rig.device.heard(pb.VoiceAssistantAnnounceRequest)
        assert asked.start_conversation
        assert (await fetch(asked.media_id))[2][:4] == b"fLaC"


async def test_who_stops_a_reply_at_the_device_has_it_stopped() -> None:
    async with rigged(FakeDevice()) as rig:
        stopped = asyncio.Event()

        def stop() -> None:
            rig.voice.left = 0
            stopped.set()

        rig.satellite.playing.stopped = stop
        await rig.device.subscribed.wait()
        rig.device.wake()
        url = (await rig.device.event(Event.VOICE_ASSISTANT_RUN_START))["url"]
        await rig.stage(Stage.LISTENING)
        rig.voice.busy = True
        await rig.satellite.utterance_over()
        rig.voice.left = 240_000
        await rig.device.event(Event.VOICE_ASSISTANT_INTENT_PROGRESS)
        await fetch(url, most=100)
        await stopped.wait()
        assert rig.satellite.playing.outlet is None


async def test_one_that_is_pulled_out_is_told_once_and_taken_back_when_it_returns() -> None:
    async with rigged(FakeDevice()) as rig:
        await rig.device.subscribed.wait()
        await rig.device.pull_out()
        lost = await rig.reports.queue.get()
        assert "127.0.0.1" in str(lost)
        await until(lambda: rig.satellite.line.losses > 2)
        assert rig.reports.queue.empty()
        await rig.device.open()
        assert await rig.reports.queue.get() is None
        await rig.device.subscribed.wait()


async def test_one_that_says_nothing_any_more_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connected, "KEEPALIVE_S", 0.01)
    async with rigged(FakeDevice()) as rig:
        await rig.device.subscribed.wait()
        rig.device.answers_pings = False
        assert "says nothing any more" in str(await rig.reports.queue.get())


@pytest.mark.parametrize(
    ("its_key", "our_key", "fix"),
    [
        (KEY, None, "asks for its encryption key"),
        (KEY, OTHER_KEY, "is another one"),
        (None, KEY, "knows no encryption"),
    ],
)
async def test_a_key_that_does_not_fit_is_told_with_what_mends_it(
    its_key: str | None, our_key: str | None, fix: str
) -> None:
    async with rigged(FakeDevice(key=its_key), our_key) as rig:
        assert fix in str(await rig.reports.queue.get())


async def test_its_volume_and_mute_are_told_and_set() -> None:
    async with rigged(FakeDevice()) as rig:
        switches = rig.satellite.switches
        await until(lambda: switches.volume_percent == 50)
        switches.set_volume(80)
        assert (await rig.device.heard(pb.MediaPlayerCommandRequest)).volume == pytest.approx(0.8)
        switches.set_muted(True)
        assert (await rig.device.heard(pb.SwitchCommandRequest)).state
        await until(lambda: switches.muted)


async def test_its_wake_words_are_asked_for_and_set() -> None:
    async with rigged(FakeDevice(), None, "hey_jarvis") as rig:
        assert (await rig.device.heard(pb.VoiceAssistantSetConfiguration)).active_wake_words == ["hey_jarvis"]
        await until(lambda: rig.satellite.heeding.wake_words.active == ("hey_jarvis",))
        assert rig.satellite.heeding.wake_words.known == ("okay_nabu", "hey_jarvis")


async def test_a_device_outside_the_home_is_never_connected_to() -> None:
    reports = Reports()
    satellite = EsphomeSatellite("esphome://8.8.8.8", None, MediaDoor(0), report=reports)
    satellite.start(lambda n: np.zeros(n, np.int16))
    assert "not at home" in str(await reports.queue.get())
    satellite.close()
