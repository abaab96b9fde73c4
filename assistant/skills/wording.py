"""English for the ear: numbers, durations and lists as people say them."""

from collections.abc import Sequence
from typing import Final

# fmt: off
_SMALL: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
# fmt: on
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_STEPS: Final = ((86_400, 3_600), (595, 60), (60, 5))
"""Steps of the time left: from a day on hours, from ten minutes minutes, from a minute five seconds."""
_ARE_ONE: Final = ("ss", "us", "is")


def the(name: str) -> str:
    """`the kitchen light`, but `mia's lamp`."""
    return name if name.split(" ")[0].endswith(("'s", "s'")) else f"the {name}"


def number(value: int) -> str:
    """0 to 99 in words, above in digits."""
    if not 0 <= value < 100:
        return str(value)
    if value < 20:
        return _SMALL[value]
    tens, ones = divmod(value, 10)
    return _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")


def counted(count: int, thing: str, things: str = "") -> str:
    """`one item`, `three items`."""
    return f"{number(count)} {thing if count == 1 else things or thing + 's'}"


def joined(parts: Sequence[str], word: str = "and") -> str:
    """`milk, eggs and bread`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}" if parts else ""


def sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else text + "."


def duration(seconds: float) -> str:
    """`one hour and thirty minutes`: exact, zero parts left out."""
    return joined([counted(count, unit) for count, unit in _parts(seconds)]) or "zero seconds"


def time_left(seconds: float) -> str:
    """As `duration`, but no finer than an ear wants; never zero."""
    whole = max(1, round(seconds))
    for from_s, step_s in _STEPS:
        if whole >= from_s:
            return duration(round(whole / step_s) * step_s)
    return duration(whole)


def length_adjective(seconds: float) -> str:
    """`ten minute`, `one hour thirty minute`: before the word timer."""
    return " ".join(f"{number(count)} {unit}" for count, unit in _parts(seconds)) or "zero second"


def are_many(name: str) -> bool:
    """Whether a device's name is a plural: `blinds`, not `bus`."""
    return name.endswith("s") and not name.endswith(_ARE_ONE)


def be(names: Sequence[str]) -> str:
    """`is` or `are` for these names together."""
    return "are" if len(names) > 1 or are_many(names[0]) else "is"


def _parts(seconds: float) -> list[tuple[int, str]]:
    left, parts = max(0, round(seconds)), []
    for unit, length in _UNITS:
        count, left = divmod(left, length)
        if count:
            parts.append((count, unit))
    return parts
