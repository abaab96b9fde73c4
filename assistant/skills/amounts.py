"""Number words → numbers, and numbers → what an ear wants to hear."""

import math
from collections.abc import Sequence
from typing import Final

# fmt: off
_SMALL: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
# fmt: on
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ONES: Final = {word: value for value, word in enumerate(_SMALL)} | {
    word: 10 * value for value, word in enumerate(_TENS, 2)
}
_LARGE: Final = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
FRACTIONS: Final = {
    "half": 0.5, "third": 1 / 3, "quarter": 0.25, "fourth": 0.25, "fifth": 0.2, "sixth": 1 / 6,
    "eighth": 0.125, "tenth": 0.1,
}  # fmt: skip
_PLURAL: Final = {f"{word}s": value for word, value in FRACTIONS.items()} | {"halves": 0.5}
PLACES: Final = 4
"""With at most so many decimal places a number is told exactly."""
MOST_EXACT: Final = 10**15


def number_at(words: Sequence[str], at: int) -> tuple[int | float, int] | None:
    """The number that begins at `at` and where it ends; None where none does."""
    found = _whole(words, at)
    if found is None:
        return _fraction(words, at)
    value, at = found
    if words[at : at + 1] == ["point"]:
        digits = ""
        while at + 1 < len(words) and _ONES.get(words[at + 1], 10) < 10:
            at += 1
            digits += str(_ONES[words[at]])
        return (float(f"{value}.{digits}"), at + 1) if digits else None
    if words[at : at + 1] == ["and"] and (part := _fraction(words, at + 1)) is not None:
        return value + part[0], part[1]
    if words[at : at + 1] and words[at] in _PLURAL:
        return value * _PLURAL[words[at]], at + 1
    return value, at


def _fraction(words: Sequence[str], at: int) -> tuple[float, int] | None:
    """`a half`, `three quarters`, `half a`."""
    many = 1
    if words[at : at + 1] in (["a"], ["an"]) and words[at + 1 : at + 2] and words[at + 1] in FRACTIONS:
        at += 1
    elif words[at : at + 1] and words[at] in _ONES and words[at + 1 : at + 2] and words[at + 1] in _PLURAL:
        many, at = _ONES[words[at]], at + 1
    if not words[at : at + 1] or words[at] not in FRACTIONS | _PLURAL:
        return None
    value = (FRACTIONS | _PLURAL)[words[at]] * many
    return value, at + 1


def _whole(words: Sequence[str], at: int) -> tuple[int | float, int] | None:
    first = words[at] if at < len(words) else ""
    if first[:1].isdigit() or first[:1] == ".":
        value: int | float = float(first) if "." in first else int(first)
        while at + 1 < len(words) and words[at + 1] in _LARGE:
            value *= _LARGE[words[at + 1]]
            at += 1
        return value, at + 1
    return _spoken(words, at)


def _spoken(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """`two hundred and five thousand twelve`."""
    start, total, group, last = at, 0, 0, 0
    while at < len(words):
        word = words[at]
        if word in ("a", "an") and at == start and words[at + 1 : at + 2] and words[at + 1] in _MULTIPLES:
            group, last = 1, 1
        elif word == "hundred" and at > start and 0 < group < 100:
            group, last = group * 100, 100
        elif word == "dozen" and group < 100:
            group, last = (group or 1) * 12, 0
        elif word in _LARGE and group:
            total, group, last = total + group * _LARGE[word], 0, _LARGE[word]
        elif word in _ONES and _may_follow(_ONES[word], last):
            group, last = group + _ONES[word], _ONES[word] or -1
        elif not (word == "and" and last >= 100 and words[at + 1 : at + 2] and words[at + 1] in _ONES):
            break
        at += 1
    return (total + group, at) if at > start else None


def _may_follow(value: int, last: int) -> bool:
    """`twenty` before `five`, `hundred` before anything; never `five` before `six`."""
    return last == 0 or last >= 100 or (20 <= last < 100 and 0 < value < 10)


_MULTIPLES: Final = frozenset({"hundred", "dozen", *_LARGE})


def amount_of(text: str) -> float:
    """`two and a half` or `2.5` → 2.5. ValueError where it is no number."""
    words = text.replace("-", " ").casefold().split() if not text.startswith("-") else [text]
    try:
        return float(text)
    except ValueError:
        pass
    sign = 1
    while words and words[0] in ("minus", "negative"):
        sign, words = -sign, words[1:]
    if words in (["a"], ["an"]):
        return sign
    if words == ["half", "a"] or words == ["half", "an"] or words == ["half", "of"]:
        words = ["half"]
    found = number_at(words, 0)
    if found is None or found[1] != len(words):
        raise ValueError(f"no number: {text!r}")
    return sign * found[0]


def shown(value: int | float) -> str:
    """`1.5`; `about 1.41` where more was cut off; `minus 3`."""
    sign = "minus " if value < 0 else ""
    size = abs(value)
    if isinstance(size, float) and size < MOST_EXACT and abs(size - round(size)) < 1e-9 * max(1.0, size):
        size = round(size)
    if size >= MOST_EXACT:
        power = math.floor(math.log10(size))
        lead = size / 10**power
        return f"about {sign}{lead:.3g} times ten to the power of {power}"
    if isinstance(size, int) or size == int(size):
        return f"{sign}{int(size)}"
    if math.isclose(size, round(size, PLACES), rel_tol=1e-12, abs_tol=1e-12):
        return f"{sign}{round(size, PLACES):.{PLACES}f}".rstrip("0")
    rounded = f"{size:.2f}" if size >= 1 else f"{size:.{1 - math.floor(math.log10(size))}f}"
    return f"about {sign}{rounded.rstrip('0').rstrip('.')}"
