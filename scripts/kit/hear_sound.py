"""Clips → batches of log-mel frames as Whisper reads them, each time in another room, noise and level."""

import functools
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

RATE_HZ, POINTS, HOP, MELS = 16_000, 400, 320, 80
"""A frame every 20 ms, twice Whisper's: half the work, and letters still last longer."""
FRAME_S = HOP / RATE_HZ
STEP_S, LEAST_S, MOST_S = 0.5, 2.0, 8.0
"""Windows as the engine cuts them: in steps of half a second, with a margin after the speech."""
MARGIN_S = 0.5
QUIETEST, LOUDEST = -30.0, 0.0
"""Decibels a clip is turned to, its peak against full scale."""
CLEAN_SHARE, DRY_SHARE = 0.3, 0.5
SLOWEST, FASTEST = 0.86, 1.16
"""A clip is played at some speed in between, pitch and resonances with it: more speakers than voices."""
FARTHEST_S = 0.4
"""Longest reverberation, to -60 dB."""
NOISES, NOISE_S = 24, 20
EVEN = 4_000
"""Sounds are transformed in multiples of so many samples: others take many times as long."""
HIDDEN = 8
"""Frames blanked out in one place, at most."""
Wave = npt.NDArray[np.float32]


def mel_filters() -> Tensor:
    """Slaney's filters, area-normalised, (MELS, POINTS/2 + 1): those of Whisper (librosa's default)."""
    linear_end, per_mel, log_step = 1000.0, 200 / 3, math.log(6.4) / 27

    def to_hz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        edge = linear_end / per_mel
        return np.where(mel < edge, mel * per_mel, linear_end * np.exp(log_step * (mel - edge)))

    most = linear_end / per_mel + math.log(RATE_HZ / 2 / linear_end) / log_step
    edges = to_hz(np.linspace(0, most, MELS + 2))
    bins = np.linspace(0, RATE_HZ / 2, POINTS // 2 + 1)
    up = (bins[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    down = (edges[2:, None] - bins[None]) / (edges[2:] - edges[1:-1])[:, None]
    weights = np.maximum(0, np.minimum(up, down)) * (2 / (edges[2:] - edges[:-2]))[:, None]
    return torch.tensor(weights, dtype=torch.float32)


FILTERS = mel_filters()


def log_mel(sound: Tensor) -> Tensor:
    """(B, N) in ±1 → (B, MELS, N/HOP), scaled as Whisper's."""
    spectrum = torch.stft(
        sound, POINTS, HOP, window=torch.hann_window(POINTS, device=sound.device), return_complex=True
    )
    power = spectrum[..., :-1].abs() ** 2
    logged = (FILTERS.to(sound.device) @ power).clamp(min=1e-10).log10()
    logged = torch.maximum(logged, logged.amax((1, 2), keepdim=True) - 8)
    return (logged + 4) / 4


def window_s(samples: int) -> float:
    """How long a window so much speech gets."""
    steps = math.ceil((samples / RATE_HZ + MARGIN_S) / STEP_S)
    return min(MOST_S, max(LEAST_S, steps * STEP_S))


@functools.cache
def _noises() -> Wave:
    """Noises from white to brown, of unit power, one a row."""
    rng = np.random.default_rng(NOISES)
    spectra = np.fft.rfft(rng.standard_normal((NOISES, NOISE_S * RATE_HZ)))
    slopes = np.linspace(0, 1, NOISES)[:, None]
    spectra /= np.maximum(1, np.arange(spectra.shape[1])) ** slopes
    noise = np.fft.irfft(spectra)
    return np.asarray(noise / noise.std(1, keepdims=True), np.float32)


def _coloured(rng: np.random.Generator, count: int) -> Wave:
    """Somewhere in one of the noises, of unit power."""
    noises = _noises()
    start = int(rng.integers(0, noises.shape[1] - count))
    noise = noises[rng.integers(NOISES), start : start + count]
    return np.asarray(noise / (noise.std() + 1e-9))


def _room(rng: np.random.Generator, sound: Wave) -> Wave:
    """A direct sound and a decaying tail of noise."""
    length = int(rng.uniform(0.1, FARTHEST_S) * RATE_HZ)
    tail = _coloured(rng, length) * np.exp(np.linspace(0, -6.9, length, dtype=np.float32))
    tail *= rng.uniform(0.02, 0.25) / np.sqrt((tail**2).sum())
    tail[0] = 1
    count = -(-(len(sound) + length) // EVEN) * EVEN
    spectrum = torch.fft.rfft(torch.from_numpy(sound), count) * torch.fft.rfft(torch.from_numpy(tail), count)
    return np.asarray(torch.fft.irfft(spectrum, count)[: len(sound)].numpy())


def _played(speech: npt.NDArray[np.int16], speed: float) -> Wave:
    """As from a tape at this speed, in ±1."""
    places = np.arange(0, len(speech) - 1, speed)
    sound = np.interp(places, np.arange(len(speech)), speech * np.float32(1 / 32768))
    return np.asarray(sound, np.float32)


def varied(rng: np.random.Generator, speech: npt.NDArray[np.int16]) -> Wave:
    """The clip at some speed in some room, at some level, with some noise, after a moment of it."""
    lead, tail = (int(rng.uniform(0.05, 0.35) * RATE_HZ) for _ in range(2))
    sound: Wave = np.pad(_played(speech, rng.uniform(SLOWEST, FASTEST)), (lead, tail))
    if rng.random() > DRY_SHARE:
        sound = _room(rng, sound)
    sound = sound * 10 ** (rng.uniform(QUIETEST, LOUDEST) / 20) / (np.abs(sound).max() + 1e-6)
    apart_db = rng.uniform(40, 60) if rng.random() < CLEAN_SHARE else rng.uniform(8, 40)
    power = np.sqrt((sound**2).mean()) + 1e-6
    return np.asarray(sound + _coloured(rng, len(sound)) * power * 10 ** (-apart_db / 20), np.float32)


def batch(sounds: Sequence[Wave], *, least_s: float = LEAST_S) -> Tensor:
    """Log-mel frames of each clip by itself, then nought up to the longest window: (B, MELS, frames)."""
    frames = int(max(least_s, *(window_s(len(sound)) for sound in sounds)) * RATE_HZ) // HOP
    window = torch.zeros(len(sounds), MELS, frames)
    for place, sound in zip(window, sounds, strict=True):
        mel = log_mel(torch.from_numpy(np.pad(sound, (0, HOP)))[None])[0][:, :frames]
        place[:, : mel.shape[1]] = mel
    return window


def hidden(rng: np.random.Generator, window: Tensor) -> Tensor:
    """Stripes of time and pitch blanked out (SpecAugment), in place."""
    for one in window:
        for _ in range(2):
            wide, at = int(rng.integers(0, 12)), int(rng.integers(0, MELS - 12))
            one[at : at + wide] = 0
            long, at = int(rng.integers(0, HIDDEN)), int(rng.integers(0, window.shape[2] - HIDDEN))
            one[:, at : at + long] = 0
    return window
