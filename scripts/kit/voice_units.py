# ruff: noqa: RUF001 - phonemes
"""Half-phones in pairs, cut from flite's voice slt: what the kit's voice is put together from.

Every pair of sounds is said once, at one pitch; a unit runs from the middle of the first to the middle of the
second, cut where the voice's pulses begin, so that units fit one another.
"""

import re
import subprocess
import tempfile
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.pcm import samples

RATE_HZ, PITCH_HZ = 16_000, 160
PULSE = RATE_HZ // PITCH_HZ
VOICE = "slt"
STRETCH, BRIEF_STRETCH = 0.78, 0.5
"""Sounds said by themselves are longer than in talk, above all what leads to the weakest vowel."""
WEAK = "ə"
REST = "pau"
VOWELS = {
    "i": "iy", "ɪ": "ih", "u": "uw", "ʊ": "uh", "ɑ": "aa", "ɔ": "ao", "ɜ": "er", "ə": "ax", "ʌ": "ah",
    "æ": "ae", "ɛ": "eh", "a": "ay", "e": "ey", "o": "ow",
}  # fmt: skip
CONSONANTS = {
    "p": "p", "b": "b", "t": "t", "d": "d", "k": "k", "ɡ": "g", "f": "f", "v": "v", "θ": "th", "ð": "dh",
    "s": "s", "z": "z", "ʃ": "sh", "ʒ": "zh", "h": "hh", "m": "m", "n": "n", "ŋ": "ng", "l": "l", "ɹ": "r",
    "w": "w", "j": "y",
}  # fmt: skip
SOUNDS = {REST: REST, **VOWELS, **CONSONANTS}
"""As espeak-ng writes them, and what flite calls them."""
DIPHTHONGS = {("a", "ɪ"): "ay", ("a", "ʊ"): "aw", ("e", "ɪ"): "ey", ("o", "ʊ"): "ow", ("ɔ", "ɪ"): "oy"}
AFFRICATES = {("t", "ʃ"): "ch", ("d", "ʒ"): "jh"}
ONSET, GLIDE = 0.3, 0.8
"""Of a diphthong: where its first sound's middle is, and its second's."""
PAUSE_S = 0.06
"""Of silence that a unit at a rest holds."""
_SEGMENT = re.compile(r"(\w+):([\d.]+)")
Wave = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Unit:
    """From one sound's middle to the next one's; `sound` goes on for a pulse more, to be faded over."""

    pair: tuple[str, str]
    sound: npt.NDArray[np.int16]
    after: str = ""
    """The sound before the pair; empty: whatever it is."""


Phone = tuple[str, float, float]
"""Its name, its beginning and its end in seconds."""


def said(words: Sequence[str], folder: Path, stretch: float) -> tuple[Wave, list[Phone]]:
    """flite's speech at one pitch, and its phones. `words`: `-p` and phones, or `-t` and a text."""
    out = folder / "said.wav"
    pitch = ["--setf", f"int_f0_target_mean={PITCH_HZ}", "--setf", "int_f0_target_stddev=0.001"]
    pitch += ["--setf", f"duration_stretch={stretch}"]
    command = ["flite", "-voice", VOICE, *pitch, "-psdur", *words, "-o", str(out)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    with wave.open(str(out)) as file:
        sound = samples(file.readframes(file.getnframes())).astype(np.float32)
    ends = [(name, float(end)) for name, end in _SEGMENT.findall(told)]
    starts = [0.0, *(end for _, end in ends)]
    return sound, [(name, start, end) for (name, end), start in zip(ends, starts, strict=False)]


def phase(sound: Wave) -> int:
    """Where within a period the voice's pulses are."""
    whole = np.abs(sound[: len(sound) // PULSE * PULSE]).reshape(-1, PULSE).sum(0)
    smooth = np.convolve(np.concatenate([whole, whole]), np.ones(9), "same")
    return int(smooth[PULSE // 2 : PULSE // 2 + PULSE].argmax() + PULSE // 2) % PULSE


def _carrier(first: str, second: str) -> tuple[list[str], int, int]:
    """The phones to say, and which of them are the first sound and the second; equal: both are one phone."""
    joined = {**DIPHTHONGS, **AFFRICATES}.get((first, second))
    middle = [SOUNDS[first], SOUNDS[second]] if joined is None else [joined]
    before = [] if first == REST else (["d"] if first in VOWELS else ["ax"])
    after = [] if second == REST else (["d"] if second in VOWELS else ["ax"])
    phones = [REST, *(["t"] if before == ["ax"] else []), *before, *middle, *after, REST]
    if first == REST:
        phones = phones[1:]
    if second == REST:
        phones = phones[:-1]
    at = phones.index(middle[0], len(phones) - len(after) - len(middle) - (second != REST))
    return phones, at, at + len(middle) - 1


def _middle(sound: str, start: float, end: float, *, whole: bool) -> float:
    """Where in a phone the cut is; `whole`: it is a diphthong said for its first half alone."""
    if sound == REST:
        return 0.0
    return start + (end - start) * (ONSET if whole else 0.5)


def cut(first: str, second: str, folder: Path) -> Unit:
    """One unit."""
    if first == second == REST:
        return Unit(
            (first, second), np.zeros(round(2 * PAUSE_S * RATE_HZ) // PULSE * PULSE + PULSE, np.int16)
        )
    phones, at, to = _carrier(first, second)
    sound, segments = said(["-p", " ".join(phones)], folder, BRIEF_STRETCH if second == WEAK else STRETCH)
    (_, start, end), (_, second_start, second_end) = segments[at], segments[to]
    if at == to:
        early, late = (0.5, 0.75) if (first, second) in AFFRICATES else (ONSET, GLIDE)
        if (first, second) in AFFRICATES:
            early = 0.2
        begin_s, end_s = start + (end - start) * early, start + (end - start) * late
    else:
        begin_s = _middle(first, start, end, whole=first in "aeo")
        end_s = _middle(second, second_start, second_end, whole=second in "aeo")
    if first == REST:
        begin_s = max(0.0, end - PAUSE_S)
    if second == REST:
        end_s = second_start + PAUSE_S
    at_pulse = phase(sound)
    begin, stop = (
        max(0, round((s * RATE_HZ - at_pulse) / PULSE)) * PULSE + at_pulse for s in (begin_s, end_s)
    )
    stop = max(stop, begin + PULSE)
    padded = np.pad(sound, (0, max(0, stop + PULSE - len(sound))))
    return Unit((first, second), padded[begin : stop + PULSE].astype(np.int16))


def all_units(told: Callable[[str], None]) -> Iterator[Unit]:
    """Every pair. Raises FileNotFoundError where flite is missing."""
    with tempfile.TemporaryDirectory() as folder:
        for number, first in enumerate(SOUNDS):
            for second in SOUNDS:
                yield cut(first, second, Path(folder))
            told(f"{number + 1} of {len(SOUNDS)} sounds with all others")
