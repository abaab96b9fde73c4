"""How long one room's speakers pause within a sentence → the silence that ends one there."""

from collections import deque

import numpy as np

KEPT = 60
LEAST = 12
"""Pauses that must have been heard before they count."""
COVERED_PERCENT = 95
"""So many of the pauses are to fit into the silence …"""
SPARE = 1.2
"""… with so much to spare."""
SHORTEST, LONGEST = 0.8, 1.5
"""The learned silence stays between these times what the owner set."""


class Pauses:
    """The last pauses that speech went on after. In memory only."""

    def __init__(self) -> None:
        self._heard_ms: deque[int] = deque(maxlen=KEPT)

    def heard(self, pause_ms: int) -> None:
        """Someone went on after so long."""
        self._heard_ms.append(pause_ms)

    def silence_ms(self, set_ms: int) -> int:
        """The silence that ends an utterance, where the owner set `set_ms`."""
        if len(self._heard_ms) < LEAST:
            return set_ms
        wanted = SPARE * float(np.percentile(self._heard_ms, COVERED_PERCENT))
        return round(min(max(wanted, SHORTEST * set_ms), LONGEST * set_ms))
