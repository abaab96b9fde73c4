"""One reply, ring, announcement or chime: fed on the event loop, rendered on the device's thread."""

import asyncio
import math
import threading
from collections.abc import Iterator
from contextlib import suppress
from enum import IntEnum

from assistant.messages import Sound
from assistant.pcm import Resampler, samples
from assistant.ports import Samples, SoundOut
from assistant.speak.mixer import Floats, Track

QUEUE_S = 3.0
"""`feed` waits while more than this is queued."""
PIECE_S = 0.5
"""Sound is resampled in pieces of this length, so that the event loop is never held for long."""


class Priority(IntEnum):
    """What goes before what."""

    CHIME = 0
    REPLY = 1
    ANNOUNCEMENT = 2
    RING = 3


class Playback:
    """`feed`, `end`, `started` and `played` belong to the event loop, `abort` to any thread."""

    def __init__(self, priority: Priority, out: SoundOut, lock: threading.Lock) -> None:
        self.priority = priority
        self.track = Track(out.rate_hz)
        self.paused = False
        self.aborted = False
        self.finished = False
        """Rendered to its end, or faded out after an abort: the speaker lets go of it."""
        self._out = out
        self._lock = lock
        self._ended = False
        self._started_at = math.inf
        self._to_speaker = Resampler(out.rate_hz, out.rate_hz)
        self._loop = asyncio.get_running_loop()
        self._room, self._started, self._done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def feed(self, sound: Sound) -> None:
        """Queue sound of any rate; waits while more than 3 s is queued, returns at once after an abort."""
        if self._ended and not self.aborted:
            raise RuntimeError("a playback was fed after its end")
        for piece in self._at_speaker_rate(sound):
            while self._full():
                await self._room.wait()
            if self.aborted:
                return
            with self._lock:
                self.track.append(piece)

    def end(self) -> None:
        """No more sound will be fed."""
        if self._ended:
            return
        tail = self._to_speaker.flush()
        with self._lock:
            self._ended = True
            if not self.aborted:
                self.track.append(tail)
                self._finish_if_empty()

    def abort(self) -> None:
        """Drop what is left; it fades out within the next block."""
        with self._lock:
            if self.aborted or self.finished:
                return
            self.aborted = True
        for event in (self._room, self._started, self._done):
            _tell(self._loop, event)

    async def started(self) -> float:
        """Loop time at which the first sample reaches the air; `inf` if it was over before."""
        await self._started.wait()
        return self._started_at

    async def played(self) -> float:
        """Wait until everything is in the air, or aborted; the seconds really played."""
        await self._done.wait()
        return self.position_s

    @property
    def position_s(self) -> float:
        """Seconds of it handed to the device."""
        return self.track.played / self._out.rate_hz

    @property
    def holds(self) -> bool:
        """It has its place in the room: sounding, or about to, and not held or aborted."""
        over = self.aborted or self.paused or self.finished
        return not over and bool(self.track.queued or self.track.played)

    def ready(self, n: int) -> bool:
        """`n` samples are queued, or the last ones are."""
        return self.track.queued >= n or (self._ended and self.track.queued > 0)

    def render(self, n: int, gain: float, *, flows: bool) -> Floats:
        """The device's thread, under the lock: the next samples, and word to those who wait for them."""
        fresh = self.track.played == 0
        block = self.track.render(n, gain, flows=flows)
        if fresh and self.track.played:
            self._started_at = self._loop.time() + self._out.latency_s
            _tell(self._loop, self._started)
        if self.aborted:
            self.track.clear()
            self.finished = True
        elif flows:
            if self.track.queued <= QUEUE_S * self._out.rate_hz:
                _tell(self._loop, self._room)
            self._finish_if_empty()
        return block

    def _finish_if_empty(self) -> None:
        if self._ended and not self.track.queued and not self.finished:
            self.finished = True
            _tell(self._loop, self._started)
            _tell(self._loop, self._done, self._out.latency_s)

    def _full(self) -> bool:
        with self._lock:
            if self.aborted or self.track.queued <= QUEUE_S * self._out.rate_hz:
                return False
            self._room.clear()
            return True

    def _at_speaker_rate(self, sound: Sound) -> Iterator[Samples]:
        x = samples(sound.pcm)
        step = max(1, round(PIECE_S * sound.rate_hz))
        if sound.rate_hz != self._to_speaker.from_hz:
            yield self._to_speaker.flush()
            self._to_speaker = Resampler(sound.rate_hz, self._out.rate_hz)
        for at in range(0, len(x), step):
            yield self._to_speaker(x[at : at + step])


def _tell(loop: asyncio.AbstractEventLoop, event: asyncio.Event, after_s: float = 0.0) -> None:
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        if after_s:
            loop.call_soon_threadsafe(loop.call_later, after_s, event.set)
        elif not event.is_set():
            loop.call_soon_threadsafe(event.set)
