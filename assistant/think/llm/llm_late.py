"""Whether to stop → the same, told a while later."""

import time
from collections.abc import Callable

from assistant.ports import Cancelled


def late(cancelled: Cancelled, by_s: float, clock: Callable[[], float] = time.monotonic) -> Cancelled:
    """True once `cancelled()` was found true `by_s` before; 0: at once."""
    since_s: float | None = None

    def told() -> bool:
        nonlocal since_s
        if since_s is None and cancelled():
            since_s = clock()
        return since_s is not None and clock() - since_s >= by_s

    return told
