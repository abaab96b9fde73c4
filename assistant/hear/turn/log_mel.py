"""Sound → the log-mel picture that a Whisper encoder reads. numpy only.

As Whisper's feature extractor computes it for Smart Turn v3 (transformers, `WhisperFeatureExtractor` with
chunks of 8 s): 80 bands of Slaney's scale, frames of 25 ms every 10 ms, the sound at mean 0 and variance 1.
"""

import functools

import numpy as np
import numpy.typing as npt

from assistant.messages import EAR_RATE_HZ

WINDOW, HOP, BANDS = 400, 160, 80
SECONDS = 8
SAMPLES = SECONDS * EAR_RATE_HZ
FRAMES = SAMPLES // HOP
FLOOR = 1e-10
RANGE = 8.0
"""Of the picture, in powers of ten below its brightest point."""
Floats = npt.NDArray[np.float64]


def log_mel(pcm: bytes) -> npt.NDArray[np.float32]:
    """The last 8 s of s16le at 16 kHz, with silence before what is shorter → (80, 800)."""
    heard = np.frombuffer(pcm[-2 * SAMPLES :], "<i2").astype(np.float32) / np.float32(32768)
    sound = np.zeros(SAMPLES, np.float32)
    sound[SAMPLES - len(heard) :] = heard
    sound = (sound - sound.mean()) / np.sqrt(sound.var() + np.float32(1e-7))
    padded = np.pad(sound.astype(np.float64), WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:FRAMES]
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW + 1)[:-1])) ** 2
    bright = np.log10(np.maximum(_bands() @ power.T, FLOOR))
    picture: Floats = (np.maximum(bright, bright.max() - RANGE) + 4.0) / 4.0
    return picture.astype(np.float32)


@functools.cache
def _bands() -> Floats:
    """(80, 201): how much each band takes of each frequency; triangles of the same area."""
    edges_hz = _hz(np.linspace(0.0, _mel(EAR_RATE_HZ / 2), BANDS + 2))
    bins_hz = np.linspace(0.0, EAR_RATE_HZ / 2, WINDOW // 2 + 1)
    left, middle, right = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    rising, falling = (bins_hz - left) / (middle - left), (right - bins_hz) / (right - middle)
    shape: Floats = np.maximum(0.0, np.minimum(rising, falling)) * 2.0 / (right - left)
    return shape


def _mel(hz: float) -> float:
    """Slaney's scale: straight up to 1 kHz, 15 there; then 27 steps for each factor of 6.4."""
    return 3 * hz / 200 if hz < 1000 else 15 + 27 * float(np.log(hz / 1000)) / float(np.log(6.4))


def _hz(mels: Floats) -> Floats:
    low: Floats = 200 * mels / 3
    high: Floats = 1000 * np.exp((mels - 15) * np.log(6.4) / 27)
    return np.where(mels < 15, low, high)
