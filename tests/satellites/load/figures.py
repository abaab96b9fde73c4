"""What a run is measured by."""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any


def now_ms() -> float:
    """The same on both ends: they are on one box."""
    return time.monotonic_ns() / 1e6


def undisturbed() -> bool:
    """Have this process go before whatever else the box runs, where that is allowed (root); whether it does.

    Before its threads begin. Else the delays measured are those of the box's other work.
    """
    with suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    return os.sched_getscheduler(0) == os.SCHED_RR


def percentile(values: list[float], share: float) -> float:
    """0 of nothing."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


class Cost:
    """What a process has cost since it was begun."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """On the loop's thread."""
        self._wall_s, self._loop_s, self._all_s = time.monotonic(), time.thread_time(), time.process_time()
        self._kept_s = kept_waiting_s()

    def tell(self) -> dict[str, Any]:
        """On the loop's thread. Shares of one core, in percent."""
        wall_s = time.monotonic() - self._wall_s
        return {
            "seconds": round(wall_s, 1),
            "loop_percent": round(100 * (time.thread_time() - self._loop_s) / wall_s, 1),
            "loop_kept_waiting_percent": round(100 * (kept_waiting_s() - self._kept_s) / wall_s, 1),
            "process_percent": round(100 * (time.process_time() - self._all_s) / wall_s, 1),
            "rss_mb": round(rss_mb(), 1),
            "threads": threading.active_count(),
            "files": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        }


def kept_waiting_s() -> float:
    """How long this thread could have run and got no processor: other programs had it."""
    return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9


def rss_mb() -> float:
    """Of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Delays:
    """How long frames took, in ms."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def add(self, sent_ms: float) -> None:
        """One came now."""
        self.values.append(now_ms() - sent_ms)

    def tell(self, name: str) -> dict[str, Any]:
        """Median, p99 and worst."""
        return {
            f"{name}_frames": len(self.values),
            f"{name}_p50_ms": round(percentile(self.values, 0.5), 2),
            f"{name}_p99_ms": round(percentile(self.values, 0.99), 2),
            f"{name}_worst_ms": round(max(self.values, default=0.0), 1),
        }
