"""How far a download is, on one line of a terminal."""

import sys
import time

from assistant.upkeep.fetch import Progress


class Meter:
    """One line on a terminal: how far, how fast, how long still."""

    def __init__(self, what: str, size: int | None) -> None:
        self._what = what
        self._size = size
        self._shown_s = 0.0
        self._live = sys.stderr.isatty()

    def __call__(self, progress: Progress) -> None:
        now_s = time.monotonic()
        if self._live and now_s - self._shown_s >= 0.2:
            self._shown_s = now_s
            sys.stderr.write(f"\r\x1b[K{self._what}: {meter(progress)}")
            sys.stderr.flush()

    def end(self) -> None:
        """The file is there."""
        if self._live:
            sys.stderr.write("\r\x1b[K")


def meter(progress: Progress) -> str:
    """`45 % of 146 MB, 3.2 MB/s, 25 s left`."""
    rate = f"{progress.bytes_per_s / 1e6:.1f} MB/s"
    if progress.total_bytes is None or progress.left_s is None:
        return f"{progress.done_bytes / 1e6:.0f} MB, {rate}"
    share = 100 * progress.done_bytes // max(1, progress.total_bytes)
    minutes, seconds = divmod(round(progress.left_s), 60)
    left = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    return f"{share} % of {progress.total_bytes / 1e6:.0f} MB, {rate}, {left} left"
