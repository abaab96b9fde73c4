"""A day as people name it → its date: `next friday`, `december 24`, `christmas`, `in 3 weeks`."""

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS: Final = tuple(name.lower() for name in calendar.month_name)
_NEAR: Final = {
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "yesterday": -1,
    "day after tomorrow": 2,
    "day before yesterday": -2,
}
_MOST_DAYS: Final = 366 * 100


def _easter(year: int) -> date:
    """Easter Sunday of the Western churches (the anonymous Gregorian computus)."""
    golden, century, rest = year % 19, year // 100, year % 100
    leaps, skipped = divmod(century, 4)
    moon_fix = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon_fix + 15) % 30
    quarter, left = divmod(rest, 4)
    to_sunday = (32 + 2 * skipped + 2 * quarter - epact - left) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _after_easter(days: int) -> Callable[[int], date]:
    return lambda year: _easter(year) + timedelta(days=days)


def _every(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _thanksgiving(year: int) -> date:
    """The fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21)


FEASTS: Final[Mapping[str, Callable[[int], date]]] = {
    "new year's day": _every(1, 1),
    "new year": _every(1, 1),
    "valentine's day": _every(2, 14),
    "saint patrick's day": _every(3, 17),
    "april fools' day": _every(4, 1),
    "good friday": _after_easter(-2),
    "easter": _easter,
    "easter monday": _after_easter(1),
    "pentecost": _after_easter(49),
    "independence day": _every(7, 4),
    "halloween": _every(10, 31),
    "thanksgiving": _thanksgiving,
    "christmas eve": _every(12, 24),
    "christmas": _every(12, 25),
    "boxing day": _every(12, 26),
    "new year's eve": _every(12, 31),
}


def day_named(words: str, today: date) -> date | None:
    """The day meant on `today`; a day of the year is the next such one. None where it is no day.

    A bare weekday is the first one from today on; with "next", the one of the next week (from Monday).
    """
    text = re.sub(r"[,.]", " ", words.casefold().replace("\u2019", "'"))
    text = " ".join(word for word in text.split() if word not in ("the", "of", "on"))
    if text in _NEAR:
        return today + timedelta(days=_NEAR[text])
    if text in FEASTS:
        return _next(FEASTS[text], today)
    return _weekday(text, today) or _in_days(text, today) or _written(text, today)


def _weekday(text: str, today: date) -> date | None:
    which, _, name = text.rpartition(" ")
    if name not in _WEEKDAYS or which not in ("", "this", "next", "coming", "last"):
        return None
    day = _WEEKDAYS.index(name)
    if which == "next":
        return today + timedelta(days=7 - today.weekday() + day)
    if which == "last":
        return today - timedelta(days=(today.weekday() - day - 1) % 7 + 1)
    return today + timedelta(days=(day - today.weekday()) % 7)


def _in_days(text: str, today: date) -> date | None:
    """`in 3 days`, `in 2 weeks`."""
    found = re.fullmatch(r"in (\d{1,5}) (day|week)s?", text)
    if found is None:
        return None
    days = int(found[1]) * (7 if found[2] == "week" else 1)
    return today + timedelta(days=days) if days <= _MOST_DAYS else None


def _written(text: str, today: date) -> date | None:
    """`2026-12-24`, `12-24`, `december 24`, `24th december 2026`."""
    if iso := re.fullmatch(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})", text):
        year, month, day = iso[1], int(iso[2]), int(iso[3])
    else:
        numbers = [found for found in re.findall(r"\b(\d{1,4})(?:st|nd|rd|th)?\b", text)]
        months = [_MONTHS.index(word) for word in text.split() if word in _MONTHS]
        if len(months) != 1 or len(numbers) not in (1, 2) or len(text.split()) != 1 + len(numbers):
            return None
        year, month, day = (numbers[1] if len(numbers) == 2 else None), months[0], int(numbers[0])
    try:
        if year is not None:
            return date(int(year), month, day)
        return _next(_every(month, day), today)
    except ValueError:
        return None


def _next(on: Callable[[int], date], today: date) -> date:
    """The first such day from today on; the 29th of February waits for its year."""
    for year in range(today.year, today.year + 9):
        try:
            found = on(year)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError("no year has this day")
