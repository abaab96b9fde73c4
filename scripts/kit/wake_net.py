"""A small classifier in plain sums: one hidden layer, taught by Adam. No torch is needed for so little."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

HIDDEN = 32
STEPS, BATCH = 1_500, 256
RATE, DECAY = 1e-3, 1e-4
Array = npt.NDArray[np.float32]


@dataclass(slots=True)
class Net:
    """`first` (HIDDEN, F), `second` (1, HIDDEN), with what is added; relu between, a logistic behind."""

    first: Array
    first_bias: Array
    second: Array
    second_bias: Array

    def score(self, seen: Array) -> Array:
        """(N, F) → (N), 0 to 1."""
        within = np.maximum(seen @ self.first.T + self.first_bias, 0)
        return np.asarray(1 / (1 + np.exp(-(within @ self.second.T + self.second_bias)[:, 0])), np.float32)


def learnt(
    seen: Array, is_word: npt.NDArray[np.bool_], rng: np.random.Generator, told: Callable[[str], None]
) -> Net:
    """Taught with examples (N, F); both kinds count alike, however many there are of each."""
    mean, spread = seen.mean(0), seen.std(0) + 1e-3
    rows, wanted = ((seen - mean) / spread).astype(np.float32), is_word.astype(np.float32)
    weight = np.where(is_word, 0.5 / max(1, is_word.sum()), 0.5 / max(1, (~is_word).sum()))
    weight = (weight * len(rows)).astype(np.float32)
    net = Net(
        (rng.standard_normal((HIDDEN, rows.shape[1])) / rows.shape[1] ** 0.5).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        (rng.standard_normal((1, HIDDEN)) / HIDDEN**0.5).astype(np.float32),
        np.zeros(1, np.float32),
    )
    _taught(net, rows, wanted, weight, rng)
    right = (net.score(rows) > 0.5) == is_word
    told(f"{right[is_word].mean():.1%} of the word's windows, {right[~is_word].mean():.2%} of the others")
    # The rows' own mean and spread go into the first layer, so that it takes embeddings as they are.
    first = net.first / spread
    return Net(first.astype(np.float32), net.first_bias - first @ mean, net.second, net.second_bias)


def _taught(net: Net, rows: Array, wanted: Array, weight: Array, rng: np.random.Generator) -> None:
    values = [net.first, net.first_bias, net.second, net.second_bias]
    moments = [(np.zeros_like(value), np.zeros_like(value)) for value in values]
    for step in range(1, STEPS + 1):
        some = rng.integers(0, len(rows), min(BATCH, len(rows)))
        slopes = _slopes(net, rows[some], wanted[some], weight[some])
        for value, (first, second), slope in zip(values, moments, slopes, strict=True):
            first += 0.1 * (slope - first)
            second += 0.001 * (slope**2 - second)
            even = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
            value -= RATE * (even + DECAY * value)


def _slopes(net: Net, rows: Array, wanted: Array, weight: Array) -> tuple[Array, ...]:
    within = np.maximum(rows @ net.first.T + net.first_bias, 0)
    wrong = ((net.score(rows) - wanted) * weight / len(rows))[:, None]
    back = (wrong @ net.second) * (within > 0)
    return back.T @ rows, back.sum(0), wrong.T @ within, wrong.sum(0)
