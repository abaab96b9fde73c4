"""What a satellite plays: the hub's sound, tones of its own, and the ring of its copied timers."""

import threading
from typing import Final

import numpy as np

from assistant.pcm import samples
from assistant.ports import Samples

RATE_HZ: Final = 24_000
LEAD_SAMPLES: Final = RATE_HZ * 12 // 100
"""Sound waits until so much is there (0.12 s): a network that hesitates is not heard."""
MOST_BYTES: Final = 2 * RATE_HZ * 3
"""More than 3 s ahead is dropped: the hub keeps the pace."""
_PEAK: Final = 9000.0


def tone(hz: float, seconds: float) -> Samples:
    """A soft tone."""
    n = round(seconds * RATE_HZ)
    x = np.sin(2 * np.pi * hz * np.arange(n) / RATE_HZ)
    edge = min(n // 2, RATE_HZ // 100)
    x[:edge] *= np.linspace(0, 1, edge)
    x[n - edge :] *= np.linspace(1, 0, edge)
    return np.asarray(np.rint(_PEAK * x), dtype=np.int16)


def _pause(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), dtype=np.int16)


RING: Final[Samples] = np.concatenate(
    [part for _ in range(3) for part in (tone(880, 0.15), _pause(0.1))] + [_pause(0.75)]
)
TEST: Final[Samples] = tone(660, 1.0)
NO_HUB: Final[Samples] = np.concatenate([tone(330, 0.15), _pause(0.08), tone(247, 0.25)])
"""Someone spoke, and the hub is not there."""


class Player:
    """`render` is called from the device's thread, the rest from the event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sound = bytearray()
        self._flowing = False
        self._tone = b""
        self._rings_at: int | None = None
        self._audible = False
        self.dropped = 0
        """Bytes that came too early to be kept."""

    @property
    def audible(self) -> bool:
        """The last block held sound."""
        return self._audible

    @property
    def ringing(self) -> bool:
        """A copied timer rings."""
        return self._rings_at is not None

    def play(self, pcm: bytes) -> None:
        """More of the hub's sound."""
        with self._lock:
            if len(self._sound) + len(pcm) > MOST_BYTES:
                self.dropped += len(pcm)
                return
            self._sound += pcm
            self._flowing = self._flowing or len(self._sound) >= 2 * LEAD_SAMPLES

    def end(self) -> None:
        """No more for now: what is there is played at once."""
        with self._lock:
            self._flowing = bool(self._sound)

    def hush(self) -> None:
        """Silence, but for what rings."""
        with self._lock:
            self._sound.clear()
            self._tone = b""

    def beep(self, sound: Samples) -> None:
        """A tone over everything else."""
        with self._lock:
            self._tone = sound.tobytes()

    def ring(self, *, on: bool) -> None:
        """Ring from now on, or no more."""
        with self._lock:
            if on != self.ringing:
                self._rings_at = 0 if on else None

    def render(self, n: int) -> Samples:
        """The next `n` samples."""
        with self._lock:
            mixed = np.zeros(n, dtype=np.int32)
            if self._flowing:
                _mix(mixed, samples(bytes(self._sound[: 2 * n])))
                del self._sound[: 2 * n]
                self._flowing = bool(self._sound)
            _mix(mixed, samples(self._tone[: 2 * n]))
            self._tone = self._tone[2 * n :]
            if self._rings_at is not None:
                at = (self._rings_at + np.arange(n)) % len(RING)
                _mix(mixed, RING[at])
                self._rings_at = (self._rings_at + n) % len(RING)
        block = np.clip(mixed, -32768, 32767).astype(np.int16)
        self._audible = bool(block.any())
        return block


def _mix(into: "np.ndarray[tuple[int], np.dtype[np.int32]]", x: Samples) -> None:
    into[: len(x)] += x
