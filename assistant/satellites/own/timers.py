"""Copies of what is to ring in the satellite's room, for when nobody else is left to ring it."""

from collections.abc import Callable
from typing import Final

from assistant.errors import WireError
from assistant.messages import JsonValue

MOST: Final = 200
GRACE_S: Final = 1.0
"""The hub is given so long to ring first."""
LATE_S: Final = 15 * 60.0
"""What is later than that does not ring any more, as at the hub."""
RINGS_S: Final = 15 * 60.0


class CopiedTimers:
    """By id. `clock`: seconds that go on steadily, also while the board sleeps where it can."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._due: dict[int, float] = {}
        self._ringing: dict[int, float] = {}
        self._stopped: list[int] = []

    @property
    def waiting(self) -> int:
        """How many."""
        return len(self._due)

    def due_within(self, seconds: float) -> bool:
        """Whether one rings until then."""
        return any(due_s < self._clock() + seconds for due_s in self._due.values())

    def told(self, timers: JsonValue) -> None:
        """The hub's list takes the place of all copies. WireError when it is none."""
        now_s = self._clock()
        if not isinstance(timers, list) or len(timers) > MOST:
            raise WireError(f"timers must be a list of at most {MOST}")
        self._due = dict(_one(each, now_s) for each in timers)

    def hub_is_there(self) -> tuple[int, ...]:
        """The hub rings from now on; the ids that rang here and were ended by somebody, told once."""
        self._ringing.clear()
        stopped, self._stopped = tuple(self._stopped), []
        return stopped

    def rings(self, *, hub: bool) -> bool:
        """Whether it is to ring now. `hub`: the hub is there, so it is none of our business."""
        now_s = self._clock()
        if hub:
            return False
        for entry_id, due_s in tuple(self._due.items()):
            if now_s >= due_s + GRACE_S:
                del self._due[entry_id]
                if now_s < due_s + LATE_S:
                    self._ringing[entry_id] = now_s
        self._ringing = {each: since for each, since in self._ringing.items() if now_s < since + RINGS_S}
        return bool(self._ringing)

    def stop(self) -> bool:
        """End what rings; whether anything did."""
        rang = bool(self._ringing)
        self._stopped = [*self._stopped, *self._ringing][-MOST:]
        self._ringing.clear()
        return rang


def _one(value: JsonValue, now_s: float) -> tuple[int, float]:
    if not isinstance(value, dict) or value.keys() != {"id", "left_ms"}:
        raise WireError("a timer must hold id and left_ms")
    entry_id, left_ms = value["id"], value["left_ms"]
    if type(entry_id) is not int or type(left_ms) is not int or not 0 <= left_ms <= 2**48:
        raise WireError("a timer's id and left_ms must be whole numbers")
    return entry_id, now_s + left_ms / 1000
