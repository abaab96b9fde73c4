"""Queued sound → blocks without clicks: one Track per playback, every change of gain a short ramp."""

from collections import deque

import numpy as np
import numpy.typing as npt

from assistant.ports import Samples

RAMP_S = 0.010
"""Every change of gain takes this long: short enough to be at once, long enough not to click."""

Floats = npt.NDArray[np.float32]


def ramp(start: float, end: float, n: int, over: int) -> Floats:
    """`n` gains that go from `start` to `end` within the first `over` samples and stay there."""
    if start == end:
        return np.full(n, end, dtype=np.float32)
    over = max(1, min(n, over))
    rising = np.linspace(start, end, over + 1, dtype=np.float32)[1:]
    return np.concatenate([rising, np.full(n - over, end, dtype=np.float32)])


class Track:
    """The sound of one playback at the speaker's rate: a queue, a gain and the count of samples played.

    When a track is held or aborted, the few milliseconds that fade out are only looked at, not taken, so it
    goes on at exactly the sample where it was stopped. Not thread-safe: the speaker's lock guards it.
    """

    def __init__(self, rate_hz: int) -> None:
        self.queued = 0
        """Samples waiting."""
        self.played = 0
        """Samples rendered, silence while starved or held not counted."""
        self._ramp = max(1, round(RAMP_S * rate_hz))
        self._pieces: deque[Samples] = deque()
        self._gain = 0.0
        self._last = np.float32(0)
        self._sounding = False

    def append(self, piece: Samples) -> None:
        """Queue samples behind those waiting."""
        if len(piece):
            self._pieces.append(piece)
            self.queued += len(piece)

    def clear(self) -> None:
        """Forget what waits; what was played stays counted."""
        self._pieces.clear()
        self.queued = 0

    def render(self, n: int, gain: float, *, flows: bool) -> Floats:
        """The next `n` samples at `gain`; held (`flows=False`) it fades out and takes nothing."""
        out = np.zeros(n, dtype=np.float32)
        start = self._gain if self._sounding or self.played else gain
        done = 0
        if flows and self.queued:
            x = self._look(n)
            done = len(x)
            out[:done] = x * ramp(start, gain, done, self._ramp)
            self._take(done)
            self._sounding, self._last, start = True, x[-1], gain
        if done < n:
            self._release(out[done:], start, flows=flows)
            start = 0.0
        self._gain = start
        return out

    def _release(self, out: Floats, gain: float, *, flows: bool) -> None:
        """Fade into silence: over the samples that would have come next, or from the last one's level."""
        if self._sounding:
            n = min(len(out), self._ramp)
            tail = np.full(n, self._last, dtype=np.float32)
            if not flows:
                ahead = self._look(n)
                tail[: len(ahead)] = ahead
                tail[len(ahead) :] = ahead[-1] if len(ahead) else self._last
            out[:n] = tail * ramp(gain, 0.0, n, n)
        self._sounding = False

    def _look(self, n: int) -> Floats:
        found: list[Samples] = []
        missing = n
        for piece in self._pieces:
            found.append(piece[:missing])
            missing -= len(found[-1])
            if missing == 0:
                break
        return np.concatenate(found).astype(np.float32) if found else np.zeros(0, dtype=np.float32)

    def _take(self, n: int) -> None:
        self.queued -= n
        self.played += n
        while n:
            piece = self._pieces.popleft()
            if len(piece) > n:
                self._pieces.appendleft(piece[n:])
                return
            n -= len(piece)
