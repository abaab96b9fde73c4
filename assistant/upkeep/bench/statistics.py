"""Ratios of paired runs with bootstrap intervals, the order of runs, a guard against a noisy machine."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 10_000
MOST_DRIFT = 0.15
"""A block around which the same small work took this much more or less time is run again."""
MOST_REPEATS = 1
SPIN_SIZE = 192


@dataclass(frozen=True, slots=True)
class Interval:
    """A median, and the interval that holds 95 of 100 medians of resamples."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f}x ({self.low:.2f} to {self.high:.2f})"


def ratio(pairs: Sequence[tuple[float, float]], *, resamples: int = RESAMPLES) -> Interval:
    """Median of first / second over the pairs, with its interval. ValueError without a pair."""
    if not pairs:
        raise ValueError("a ratio needs at least one pair")
    ratios = np.array([first / second for first, second in pairs])
    rng = np.random.default_rng(20_261_122)
    picked = rng.integers(0, len(ratios), (resamples, len(ratios)))
    medians = np.median(ratios[picked], axis=1)
    low, high = np.percentile(medians, (2.5, 97.5))
    return Interval(float(np.median(ratios)), float(low), float(high))


def percentile(values: Sequence[float], percent: float) -> float:
    """Linear between two; NaN without a value."""
    return float(np.percentile(values, percent)) if values else float("nan")


def abba(count: int) -> Iterator[tuple[int, int]]:
    """(condition, repeat) of `count` pairs: 0 1 1 0 0 1 1 0 …, so that a drift hits both alike."""
    for repeat in range(count):
        order = (0, 1) if repeat % 2 == 0 else (1, 0)
        yield from ((condition, repeat) for condition in order)


def spin() -> float:
    """Seconds of a fixed piece of work: arithmetic, and a walk through more memory than the caches hold."""
    rng = np.random.default_rng(1)
    square = rng.random((SPIN_SIZE, SPIN_SIZE), np.float32)
    sweep = np.ones(2_000_000, np.float32)
    began = time.perf_counter()
    for _ in range(12):
        square = np.clip(square @ square, 0, 1)
        sweep *= 1.0001
    return time.perf_counter() - began


@dataclass(slots=True)
class Guard:
    """Runs a block between two spins, and again where the machine's speed moved meanwhile."""

    measure: Callable[[], float] = spin
    most_repeats: int = MOST_REPEATS
    blocks: int = 0
    repeated: int = 0
    flagged: int = 0
    """Blocks that stayed noisy however often they were run: in the figures, but told."""
    worst: float = 0.0

    def noise(self, before_s: float) -> float:
        """How much the same work's time has moved since it took `before_s`."""
        after_s = self.measure()
        return max(before_s, after_s) / min(before_s, after_s) - 1

    def again(self, drift: float, attempt: int) -> bool:
        """Whether a block with this drift is to be run once more; `attempt` counts from 0."""
        if attempt == 0:
            self.blocks += 1
        if drift <= MOST_DRIFT:
            return False
        if attempt < self.most_repeats:
            self.repeated += 1
            return True
        self.flagged += 1
        self.worst = max(self.worst, drift)
        return False
