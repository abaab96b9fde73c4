"""Sound as numbers: levels, decibels, resampling. All numpy, no per-sample Python."""

import math

import numpy as np
import soxr

from assistant.ports import Samples

SILENCE_DB = -96.0


def samples(pcm: bytes) -> Samples:
    """s16le bytes → int16 array (no copy)."""
    return np.frombuffer(pcm, dtype="<i2")


def level_db(pcm: bytes) -> float:
    """RMS level in dB below full scale; silence is -96."""
    if not pcm:
        return SILENCE_DB
    x = samples(pcm).astype(np.float32)
    rms = math.sqrt(float(np.mean(x * x)))
    return max(SILENCE_DB, 20 * math.log10(rms / 32768)) if rms > 0 else SILENCE_DB


def resample(x: Samples, from_hz: int, to_hz: int) -> Samples:
    """A whole clip at another rate; streams use soxr.ResampleStream."""
    if from_hz == to_hz:
        return x
    return np.asarray(soxr.resample(x, from_hz, to_hz), dtype=np.int16)


class Resampler:
    """A stream at another rate, piece by piece; `flush` gives what it holds back and starts anew."""

    def __init__(self, from_hz: int, to_hz: int, *, quality: str = "HQ") -> None:
        self.from_hz, self.to_hz, self._quality = from_hz, to_hz, quality
        self._stream: soxr.ResampleStream | None = None

    def __call__(self, x: Samples) -> Samples:
        """The next piece at `to_hz`; a few milliseconds are held back."""
        if self.from_hz == self.to_hz:
            return x
        if self._stream is None:
            self._stream = soxr.ResampleStream(
                self.from_hz, self.to_hz, 1, dtype="int16", quality=self._quality
            )
        return np.asarray(self._stream.resample_chunk(x), dtype=np.int16)

    def flush(self) -> Samples:
        """What was held back."""
        nothing = np.zeros(0, dtype=np.int16)
        if self._stream is None:
            return nothing
        stream, self._stream = self._stream, None
        return np.asarray(stream.resample_chunk(nothing, last=True), dtype=np.int16)
