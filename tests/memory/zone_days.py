"""What the clocks of a zone show around its transitions, minute by minute: the yardstick of alarms.

Nothing here works out when a time is: every minute is looked up, and the first that shows it is taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

FROM, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2037, 1, 1, tzinfo=UTC)
AROUND_S = 72 * 3600
WATCHED_S = 40 * 3600
EPOCH = datetime(1970, 1, 1)


def offset_s(zone: ZoneInfo, at_s: int) -> float:
    offset = datetime.fromtimestamp(at_s, zone).utcoffset()
    assert offset is not None
    return offset.total_seconds()


def transitions(zone: ZoneInfo) -> Iterator[int]:
    """Every second at which the clocks of the zone are moved, 2026 to 2036."""
    at_s, day_s = round(FROM.timestamp()), 86_400
    while at_s < UNTIL.timestamp():
        low, high = at_s, at_s + day_s
        if offset_s(zone, low) != offset_s(zone, high):
            before = offset_s(zone, low)
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset_s(zone, middle) == before else (low, middle)
            yield high
        at_s += day_s


@dataclass(frozen=True)
class Window:
    """The minutes around one transition."""

    zone: ZoneInfo
    at_s: int
    start_s: int
    shown: npt.NDArray[np.int64]
    """What the clocks show at each minute, in minutes since 1970 of their own."""

    @classmethod
    def around(cls, zone: ZoneInfo, at_s: int) -> "Window":
        start_s = at_s - AROUND_S
        shown = [
            (datetime.fromtimestamp(second, zone).replace(tzinfo=None) - EPOCH) // timedelta(minutes=1)
            for second in range(start_s, at_s + AROUND_S, 60)
        ]
        return cls(zone, at_s, start_s, np.array(shown, dtype=np.int64))

    def first(self, day: date, at: time) -> float:
        """The first minute at which the clocks show this time of this day, or have passed it."""
        wanted = (datetime.combine(day, at) - EPOCH) // timedelta(minutes=1)
        index = int(np.argmax(self.shown >= wanted))
        assert self.shown[index] >= wanted
        return float(self.start_s + 60 * index)

    def days(self) -> Iterator[date]:
        """The days that the middle of the window touches."""
        day = datetime.fromtimestamp(self.at_s - WATCHED_S, self.zone).date()
        while day <= datetime.fromtimestamp(self.at_s + WATCHED_S, self.zone).date():
            yield day
            day += timedelta(days=1)

    def times(self) -> Iterator[time]:
        """Times of day that matter here: around and inside the step, on both clocks, and two plain ones."""
        before = datetime.fromtimestamp(self.at_s - 60, self.zone)
        after = datetime.fromtimestamp(self.at_s, self.zone)
        old = (before + timedelta(minutes=1)).replace(tzinfo=None)
        new = after.replace(tzinfo=None)
        marks = [old + (new - old) * part for part in (0, 0.5, 1)]
        near = [mark + timedelta(minutes=minutes) for mark in marks for minutes in (-1, 0, 1)]
        yield from sorted(
            {each.replace(second=0, microsecond=0).time() for each in near} | {time(7), time(0)}
        )
