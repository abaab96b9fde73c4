"""How long a home's devices took to report what they were asked to do."""

from collections import deque
from collections.abc import Sequence
from statistics import median
from typing import Final

LATELY: Final = 5
"""Reports of a home that tell how quick it is."""
WORTH_LEADING_S: Final = 0.03
"""What is reported sooner is told whole: nobody hears the difference."""
BEARABLE_S: Final = 0.9
"""A sentence stops for so long after its subject at most; about as long as the subject sounds."""


class ReportTimes:
    """The last time of each device, and those of the home."""

    def __init__(self) -> None:
        self._last_s: dict[str, float] = {}
        self._lately_s: deque[float] = deque(maxlen=LATELY)

    def took(self, name: str, seconds: float) -> None:
        """A device reported, or was given up on, so long after it was asked."""
        self._last_s[name] = seconds
        self._lately_s.append(seconds)

    def expected_s(self, names: Sequence[str]) -> float | None:
        """Until all of these have reported; None: nothing was asked of this home yet, or nothing is asked."""
        if not self._lately_s or not names:
            return None
        usual_s = median(self._lately_s)
        return max(self._last_s.get(name, usual_s) for name in names)

    def worth_leading(self, names: Sequence[str]) -> bool:
        """Whether a sentence about them should begin before they have reported."""
        expected_s = self.expected_s(names)
        return expected_s is not None and WORTH_LEADING_S <= expected_s <= BEARABLE_S
