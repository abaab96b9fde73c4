"""Silero VAD on real speech, silence and noise."""

import numpy as np
import pytest

from assistant.errors import EngineError
from assistant.hear.vad.silero import SileroVad
from tests.hear.ears import person
from tests.voices import RATE, VOICES, say, shared, silence


@pytest.fixture(scope="module")
def vad() -> SileroVad:
    return SileroVad({})


@pytest.mark.parametrize("voice", VOICES)
def test_speech_is_voice(vad: SileroVad, voice: str) -> None:
    vad.reset()
    found = vad.process(silence(0.5) + say("turn on the kitchen light", voice))
    assert np.mean(np.array(found[20:-5]) > 0.5) > 0.8


def test_silence_is_not(vad: SileroVad) -> None:
    vad.reset()
    assert max(vad.process(silence(3.0))) < 0.35


def test_kitchen_noise_is_mostly_not(vad: SileroVad) -> None:
    noise = person(shared("noise/kitchen.flac"))[: 2 * 15 * RATE]
    vad.reset()
    assert np.mean(np.array(vad.process(noise)) > 0.5) < 0.1


def test_any_length_gives_the_same_frames(vad: SileroVad) -> None:
    pcm = say("what time is it")
    vad.reset()
    whole = vad.process(pcm)
    vad.reset()
    pieces = [p for at in range(0, len(pcm), 700) for p in vad.process(pcm[at : at + 700])]
    assert len(whole) == len(pcm) // 1024
    assert pieces == pytest.approx(whole, abs=1e-6)


def test_reset_forgets(vad: SileroVad) -> None:
    vad.reset()
    first = vad.process(say("stop"))
    vad.process(say("what time is it")[:1000])
    vad.reset()
    assert vad.process(say("stop")) == pytest.approx(first, abs=1e-6)


def test_options_are_refused() -> None:
    with pytest.raises(EngineError, match="threshold"):
        SileroVad({"threshold": 0.5})
    assert SileroVad.missing() is None
