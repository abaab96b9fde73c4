"""Synthetic speakers for tests: flite and festival say a sentence; the result is 16 kHz mono PCM."""

import functools
import os
import shutil
import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np
import pytest

from assistant.pcm import resample, samples
from assistant.ports import Samples

FLITE = ("slt", "rms", "awb", "kal16")
VOICES = (*FLITE, "hts")
RATE = 16_000

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def shared(path: str) -> Path:
    """A recording of real people, or a skip where they are absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"the recordings of real people ({path}) are not on this machine")
    return found


@functools.cache
def say(text: str, voice: str = "slt") -> bytes:
    """Speak `text` with a flite voice or festival's hts voice: s16le, 16 kHz, mono."""
    program = "text2wave" if voice == "hts" else "flite"
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed (apt-get install flite festival festvox-us-slt-hts)")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "said.wav"
        if voice == "hts":
            subprocess.run(
                [program, "-eval", "(voice_cmu_us_slt_arctic_hts)", "-o", str(out)],
                input=text.encode(),
                check=True,
                capture_output=True,
                env={**os.environ, "HOME": folder},
            )
        else:
            subprocess.run(
                [program, "-voice", voice, "-t", text, "-o", str(out)], check=True, capture_output=True
            )
        with wave.open(str(out)) as sound:
            rate, pcm = sound.getframerate(), sound.readframes(sound.getnframes())
    return resample(samples(pcm), rate, RATE).tobytes()


def silence(seconds: float) -> bytes:
    """Room tone: silence with one bit of noise, as no microphone is ever digitally silent."""
    rng = np.random.default_rng(7)
    return rng.integers(-2, 3, int(seconds * RATE)).astype("<i2").tobytes()


def heard(*parts: bytes | float, before: float = 1.0, after: float = 1.5) -> bytes:
    """Parts in a row, numbers being seconds of silence, with silence around."""
    body = b"".join(silence(part) if isinstance(part, float | int) else part for part in parts)
    return silence(before) + body + silence(after)


def gain(x: Samples, db: float) -> Samples:
    """Louder or softer, clipped at full scale."""
    scaled: Samples = np.clip(x.astype(np.float32) * 10 ** (db / 20), -32768, 32767).astype(np.int16)
    return scaled
