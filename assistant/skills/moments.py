"""Times and days as a tool takes them: checked and brought into one form at the door."""

import re
from collections.abc import Iterable
from datetime import date, time
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from assistant.memory.recurrence import EVERY_DAY, WEEK, WEEKDAYS, WEEKEND

_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:([ap])\.?m\.?)?", re.IGNORECASE)
_TOGETHER: Final = {
    "daily": EVERY_DAY,
    "everyday": EVERY_DAY,
    "every day": EVERY_DAY,
    "weekday": WEEKDAYS,
    "weekdays": WEEKDAYS,
    "weekend": WEEKEND,
    "weekends": WEEKEND,
}
EITHER: Final = " or "
"""Between the two times of one that was said without morning or evening: `07:00 or 19:00`."""


def clock_time(said: str) -> str:
    """`7:00`, `7:05 pm`, `19:05` → `HH:MM`. ValueError for anything else."""
    found = _CLOCK.fullmatch(said.strip())
    if found is None:
        raise ValueError("a time is HH:MM")
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError("a time is HH:MM")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute).strftime("%H:%M")


def _either(said: str) -> str:
    return EITHER.join(clock_time(part) for part in said.split(EITHER)[:2])


def _day(said: str) -> str:
    return date.fromisoformat(said.strip()).isoformat()


def _spread(said: object) -> object:
    """A day, or a word for several, without a list."""
    named = [said] if isinstance(said, str) else said
    if not isinstance(named, Iterable):
        return said
    spread: list[object] = []
    for word in named:
        plain = word.strip().lower() if isinstance(word, str) else word
        together = _TOGETHER.get(plain, frozenset()) if isinstance(plain, str) else frozenset()
        spread += [WEEK[day] for day in sorted(together)] or [plain]
    return list(dict.fromkeys(spread))


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ClockTime = Annotated[str, AfterValidator(clock_time)]
"""`HH:MM`."""
EitherTime = Annotated[str, AfterValidator(_either)]
"""`HH:MM`, or `HH:MM or HH:MM` where it was said without morning or evening."""
Day = Annotated[str, AfterValidator(_day)]
"""`YYYY-MM-DD`."""
Days = Annotated[list[Weekday], Field(min_length=1, max_length=7), BeforeValidator(_spread)]


def at(said: str) -> time:
    """The time of a checked argument."""
    return time.fromisoformat(said)


def numbers(days: Iterable[str] | None) -> frozenset[int]:
    """Names of weekdays → 0 to 6; none → empty."""
    return frozenset(WEEK.index(day) for day in days or ())
