"""How people call a timer: by its name, its length, its place in the row, its room."""

from collections.abc import Sequence
from typing import Final

from assistant.memory.entries import Timer
from assistant.skills.wording import length_adjective, number

_ORDINALS: Final = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
_DIGITS: Final = {str(value): number(value) for value in range(100)}


BY_ID: Final = "#"
"""Begins a name that nobody says: the very timer that was spoken of."""


def by_id(timer_id: int) -> str:
    """The name that means one timer and no other."""
    return f"{BY_ID}{timer_id}"


def ordinal(index: int) -> str:
    """`first` for 0; by number from the eleventh on."""
    return _ORDINALS[index] if index < len(_ORDINALS) else f"number {number(index + 1)}"


def clean(name: str | None) -> str:
    """A name as it is kept and compared: `the Pizza timer` → `pizza`; nothing → empty."""
    words = (name or "").casefold().split()
    while words and words[-1] in ("timer", "timers"):
        words.pop()
    while words and words[0] in ("the", "my", "a"):
        words.pop(0)
    return " ".join(words)


def called(name: str, length_s: float) -> str:
    """`pizza timer`, or `ten minute timer` for one without a name."""
    return f"{name or length_adjective(length_s)} timer"


def pick(timers: Sequence[Timer], name: str, room: str) -> tuple[Timer, ...]:
    """The timers a name can mean, soonest first; one is clear, several need a question.

    Without a name: the only one, else the only one of this room, else all.
    """
    if name.startswith(BY_ID):
        return tuple(timer for timer in timers if by_id(timer.id) == name)
    found = tuple(timers) if not name else _named(tuple(timers), name)
    if len(found) > 1:
        here = tuple(timer for timer in found if timer.room == room)
        found = here if len(here) == 1 else found
    return found


def ways(timers: Sequence[Timer]) -> list[str]:
    """A different way to call each: by name or length, else counted by which ends first."""
    names = [called(timer.name, timer.length_s) for timer in timers]
    ways = []
    for at, name in enumerate(names):
        same = [place for place, other in enumerate(names) if other == name]
        ways.append(name if len(same) == 1 else f"{ordinal(same.index(at))} {name}")
    return ways


def _named(timers: tuple[Timer, ...], name: str) -> tuple[Timer, ...]:
    if whole := _matching(timers, name):
        return whole
    for index in range(len(timers)):
        place = ordinal(index)
        if name == place or name.startswith(f"{place} "):
            rest = name[len(place) :].strip()
            among = _matching(timers, rest) or (timers if rest in ("", "one") else ())
            return among[index : index + 1]
    return timers[-1:] if name in ("last", "last one") else ()


def _matching(timers: tuple[Timer, ...], name: str) -> tuple[Timer, ...]:
    """The timers that fit the closest sense of a name that any fits."""
    said = _plain(" ".join(_DIGITS.get(word, word) for word in name.replace("-", " ").split()))
    senses = [_senses(timer) for timer in timers]
    for close in range(4):
        if found := tuple(t for t, sense in zip(timers, senses, strict=True) if sense[close] == said):
            return found
    return ()


def _senses(timer: Timer) -> tuple[str, str, str, str]:
    """What it is called, its length with its name, its length, its room."""
    own, length = _plain(timer.name), _plain(length_adjective(timer.length_s))
    return own or length, f"{length} {own}", length, timer.room


def _plain(words: str) -> str:
    """Without hyphens and plurals of the units: `twenty five minutes` → `twenty five minute`."""
    for unit in ("second", "minute", "hour", "day"):
        words = words.replace(f"{unit}s", unit)
    return words.replace("-", " ")
