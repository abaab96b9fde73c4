"""What a device streams → sound for the ear of its room; and the run that it is told of meanwhile."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final

from aioesphomeapi.model import VoiceAssistantCommandFlag

from assistant.devices.esphome.door import MediaDoor, Stream
from assistant.devices.esphome.line import EsphomeLine
from assistant.devices.esphome.run import Run, Stage
from assistant.devices.esphome.udp import Datagrams
from assistant.devices.satellite_sound import Arrivals
from assistant.errors import WireError
from assistant.messages import AudioChunk

QUEUED: Final = 128
"""Chunks nobody has read yet; the oldest is dropped and counted."""
LONGEST_CHUNK: Final = 8192
"""Bytes of one message of sound; devices send 1024."""
TAIL_CHUNKS: Final = 48
TAIL_CHUNK: Final = bytes(2048)
"""Silence after the sound of a device that ends its stream itself: 3 s, more than any ear waits for."""
EXPECTED_S: Final = 30.0
"""So long a device that was asked to listen may play before it does."""
BUTTON: Final = "button"
"""What woke a device that names no wake word."""


class Talk:
    """The microphone of one device."""

    def __init__(self, line: EsphomeLine, door: MediaDoor) -> None:
        self.run: Run | None = None
        self.stream: Stream | None = None
        """Where the reply of the run can be fetched; None: used, or there is none."""
        self.told_word: str | None = None
        """The device heard its wake word, or its button was pressed; taken away by who acts on it."""
        self.open = False
        """Somebody listens."""
        self.faults = 0
        """Sound that made no sense."""
        self.on_start: Callable[[], None] = lambda: None
        """Told when the device begins to stream: it plays nothing any more."""
        self._line, self._door = line, door
        self.arrivals = Arrivals(QUEUED)
        self._datagrams: Datagrams | None = None
        self._streams = False
        self._expected_s = 0.0
        """Until then (loop time) what it streams may follow no wake word: it was asked to listen."""

    @property
    def streams_always(self) -> bool:
        """It gives its sound without a wake word of its own, now."""
        return self._streams and self.run is not None and self.run.stage is Stage.WAKING

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """Its sound, as long as it gives any."""
        self.open = True
        try:
            async with aclosing(self.arrivals.chunks()) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            self.open = False
            self.arrivals.forget()
            self.broken_off()

    def expect(self) -> None:
        """What it streams next may follow no wake word: after what it plays now, it listens."""
        self._expected_s = asyncio.get_running_loop().time() + EXPECTED_S

    # ── what the device does ─────────────────────────────────────────────────────────────────────

    async def started(self, conversation: str, flags: int, phrase: str | None) -> int | None:
        """It begins to stream: the port for its datagrams, 0 for none; None: nobody listens."""
        known = self._line.known
        if not self.open or known is None:
            return None
        self.gone()
        self.on_start()
        port = 0 if known.api_audio else await self._datagram_port()
        url = await self._offered() if known.fetches else ""
        wakes = bool(flags & VoiceAssistantCommandFlag.USE_WAKE_WORD)
        self.arrivals.new_stream()
        loop = asyncio.get_running_loop()
        expected, self._expected_s = loop.time() < self._expected_s, 0.0
        self.told_word = None if wakes or (expected and not phrase) else (phrase or BUTTON)[:40]
        self._streams = port is not None
        # The answer to the request goes first: it is sent once this has returned.
        loop.call_soon(loop.call_soon, self._begin, conversation[:64] or uuid.uuid4().hex, url, wakes)
        return port

    def _begin(self, conversation: str, url: str, wakes: bool) -> None:
        self.run = Run(
            lambda event, data: self._line.tell(
                lambda client: client.send_voice_assistant_event(event, dict(data))
            ),
            conversation,
            url,
            wakes=wakes,
        )

    def audio(self, data: bytes) -> None:
        """Sound of its microphone: s16le, mono, 16 kHz."""
        if len(data) % 2 or len(data) > LONGEST_CHUNK:
            self.faults += 1
        elif self._streams and self.open:
            self.arrivals.add(data)

    def ended(self) -> None:
        """It streams no more, and what it streamed counts."""
        if self._streams and self.open:
            for _ in range(TAIL_CHUNKS):
                self.arrivals.add(TAIL_CHUNK)
        self._streams = False

    def broken_off(self) -> None:
        """It streams no more, and what it streamed is void."""
        self._streams = False
        if self.run is not None:
            self.run.broken_off()

    def gone(self) -> None:
        """The device is not there any more, or begins anew."""
        self._streams = False
        if self.run is not None:
            self.run.void()
        if self.stream is not None:
            self._door.forget(self.stream)
            self.stream = None
        if self._datagrams is not None:
            self._datagrams.close()
            self._datagrams = None

    def heard(self) -> None:
        """The utterance is over: what still comes of it is of no use."""
        self._streams = False
        if self.run is not None:
            self.run.heard()

    async def _datagram_port(self) -> int | None:
        try:
            self._datagrams = await Datagrams.open(
                self._line.own_address, self._line.device_address, self.audio
            )
        except OSError:
            return None
        return self._datagrams.port

    async def _offered(self) -> str:
        assert self._line.known is not None
        self.stream = Stream(self._line.known.form.content_type)
        try:
            return await self._door.offer(self.stream, self._line.own_address)
        except WireError:
            self.stream = None
            return ""

    def send(self, pcm: bytes) -> None:
        """Sound for a device that takes it on the connection itself: s16le, mono, 16 kHz."""
        if self._datagrams is not None:
            self._datagrams.send(pcm)
        else:
            self._line.tell(lambda client: client.send_voice_assistant_audio(pcm))
