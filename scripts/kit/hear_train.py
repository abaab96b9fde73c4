"""Train the ear. Interrupt it whenever you like: it goes on where it was."""

import itertools
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from kit import kept_state
from kit.descent import Descent
from kit.hear_network import BLANK, LETTERS, Ear, Shape
from kit.hear_sound import RATE_HZ, Wave, batch, hidden, varied
from kit.training import command_line, go_on

BATCH = 32
PEAK_RATE, WARM_STEPS = 1.2e-3, 400
LETTER_SHARE = 0.4
"""Of the loss, at the end; at the beginning nearly all of it."""
SILENT_SHARE = 0.02
TOLD_EVERY = 50
POOL = 16
"""Batches drawn at once and sorted by length, so that little of a batch is padding."""


@dataclass(frozen=True, slots=True)
class Example:
    """A clip as the training sees it."""

    text: str
    tokens: Sequence[int]
    speech: npt.NDArray[np.int16]


class Clips:
    """All shards of a folder in memory."""

    def __init__(self, folder: Path) -> None:
        self.words: dict[str, Any] = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        self.train = [e for place in sorted(folder.glob("train-*.npz")) for e in self._shard(place)]
        known = {example.text for example in self.train}
        self.judge = {
            place.stem.removeprefix("judge-"): [e for e in self._shard(place) if e.text not in known]
            for place in sorted(folder.glob("judge-*.npz"))
        }
        """By voice, only sentences that are in no clip of the training."""

    def _shard(self, place: Path) -> Iterator[Example]:
        with np.load(place, allow_pickle=False) as found:
            speech, ends, told = found["speech"], found["ends"], json.loads(found["words"].tobytes())
        for (text, _), start, end in zip(told, [0, *ends[:-1]], ends, strict=True):
            if tokens := self.words["texts"].get(text):
                yield Example(text, tokens, speech[start:end])


def drawn(clips: Clips, rng: np.random.Generator) -> Iterator[list[Example]]:
    """Endless batches of clips about as long as one another."""
    while True:
        pool = sorted(rng.choice(len(clips.train), POOL * BATCH), key=lambda at: len(clips.train[at].speech))
        for at in rng.permutation(POOL):
            yield [clips.train[i] for i in pool[at * BATCH : (at + 1) * BATCH]]


def _targets(words: dict[str, Any], rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """What the decoder is shown, and what it shall say next (-100 where it does not matter)."""
    longest = max(len(row) for row in rows)
    shown = torch.full((len(rows), longest + 2), words["end"])
    wanted = torch.full((len(rows), longest + 2), -100)
    for at, row in enumerate(rows):
        first = words["plain"] if row else words["silent"]
        shown[at, : len(row) + 2] = torch.tensor([words["start"], words["plain"], *row])
        wanted[at, : len(row) + 2] = torch.tensor([first, *row, words["end"]])
    return shown, wanted


def losses(
    ear: Ear, words: dict[str, Any], mel: Tensor, texts: Sequence[str], rows: Sequence[Sequence[int]]
) -> tuple[Tensor, Tensor]:
    """(decoder's, letters'): mean over words and over clips."""
    device = mel.device
    sound = ear.hear(mel)
    shown, wanted = (each.to(device) for each in _targets(words, rows))
    logits = ear.write(shown, sound)
    spoken = F.cross_entropy(logits.flatten(0, 1).float(), wanted.flatten(), label_smoothing=0.1)
    letters = [[LETTERS.index(letter) for letter in text if letter in LETTERS] for text in texts]
    lengths = torch.tensor([len(each) for each in letters])
    chances = ear.spell(sound).float().log_softmax(2).transpose(0, 1)
    heard = torch.full((len(texts),), len(chances))
    flat = torch.tensor(list(itertools.chain.from_iterable(letters)), dtype=torch.long)
    found = F.ctc_loss(chances.cpu(), flat, heard, lengths, blank=BLANK, zero_infinity=True)
    return spoken, found.to(device)


def written(ear: Ear, words: dict[str, Any], mel: Tensor) -> list[list[int]]:
    """What the decoder says, greedily."""
    with torch.no_grad():
        sound = ear.hear(mel)
        said = torch.tensor([[words["start"], words["plain"]]] * len(mel), device=mel.device)
        over = torch.zeros(len(mel), dtype=torch.bool, device=mel.device)
        while said.shape[1] < ear.shape.tokens and not over.all():
            token = ear.write(said, sound)[:, -1].argmax(1)
            said = torch.cat([said, token[:, None]], 1)
            over |= token == words["end"]
    return [list(itertools.takewhile(lambda token: token != words["end"], row[2:])) for row in said.tolist()]


def judged(ear: Ear, clips: Clips, most: int = 200) -> dict[str, float]:
    """Share of sentences without one wrong token, by voice; clean sound, sentences never trained on."""
    ear.eval()
    device = next(ear.parameters()).device
    shares = {}
    for voice, examples in clips.judge.items():
        right, chosen = 0, sorted(examples, key=lambda e: len(e.speech))[:: max(1, len(examples) // most)]
        for start in range(0, len(chosen), BATCH):
            some = chosen[start : start + BATCH]
            sounds: list[Wave] = [
                np.pad(e.speech.astype(np.float32) / 32768, (RATE_HZ // 5, RATE_HZ * 3 // 10)) for e in some
            ]
            told = written(ear, clips.words, batch(sounds).to(device))
            right += sum(list(e.tokens) == row for e, row in zip(some, told, strict=True))
        shares[voice] = right / max(1, len(chosen))
    ear.train()
    return shares


class Training:
    """One ear on its way; `state` is its file."""

    def __init__(
        self, clips: Clips, state: Path, *, steps: int, width: int, encoder: int, decoder: int
    ) -> None:
        self._clips, self._state, self._steps = clips, state, steps
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        shape = Shape(clips.words["vocabulary"], width=width, encoder=encoder, decoder=decoder)
        if state.exists():
            shape = Shape(**kept_state.told(state)["shape"])
        self.ear = Ear(shape).to(self._device)
        self._descent = Descent(self.ear, [self.ear.encoder, self.ear.decoder], PEAK_RATE)
        self.step = 0
        if state.exists():
            self.step = kept_state.load(state, self.ear, self._descent.optimizers)["step"]
        self._rng = np.random.default_rng(self.step)
        self._batches = drawn(clips, self._rng)

    def _share(self) -> float:
        """Of the highest rate, at this step."""
        warm = min(1.0, (self.step + 1) / WARM_STEPS)
        left = max(0.0, 1 - self.step / self._steps)
        return warm * (0.02 + 0.98 * 0.5 * (1 - math.cos(math.pi * left)))

    def advance(self) -> tuple[float, float]:
        """One batch; both losses."""
        examples = next(self._batches)
        sounds = [varied(self._rng, e.speech) for e in examples]
        texts, rows = [e.text for e in examples], [e.tokens for e in examples]
        for at in np.flatnonzero(self._rng.random(len(examples)) < SILENT_SHARE):
            sounds[at], texts[at], rows[at] = (
                (self._rng.standard_normal(RATE_HZ) * 1e-3).astype(np.float32),
                "",
                [],
            )
        mel = hidden(self._rng, batch(sounds)).to(self._device)
        with torch.autocast(self._device, torch.bfloat16):
            spoken, letters = losses(self.ear, self._clips.words, mel, texts, rows)
        early = max(LETTER_SHARE, 0.9 * (1 - self.step / (5 * WARM_STEPS)))
        loss = (1 - early) * spoken + early * letters
        self._descent.forget()
        loss.backward()
        self._descent.step(self._share())
        self.step += 1
        return spoken.item(), letters.item()

    def keep(self) -> None:
        """To disk."""
        told = {"step": self.step, "shape": self.ear.shape.told()}
        kept_state.save(self._state, self.ear, self._descent.optimizers, told)


def _told(shares: dict[str, float]) -> str:
    return "exact: " + ", ".join(f"{voice} {share:.1%}" for voice, share in shares.items())


def main() -> None:
    """Read the command line."""
    shape_of = {"width": 192, "encoder": 5, "decoder": 2}
    given = command_line("hear", __doc__, steps=30_000, judge_every=1_000, shape=shape_of)
    clips = Clips(given.data)
    shape = {name: getattr(given, name) for name in shape_of}
    training = Training(clips, given.state, steps=given.steps, **shape)
    weights = sum(each.numel() for each in training.ear.parameters()) / 1e6
    print(f"{len(clips.train)} clips, {weights:.1f} M weights, from step {training.step}", flush=True)

    def advance() -> dict[str, float]:
        spoken, letters = training.advance()
        return {"words": spoken, "letters": letters}

    def exact() -> str:
        return _told(judged(training.ear, clips))

    go_on(training, advance, exact, given, told_every=TOLD_EVERY)
    print(exact(), flush=True)


if __name__ == "__main__":
    main()
