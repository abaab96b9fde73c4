"""A wake word of one's own: taught with made speech, it wakes by the ordinary engine, and by nothing else."""

import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("flatbuffers", reason="needs the full profile (uv sync --extra full)")

from kit.wake_net import Net, learnt
from kit.wake_pack import write_tflite
from kit.wake_word import WIDTH, WINDOWS, make_wake_word

from assistant.hear.wake.models import plan
from assistant.hear.wake.open_wake_word import OpenWakeWord
from tests.voices import heard, say

PHRASE = "hello computer"
OTHERS = ("turn on the kitchen light", "what time is it", "hello there", "the computer is broken")


def random_net(seed: int) -> Net:
    rng = np.random.default_rng(seed)
    shapes = ((32, WINDOWS * WIDTH), (32,), (1, 32), (1,))
    first, first_bias, second, second_bias = (rng.standard_normal(s).astype(np.float32) * 0.1 for s in shapes)
    return Net(first, first_bias, second, second_bias)


def test_a_packed_classifier_scores_as_it_learnt(tmp_path: Path) -> None:
    import pyopen_wakeword

    net = random_net(1)
    write_tflite(net, (1, WINDOWS, WIDTH), tmp_path / "hey_test.tflite")
    model = pyopen_wakeword.OpenWakeWord.from_model(tmp_path / "hey_test.tflite")
    seen = np.random.default_rng(2).standard_normal((WINDOWS, WIDTH)).astype(np.float32)
    model.embeddings[-WINDOWS + 1 :] = seen[:-1]
    model.new_embeddings = WINDOWS - 1
    (found,) = model.process_streaming(seen[-1].reshape(1, 1, -1, WIDTH))
    assert found == pytest.approx(float(net.score(seen.reshape(1, -1))[0]), abs=1e-5)


def test_two_kinds_are_told_from_one_another() -> None:
    rng = np.random.default_rng(3)
    seen = rng.standard_normal((300, 20)).astype(np.float32)
    is_word = seen[:, 4] + seen[:, 7] > 1
    assert ((learnt(seen, is_word, rng, print).score(seen) > 0.5) == is_word).mean() > 0.95


def test_a_word_too_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too short"):
        make_wake_word("hi", tmp_path, print)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_it_wakes_at_the_phrase_and_at_nothing_else(tmp_path: Path) -> None:
    for program in ("flite", "festival", "espeak-ng"):
        if shutil.which(program) is None:
            pytest.skip(
                f"{program} is not installed (apt-get install flite festival festvox-us-slt-hts espeak-ng)"
            )
    make_wake_word(PHRASE, tmp_path, print, share=0.1)
    made = plan(PHRASE, folder=tmp_path)
    engine = OpenWakeWord(made.first.options)

    def score(text: str, voice: str) -> float:
        engine.reset()
        return engine.process(heard(say(text, voice)))

    woken = {voice: score(PHRASE, voice) for voice in ("slt", "rms", "awb", "kal16")}
    kept = {(text, voice): score(text, voice) for text in OTHERS for voice in ("slt", "rms")}
    assert sum(each > made.threshold for each in woken.values()) >= 3, woken
    assert sum(each > made.threshold for each in kept.values()) <= 1, kept
