"""Who comes too often: a broken device that connects all day must not cost the house its time or its log."""

from collections import deque
from collections.abc import Callable


class Pace:
    """Counts the comings of each within a stretch of time. Keeps little: at most `most` times for each."""

    def __init__(self, most: int, within_s: float, clock: Callable[[], float]) -> None:
        self._most = most
        self._within_s = within_s
        self._clock = clock
        self._came: dict[str, deque[float]] = {}

    def too_often(self, who: str) -> bool:
        """It comes now; whether it came `most` times shortly before. What is too often is not counted."""
        now_s = self._clock()
        self._came = {each: came for each, came in self._came.items() if came[-1] > now_s - self._within_s}
        came = self._came.setdefault(who, deque(maxlen=self._most))
        if len(came) == self._most and came[0] > now_s - self._within_s:
            return True
        came.append(now_s)
        return False
