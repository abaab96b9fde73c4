"""When something is due by the calendar: a time of day, on one date or on days of the week, in a zone.

What comes every other week has the days of both weeks counted through: 0 is a Monday, 7 the one after it.

A date has each time of day once. Where the clocks go forward over it, it is the first moment after the gap
(an alarm at 2:30 rings at 3:00 when 2:00 to 3:00 does not exist); where they go back over it, it is the first
of the two. Pure: the zone's rules are handed in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY_DAY: Final = frozenset(range(7))
WEEKDAYS: Final = frozenset(range(5))
WEEKEND: Final = frozenset((5, 6))
MOST_WEEKS: Final = 4
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """The time shown by a clock on the wall, to the minute, and the weekdays it comes again on."""

    at: time
    days: frozenset[int] = frozenset()
    """0 is Monday; empty: once."""
    weeks: int = 1
    """After so many weeks the same days come again; at most `MOST_WEEKS`."""

    def falls_on(self, day: date) -> bool:
        """Whether the day is one of its days; any is where it comes once."""
        return not self.days or in_cycle(day, self.weeks) in self.days


def in_cycle(day: date, weeks: int) -> int:
    """Which day it is of so many weeks, counted from the Monday of the calendar's first day."""
    return (day.toordinal() - 1) % (7 * weeks)


def moment(day: date, at: time, zone: tzinfo) -> float:
    """When the clocks of the zone first show this time on this day, or pass it; seconds since 1970."""
    shown = datetime.combine(day, at)
    first_s = shown.replace(tzinfo=zone, fold=0).timestamp()
    if datetime.fromtimestamp(first_s, zone).replace(tzinfo=None) == shown:
        return first_s
    # In a gap the two folds count with the offsets before and after it, so the step lies between them.
    return _step_between(round(shown.replace(tzinfo=zone, fold=1).timestamp()), round(first_s), zone)


def next_day(rule: Rule, after_s: float, zone: tzinfo, not_on: date | None = None) -> date:
    """The first day, but `not_on`, whose moment lies after `after_s`."""
    for day in _days_from(after_s, zone, rule.weeks):
        if day != not_on and rule.falls_on(day) and moment(day, rule.at, zone) > after_s:
            return day
    raise AssertionError("a cycle has every one of its days")


def latest_day(rule: Rule, since: date, until_s: float, zone: tzinfo) -> date:
    """The last day from `since` on whose moment is not after `until_s`; `since` where none is."""
    if not rule.days:
        return since
    day = datetime.fromtimestamp(until_s, zone).date() + _DAY
    for _ in range(7 * rule.weeks + 3):
        if day <= since:
            break
        if rule.falls_on(day) and moment(day, rule.at, zone) <= until_s:
            return day
        day -= _DAY
    return since


def _days_from(after_s: float, zone: tzinfo, weeks: int) -> Iterator[date]:
    day = datetime.fromtimestamp(after_s, zone).date() - _DAY
    for _ in range(7 * (weeks + 1) + 4):
        yield day
        day += _DAY


def _step_between(before_s: int, after_s: int, zone: tzinfo) -> float:
    """The first second with the offset that holds at `after_s`."""
    offset = _offset(after_s, zone)
    while after_s - before_s > 1:
        middle_s = (before_s + after_s) // 2
        if _offset(middle_s, zone) == offset:
            after_s = middle_s
        else:
            before_s = middle_s
    return float(after_s)


def _offset(at_s: int, zone: tzinfo) -> timedelta:
    return datetime.fromtimestamp(at_s, zone).utcoffset() or timedelta()
