"""Sound → the room's loudspeaker: one Speaker per room owns all sound.

Of replies, announcements and rings only the highest sounds, the first begun where two are equal; the others
wait at their place. A chime is short, never waits, and mixes in. The device pulls blocks from a thread of its
own; everything that stops or softens sound is synchronous and in force with the next block.
"""

import threading
import time

import numpy as np

from assistant.ports import Drowsy, Losable, Samples, SoundOut
from assistant.speak.playback import Playback, Priority
from assistant.speak.reference import Reference

__all__ = ["Playback", "Priority", "Speaker"]

DUCK_DB = -20.0
HANGOVER_S = 0.3
"""So long after the last audible sample the room still counts as playing."""
AUDIBLE = 33
"""A block whose peak stays below this (-60 dB) is silence."""
QUIETEST_RING_PERCENT = 30
"""Timers and alarms never ring below this volume: nobody sets one in order not to hear it."""


class Order:
    """The playbacks of one room and which of them may sound. The lock guards it and every track."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.volume_percent = 100
        self.most_percent = 100
        self.ring_percent: int | None = None
        self.ducked = False
        self._playbacks: list[Playback] = []

    def add(self, playback: Playback) -> None:
        """Behind those of the same priority; forgets those that are over."""
        with self.lock:
            self._playbacks = [p for p in self._playbacks if not p.finished]
            self._playbacks.append(playback)

    def now(self, priority: Priority | None = None) -> list[Playback]:
        """All playbacks that are not over, or those of one priority."""
        with self.lock:
            wanted = (p for p in self._playbacks if not p.finished)
            return [p for p in wanted if priority is None or p.priority == priority]

    @property
    def empty(self) -> bool:
        """Nothing is begun that is not over."""
        return not self._playbacks

    def pending(self, n: int) -> bool:
        """Whether the next `n` samples would be filled with sound, or end it."""
        with self.lock:
            front = self._front()
            return any(
                (p.aborted and not p.finished) or (self._flows(p, front) and p.ready(n))
                for p in self._playbacks
            )

    def render(self, n: int) -> Samples:
        """Mix the next block."""
        mixed = np.zeros(n, dtype=np.float32)
        with self.lock:
            front = self._front()
            for p in self._playbacks:
                mixed += p.render(n, self._gain(p.priority), flows=self._flows(p, front))
            self._playbacks = [p for p in self._playbacks if not p.finished]
        block: Samples = np.clip(np.rint(mixed), -32768, 32767).astype(np.int16)
        return block

    def _front(self) -> Playback | None:
        holding = [p for p in self._playbacks if p.holds and p.priority > Priority.CHIME]
        return max(holding, key=lambda p: p.priority, default=None)

    @staticmethod
    def _flows(playback: Playback, front: Playback | None) -> bool:
        if playback.aborted or playback.paused:
            return False
        return playback.priority == Priority.CHIME or playback is front

    def _gain(self, priority: Priority) -> float:
        percent = min(self.volume_percent, self.most_percent)
        if priority == Priority.RING:
            wanted = self.volume_percent if self.ring_percent is None else self.ring_percent
            percent = max(wanted, QUIETEST_RING_PERCENT)
        return float((percent / 100) ** 2 * (10 ** (DUCK_DB / 20) if self.ducked else 1.0))


class Speaker:
    """All sound of one room. Every method may be called from any thread, except `begin`: the event loop's."""

    def __init__(self, out: SoundOut) -> None:
        self.reference = Reference(out.rate_hz)
        """What was played lately."""
        self._out = out
        self._drowsy = out if isinstance(out, Drowsy) else None
        self._order = Order()
        self._audible_until = 0.0

    def open(self) -> None:
        """Start the device."""
        self._out.start(self.render)

    def close(self) -> None:
        """Abort everything and close the device."""
        self.abort()
        self._out.close()

    @property
    def lost(self) -> bool:
        """The device is not there now; what is begun waits until it is back."""
        return isinstance(self._out, Losable) and self._out.lost

    def begin(self, priority: Priority) -> Playback:
        """A place in the room for one reply, announcement, ring or chime: feed it and end it."""
        playback = Playback(priority, self._out, self._order.lock)
        self._order.add(playback)
        if self._drowsy is not None:
            self._drowsy.wake()
        return playback

    @property
    def volume_percent(self) -> int:
        """0 to 100, by ear: 50 is -12 dB. Rings stay at 30 or more."""
        return self._order.volume_percent

    @volume_percent.setter
    def volume_percent(self, percent: int) -> None:
        self._order.volume_percent = max(0, min(100, percent))

    def ring_at(self, percent: int | None) -> None:
        """How loud rings are from now on, 30 or more, whatever the volume; None: as the volume."""
        self._order.ring_percent = percent

    def limit(self, percent: int) -> None:
        """The loudest that replies, announcements and chimes may be, whatever the volume; rings go on."""
        self._order.most_percent = percent

    def duck(self) -> None:
        """Soften everything by 20 dB, so that the room can be heard."""
        self._order.ducked = True

    def unduck(self) -> None:
        """Back to full loudness."""
        self._order.ducked = False

    def pause(self) -> None:
        """Hold the replies begun so far at their place; later ones, rings and announcements go on."""
        for playback in self._order.now(Priority.REPLY):
            playback.paused = True

    def resume(self) -> None:
        """Held replies go on at the very sample where they were held."""
        for playback in self._order.now(Priority.REPLY):
            playback.paused = False

    def abort(self, priority: Priority | None = None) -> None:
        """Drop everything (or all of one priority) with the next block, without a click."""
        for playback in self._order.now(priority):
            playback.abort()

    @property
    def pending(self) -> bool:
        """The next 32 ms would be filled with sound, or end it."""
        return self._order.pending(self._out.rate_hz * 4 // 125)

    @property
    def playing(self) -> bool:
        """Something audible came out within the last 0.3 s."""
        return time.monotonic() < self._audible_until

    def render(self, n: int) -> Samples:
        """The next `n` samples for the device, called from its thread."""
        block = self._order.render(n)
        if n and int(np.abs(block.astype(np.int32)).max()) >= AUDIBLE:
            heard_in_s = n / self._out.rate_hz + self._out.latency_s
            self._audible_until = time.monotonic() + heard_in_s + HANGOVER_S
        rests = self._drowsy is not None and self._order.empty
        if rests and not block.any():
            self.reference.rest(n)
        else:
            self.reference.write(block)
        if self._drowsy is not None and rests:
            self._drowsy.rest()
        return block
