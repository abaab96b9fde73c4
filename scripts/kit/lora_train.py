"""Train a LoRA adapter for a catalogue LLM. Interrupt it whenever you like: it goes on where it was."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional as F
from torch.optim import AdamW

from kit import kept_state
from kit.lora_network import Adapted, Form
from kit.training import command_line, go_on

PEAK_RATE, WARM_STEPS = 4e-4, 20
TALKS = 4
"""In a step, one after the other: their prompts are long."""
TOLD_EVERY, JUDGED = 10, 12
ALPHA_SHARE = 2.0
"""An adapter's alpha, against its rank."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Tokens, and where the reply begins."""

    tokens: npt.NDArray[np.int64]
    start: int


def read(place: Path) -> list[Talk]:
    """What `lora_data` prepared."""
    with np.load(place, allow_pickle=False) as found:
        rows = np.split(found["tokens"].astype(np.int64), found["ends"][:-1])
        return [Talk(row, int(start)) for row, start in zip(rows, found["starts"], strict=True)]


class Training:
    """One adapter on its way; `state` is its file."""

    def __init__(self, talks: list[Talk], model: Path, state: Path, steps: int, rank: int) -> None:
        self._talks, self._state, self._steps = talks, state, steps
        self._told: dict[str, Any] = {"rank": rank, "alpha": rank * ALPHA_SHARE}
        if state.exists():
            self._told = kept_state.told(state)
        with np.load(model, allow_pickle=False) as found:
            form = Form(**json.loads(found["form"].tobytes()))
            weights = {name[2:]: found[name] for name in found.files if name.startswith("w/")}
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        kind = torch.float32 if sum(each.size for each in weights.values()) < 1e8 else torch.bfloat16
        torch.manual_seed(7)
        self.adapted = Adapted(form, weights, self._told["rank"], self._told["alpha"], kind).moved(
            self._device
        )
        self._optimizer = AdamW(self.adapted.parameters(), PEAK_RATE, weight_decay=0.0)
        self.step = 0
        if state.exists():
            self.step = kept_state.load(state, self.adapted, [self._optimizer])["step"]
        self._rng = np.random.default_rng(self.step)

    def _loss(self, talk: Talk) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean over the reply's tokens; whether each would have been written."""
        tokens = torch.from_numpy(talk.tokens).to(self._device)
        wanted = torch.zeros(len(tokens), dtype=torch.bool, device=self._device)
        wanted[talk.start - 1 : -1] = True
        logits = self.adapted(tokens, wanted)
        right = tokens[talk.start :]
        return F.cross_entropy(logits, right), logits.argmax(1) == right

    def advance(self) -> float:
        """Some talks; the mean loss."""
        left = max(0.0, 1 - self.step / self._steps)
        for group in self._optimizer.param_groups:
            group["lr"] = PEAK_RATE * min(1.0, (self.step + 1) / WARM_STEPS) * (0.05 + 0.95 * left)
        self._optimizer.zero_grad()
        whole = 0.0
        for at in self._rng.integers(len(self._talks), size=TALKS):
            loss = self._loss(self._talks[at])[0] / TALKS
            loss.backward()
            whole += float(loss.item())
        torch.nn.utils.clip_grad_norm_(self.adapted.parameters(), 1.0)
        self._optimizer.step()
        self.step += 1
        return whole

    def judged(self, talks: list[Talk]) -> float:
        """Share of replies without one wrong token."""
        with torch.no_grad():
            return float(np.mean([bool(self._loss(talk)[1].all()) for talk in talks[:JUDGED]]))

    def keep(self) -> None:
        """To disk."""
        kept_state.save(self._state, self.adapted, [self._optimizer], {**self._told, "step": self.step})


def main() -> None:
    """Read the command line."""
    given = command_line("lora", __doc__, steps=400, judge_every=100, shape={"rank": 16})
    talks = read(given.data / "talks.npz")
    some = max(1, len(talks) // 20)
    training = Training(talks[some:], given.data / "model.npz", given.state, given.steps, given.rank)
    print(f"{len(talks)} replies, from step {training.step}", flush=True)

    def advance() -> dict[str, float]:
        return {"loss": training.advance()}

    go_on(
        training, advance, lambda: f"exact: {training.judged(talks[:some]):.0%}", given, told_every=TOLD_EVERY
    )


if __name__ == "__main__":
    main()
