"""Days as people say them, in plain words: `next friday`, `the third of may`, `every weekday`."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from assistant.memory.recurrence import EVERY_DAY, WEEK, WEEKDAYS, WEEKEND
from assistant.think.numbers import TENS, UNITS
from assistant.think.when_words import Found, Words, is_at, number

PARTS: Final = ("morning", "afternoon", "evening", "night")
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_ORDINALS: Final = {
    **{word: number for number, word in enumerate(("first", "second", "third"), 1)},
    **{
        f"{word}th": number
        for number, word in enumerate(UNITS)
        if number in (4, 6, 7, 10, 11, *range(13, 20))
    },
    **{"fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12, "twentieth": 20, "thirtieth": 30},
}


_SECOND: Final = frozenset({"other", "second", "two", "alternate"})


def day(words: Words, at: int, today: date) -> Iterator[tuple[date, int]]:
    """`today`, `tomorrow`, `friday`, `next friday`, `the twenty fourth of december`, `the third`."""
    near = ((("today",), 0), (("tomorrow",), 1), (("the", "day", "after", "tomorrow"), 2))
    for said, days in near:
        if is_at(words, at, *said):
            yield today + timedelta(days=days), at + len(said)
    which = words[at] if at < len(words) and words[at] in ("next", "this", "coming") else ""
    name = at + bool(which)
    if name < len(words) and words[name] in WEEK:
        weekday = WEEK.index(words[name])
        if which == "next":
            yield today + timedelta(days=7 - today.weekday() + weekday), name + 1
        else:
            yield today + timedelta(days=(weekday - today.weekday()) % 7), name + 1
    yield from _date(words, at, today)


def _date(words: Words, at: int, today: date) -> Iterator[tuple[date, int]]:
    start = at + is_at(words, at, "the")
    for which, end in ordinal(words, start):
        month = end + is_at(words, end, "of")
        if month < len(words) and words[month] in _MONTHS:
            yield from ((day, month + 1) for day in _next(_MONTHS.index(words[month]) + 1, which, today))
        elif start > at:
            yield from ((day, end) for day in _next(None, which, today))
    if at < len(words) and words[at] in _MONTHS:
        after = at + 1 + is_at(words, at + 1, "the")
        for which, end in (*ordinal(words, after), *number(words, after)):
            yield from ((day, end) for day in _next(_MONTHS.index(words[at]) + 1, which, today))


def ordinal(words: Words, at: int) -> Found:
    """`third`, `twenty fourth`, and `24th` as plain words have it (`twenty four th`)."""
    if at < len(words) and words[at] in _ORDINALS:
        yield _ORDINALS[words[at]], at + 1
    if at + 1 < len(words) and words[at] in ("twenty", "thirty") and words[at + 1] in _ORDINALS:
        yield 10 * TENS.index(words[at]) + _ORDINALS[words[at + 1]], at + 2
    for count, end in number(words, at):
        if end < len(words) and words[end] in ("st", "nd", "rd", "th"):
            yield count, end + 1


def _next(month: int | None, which: int, today: date) -> Iterator[date]:
    """The first day from today on that is the `which` of the month, or of any month."""
    for ahead in range(60):
        year, index = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        if month not in (None, index + 1):
            continue
        try:
            found = date(year, index + 1, which)
        except ValueError:
            continue
        if found >= today:
            yield found
            return


def weekdays(words: Words, at: int) -> Iterator[tuple[frozenset[int], int]]:
    """The days of a recurring time: `every day`, `weekdays`, `every tuesday and friday`, `mondays`."""
    every = at < len(words) and words[at] in ("every", "each")
    start = at + every + (every and is_at(words, at + 1, "single"))
    word = words[start] if start < len(words) else ""
    if is_at(words, at, "the", "weekend") or is_at(words, at, "the", "weekends"):
        yield WEEKEND, at + 2
        return
    if word in ("weekdays", "weekends", "daily") or (every and word in ("weekday", "weekend", "day", *PARTS)):
        days = {"weekday": WEEKDAYS, "weekend": WEEKEND}.get(word.removesuffix("s"), EVERY_DAY)
        # "every morning": the part of the day is still to be read.
        yield days, start + (word not in PARTS)
        return
    found, end = _named_days(words, start, plural=not every)
    if found:
        yield found, end
        return
    found, end = _named_days(words, start, plural=False)
    if len(found) > 1:
        # "saturday and sunday": no one day is meant.
        yield found, end


def rhythm(words: Words, at: int) -> Iterator[tuple[str, frozenset[int], int]]:
    """What skips every other time, the days it names, and its end: `every other friday`, `every two days`."""
    start = 0
    if at < len(words) and words[at] in ("fortnightly", "biweekly"):
        start, unit = at + 1, "week"
    elif at + 1 < len(words) and words[at] in ("every", "each"):
        start = at + 2 if words[at + 1] in _SECOND else at + 1
        unit = words[start].removesuffix("s") if start < len(words) else ""
        if start == at + 1 and unit != "fortnight":
            return
        start += unit in ("week", "day", "fortnight")
    if not start:
        return
    if unit in ("day", *PARTS):
        yield "other day", frozenset(), start
        return
    found, end = _named_days(words, start + is_at(words, start, "on"), plural=False)
    if found:
        yield "other week", found, end
    elif unit in ("week", "fortnight"):
        yield "other week", frozenset(), start


def _named_days(words: Words, at: int, *, plural: bool) -> tuple[frozenset[int], int]:
    named: set[int] = set()
    end = at
    if (span := _span(words, at)) is not None:
        return span, at + 3
    while end < len(words) and (weekday := _weekday(words[end], plural=plural)) is not None:
        named.add(weekday)
        at = end = end + 1
        end += is_at(words, end, "and")
    return frozenset(named), at


def _span(words: Words, at: int) -> frozenset[int] | None:
    """`monday to friday`."""
    if at + 2 >= len(words) or words[at + 1] not in ("to", "through", "till", "until"):
        return None
    first, last = _weekday(words[at], plural=False), _weekday(words[at + 2], plural=False)
    if first is None or last is None:
        return None
    return frozenset((first + ahead) % 7 for ahead in range((last - first) % 7 + 1))


def _weekday(word: str, *, plural: bool) -> int | None:
    name = word.removesuffix("s")
    if name not in WEEK or (plural and name == word):
        return None
    return WEEK.index(name)
