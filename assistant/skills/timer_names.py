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


def ordinal(index: int) -> str:
    """`first` for 0; by number from the eleventh on."""
    return _ORDINALS[index] if index < len(_ORDINALS) else f"number {number(index + 1)}"


def called(name: str, length_s: float) -> str:
    """`pizza timer`, or `ten minute timer` for one without a name."""
    return f"{name or length_adjective(length_s)} timer"


def pick(timers: Sequence[Timer], name: str, room: str) -> tuple[Timer, ...]:
    """The timers a name can mean, soonest first; one is clear, several need a question.

    Without a name: the only one, else the only one of this room, else all.
    """
    found = tuple(timers) if not name else _named(tuple(timers), name)
    if len(found) > 1:
        here = tuple(timer for timer in found if timer.room == room)
        found = here if len(here) == 1 else found
    return found


def _named(timers: tuple[Timer, ...], name: str) -> tuple[Timer, ...]:
    whole = tuple(timer for timer in timers if _matches(timer, name))
    if whole:
        return whole
    for index in range(len(timers)):
        place = ordinal(index)
        if name == place or name.startswith(f"{place} "):
            rest = name[len(place) :].removesuffix("one").strip()
            among = tuple(timer for timer in timers if not rest or _matches(timer, rest))
            return among[index : index + 1]
    if name in ("last", "last one"):
        return timers[-1:]
    return ()


def _matches(timer: Timer, name: str) -> bool:
    said = " ".join(_DIGITS.get(word, word) for word in name.replace("-", " ").split())
    said = said.replace("minutes", "minute").replace("hours", "hour").replace("seconds", "second")
    length = length_adjective(timer.length_s).replace("-", " ")
    own = timer.name.replace("-", " ")
    return said in (own, length, f"{length} {own}", f"{timer.room}", f"{own} {length}") and bool(said)
