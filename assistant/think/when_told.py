"""A time that was said → what an alarm, a reminder or a later command takes.

`seven` said at night is seven in the morning, said at noon seven in the evening: the nearest to come. With a
day or a weekday, a bare hour is meant as such things usually are (`Usual`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from assistant.memory.recurrence import WEEK
from assistant.messages import JsonValue
from assistant.think.when import NOON, When

_WAKING, _SOON = 6 * 60, 4 * 60
"""A bare hour before six in the morning is meant at night only where it is less than four hours ahead."""
_BY_PART: Final = {"morning": 8 * 60, "afternoon": 15 * 60, "evening": 19 * 60, "night": 21 * 60}
_BY_DAY: Final = 9 * 60
"""Where only a day or a part of it is said, in minutes after midnight."""


@dataclass(frozen=True, slots=True)
class Usual:
    """From which hour a bare one on a named day is in the morning; what is before it is after noon."""

    morning_from: int
    awake: bool = False
    """A bare hour far ahead is none of the night."""
    bare_days: bool = False
    """A day alone, or a part of it, is enough."""


ALARM: Final = Usual(4)
REMINDER: Final = Usual(7, awake=True, bare_days=True)
COMMAND: Final = Usual(7, awake=True)


def told(when: When, now: datetime, usual: Usual) -> Mapping[str, JsonValue] | None:
    """As arguments: `delay_s`, or `time` with `date`, `days`, `every`; None where no time of day is meant."""
    if when.delay_s is not None:
        return {"delay_s": when.delay_s} if when.delay_s > 0 else None
    minute = _minute(when, now, usual)
    if minute is None:
        return None
    on = when.day
    if on == now.date() and (minute == 0 or (when.part == "night" and minute < 6 * 60)):
        on += timedelta(days=1)
    elif on == now.date() and when.weekday and minute <= now.hour * 60 + now.minute:
        on += timedelta(days=7)
    found: dict[str, JsonValue] = {"time": f"{minute // 60:02}:{minute % 60:02}"}
    if on is not None:
        found["date"] = on.isoformat()
    return _again(when, found)


def _minute(when: When, now: datetime, usual: Usual) -> int | None:
    """After midnight; None where no time of day is meant."""
    if when.minute is None and when.same_time:
        return now.hour * 60 + now.minute
    if when.minute is None:
        if not usual.bare_days or not (when.day or when.part or when.days or when.every):
            return None
        return _BY_PART.get(when.part or "", _BY_DAY)
    return when.minute if when.exact else _half(when, when.minute, now, usual)


def _again(when: When, found: dict[str, JsonValue]) -> Mapping[str, JsonValue] | None:
    """With the days it comes again on; None where every other week names none."""
    days = when.days
    if when.every == "other week" and not days:
        if when.day is None:
            return None
        days = frozenset({when.day.weekday()})
    if days:
        found["days"] = [WEEK[number] for number in sorted(days)]
    return found if when.every is None else {**found, "every": when.every}


def either(when: When) -> str | None:
    """The time of something that is there already: `07:00`, or `07:00 or 19:00` for a bare seven."""
    if when.minute is None or when.delay_s is not None:
        return None
    if when.exact or when.part is not None:
        minute = when.minute if when.exact else _in_part(when.minute, when.part or "")
        return f"{minute // 60:02}:{minute % 60:02}"
    morning = when.minute % NOON
    return f"{morning // 60:02}:{morning % 60:02} or {morning // 60 + 12:02}:{morning % 60:02}"


def _half(when: When, minute: int, now: datetime, usual: Usual) -> int:
    """Which half of the day a bare hour is meant in."""
    morning = minute % NOON
    if when.part is not None:
        return _in_part(minute, when.part)
    passed = now.hour * 60 + now.minute
    if when.day == now.date() and (morning + NOON > passed or not when.weekday):
        return morning if morning > passed else morning + NOON
    if when.day is None and not when.days and when.every is None:
        nearest = min((morning, morning + NOON), key=lambda each: (each - passed - 1) % 1440)
        asleep = usual.awake and nearest < _WAKING and (nearest - passed) % 1440 > _SOON
        return morning + NOON if asleep else nearest
    return morning if usual.morning_from * 60 <= morning else morning + NOON


def _in_part(minute: int, part: str) -> int:
    morning = minute % NOON
    if part == "morning":
        return morning
    if part == "night" and morning < 5 * 60:
        return morning
    return morning + NOON
