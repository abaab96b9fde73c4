"""A Wyoming satellite as the microphone and the speaker of a room.

The hub connects to it, as Home Assistant does. One that streams always is listened to like any microphone.
One that wakes by itself streams from then until it is told that the utterance is over. The protocol knows no
login and no key, so such a room may do nothing that lasts (the policy of the house sees to it).
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from wyoming.event import Event
from wyoming.satellite import PauseSatellite, RunSatellite

from assistant.devices.kept import Report, ignore
from assistant.devices.satellite_sound import LEAD_BLOCKS, Arrivals, Rest, Sending, play
from assistant.devices.wyoming_line import WyomingLine
from assistant.devices.wyoming_sound import EarSound, start_event
from assistant.errors import WireError
from assistant.messages import AudioChunk
from assistant.ports import Samples

OUT_RATE_HZ = 22_050
"""What Home Assistant sends to satellites, so all of them play it."""
BLOCK = 1024
QUEUED = 64
"""Chunks nobody has read yet; the oldest is dropped and counted."""


class WyomingSatellite:
    """Both directions of one satellite: a `Mic` and a `SoundOut`. Connected from `start` to `close`."""

    rate_hz = OUT_RATE_HZ
    latency_s = LEAD_BLOCKS * BLOCK / OUT_RATE_HZ

    def __init__(self, host: str, port: int, *, report: Report = ignore) -> None:
        self.told_word: str | None = None
        """The satellite heard its wake word itself and now streams; taken away by who acts on it."""
        self.wakes_itself = False
        self.faults = 0
        """Events that made no sense."""
        self.address = f"{host}:{port}"
        self.line = WyomingLine(host, port, report)
        self._open = False
        self.arrivals = Arrivals(QUEUED)
        self._ear = EarSound()
        self._rest = Rest()
        self._tasks: list[asyncio.Task[None]] = []

    # ── the microphone ───────────────────────────────────────────────────────────────────────────

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """Its sound, as long as it gives any; a satellite that is lost leaves a gap. Closing it pauses it."""
        self._open = True
        await self.line.send(RunSatellite().event())
        try:
            async with aclosing(self.arrivals.chunks()) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            self._open = False
            self.arrivals.forget()
            await self.line.send(PauseSatellite().event())

    async def utterance_over(self) -> None:
        """One that woke itself stops streaming and waits for its wake word again. No words are sent."""
        await self.line.send(Event("voice-stopped"))
        await self.line.send(Event("transcript", {"text": ""}))

    async def _greet(self) -> None:
        self._new_stream()
        if self._open:
            await self.line.send(RunSatellite().event())

    async def _take(self, event: Event) -> None:
        match event.type:
            case "audio-chunk" if self._open:
                self._deliver(event)
            case "run-pipeline":
                self.wakes_itself = event.data.get("start_stage") == "asr"
                self._new_stream()
                if self.wakes_itself and self._open:
                    name = event.data.get("wake_word_name")
                    self.told_word = name[:40] if isinstance(name, str) and name else "wake word"
            case _:
                pass

    def _new_stream(self) -> None:
        self._ear = EarSound()
        self.arrivals.new_stream()

    def _deliver(self, event: Event) -> None:
        try:
            pcm = self._ear.take(event)
        except WireError:
            self.faults += 1
            return
        self.arrivals.add(pcm)

    # ── the speaker ──────────────────────────────────────────────────────────────────────────────

    def wake(self) -> None:
        """Sound is to come."""
        self._rest.wake()

    def rest(self) -> None:
        """There is no sound until `wake`."""
        self._rest.rest()

    def start(self, render: Callable[[int], Samples]) -> None:
        """Connect and stay connected; play what is rendered, in time."""
        if not self._tasks:
            self._tasks = [
                asyncio.ensure_future(self.line.run(self._greet, self._take)),
                asyncio.ensure_future(self._play(render)),
            ]

    def close(self) -> None:
        """Hang up."""
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    async def _play(self, render: Callable[[int], Samples]) -> None:
        form = {"rate": OUT_RATE_HZ, "width": 2, "channels": 1}

        async def begin() -> None:
            await self.line.send(start_event(OUT_RATE_HZ))

        async def block(pcm: bytes) -> None:
            await self.line.send(Event("audio-chunk", form, pcm))

        async def end() -> None:
            await self.line.send(Event("audio-stop"))

        await play(render, self.line, Sending(begin, block, end), self._rest, BLOCK, OUT_RATE_HZ)
