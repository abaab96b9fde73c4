"""The trainings in their short mode: a few steps, the loss falls, and an interrupted one goes on."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs torch, which only the training has (scripts/make_kit chat)")

from kit import chat_train, hear_train
from kit.chat_network import Shape
from kit.kept_state import told

STEPS = 12


def homes(count: int = 3) -> list[chat_train.HomeTalks]:
    """Talks whose chosen tokens repeat the first one."""
    rng = np.random.default_rng(4)
    found = []
    for _ in range(count):
        talks = [np.repeat(rng.integers(3, 20), 8).astype(np.int32) for _ in range(8)]
        found.append(
            chat_train.HomeTalks(
                rng.integers(3, 20, 12).astype(np.int32), [(talk, np.arange(8) > 2) for talk in talks]
            )
        )
    return found


def test_the_chat_models_loss_falls_and_it_goes_on_where_it_was(tmp_path: Path) -> None:
    shape = Shape(32, width=32, heads=2, layers=1, feed=48, context=64)
    first = chat_train.Training(homes(), tmp_path / "chat.npz", STEPS, shape)
    losses = [first.advance() for _ in range(STEPS)]
    assert losses[-1] < losses[0]
    first.keep()
    again = chat_train.Training(homes(), tmp_path / "chat.npz", STEPS, shape)
    assert again.step == STEPS
    assert again.advance() < losses[0]


def test_the_ears_loss_falls_and_it_goes_on_where_it_was(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    clips = hear_train.Clips.__new__(hear_train.Clips)
    clips.words = {"vocabulary": 40, "start": 36, "plain": 37, "end": 38, "silent": 39}
    clips.train = [
        hear_train.Example("abba", [3, 5], (rng.standard_normal(9_000) * 3_000).astype(np.int16))
        for _ in range(6)
    ]
    clips.judge = {}
    made = {"steps": STEPS, "width": 48, "encoder": 1, "decoder": 1}
    first = hear_train.Training(clips, tmp_path / "hear.npz", **made)
    losses = [sum(first.advance()) for _ in range(STEPS)]
    assert losses[-1] < losses[0]
    first.keep()
    assert told(tmp_path / "hear.npz")["step"] == STEPS
    assert hear_train.Training(clips, tmp_path / "hear.npz", **made).step == STEPS
