"""What a room may have done: by risk class, outside any mind's reach."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self

MOST_WRITES: Final = 300
"""Writes a room may make within `WINDOW_S`: more is no person talking."""
WINDOW_S: Final = 60.0
SECURITY: Final = 3
"""The risk class that a proof can open; nothing opens the one above."""


class Verdict(StrEnum):
    """What becomes of a call."""

    ALLOW = "allow"
    ASK = "ask"
    PROVE = "prove"
    """Only with a proof outside speech, and never by a language model's choice."""
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class RoomPolicy:
    """Up to which risk class a room's calls are done at once, after a yes, and after a proof."""

    at_once: int = 1
    after_yes: int = 2
    after_proof: int = 2

    @classmethod
    def up_to(cls, highest: int) -> Self:
        """The usual rule, cut off above `highest`."""
        usual = cls()
        return cls(min(usual.at_once, highest), min(usual.after_yes, highest), min(SECURITY, highest))

    def verdict(self, risk: int) -> Verdict:
        """0 answer, 1 reversible, 2 lasting or for others, 3 security, 4 money and configuration."""
        if risk <= self.at_once:
            return Verdict.ALLOW
        if risk <= self.after_yes:
            return Verdict.ASK
        return Verdict.PROVE if risk == SECURITY and risk <= self.after_proof else Verdict.REFUSE


@dataclass(frozen=True, slots=True)
class Policy:
    """The house's rule, and the rooms that differ (a guest's, a child's)."""

    house: RoomPolicy = RoomPolicy()
    rooms: Mapping[str, RoomPolicy] = field(default_factory=dict)

    def verdict(self, risk: int, room: str) -> Verdict:
        """What becomes of a call of this risk in this room."""
        return self.rooms.get(room, self.house).verdict(risk)


class Pace:
    """How many writes a room may make in a minute. `clock()`: seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._made: dict[str, deque[float]] = {}

    def allows(self, room: str) -> bool:
        """Count one write, unless there were too many of late."""
        now_s = self._clock()
        made = self._made.setdefault(room, deque(maxlen=MOST_WRITES))
        if len(made) == MOST_WRITES and 0 <= now_s - made[0] < WINDOW_S:
            return False
        made.append(now_s)
        return True
