"""How weights move: the matrices of the blocks by Muon, all others by AdamW.

Muon (torch.optim.Muon) takes steps that are as long in every direction of a matrix; for networks as small
as these it needs about half the examples of AdamW alone.
"""

from collections.abc import Iterable, Sequence

import torch
from torch import nn
from torch.optim import AdamW, Muon, Optimizer

MATRIX_PEAK, MATRIX_DECAY = 3e-3, 0.05
"""Against AdamW's own peak, as torch's `match_rms_adamw` scales it."""
LONGEST = 1.0
"""Norm that a gradient is cut to."""


class Descent:
    """Both optimisers of one network. `peak`: AdamW's highest rate."""

    def __init__(self, network: nn.Module, blocks: Iterable[nn.Module], peak: float) -> None:
        matrices = {each for block in blocks for each in block.parameters() if each.ndim == 2}
        self._weights = list(network.parameters())
        others = [each for each in self._weights if each not in matrices]
        inner = [each for each in self._weights if each in matrices]
        self.optimizers: Sequence[Optimizer] = (
            AdamW(others, peak, betas=(0.9, 0.98), weight_decay=0.01),
            Muon(inner, MATRIX_PEAK, weight_decay=MATRIX_DECAY, adjust_lr_fn="match_rms_adamw"),
        )
        self._peaks = (peak, MATRIX_PEAK)

    def forget(self) -> None:
        """The gradients of the step before."""
        for optimizer in self.optimizers:
            optimizer.zero_grad()

    def step(self, share: float) -> None:
        """Along the gradients, at `share` (0 to 1) of the highest rates."""
        torch.nn.utils.clip_grad_norm_(self._weights, LONGEST)
        for optimizer, peak in zip(self.optimizers, self._peaks, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = peak * share
            optimizer.step()
