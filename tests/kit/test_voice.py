# ruff: noqa: RUF001 - phonemes
"""The voice put together from units: our own Piper engine speaks with it."""

import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("piper", reason="needs the full profile (uv sync --extra full)")

from kit.voice_pack import PHONEMES, pack_voice
from kit.voice_talk import cuts, units_of
from kit.voice_units import PAUSE_S, PULSE, RATE_HZ, REST, SOUNDS, Unit, cut

from assistant.speak.tts.piper import Piper

LONG = 10 * PULSE


def voice(folder: Path, *more: Unit) -> Piper:
    """Every unit a tone of its own, as long as the others, and `more`."""
    time = np.arange(LONG + PULSE)
    units = [
        Unit((first, second), (8_000 * np.sin(time * (0.01 + 0.0004 * number))).astype(np.int16))
        for number, (first, second) in enumerate((a, b) for a in SOUNDS for b in SOUNDS)
    ]
    pack_voice([*units, *more], folder / "voice.onnx")
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


def test_a_unit_cut_behind_the_sound_before_it_is_taken_where_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    longer = Unit(("i", REST), np.full(3 * LONG + PULSE, 5_000, np.int16), after="t")
    plain, made = voice(tmp_path / "plain"), voice(tmp_path, longer)
    assert len(said(made, "tea.")) - len(said(plain, "tea.")) == 2 * LONG
    assert len(said(made, "bee.")) == len(said(plain, "bee."))


def test_a_sentence_is_cut_in_the_middle_of_its_sounds_and_near_its_rests() -> None:
    phones = [(REST, 0.0, 0.2), ("t", 0.2, 0.3), ("ay", 0.3, 0.5), ("ch", 0.5, 0.6), (REST, 0.6, 1.0)]
    found = cuts(phones)
    assert [sound for sound, *_ in found] == [REST, "t", "a", "ɪ", "t", "ʃ", REST]
    assert found[0][2] == pytest.approx(0.2 - PAUSE_S)
    assert found[1][1:] == pytest.approx((0.25, 0.25))
    assert found[-1][1] == pytest.approx(0.6 + PAUSE_S)
    sound = np.tile(9_000 * np.exp(-np.arange(PULSE) / 10), RATE_HZ // PULSE).astype(np.float32)
    units = list(units_of(sound, phones))
    assert [(unit.after, *unit.pair) for unit in units[:2]] == [(REST, REST, "t"), (REST, "t", "a")]
    assert all((len(unit.sound) - PULSE) % PULSE == 0 for unit in units), "cut where pulses begin"


def test_every_phoneme_is_a_sound_or_passed_over() -> None:
    assert len(PHONEMES) == len(set(PHONEMES))


@pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed (apt-get install flite)")
@pytest.mark.parametrize("pair", [("k", "ɪ"), ("a", "ɪ"), ("t", "ʃ"), ("pau", "l"), ("t", "pau"), ("ə", "a")])
def test_a_unit_runs_from_pulse_to_pulse(pair: tuple[str, str], tmp_path: Path) -> None:
    unit = cut(*pair, tmp_path)
    assert (len(unit.sound) - PULSE) % PULSE == 0
    assert 0.005 < (len(unit.sound) - PULSE) / RATE_HZ < 0.3
    assert np.abs(unit.sound).max() > 300
