"""What the speaker played lately, at the ear's rate, so that it can be taken out of the microphone again."""

import threading

import numpy as np

from assistant.messages import EAR_RATE_HZ
from assistant.pcm import Resampler
from assistant.ports import Samples

KEPT_S = 4.0
"""How far back one may look: the longest delay through a sound server is about one second."""


class Reference:
    """A ring of the last four seconds rendered: mono int16 at 16 kHz. Written by one thread, read by any."""

    def __init__(self, rate_hz: int) -> None:
        self._size = round(KEPT_S * EAR_RATE_HZ)
        # Touched at once: a room takes no more memory when it speaks than when it was opened.
        self._ring = np.full(self._size, 0, dtype=np.int16)
        self._written = 0
        self._lock = threading.Lock()
        self._to_ear = Resampler(rate_hz, EAR_RATE_HZ, quality="LQ")

    @property
    def written(self) -> int:
        """Samples written since the speaker opened: the position of the next one."""
        with self._lock:
            return self._written

    def write(self, block: Samples) -> None:
        """Add what was just rendered, at the speaker's rate."""
        self._keep(self._to_ear(block)[-self._size :])

    def _keep(self, x: Samples) -> None:
        with self._lock:
            at = (self._written + np.arange(len(x))) % self._size
            self._ring[at] = x
            self._written += len(x)

    def rest(self, n: int) -> None:
        """`n` samples at the speaker's rate were silence, and no more is to come for a while.

        The resampler, 70 KB, is let go of: a house of 50 rooms is mostly silent.
        """
        self._to_ear.flush()
        silent = np.zeros(n * EAR_RATE_HZ // self._to_ear.from_hz, dtype=np.int16)[-self._size :]
        self._keep(silent)

    def last(self, n: int) -> Samples:
        """The last `n` samples, zeros where nothing was played yet; `n` up to four seconds."""
        with self._lock:
            return self._ring[(self._written - n + np.arange(min(n, self._size))) % self._size]

    def since(self, position: int) -> tuple[Samples, int]:
        """All samples from `position` on (or the oldest kept), and the position after them."""
        with self._lock:
            n = min(max(0, self._written - position), self._size)
            return self._ring[(self._written - n + np.arange(n)) % self._size], self._written
