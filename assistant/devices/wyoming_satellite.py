"""A Wyoming satellite as the microphone and the speaker of a room.

The hub connects to it, as Home Assistant does. One that streams always is listened to like any microphone.
One that wakes by itself streams from then until it is told that the utterance is over. The protocol knows no
login and no key, so such a room may do nothing that lasts (the policy of the house sees to it).
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable

import numpy as np
from wyoming.event import Event
from wyoming.satellite import PauseSatellite, RunSatellite

from assistant.devices.kept import Report, ignore
from assistant.devices.wyoming_line import WyomingLine
from assistant.devices.wyoming_sound import EarSound, start_event
from assistant.errors import WireError
from assistant.messages import EAR_RATE_HZ, AudioChunk
from assistant.ports import Samples

OUT_RATE_HZ = 22_050
"""What Home Assistant sends to satellites, so all of them play it."""
BLOCK = 1024
LEAD_BLOCKS = 4
"""Sent ahead when sound begins (0.19 s), so that a network that hesitates is not heard."""
QUIET_BLOCKS = 12
"""Silence after which the sound is over (0.56 s)."""
QUEUED = 64
"""Chunks nobody has read yet; the oldest is dropped and counted."""
APART = 3 * EAR_RATE_HZ
"""Samples that positions jump between two streams: what was heard before belongs to neither."""


class WyomingSatellite:
    """Both directions of one satellite: a `Mic` and a `SoundOut`. Connected from `start` to `close`."""

    rate_hz = OUT_RATE_HZ
    latency_s = LEAD_BLOCKS * BLOCK / OUT_RATE_HZ

    def __init__(self, host: str, port: int, *, report: Report = ignore) -> None:
        self.dropped = 0
        """Samples dropped because nobody read them."""
        self.told_word: str | None = None
        """The satellite heard its wake word itself and now streams; taken away by who acts on it."""
        self.wakes_itself = False
        self.faults = 0
        """Events that made no sense."""
        self._line = WyomingLine(host, port, report)
        self._open = False
        self._queue: deque[AudioChunk] = deque(maxlen=QUEUED)
        self._ready = asyncio.Event()
        self._position = 0
        self._ear = EarSound()
        self._tasks: list[asyncio.Task[None]] = []

    # ── the microphone ───────────────────────────────────────────────────────────────────────────

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """Its sound, as long as it gives any; a satellite that is lost leaves a gap. Closing it pauses it."""
        self._open = True
        await self._line.send(RunSatellite().event())
        try:
            while True:
                await self._ready.wait()
                self._ready.clear()
                while self._queue:
                    yield self._queue.popleft()
        finally:
            self._open = False
            self._queue.clear()
            await self._line.send(PauseSatellite().event())

    async def utterance_over(self) -> None:
        """One that woke itself stops streaming and waits for its wake word again. No words are sent."""
        await self._line.send(Event("voice-stopped"))
        await self._line.send(Event("transcript", {"text": ""}))

    async def _greet(self) -> None:
        self._new_stream()
        if self._open:
            await self._line.send(RunSatellite().event())

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
        self._position += APART
        self._queue.clear()

    def _deliver(self, event: Event) -> None:
        try:
            pcm = self._ear.take(event)
        except WireError:
            self.faults += 1
            return
        if len(self._queue) == self._queue.maxlen:
            self.dropped += len(self._queue[0].pcm) // 2
        self._queue.append(AudioChunk(pcm, self._position))
        self._position += len(pcm) // 2
        self._ready.set()

    # ── the speaker ──────────────────────────────────────────────────────────────────────────────

    def start(self, render: Callable[[int], Samples]) -> None:
        """Connect and stay connected; play what is rendered, in time."""
        if not self._tasks:
            self._tasks = [
                asyncio.ensure_future(self._line.run(self._greet, self._take)),
                asyncio.ensure_future(self._play(render)),
            ]

    def close(self) -> None:
        """Hang up."""
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    async def _play(self, render: Callable[[int], Samples]) -> None:
        """A block at a time, at the pace of sound; while the satellite is away, sound waits."""
        loop = asyncio.get_running_loop()
        block_s = BLOCK / OUT_RATE_HZ
        due_s, quiet = loop.time(), QUIET_BLOCKS
        while True:
            if not self._line.connected.is_set():
                await self._line.connected.wait()
                due_s, quiet = loop.time(), QUIET_BLOCKS
            x = render(BLOCK)
            if x.any():
                if quiet >= QUIET_BLOCKS:
                    await self._line.send(start_event(OUT_RATE_HZ))
                    due_s = loop.time() - LEAD_BLOCKS * block_s
                quiet = 0
            else:
                quiet = min(quiet + 1, QUIET_BLOCKS + 1)
                if quiet == QUIET_BLOCKS:
                    await self._line.send(Event("audio-stop"))
            if quiet < QUIET_BLOCKS:
                await self._line.send(_chunk(x))
            due_s = max(due_s + block_s, loop.time() - LEAD_BLOCKS * block_s)
            await asyncio.sleep(max(0.0, due_s - loop.time()))


def _chunk(x: Samples) -> Event:
    pcm = np.asarray(x, dtype="<i2").tobytes()
    return Event("audio-chunk", {"rate": OUT_RATE_HZ, "width": 2, "channels": 1}, pcm)
