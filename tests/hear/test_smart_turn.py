"""Sound → how likely it is that its speaker is done: the picture that the model reads, and the engine."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import EngineError, ModelMissing
from assistant.hear.turn.log_mel import BANDS, FRAMES, SAMPLES, log_mel
from assistant.hear.turn.smart_turn import SmartTurn
from assistant.messages import SpeechChunk
from tests import models

RATE_HZ = 16_000


def tone(hz: float, seconds: float, peak: int = 8_000) -> bytes:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (peak * np.sin(2 * np.pi * hz * time_s)).astype("<i2").tobytes()


def noise(seconds: float, seed: int = 1) -> bytes:
    return np.random.default_rng(seed).integers(-3000, 3000, round(seconds * RATE_HZ)).astype("<i2").tobytes()


# ── the picture ──────────────────────────────────────────────────────────────────────────────────


@given(st.integers(0, 2 * SAMPLES))
@settings(max_examples=8, deadline=None)
def test_any_length_is_a_picture_of_eight_seconds(samples: int) -> None:
    picture = log_mel(noise(samples / RATE_HZ))
    assert picture.shape == (BANDS, FRAMES)
    assert picture.dtype == np.float32
    assert np.isfinite(picture).all()
    assert picture.max() - picture.min() <= 2.0 + 1e-6


def test_only_the_last_eight_seconds_count() -> None:
    end = noise(8.0)
    assert np.array_equal(log_mel(noise(3.0, seed=2) + end), log_mel(end))


def test_short_sound_stands_at_the_end_of_the_picture() -> None:
    picture = log_mel(tone(440, 2.0))
    assert picture[:, :590].max() < picture[:, 610:790].max()


@pytest.mark.parametrize("hz", [200, 500, 1000, 2000, 4000, 7000])
def test_a_tone_is_brightest_in_the_band_of_its_frequency(hz: float) -> None:
    """Bands lie evenly on Slaney's scale: 66.7 Hz a mel to 1 kHz, then 27 mels for a factor of 6.4."""

    def mel(of_hz: float) -> float:
        return of_hz * 0.015 if of_hz < 1000 else 15 + np.log(of_hz / 1000) / np.log(6.4) * 27

    wanted = mel(hz) / mel(8000) * (BANDS + 1) - 1
    brightest = int(log_mel(tone(hz, 8.0))[:, 400].argmax())
    assert abs(brightest - wanted) <= 1


def test_it_is_the_transform_of_each_frame() -> None:
    """One frame, by the formula: windowed, transformed, summed by band, as powers of ten."""
    pcm = noise(8.0)
    sound = np.frombuffer(pcm, "<i2") / 32768
    sound = (sound - sound.mean()) / np.sqrt(sound.var() + 1e-7)
    at = 300
    frame = sound[160 * at - 200 : 160 * at + 200] * 0.5 * (1 - np.cos(2 * np.pi * np.arange(400) / 400))
    turning = np.exp(-2j * np.pi * np.outer(np.arange(201), np.arange(400)) / 400)
    power = np.abs(turning @ frame) ** 2
    from assistant.hear.turn import log_mel as module

    wanted = (np.log10(module._bands() @ power) + 4) / 4
    assert np.allclose(log_mel(pcm)[:, at], wanted, atol=1e-4)


# ── the engine ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def engine() -> SmartTurn:
    made = SmartTurn({"model": str(models.tiny_turn())})
    made.load()
    return made


def verdict(engine: SmartTurn, pcm: bytes) -> float:
    chunks = (SpeechChunk(pcm[at : at + 1024], at // 2, voiced=True) for at in range(0, len(pcm), 1024))
    (found,) = engine.judge(chunks, lambda: False)
    return found.probability


def test_it_tells_one_who_speaks_from_one_who_fell_silent(engine: SmartTurn) -> None:
    assert verdict(engine, noise(2.0)) < 0.5
    assert verdict(engine, noise(2.0) + bytes(2 * RATE_HZ)) > 0.5
    assert verdict(engine, noise(12.0) + bytes(2 * RATE_HZ)) > 0.5


@pytest.mark.parametrize("pcm", [b"", bytes(2), bytes(64_000), b"\xff\x7f\x00\x80" * 8_000])
def test_odd_sound_gets_a_verdict_too(engine: SmartTurn, pcm: bytes) -> None:
    assert 0 <= verdict(engine, pcm) <= 1


def test_a_cancelled_call_says_nothing(engine: SmartTurn) -> None:
    def endless() -> Iterator[SpeechChunk]:
        while True:
            yield SpeechChunk(bytes(1024), 0, voiced=True)

    assert list(engine.judge(endless(), lambda: True)) == []


def test_another_model_is_refused_and_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no Smart Turn v3"):
        SmartTurn({"model": str(models.tiny_piper())}).load()
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model")
    with pytest.raises(EngineError, match="no ONNX model"):
        SmartTurn({"model": str(broken)}).load()
    with pytest.raises(ModelMissing, match="no such file"):
        SmartTurn({"model": str(tmp_path / "none.onnx")}).load()
    with pytest.raises(EngineError, match="no_such_option"):
        SmartTurn({"model": "x", "no_such_option": 1})
