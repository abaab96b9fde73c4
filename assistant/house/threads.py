"""This box's processor cores → how many threads each engine may run, and who goes first where they are short.

What works at the same time must fit: the narrow ear beside the wide one, the language model's words beside
the voice. More threads than cores is a cliff, for they wait for one another spinning (10.1 → 0.1 tokens a
second on a Pi 5, llama.cpp PR 13079).
"""

import ctypes
import gc
import math
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

MOST = 8
"""Threads of one engine; small models gain nothing from more."""
WRITING = 2
"""A language model writes as fast with two threads as with four: memory is what it waits for
(Qwen2.5-0.5B on a Pi 5: 32, 34, 29 tokens a second with one, two, three; learn.arm.com)."""
SPINS = 10_000
"""Turns that a thread waits awake for its neighbours (some 20 µs) before it lets others have the core."""
URGENCY: Mapping[str, int] = {"stt": -4, "turn": -4, "tts": -4, "llm": -1}
"""Scheduling priority by kind of engine; sound devices have -11 (devices/kept.py)."""
_MOST_URGENT = min(URGENCY.values())


_ARENA_MAX, _ARENAS = -8, 2
"""glibc's M_ARENA_MAX: else every thread of a library keeps memory of its own for ever."""
LOADED_OBJECTS = 50_000
"""New objects between two looks for garbage, while loading makes many that stay."""


@dataclass(frozen=True, slots=True)
class Threads:
    """Shares of a box with so many cores."""

    cores: int

    @classmethod
    def here(cls) -> Self:
        """Of this process's cores."""
        return cls(cores())

    @property
    def wide_ear(self) -> int:
        """It reads while the narrow ear does: one core is left to that."""
        return self._beside(1)

    @property
    def writing(self) -> int:
        """Of the language model's reply; the voice speaks meanwhile."""
        return min(WRITING, self._beside(self.voice))

    @property
    def reading(self) -> int:
        """Of the prompt: nothing else works then, but on a larger box the ears keep a core."""
        return max(self._beside(1), min(self.cores, 2))

    @property
    def voice(self) -> int:
        """Beside the language model."""
        return 2 if self.cores >= 2 * WRITING else 1

    def _beside(self, others: int) -> int:
        return max(1, min(MOST, self.cores - others))


def cores(folder: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> int:
    """Cores that this process may use: those it may run on, and no more than its control group's quota."""
    quotas = [quota for quota in (_v2(folder, own), _v1(folder, own)) if quota is not None]
    allowed = len(os.sched_getaffinity(0))
    return max(1, min([allowed, *(math.ceil(quota) for quota in quotas)]))


def _v2(folder: Path, own: Path) -> float | None:
    """The least quota from our group up to the root."""
    least: float | None = None
    group = folder / _group(own, "").lstrip("/")
    for place in (group, *group.parents):
        if not place.is_relative_to(folder):
            break
        quota, _, period = _text(place / "cpu.max").partition(" ")
        least = _less(least, quota, period)
    return least


def _v1(folder: Path, own: Path) -> float | None:
    group = folder / "cpu" / _group(own, "cpu").lstrip("/")
    least: float | None = None
    for place in {group, folder / "cpu"}:  # in a container our group's path is the host's
        quota, period = _text(place / "cpu.cfs_quota_us"), _text(place / "cpu.cfs_period_us")
        least = _less(least, quota, period)
    return least


def _group(own: Path, controller: str) -> str:
    for line in _text(own).splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            return path
    return ""


def _less(least: float | None, quota: str, period: str) -> float | None:
    if not (quota.isdigit() and period.isdigit() and int(period)):
        return least
    found = int(quota) / int(period)
    return found if least is None else min(least, found)


def _text(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""


def settle(urgency: int, threads: int) -> None:
    """Make this process an engine's: how its libraries' threads wait, and its priority.

    Before the libraries are loaded. Where priority may not be raised, the order of the engines is kept below
    the usual one.
    """
    c_library("mallopt", _ARENA_MAX, _ARENAS)
    gc.set_threshold(LOADED_OBJECTS, 20, 50)
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    os.environ.setdefault("GOMP_SPINCOUNT", str(SPINS))
    try:
        os.setpriority(os.PRIO_PROCESS, 0, urgency)
    except OSError:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, max(0, urgency - _MOST_URGENT))


def keep_small() -> None:
    """Give back what loading needed; what is left is never looked at for garbage."""
    gc.collect()
    gc.freeze()
    c_library("malloc_trim", 0)


def c_library(name: str, *arguments: int) -> None:
    """Call a function of the C library; nothing happens where it has none such, as musl."""
    with suppress(AttributeError, OSError):
        getattr(ctypes.CDLL(None), name)(*arguments)
