"""What every training of the kit does alike: goes on to its end, tells, judges, keeps; its command line."""

import argparse
import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

KEPT_EVERY_S = 120.0
SHORT_TELLS = 4
"""Least times that losses are told on the whole way."""


class Training(Protocol):
    """One that goes on from where it was kept."""

    step: int

    def keep(self) -> None:
        """To disk."""


def go_on(
    training: Training,
    advance: Callable[[], Mapping[str, float]],
    judged: Callable[[], str],
    given: argparse.Namespace,
    *,
    told_every: int,
) -> None:
    """Until the steps or the minutes are over; Ctrl-C stops, and keeps what there is.

    `advance()` takes a step and gives its losses by name; `judged()` tells what is right so far.
    """
    # A short mode tells its losses too.
    told_every = min(told_every, max(1, given.steps // SHORT_TELLS))
    begun = kept = time.monotonic()
    means: dict[str, float] = {}
    try:
        while training.step < given.steps and time.monotonic() - begun < given.minutes * 60:
            for name, loss in advance().items():
                means[name] = means.get(name, 0.0) + loss / told_every
            if training.step % told_every == 0:
                losses = "".join(f"  {name} {mean:.3f}" for name, mean in means.items())
                print(f"step {training.step}{losses}  {time.monotonic() - begun:.0f} s", flush=True)
                means.clear()
            if training.step % given.judge_every == 0:
                print(judged(), flush=True)
            if time.monotonic() - kept > KEPT_EVERY_S:
                training.keep()
                kept = time.monotonic()
    finally:
        training.keep()


def command_line(
    part: str, about: str | None, *, steps: int, judge_every: int, shape: Mapping[str, int]
) -> argparse.Namespace:
    """The data, the state, how long; and each width and depth of `shape` by its name."""
    wanted = argparse.ArgumentParser(prog=f"scripts/make_kit {part}", description=about)
    wanted.add_argument("data", type=Path)
    wanted.add_argument("state", type=Path)
    wanted.add_argument(
        "--minutes", type=float, default=math.inf, help="stop, and keep the state, after so long"
    )
    wanted.add_argument("--steps", type=int, default=steps, help="the whole way; the rate falls to its end")
    wanted.add_argument("--judge-every", type=int, default=judge_every)
    for name, default in shape.items():
        wanted.add_argument(f"--{name}", type=int, default=default, help="only where there is no state yet")
    return wanted.parse_args()
