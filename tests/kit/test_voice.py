# ruff: noqa: RUF001 - phonemes
"""The voice put together from units: our own Piper engine speaks with it."""

import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("piper", reason="needs the full profile (uv sync --extra full)")

from kit.voice_pack import PHONEMES, pack_voice
from kit.voice_units import PULSE, RATE_HZ, SOUNDS, Unit, cut

from assistant.speak.tts.piper import Piper

LONG = 10 * PULSE


def voice(folder: Path) -> Piper:
    """Every unit a tone of its own, as long as the others."""
    time = np.arange(LONG + PULSE)
    units = [
        Unit((first, second), (8_000 * np.sin(time * (0.01 + 0.0004 * number))).astype(np.int16))
        for number, (first, second) in enumerate((a, b) for a in SOUNDS for b in SOUNDS)
    ]
    pack_voice(units, folder / "voice.onnx")
    made = Piper({"model": str(folder / "voice.onnx")})
    made.load()
    return made


def said(made: Piper, text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    return np.frombuffer(b"".join(sound.pcm for sound in made.synthesize(text, lambda: False)), np.int16)


def test_units_are_laid_one_after_the_other_and_over_one_another_by_a_pulse(tmp_path: Path) -> None:
    made = voice(tmp_path)
    short, longer = said(made, "tea."), said(made, "tea tea.")
    assert len(short) % LONG == PULSE
    assert len(longer) - len(short) == 2 * LONG, "two sounds more, so two units more"
    assert np.abs(short).max() > 8_000


def test_every_phoneme_is_a_sound_or_passed_over() -> None:
    assert len(PHONEMES) == len(set(PHONEMES))


@pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed (apt-get install flite)")
@pytest.mark.parametrize("pair", [("k", "ɪ"), ("a", "ɪ"), ("t", "ʃ"), ("pau", "l"), ("t", "pau"), ("ə", "a")])
def test_a_unit_runs_from_pulse_to_pulse(pair: tuple[str, str], tmp_path: Path) -> None:
    unit = cut(*pair, tmp_path)
    assert (len(unit.sound) - PULSE) % PULSE == 0
    assert 0.005 < (len(unit.sound) - PULSE) / RATE_HZ < 0.3
    assert np.abs(unit.sound).max() > 300
