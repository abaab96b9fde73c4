"""Sentences, said: shards of clips for the training, the same for the same seed."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from kit.hear_words import make_tokenizer, write_index
from kit.speech import (
    HELD_OUT,
    LONGEST_S,
    RATE_HZ,
    Clip,
    make_shards,
    read_shard,
    say,
    trained_voices,
    write_shard,
)

TEXTS = ["turn on the kitchen light", "what time is it"]


def test_a_shard_comes_back_as_it_was_written(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    clips = [Clip(t, "slt", rng.integers(-99, 99, n).astype(np.int16)) for t, n in (("one", 300), ("two", 7))]
    write_shard(tmp_path / "train-0000.npz", clips)
    back = read_shard(tmp_path / "train-0000.npz")
    assert [(c.text, c.voice) for c in back] == [("one", "slt"), ("two", "slt")]
    assert all(np.array_equal(a.speech, b.speech) for a, b in zip(back, clips, strict=True))


def test_a_held_out_voice_is_never_trained_on() -> None:
    assert not set(HELD_OUT) & set(trained_voices())


@pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed (apt-get install flite)")
def test_a_voice_says_the_same_for_the_same_seed_and_not_for_another() -> None:
    first, again, other = ([c.speech for c in say(TEXTS, ["slt"], seed)] for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert [len(a) for a in first] != [len(b) for b in other]
    assert all(0.3 * RATE_HZ < len(speech) <= LONGEST_S * RATE_HZ for speech in first)


@pytest.mark.slow
def test_data_is_made_whole_and_not_twice(tmp_path: Path) -> None:
    for program in ("flite", "festival", "espeak-ng"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    told: list[str] = []
    make_shards(tmp_path, 1, told.append, clips=8)
    assert len(told) == len(HELD_OUT) + 2
    make_shards(tmp_path, 1, told.append, clips=8)
    assert len(told) == len(HELD_OUT) + 2
    tokenizer = make_tokenizer(tmp_path / "tokenizer.json")
    shards = sorted(tmp_path.glob("*-*.npz"))
    write_index(tmp_path, tokenizer, shards)
    texts: dict[str, list[int]] = json.loads((tmp_path / "words.json").read_text())["texts"]
    assert set(texts) == {clip.text for shard in shards for clip in read_shard(shard)}
    for text, tokens in texts.items():
        assert tokenizer.decode(tokens) == f" {text}"
