"""A time as people say it, in plain words: `half past six tomorrow morning`, `every other friday at nine`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from assistant.memory.recurrence import WEEK
from assistant.think.when_days import PARTS, day, rhythm, weekdays
from assistant.think.when_words import Words, clock, is_at, length

MOST_WORDS: Final = 14
"""A longer stretch is no time."""
_DAY_S: Final = 86_400
NOON: Final = 720
_OPENERS: Final = frozenset(
    {"at", "in", "after", "on", "every", "each", "daily", "fortnightly", "today", "tonight", "tomorrow"}
)
_NO_PREPOSITION: Final = ("today", "tonight", "tomorrow", "every", "each", "daily", "this", "next")


@dataclass(frozen=True, slots=True)
class When:
    """What a time phrase says; None: not said."""

    delay_s: int | None = None
    minute: int | None = None
    """After midnight, as said."""
    exact: bool = False
    """The hour needs no morning or evening."""
    part: str | None = None
    day: date | None = None
    same_time: bool = False
    """The day was counted from now: `in three days`."""
    days: frozenset[int] = frozenset()
    weekday: bool = False
    """The day was named as one of the week: today only while the time is still to come."""
    every: str | None = None
    """`other week` or `other day`: not each of its days, or of all days."""

    def with_(self, other: "When") -> "When | None":
        """Both together; None where they say the same thing twice or don't go together."""
        merged = When(
            other.delay_s if self.delay_s is None else self.delay_s,
            other.minute if self.minute is None else self.minute,
            self.exact or other.exact,
            self.part or other.part,
            self.day or other.day,
            self.same_time or other.same_time,
            self.days or other.days,
            self.weekday or other.weekday,
            self.every or other.every,
        )
        twice = any(
            getattr(self, name) is not None and getattr(other, name) is not None
            for name in ("delay_s", "minute", "part", "day", "every")
        )
        on_days = merged.day is not None and bool(merged.days)
        counted = merged.delay_s is not None and replace(merged, delay_s=None) != When()
        return None if twice or on_days or counted or (self.days and other.days) else merged


def read(words: Words, now: datetime) -> When | None:
    """The time that all the words say, or None."""
    return next((when for when, end in _readings(words, 0, now, When()) if end == len(words)), None)


def head(words: Words, now: datetime) -> tuple[When, int] | None:
    """The longest time the words begin with, opened as a time is, and how many words it takes."""
    if not (_opens(words, 0) or words[0] == "for"):
        return None
    found = max(_readings(words[:MOST_WORDS], 0, now, When()), key=lambda each: each[1], default=None)
    return found


def tail(words: Words, now: datetime) -> tuple[When, int] | None:
    """The longest time the words end with, opened as a time is, and the word it begins at."""
    for start in range(max(0, len(words) - MOST_WORDS), len(words)):
        if _opens(words, start) and (when := read(words[start:], now)) is not None:
            return when, start
    return None


def after(seconds: int, now: datetime) -> When:
    """So long from now; whole days keep the time of day."""
    if seconds % _DAY_S:
        return When(delay_s=seconds)
    return When(day=now.date() + timedelta(days=seconds // _DAY_S), same_time=True)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def _readings(words: Words, at: int, now: datetime, so_far: When) -> Iterator[tuple[When, int]]:
    """Every way to read pieces of a time from here on, with where it ends."""
    start = at + _leads(words, at)
    for piece, end in _pieces(words, start, now, so_far):
        merged = so_far.with_(piece)
        if merged is not None and end > at:
            yield from _readings(words, end, now, merged)
            yield merged, end


def _pieces(words: Words, at: int, now: datetime, so_far: When) -> Iterator[tuple[When, int]]:
    if is_at(words, at, "in") or is_at(words, at, "after"):
        yield from ((after(seconds, now), end) for seconds, end in length(words, at + 1) if seconds)
    for seconds, end in length(words, at):
        if is_at(words, end, "from", "now"):
            yield after(seconds, now), end + 2
    yield from _parts(words, at, now, so_far)
    yield from _times(words, at)
    for named, end in day(words, at, now.date()):
        yield When(day=named, weekday=words[end - 1] in WEEK), end
    yield from ((When(days=named), end) for named, end in weekdays(words, at))
    yield from ((When(days=named, every=every), end) for every, named, end in rhythm(words, at))


def _times(words: Words, at: int) -> Iterator[tuple[When, int]]:
    for names, minute in ((("noon", "midday"), NOON), (("midnight",), 0)):
        start = at + is_at(words, at, "twelve")
        if start < len(words) and words[start] in names:
            yield When(minute=minute, exact=True), start + 1
    for minute, end in clock(words, at):
        half, last = _half_said(words, end)
        if half and 60 <= minute < 13 * 60:
            yield When(minute=minute % NOON + (NOON if half == "pm" else 0), exact=True), last
        yield When(minute=minute, exact=minute < 60 or minute >= 13 * 60), end


def _half_said(words: Words, at: int) -> tuple[str, int]:
    if at < len(words) and words[at] in ("am", "pm"):
        return words[at], at + 1
    if is_at(words, at, "a", "m") or is_at(words, at, "p", "m"):
        return words[at] + "m", at + 2
    return "", at


def _parts(words: Words, at: int, now: datetime, so_far: When) -> Iterator[tuple[When, int]]:
    """Parts of a day: `in the morning`, `at night`, `this evening`, `tonight`, after a day `morning`."""
    if is_at(words, at, "tonight"):
        yield When(day=now.date(), part="night"), at + 1
    for part in PARTS:
        if is_at(words, at, "in", "the", part):
            yield When(part=part), at + 3
        if is_at(words, at, "this", part):
            yield When(day=now.date(), part=part), at + 2
        on_a_day = so_far.day is not None or bool(so_far.days or so_far.every)
        if at < len(words) and words[at] in (part, f"{part}s") and (on_a_day or words[at - 1] == "at"):
            yield When(part=part), at + 1


def _opens(words: Sequence[str], at: int) -> bool:
    """Whether a time in the middle of other words may begin here: never with a bare number."""
    first, second = words[at], words[at + 1] if at + 1 < len(words) else ""
    if first in _OPENERS:
        return True
    if first == "this":
        return second in PARTS or second in WEEK
    if first in ("next", "weekdays", "weekends") or first.removesuffix("s") in WEEK:
        return first != "next" or second in WEEK
    return is_at(words, at, "the", "day", "after", "tomorrow") or "now" in words[at + 2 : at + 9]


def _leads(words: Words, at: int) -> bool:
    """Whether a preposition stands here that belongs to the time after it: not `on` in `on tomorrow`."""
    if at + 1 >= len(words) or words[at] not in ("at", "on", "for", "from"):
        return False
    return words[at] == "for" or words[at + 1] not in _NO_PREPOSITION
