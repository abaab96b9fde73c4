"""What a tool takes for a time that comes again → the rule that the schedule keeps."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal

from assistant.memory.recurrence import Rule, in_cycle
from assistant.skills.moments import at, numbers

Every = Literal["week", "other week", "other day"]
"""How often the days come again."""


def rule_of(
    clock: str, days: Iterable[str] | None, every: Every | None, first: str | None, now: datetime
) -> Rule:
    """The rule of a checked time. Every other week or day is counted from `first` (YYYY-MM-DD), or else from
    the next time that has not passed.
    """
    time, on = at(clock), numbers(days)
    begins = now.date() + timedelta(days=time <= now.time()) if first is None else date.fromisoformat(first)
    if every == "other day":
        return Rule(time, frozenset(range(in_cycle(begins, 2) % 2, 14, 2)), 2)
    if every == "other week":
        ahead = (begins + timedelta(days=more) for more in range(7))
        return Rule(time, frozenset(in_cycle(day, 2) for day in ahead if not on or day.weekday() in on), 2)
    return Rule(time, on)
