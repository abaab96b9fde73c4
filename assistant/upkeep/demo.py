"""The demo: a synthetic speaker talks to the real house, at the speed of life, without a sound card."""

import functools
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.devices.sound_file import read_recording
from assistant.errors import AudioError
from assistant.messages import EAR_RATE_HZ

WAKE = "hey jarvis"
PAUSE = "…"
"""Stands for 1.2 s of silence between wake word and command."""


@dataclass(frozen=True, slots=True)
class Example:
    """What the synthetic speaker says, and in which voice."""

    words: str
    voice: str
    what: str


EXAMPLES = (
    Example(f"{WAKE}, set a ten minute pizza timer", "slt", "a command in the same breath as the wake word"),
    Example(f"{WAKE} {PAUSE} turn on the kitchen light", "rms", "a pause after the wake word"),
    Example(f"{WAKE}, add milk and eggs to the shopping list", "awb", "a list"),
    Example(f"{WAKE}, how long is left on the pizza timer", "slt", "a question that only reads"),
    Example(f"{WAKE}, turn off the kitchen light tomorrow", "rms", "not understood whole, so not done"),
    Example("turn off the kitchen light", "awb", "without the wake word nothing happens"),
)


@functools.cache
def speak(words: str, voice: str) -> bytes:
    """Say words with flite: s16le, 16 kHz mono. AudioError names the package when flite is missing."""
    if shutil.which("flite") is None:
        raise AudioError("flite, the synthetic speaker, is missing; run: sudo apt-get install flite")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "said.wav"
        subprocess.run(
            ["flite", "-voice", voice, "-t", words, "-o", str(out)], check=True, capture_output=True
        )
        return read_recording(out)


def room_tone(seconds: float) -> bytes:
    """Near silence: no microphone is ever digitally silent."""
    rng = np.random.default_rng(1)
    return rng.integers(-3, 4, int(seconds * EAR_RATE_HZ)).astype("<i2").tobytes()


def recording(example: Example) -> bytes:
    """The example as a microphone hears it."""
    said = [speak(part.strip(" ,"), example.voice) for part in example.words.split(PAUSE)]
    return room_tone(1.0) + room_tone(1.2).join(said) + room_tone(0.6)


def chosen(names: Sequence[str]) -> tuple[Example, ...]:
    """The examples to run; sentences of the caller's own are spoken by the first voice."""
    if not names:
        return EXAMPLES
    return tuple(Example(f"{WAKE}, {name}", "slt", "your sentence") for name in names)
