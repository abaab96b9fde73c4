"""Where the sound of one piece of speech goes: to be fetched by a device's player, or sent in pieces.

A device that asked something is told where the answer is; one that did not is told as an announcement.
"""

import asyncio
from typing import Final, Protocol

import numpy as np
from aioesphomeapi.client import APIClient
from aioesphomeapi.core import APIConnectionError
from aioesphomeapi.model import VoiceAssistantEventType as Event

from assistant.devices.esphome.door import MediaDoor, Stream
from assistant.devices.esphome.line import EsphomeLine
from assistant.devices.esphome.media import Encoder
from assistant.devices.esphome.run import Stage
from assistant.devices.esphome.talk import Talk
from assistant.errors import WireError
from assistant.messages import EAR_RATE_HZ, Sound
from assistant.pcm import Resampler, samples
from assistant.ports import Samples

OUT_RATE_HZ: Final = 24_000
AHEAD_S: Final = 0.6
"""How far sound that is fetched goes ahead of its time."""
AHEAD_SENT_S: Final = 0.16
"""And sound that is sent: devices hold 0.5 s of it."""
ANNOUNCE_S: Final = 300.0
"""A device has played an announcement by then."""
SENT_SAMPLES: Final = 512


class Outlet(Protocol):
    """Where the blocks of one piece of speech go."""

    ahead_s: float

    def block(self, sound: Samples) -> None:
        """The next 32 ms."""

    def end(self) -> None:
        """That was all."""

    @property
    def cut(self) -> bool:
        """The device has stopped it."""


class Fetched:
    """Sound that the device fetches."""

    ahead_s = AHEAD_S

    def __init__(self, stream: Stream, encoder: Encoder) -> None:
        self.stream = stream
        self.told_s = asyncio.get_running_loop().time()
        self.given_up = False
        self._encoder = encoder
        stream.add(encoder.head())

    @property
    def cut(self) -> bool:
        return self.stream.cut and not self.given_up

    @property
    def waits_s(self) -> float:
        """So long nobody has come for it."""
        return 0.0 if self.stream.fetched.is_set() else asyncio.get_running_loop().time() - self.told_s

    def give_up(self) -> None:
        """Nobody will come."""
        self.given_up = True
        self.stream.left.set()

    def block(self, sound: Samples) -> None:
        self.stream.add(self._encoder.feed(sound))

    def end(self) -> None:
        self.stream.add(self._encoder.end())
        self.stream.end()


class Sent:
    """Sound for a device without a player: pieces of 512 samples at 16 kHz."""

    ahead_s = AHEAD_SENT_S
    cut = False

    def __init__(self, line: EsphomeLine, talk: Talk) -> None:
        self._line, self._talk = line, talk
        self._resampler = Resampler(OUT_RATE_HZ, EAR_RATE_HZ)
        self._rest: Samples = np.zeros(0, np.int16)
        self._tell(Event.VOICE_ASSISTANT_TTS_STREAM_START)

    def block(self, sound: Samples) -> None:
        self._add(self._resampler(sound))

    def end(self) -> None:
        self._add(self._resampler.flush())
        if len(self._rest):
            self._send(len(self._rest))
        self._tell(Event.VOICE_ASSISTANT_TTS_STREAM_END)

    def _add(self, sound: Samples) -> None:
        self._rest = np.concatenate([self._rest, sound])
        while len(self._rest) >= SENT_SAMPLES:
            self._send(SENT_SAMPLES)

    def _send(self, count: int) -> None:
        self._talk.send(self._rest[:count].astype("<i2").tobytes())
        self._rest = self._rest[count:]

    def _tell(self, event: Event) -> None:
        self._line.tell(lambda client: client.send_voice_assistant_event(event, {}))


class Dropped:
    """Sound that the device has no way to play: an announcement to one without a player."""

    ahead_s = 0.0
    cut = False

    def block(self, sound: Samples) -> None:
        """Nowhere."""

    def end(self) -> None:
        """Nothing."""


class Outlets:
    """Opens the right one for what is to be said now."""

    def __init__(self, line: EsphomeLine, talk: Talk, door: MediaDoor) -> None:
        self.preannounce: Sound | None = None
        """Goes before the next announcement; the device mixes or queues it as it likes."""
        self._line, self._talk, self._door = line, talk, door
        self._announcing: set[asyncio.Task[None]] = set()

    async def open(self) -> Outlet:
        """The device is told that sound begins."""
        run, stream, known = self._talk.run, self._talk.stream, self._line.known
        if run is not None and run.stage is Stage.THINKING and known is not None:
            if stream is not None:
                self._talk.stream = None
                run.sounds()
                return self._fetched(stream)
            if not known.fetches:
                run.sounds()
                run.hurry()
                return Sent(self._line, self._talk)
        if known is None or not known.announces:
            return Dropped()
        stream = Stream(known.form.content_type)
        try:
            url = await self._door.offer(stream, self._line.own_address)
            await self._announce(url, opens=False)
        except WireError:
            return Dropped()
        return self._fetched(stream)

    async def listen(self) -> None:
        """Have the device listen without its wake word, where it can be made to."""
        known = self._line.known
        if known is None or not known.opens:
            return
        silence = Sound(bytes(2 * OUT_RATE_HZ // 5), OUT_RATE_HZ)
        try:
            await self._announce(await self._whole(silence), opens=True)
        except WireError:
            return

    def close(self) -> None:
        """Wait for no announcement any more."""
        for task in self._announcing:
            task.cancel()

    async def _whole(self, sound: Sound) -> str:
        """Where a sound that is there already can be fetched. WireError."""
        assert self._line.known is not None
        form = self._line.known.form
        stream, encoder = Stream(form.content_type), Encoder(form, sound.rate_hz)
        stream.add(encoder.head() + encoder.feed(samples(sound.pcm)) + encoder.end())
        stream.end()
        return await self._door.offer(stream, self._line.own_address)

    def _fetched(self, stream: Stream) -> Fetched:
        assert self._line.known is not None
        return Fetched(stream, Encoder(self._line.known.form, OUT_RATE_HZ))

    async def _announce(self, url: str, *, opens: bool) -> None:
        before, self.preannounce = self.preannounce, None
        before_url = "" if before is None else await self._whole(before)
        if (client := self._line.client) is not None:
            task = asyncio.create_task(_announced(client, url, before_url, opens=opens))
            self._announcing.add(task)
            task.add_done_callback(self._announcing.discard)


async def _announced(client: APIClient, url: str, before: str, *, opens: bool) -> None:
    try:
        await client.send_voice_assistant_announcement_await_response(
            url, ANNOUNCE_S, "", preannounce_media_id=before, start_conversation=opens
        )
    except (APIConnectionError, TimeoutError):
        return  # the connection's end is told elsewhere, and a device that forgets to answer has played it
