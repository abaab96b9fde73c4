"""A time as people say it → what an alarm, a reminder or a later command takes.

`seven` said at night is seven in the morning, said at noon seven in the evening: the nearest to come. With a
day or a weekday, a bare hour is meant as such things usually are (`Usual`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from assistant.memory.recurrence import WEEK
from assistant.messages import JsonValue
from assistant.think.when_days import PARTS, day, weekdays
from assistant.think.when_words import Words, clock, is_at, length

MOST_WORDS: Final = 14
"""A longer stretch is no time."""
_DAY_S: Final = 86_400
_NOON: Final = 720
_WAKING, _SOON = 6 * 60, 4 * 60
"""A bare hour before six in the morning is meant at night only where it is less than four hours ahead."""
_BY_PART: Final = {"morning": 8 * 60, "afternoon": 15 * 60, "evening": 19 * 60, "night": 21 * 60}
_BY_DAY: Final = 9 * 60
"""Where only a day or a part of it is said, in minutes after midnight."""

_NO_PREPOSITION: Final = ("today", "tonight", "tomorrow", "every", "each", "daily", "this", "next")


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
        )
        twice = any(
            getattr(self, name) is not None and getattr(other, name) is not None
            for name in ("delay_s", "minute", "part", "day")
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


def told(when: When, now: datetime, usual: Usual) -> Mapping[str, JsonValue] | None:
    """As arguments: `delay_s`, or `time` with `date` or `days`; None where no time of day is meant."""
    if when.delay_s is not None:
        return {"delay_s": when.delay_s} if when.delay_s > 0 else None
    minute = when.minute
    if minute is None and when.same_time:
        minute = now.hour * 60 + now.minute
    elif minute is None:
        if not usual.bare_days or (when.day is None and when.part is None):
            return None
        minute = _BY_PART.get(when.part or "", _BY_DAY)
    elif not when.exact:
        minute = _half(when, minute, now, usual)
    on = when.day
    if on == now.date() and (minute == 0 or (when.part == "night" and minute < 6 * 60)):
        on += timedelta(days=1)
    elif on == now.date() and when.weekday and minute <= now.hour * 60 + now.minute:
        on += timedelta(days=7)
    found: dict[str, JsonValue] = {"time": f"{minute // 60:02}:{minute % 60:02}"}
    if on is not None:
        found["date"] = on.isoformat()
    if when.days:
        found["days"] = [WEEK[number] for number in sorted(when.days)]
    return found


def either(when: When) -> str | None:
    """The time of something that is there already: `07:00`, or `07:00 or 19:00` for a bare seven."""
    if when.minute is None or when.delay_s is not None:
        return None
    if when.exact or when.part is not None:
        minute = when.minute if when.exact else _in_part(when.minute, when.part or "")
        return f"{minute // 60:02}:{minute % 60:02}"
    morning = when.minute % _NOON
    return f"{morning // 60:02}:{morning % 60:02} or {morning // 60 + 12:02}:{morning % 60:02}"


def after(seconds: int, now: datetime) -> When:
    """So long from now; whole days keep the time of day."""
    if seconds % _DAY_S:
        return When(delay_s=seconds)
    return When(day=now.date() + timedelta(days=seconds // _DAY_S), same_time=True)


def _half(when: When, minute: int, now: datetime, usual: Usual) -> int:
    """Which half of the day a bare hour is meant in."""
    morning = minute % _NOON
    if when.part is not None:
        return _in_part(minute, when.part)
    passed = now.hour * 60 + now.minute
    if when.day == now.date() and (morning + _NOON > passed or not when.weekday):
        return morning if morning > passed else morning + _NOON
    if when.day is None and not when.days:
        nearest = min((morning, morning + _NOON), key=lambda each: (each - passed - 1) % 1440)
        asleep = usual.awake and nearest < _WAKING and (nearest - passed) % 1440 > _SOON
        return morning + _NOON if asleep else nearest
    return morning if usual.morning_from * 60 <= morning else morning + _NOON


def _in_part(minute: int, part: str) -> int:
    morning = minute % _NOON
    if part == "morning":
        return morning
    if part == "night" and morning < 5 * 60:
        return morning
    return morning + _NOON


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


def _times(words: Words, at: int) -> Iterator[tuple[When, int]]:
    for names, minute in ((("noon", "midday"), _NOON), (("midnight",), 0)):
        start = at + is_at(words, at, "twelve")
        if start < len(words) and words[start] in names:
            yield When(minute=minute, exact=True), start + 1
    for minute, end in clock(words, at):
        half, last = _half_said(words, end)
        if half and 60 <= minute < 13 * 60:
            yield When(minute=minute % _NOON + (_NOON if half == "pm" else 0), exact=True), last
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
        on_a_day = so_far.day is not None or bool(so_far.days)
        if at < len(words) and words[at] in (part, f"{part}s") and (on_a_day or words[at - 1] == "at"):
            yield When(part=part), at + 1


def _opens(words: Sequence[str], at: int) -> bool:
    """Whether a time in the middle of other words may begin here: never with a bare number."""
    first, second = words[at], words[at + 1] if at + 1 < len(words) else ""
    if first in ("at", "in", "after", "on", "every", "each", "daily", "today", "tonight", "tomorrow"):
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
