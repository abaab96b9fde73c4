"""Whether it was the house itself that said the wake word: what its loudspeakers played is known.

The sound that was played is listened to as the microphones are, so no path through the room has to be known,
and a person who says the word over our own speech is heard all the same.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from assistant.hear.cascade import PRE_ROLL_SAMPLES, Cascade, CreateWake, Verdict
from assistant.hear.ring import Ring
from assistant.hear.wake.models import WakePlan
from assistant.house.room import Room
from assistant.messages import EAR_RATE_HZ
from assistant.ports import Samples

LOOK_SAMPLES: Final = 5 * EAR_RATE_HZ // 2
"""So far back: the word, and a loudspeaker's delay of one second."""
SURER: Final = 0.7
"""The sound as it was played is clean, so part of the usual score is enough."""
FRESH_S: Final = 0.4
"""Rooms wake at about the same time, and ask about the same sound."""
MOST_ROOMS: Final = 8
"""Different loudspeakers listened to; an announcement to all is the same in each."""
_STEP: Final = 512
_AUDIBLE: Final = 33
_PEAK: Final = 12_000.0


class OwnWords:
    """Asked from the ears' threads, one after the other. `rooms`: all that have a loudspeaker."""

    def __init__(
        self,
        rooms: Mapping[str, Room],
        plans: Sequence[WakePlan],
        create: CreateWake,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rooms = rooms
        self._plans = [replace(plan, threshold=SURER * plan.threshold) for plan in plans]
        self._create = create
        self._clock = clock
        self._cascade: Cascade | None = None
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, bool]] = {}

    def said(self, room: str) -> bool:
        """Whether a loudspeaker of the house has just said a wake word: that of the room, or any other."""
        if not self._plans:
            return False
        rooms = dict(self._rooms)
        order = sorted(rooms, key=lambda name: name != room)
        with self._lock:
            loud = (name for name in order if _loud(rooms[name]))
            return any(self._in(name, rooms[name]) for name, _ in zip(loud, range(MOST_ROOMS), strict=False))

    def _in(self, name: str, room: Room) -> bool:
        now_s = self._clock()
        at_s, found = self._known.get(name, (-FRESH_S, False))
        if now_s - at_s > FRESH_S or not found:
            found = self._wakes(room.mouth.speaker.reference.last(LOOK_SAMPLES))
            self._known[name] = (now_s, found)
        return found

    def _wakes(self, x: Samples) -> bool:
        """Whether the wake word is in this sound."""
        if self._cascade is None:
            self._cascade = Cascade.load(self._plans, self._create)
        cascade, ring = self._cascade, Ring(len(x) + EAR_RATE_HZ)
        cascade.reset()
        peak = max(1.0, float(np.abs(x.astype(np.float32)).max()))
        sound = np.rint(x * (_PEAK / peak)).astype("<i2").tobytes() + bytes(EAR_RATE_HZ)
        for at in range(0, len(sound) - 2 * _STEP + 1, 2 * _STEP):
            piece = sound[at : at + 2 * _STEP]
            ring.add(piece)
            if looked := cascade.looking:
                found = cascade.look_on(piece, ring.end, own_voice=False)
            else:
                found = cascade.listen(piece, ring.end)
            if not looked and _looks(cascade):
                found += cascade.look_back(ring.sound(ring.end - PRE_ROLL_SAMPLES), own_voice=False)
            if any(isinstance(each, Verdict) and each.woken for each in found):
                return True
        return False


def _looks(cascade: Cascade) -> bool:
    return cascade.looking


def _loud(room: Room) -> bool:
    played = room.mouth.speaker.reference.last(LOOK_SAMPLES)
    return bool((np.abs(played.astype(np.int32)) >= _AUDIBLE).any())
