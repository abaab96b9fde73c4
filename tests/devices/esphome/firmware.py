"""What the firmware of a voice device does with what it is told: when it streams, what it plays."""

import asyncio
from typing import Any

from aioesphomeapi.model import VoiceAssistantEventType as Event

from tests.devices.esphome.device import FakeDevice, fetch, pb


class Firmware(FakeDevice):
    """A device that says each utterance it is given as soon as it may, and plays what it is told to.

    An utterance follows the wake word, or, where it is asked to go on, nothing.
    """

    def __init__(self, *utterances: bytes, **more: Any) -> None:
        super().__init__(**more)
        self.utterances = list(utterances)
        self.played: list[bytes] = []
        """Files, whole."""
        self.most_fetched = 50_000_000
        """Bytes of a file after which somebody stops it."""
        self.fetches = True
        self.events: list[Event] = []
        self.timers: list[tuple[int, str, int]] = []
        self.done = asyncio.Event()
        """All was said and answered."""
        self._url = ""
        self._goes_on = False
        self._playing: asyncio.Task[None] | None = None
        self._streaming: asyncio.Task[None] | None = None
        self.on_message = self._on

    def speak(self, phrase: str = "okay nabu") -> None:
        self.wake(phrase)
        pcm = self.utterances.pop(0)
        self._streaming = asyncio.create_task(self._stream(pcm))

    async def _stream(self, pcm: bytes) -> None:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        for at in range(0, len(pcm), 1024):
            self.sound(pcm[at : at + 1024])
            await asyncio.sleep(max(0.0, began_s + at / 32_000 - loop.time()))

    def _on(self, message: Any) -> None:
        match message:
            case pb.VoiceAssistantEventResponse():
                self._event(Event(message.event_type), {each.name: each.value for each in message.data})
            case pb.VoiceAssistantAnnounceRequest():
                self._goes_on = message.start_conversation
                urls = [url for url in (message.preannounce_media_id, message.media_id) if url]
                self._playing = asyncio.create_task(self._play(*urls))
            case pb.VoiceAssistantTimerEventResponse():
                self.timers.append((message.event_type, message.name, message.total_seconds))
            case _:
                pass

    def _event(self, event: Event, data: dict[str, str]) -> None:
        self.events.append(event)
        match event:
            case Event.VOICE_ASSISTANT_RUN_START:
                self._url, self._playing = data.get("url", ""), None
            case Event.VOICE_ASSISTANT_STT_VAD_END if self._streaming is not None:
                self._streaming.cancel()
            case Event.VOICE_ASSISTANT_INTENT_PROGRESS if data.get("tts_start_streaming") == "1":
                self._playing = asyncio.create_task(self._play(self._url))
            case Event.VOICE_ASSISTANT_INTENT_END:
                self._goes_on = data["continue_conversation"] == "1"
            case Event.VOICE_ASSISTANT_TTS_END if self._playing is None:
                self._playing = asyncio.create_task(self._play(data["url"]))
            case Event.VOICE_ASSISTANT_RUN_END if self._playing is None and not self.utterances:
                self.done.set()
            case _:
                pass

    def finished(self) -> None:
        """It has played what it was told to."""
        self.say(pb.VoiceAssistantAnnounceFinished(success=True))

    async def _play(self, *urls: str) -> None:
        if not self.fetches:
            return
        self.tell_state(announcing=True)
        for url in urls:
            status, _, body = await fetch(url, self.most_fetched)
            assert status == 200
            self.played.append(body)
        await asyncio.sleep(0.05)  # what its buffers hold plays on
        self.tell_state()
        self.finished()
        if self._goes_on and self.utterances:
            self.speak(phrase="")
        elif not self.utterances:
            self.done.set()


class LinuxVoiceAssistant(Firmware):
    """What linux-voice-assistant does otherwise than the firmware: it never says that it succeeded, says that
    it has finished after a run without sound too, and streams only once its own chime is over."""

    def speak(self, phrase: str = "okay nabu") -> None:
        if phrase:
            asyncio.get_running_loop().call_later(0.3, super().speak, phrase)
        else:
            super().speak(phrase)

    def finished(self) -> None:
        self.say(pb.VoiceAssistantAnnounceFinished())

    def _event(self, event: Event, data: dict[str, str]) -> None:
        super()._event(event, data)
        if event is Event.VOICE_ASSISTANT_RUN_END and self._playing is None:
            self.finished()
