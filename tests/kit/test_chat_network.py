"""The chat network as it is trained: many talks behind one head are each by itself."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs torch, which only the training has (scripts/make_kit chat)")

import torch
from kit.chat_network import Chat, Shape

from tests.kit.qwen import SHAPE, logits, random_weights


def test_talks_behind_one_head_are_computed_as_if_each_were_alone() -> None:
    weights = random_weights(50)
    chat = Chat(Shape(**{**SHAPE, "vocabulary": 50}))
    chat.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    rng = np.random.default_rng(1)
    head, talks = rng.integers(0, 50, 9), rng.integers(0, 50, (3, 7))
    wanted = torch.ones(3, 7, dtype=torch.bool)
    with torch.no_grad():
        found = chat(torch.from_numpy(head), torch.from_numpy(talks), wanted).numpy().reshape(3, 7, 50)
    for row, talk in enumerate(talks):
        assert np.abs(found[row] - logits(weights, [*head, *talk])[9:]).max() < 1e-3
