"""How the wall clock stands to the steady one, and whether it can be believed.

A box without a clock of its own boots in the past. Until somebody sets it (a step while the house runs, or
the word of the box that the network told it the time), what goes by the calendar waits; after an hour the
clock is taken as it is, because an alarm at a doubtful time is better than none.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, tzinfo
from typing import Final

from assistant.memory.clocks import Clocks
from assistant.memory.entries import FIRST_DAY

STEP_S: Final = 1.0
"""The wall clock was set when it and the steady clock drifted apart by more than this."""
FLOOR_S: Final = datetime.combine(FIRST_DAY, time(), UTC).timestamp()
BEHIND_S: Final = 120.0
"""So far behind what was last seen a clock may boot and still be believed."""
DOUBTED_S: Final = 3600.0
"""So long a clock is doubted at most."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the clocks say: wall time = steady time + `offset_s`."""

    offset_s: float
    zone: tzinfo
    sure: bool = True


class WallClock:
    """Compares the clocks each time it is asked."""

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._raw_s = self._raw_offset_s()
        self._doubted_from_s = clocks.steady_s()
        self.now = Reading(self._raw_s, clocks.zone())

    def open(self, seen_s: float | None) -> None:
        """At the start, with what the wall clock showed last; time can't have gone back since."""
        wall_s, steady_s = self._clocks.wall_s(), self._clocks.steady_s()
        self._raw_s, self._doubted_from_s = wall_s - steady_s, steady_s
        last_s = wall_s if seen_s is None else seen_s
        on_time = wall_s >= last_s - BEHIND_S or self._clocks.synchronised()
        if wall_s >= FLOOR_S and on_time:
            self.now = Reading(self._raw_s, self._clocks.zone())
        else:
            self.now = Reading(max(wall_s, last_s) - steady_s, self._clocks.zone(), sure=False)

    def look(self) -> Reading:
        """What the clocks say now; the same object as `now` while nothing was set."""
        raw_s, zone = self._raw_offset_s(), self._clocks.zone()
        if abs(raw_s - self._raw_s) > STEP_S or self._believed_again():
            if self._clocks.wall_s() < FLOOR_S:
                return Reading(self.now.offset_s, zone, sure=False)
            return Reading(raw_s, zone)
        return self.now if zone == self.now.zone else replace(self.now, zone=zone)

    def take(self, reading: Reading) -> None:
        """Go by this reading from now on."""
        self._raw_s = self._raw_offset_s()
        if self.now.sure and not reading.sure:
            self._doubted_from_s = self._clocks.steady_s()
        self.now = reading

    def doubted_s(self) -> float:
        """How long the clock has been doubted; 0 while it is believed."""
        return 0.0 if self.now.sure else self._clocks.steady_s() - self._doubted_from_s

    def _believed_again(self) -> bool:
        if self.now.sure or self._clocks.wall_s() < FLOOR_S:
            return False
        return self._clocks.synchronised() or self.doubted_s() >= DOUBTED_S

    def _raw_offset_s(self) -> float:
        return self._clocks.wall_s() - self._clocks.steady_s()
