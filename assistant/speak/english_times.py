"""Dates and times of day → English words. Ambiguous dates (3/4/2026) are read month first."""

import re
from datetime import date

from assistant.speak.english_numbers import cardinal, ordinal, year

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""Not those of `calendar`, which speak the language of the box."""
_MONTH = "|".join(rf"{name}|{name[:3]}\b\.?" if name != "May" else name for name in MONTHS) + r"|Sept\b\.?"
_CLOCK = r"(?<![\d.:,])([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?(?![\d:]|\.\d)"
_HALF = r"(?:\s*([AaPp])\.?\s?[Mm]\b\.?(?!\w))"

_TIME = re.compile(_CLOCK + _HALF + "?")
_HOUR = re.compile(r"(?<![\d.:,])(1[0-2]|0?[1-9])" + _HALF)
_BETWEEN = re.compile(r"(?:(?<=:\d\d)|(?<=[APap][Mm]))\s?[-\u2013]\s?(?=\d{1,2}(?::\d\d|\s?[APap]\.?[Mm]))")
_ISO = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?:T(?=\d\d:\d\d)|(?![\d-]))")
_ZONE = re.compile(r"(?<=\d\d:\d\d)(:\d\d)?(\.\d+)?Z\b")
_SLASHED = re.compile(r"(?<![\d/.])(\d{1,2})([/.])(\d{1,2})\2(\d{4})(?![\d/]|\.\d)")
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?![.:]\d|-)(?:,?\s+(\d{{4}})\b)?")
_DAYS = re.compile(rf"\b({_MONTH})\s+(\d{{1,2}})\s?[-\u2013]\s?(\d{{1,2}})\b(?![.:]\d|-)")
_DAY_FIRST = re.compile(
    rf"(\bthe\s+)?(?<![\d.,:/-])(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH})(?!\w)(?:,?\s+(\d{{4}})\b)?",
    re.IGNORECASE,
)


def times_to_words(text: str) -> str:
    """Every date and time of day in `text` in words; impossible ones stay as they are."""
    text = _BETWEEN.sub(" to ", text)
    text = _ZONE.sub(" UTC", text)
    text = _ISO.sub(lambda m: _date(int(m[1]), int(m[2]), int(m[3])) or m[0], text)
    text = _SLASHED.sub(_slashed, text)
    text = _DAYS.sub(lambda m: _days(m[1], int(m[2]), int(m[3])) or m[0], text)
    text = _MONTH_FIRST.sub(lambda m: _named(m[1], m[2], m[3]) or m[0], text)
    text = _DAY_FIRST.sub(_day_first, text)
    text = _TIME.sub(_time, text)
    return _HOUR.sub(lambda m: f"{cardinal(int(m[1]))} {m[2].upper()}M", text)


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    half = f" {found[4].upper()}M" if found[4] else ""
    if hour == 24 and minute:
        return found[0]
    if hour == 0 and not half:
        hour, half = 12, " AM"
    words = cardinal(hour)
    if minute:
        words += f" {'oh ' if minute < 10 else ''}{cardinal(minute)}"
    elif not half:
        words += " o'clock" if hour <= 12 else " hundred"
    seconds = int(found[3] or 0)
    after = f" and {cardinal(seconds)} second{'s' if seconds != 1 else ''}" if seconds else ""
    return words + half + after


def _slashed(found: re.Match[str]) -> str:
    first, second, which = int(found[1]), int(found[3]), int(found[4])
    day_first = found[2] == "." or first > 12
    month, day = (second, first) if day_first else (first, second)
    return _date(which, month, day) or found[0]


def _date(which: int, month: int, day: int) -> str | None:
    try:
        date(which, month, day)
    except ValueError:
        return None
    return f"{MONTHS[month - 1]} {ordinal(day)}, {year(which)} "


def _month(name: str) -> str:
    return next(month for month in MONTHS if month[:3].lower() == name[:3].lower())


def _days(month: str, first: int, last: int) -> str | None:
    if not 1 <= first < last <= 31:
        return None
    return f"{_month(month)} {ordinal(first)} to {ordinal(last)}"


def _named(month: str, day: str, which: str | None) -> str | None:
    if not 1 <= int(day) <= 31:
        return None
    return f"{_month(month)} {ordinal(int(day))}" + (f", {year(int(which))}" if which else "")


def _day_first(found: re.Match[str]) -> str:
    day = int(found[2])
    if not 1 <= day <= 31 or not found[3][0].isupper():
        return found[0]
    after = f", {year(int(found[4]))}" if found[4] else ""
    return f"{found[1] or 'the '}{ordinal(day)} of {_month(found[3])}{after}"
