"""Pieces of a time as people say it, in plain words: numbers, lengths, what a clock shows.

Each reader takes the words and a place in them, and yields what it can make of them with the place after it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from assistant.think.numbers import TENS, UNITS

Words = Sequence[str]
Found = Iterator[tuple[int, int]]

_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_COUNTED: Final = frozenset({*_SECONDS, "percent", "degree", "month", "year", "time"})
_SHARES: Final = ((("a", "half"), 2), (("half",), 2), (("a", "quarter"), 1), (("three", "quarters"), 3))
"""What may follow "and" in a length, in quarters."""


def number(words: Words, at: int) -> Found:
    """0 to 99, the longest reading first."""
    if at >= len(words):
        return
    word = words[at]
    if word in TENS[2:]:
        tens = 10 * TENS.index(word)
        if at + 1 < len(words) and words[at + 1] in UNITS[1:10]:
            yield tens + UNITS.index(words[at + 1]), at + 2
        yield tens, at + 1
    elif word in UNITS:
        yield UNITS.index(word), at + 1


def is_at(words: Words, at: int, *wanted: str) -> bool:
    """Whether these words stand here."""
    return tuple(words[at : at + len(wanted)]) == wanted


# ── lengths ──────────────────────────────────────────────────────────────────────────────────────


def length(words: Words, at: int) -> Found:
    """Seconds: `ten minutes`, `an hour and a half`, `two hours and ten minutes`, `half an hour`."""
    for seconds, end in _share_of_unit(words, at):
        yield seconds, end
        return
    for seconds, end in _units(words, at):
        after = end + is_at(words, end, "and")
        for more, last in length(words, after):
            if more < seconds:
                yield seconds + more, last
        yield seconds, end
        return


def _units(words: Words, at: int) -> Found:
    for count, end in _count(words, at):
        quarters, after = _and_share(words, end)
        unit = words[after].removesuffix("s") if after < len(words) else ""
        if unit in _SECONDS:
            seconds = count * _SECONDS[unit] + quarters * _SECONDS[unit] // 4
            if not quarters:
                quarters, last = _and_share(words, after + 1)
                seconds, after = seconds + quarters * _SECONDS[unit] // 4, last - 1
            yield seconds, after + 1


def _count(words: Words, at: int) -> Found:
    if is_at(words, at, "a", "couple"):
        yield 2, at + 2 + is_at(words, at + 2, "of")
    elif at < len(words) and words[at] in ("a", "an"):
        yield 1, at + 1
    elif is_at(words, at, "one", "hundred"):
        yield 100, at + 2
        for rest, end in number(words, at + 2):
            yield 100 + rest, end
    else:
        yield from number(words, at)


def _and_share(words: Words, at: int) -> tuple[int, int]:
    if is_at(words, at, "and"):
        for share, quarters in _SHARES:
            if is_at(words, at + 1, *share):
                return quarters, at + 1 + len(share)
    return 0, at


def _share_of_unit(words: Words, at: int) -> Found:
    for share, quarters in _SHARES:
        if is_at(words, at, *share) or (share[0] == "a" and is_at(words, at, *share[1:])):
            end = at + len(share) - (not is_at(words, at, *share))
            end += is_at(words, end, "of")
            end += end < len(words) and words[end] in ("a", "an")
            unit = words[end].removesuffix("s") if end < len(words) else ""
            if unit in _SECONDS:
                yield quarters * _SECONDS[unit] // 4, end + 1


# ── times of day: minutes after midnight ─────────────────────────────────────────────────────────


def clock(words: Words, at: int) -> Found:
    """What a clock shows: `seven`, `six thirty`, `half past six`, `quarter to eight`, `nineteen oh five`.

    Not where a unit follows: `ten minutes` is no time of day.
    """
    for minute, end in _shown(words, at):
        if end == len(words) or words[end].removesuffix("s") not in _COUNTED:
            yield minute, end


def _shown(words: Words, at: int) -> Found:
    yield from _past_or_to(words, at)
    for hour, end in number(words, at):
        if hour > 24:
            continue
        if end < len(words) and words[end] in ("o'clock", "oclock"):
            yield hour % 24 * 60, end + 1
        elif is_at(words, end, "hundred"):
            yield hour % 24 * 60, end + 1 + is_at(words, end + 1, "hours")
        else:
            yield from ((hour % 24 * 60 + minute, last) for minute, last in _minute(words, end))
            yield hour % 24 * 60, end


def _minute(words: Words, at: int) -> Found:
    zero = at < len(words) and words[at] in ("oh", "o", "zero")
    if is_at(words, at, "point"):
        digits = [UNITS.index(word) for word in words[at + 1 : at + 3] if word in UNITS[:10]]
        if len(digits) == 2 and digits[0] < 6:
            yield 10 * digits[0] + digits[1], at + 3
        return
    for minute, end in number(words, at + zero):
        if minute < (10 if zero else 60):
            yield minute, end
    if zero:
        yield 0, at + 1


def _past_or_to(words: Words, at: int) -> Found:
    for minutes, end in _fraction(words, at):
        sign = {"past": 1, "after": 1, "to": -1, "before": -1, "till": -1, "til": -1, "of": -1}.get(
            words[end] if end < len(words) else "", 0
        )
        if not sign or (minutes == 30 and sign < 0):
            continue
        for hour, last in number(words, end + 1):
            if hour <= 24:
                last += last < len(words) and words[last] in ("o'clock", "oclock")
                yield (hour * 60 + sign * minutes) % 1440, last
    if is_at(words, at, "half"):
        for hour, last in number(words, at + 1):
            if 1 <= hour <= 12:
                yield hour * 60 + 30, last


def _fraction(words: Words, at: int) -> Found:
    start = at + is_at(words, at, "a")
    if is_at(words, start, "quarter"):
        yield 15, start + 1
    elif is_at(words, at, "half"):
        yield 30, at + 1
    else:
        for minutes, end in number(words, at):
            if 0 < minutes < 60:
                yield minutes, end + (end < len(words) and words[end] in ("minute", "minutes"))
