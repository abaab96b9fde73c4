"""Train the chat model. Interrupt it whenever you like: it goes on where it was."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from kit import kept_state
from kit.chat_network import Chat, Shape
from kit.descent import Descent
from kit.training import command_line, go_on

PEAK_RATE, WARM_STEPS = 2e-3, 100
HOMES, TALKS, LONGEST = 2, 32, 300
"""In a step, and of each of them in a batch, about as long as one another: 32 at a time cost a processor two
thirds of what 16 at a time do. Tokens of a talk; longer ones are left out."""
TOLD_EVERY = 20
JUDGED = 12
"""Homes in a judgement."""
Tokens = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class HomeTalks:
    """One home's head, and the talks in it with what the model itself writes of them."""

    head: Tokens
    talks: list[tuple[Tokens, npt.NDArray[np.bool_]]]


def read(place: Path) -> list[HomeTalks]:
    """What `chat_shards` packed."""
    with np.load(place, allow_pickle=False) as found:
        arrays = {name: found[name] for name in found.files}
    heads = np.split(arrays["heads"], arrays["heads_ends"][:-1])
    talks = np.split(arrays["talks"], arrays["talks_ends"][:-1])
    chosen = np.split(arrays["chosen"].astype(bool), arrays["talks_ends"][:-1])
    homes = [HomeTalks(head, []) for head in heads]
    for talk, mine, home in zip(talks, chosen, arrays["homes"], strict=True):
        if len(talk) <= LONGEST:
            homes[home].talks.append((talk, mine))
    for home in homes:
        home.talks.sort(key=lambda told: len(told[0]))
    return [home for home in homes if home.talks]


def batch(home: HomeTalks, most: int, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Head (P); talks (B, L), padded; where the token is the model's own choice (B, L)."""
    start = int(rng.integers(0, max(1, len(home.talks) - most + 1)))
    picked = range(start, min(start + most, len(home.talks)))
    longest = max(len(home.talks[at][0]) for at in picked)
    talks, chosen = torch.zeros(len(picked), longest, dtype=torch.long), torch.zeros(len(picked), longest)
    for row, at in enumerate(picked):
        talk, mine = home.talks[at]
        talks[row, : len(talk)] = torch.from_numpy(talk.astype(np.int64))
        chosen[row, : len(talk)] = torch.from_numpy(mine.astype(np.float32))
    return torch.from_numpy(home.head.astype(np.int64)), talks, chosen.bool()


class Training:
    """One chat model on its way; `state` is its file."""

    def __init__(self, homes: list[HomeTalks], state: Path, steps: int, shape: Shape) -> None:
        self._homes, self._state, self._steps = homes, state, steps
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        if state.exists():
            shape = Shape(**kept_state.told(state)["shape"])
        self.chat = Chat(shape).to(self._device)
        self._descent = Descent(self.chat, self.chat.blk, PEAK_RATE)
        self.step = 0
        if state.exists():
            self.step = kept_state.load(state, self.chat, self._descent.optimizers)["step"]
        self._rng = np.random.default_rng(self.step)

    def _share(self) -> float:
        """Of the highest rate, at this step."""
        left = max(0.0, 1 - self.step / self._steps)
        return min(1.0, (self.step + 1) / WARM_STEPS) * (0.02 + 0.98 * left)

    def _errors(self, home: HomeTalks) -> tuple[Tensor, Tensor, Tensor]:
        """Loss of each chosen token, whether it would have been written, and of which talk it is."""
        head, talks, chosen = (each.to(self._device) for each in batch(home, TALKS, self._rng))
        wanted = chosen.roll(-1, 1)
        wanted[:, -1] = False
        with torch.autocast(self._device, torch.bfloat16):
            logits = self.chat(head, talks, wanted).float()
        right = talks.roll(-1, 1)[wanted]
        return (
            F.cross_entropy(logits, right, reduction="none"),
            logits.argmax(1) == right,
            wanted.nonzero()[:, 0],
        )

    def advance(self) -> float:
        """A batch of each of some homes; the mean loss."""
        self._descent.forget()
        whole = 0.0
        for at in self._rng.integers(len(self._homes), size=HOMES):
            loss = self._errors(self._homes[at])[0].mean() / HOMES
            loss.backward()
            whole += float(loss.item())
        self._descent.step(self._share())
        self.step += 1
        return whole

    def judged(self, homes: list[HomeTalks]) -> float:
        """Share of talks without one wrong token, in ways of asking never trained on."""
        right = total = 0
        with torch.no_grad():
            for home in homes[:JUDGED]:
                _, hits, talk = self._errors(home)
                wrong = set(talk[~hits].tolist())
                every = set(talk.tolist())
                right, total = right + len(every - wrong), total + len(every)
        return right / max(1, total)

    def keep(self) -> None:
        """To disk."""
        told = {"step": self.step, "shape": self.chat.shape.told()}
        kept_state.save(self._state, self.chat, self._descent.optimizers, told)


def main() -> None:
    """Read the command line."""
    shape_of = {"width": 192, "heads": 4, "layers": 6, "feed": 512}
    given = command_line("chat", __doc__, steps=6_000, judge_every=200, shape=shape_of)
    homes = [home for place in sorted(given.data.glob("train-*.npz")) for home in read(place)]
    judges = [home for place in sorted(given.data.glob("judge-*.npz")) for home in read(place)]
    learnt = json.loads((given.data / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = len(learnt["model"]["vocab"]) + len(learnt["added_tokens"])
    shape = Shape(vocabulary, given.width, given.heads, given.layers, given.feed)
    training = Training(homes, given.state, given.steps, shape)
    weights = sum(each.numel() for each in training.chat.parameters()) / 1e6
    talks = sum(len(home.talks) for home in homes)
    print(
        f"{talks} talks in {len(homes)} homes, {weights:.1f} M weights, from step {training.step}", flush=True
    )

    def advance() -> dict[str, float]:
        return {"loss": training.advance()}

    def judged() -> str:
        return f"exact: {training.judged(judges):.1%}"

    go_on(training, advance, judged, given, told_every=TOLD_EVERY)
    print(judged(), flush=True)


if __name__ == "__main__":
    main()
