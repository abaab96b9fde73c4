"""Words at a pause → how likely it is that more follows. Pure: the same words, the same verdict."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

from assistant.think.numbers import NUMBER_WORDS, plain


class Ending(StrEnum):
    """How words end."""

    WHOLE = "whole"
    """A whole command or answer; nothing likely continues it."""
    OPEN = "open"
    """A whole command that often goes on, as with a place."""
    NUMBER = "number"
    """A whole command, if its last number is: "seven | thirty", "fifty | five", "twenty | minutes"."""
    UNFINISHED = "unfinished"
    """More must follow."""
    UNKNOWN = "unknown"


_DANGLING: Final = frozenset(
    {"a", "an", "the", "my", "our", "your", "his", "their", "this", "some", "any", "every", "each"}
    | {"and", "or", "but", "then", "also", "plus", "minus", "times", "than", "because", "if", "when", "while"}
    | {
        "to",
        "at",
        "in",
        "for",
        "from",
        "of",
        "with",
        "by",
        "between",
        "until",
        "till",
        "after",
        "before",
        "per",
    }
    | {"set", "turn", "switch", "put", "make", "add", "remind", "tell", "say", "um", "uh", "er", "erm"}
    | {"what's", "who's", "where's", "about", "called", "named", "very", "next", "point"}
)
"""A sentence that is no command and ends so goes on."""
_DIGITS: Final = NUMBER_WORDS | {"oh"}
_HARMLESS: Final = (
    _DIGITS
    | {"", "please", "now", "right", "thanks", "today", "again", "and", "at", "called", ",", "brightness"}
    | {"a", "an", "in", "for", "by", "some"}
)
"""What may follow a whole command, and seldom does after a pause."""
_FREE: Final = frozenset({"list_add", "note_add", "note_find", "announce", "reminder_set", "media_play"})
"""Tools whose last words may be anybody's."""
_LIST: Final = "list"
_COMPLETIONS: Final = ("on", "off", "for ten minutes", "ten minutes", "at seven", "fifty percent")
"""What would make a sentence of most beginnings."""

LEAST_WORDS: Final = 3
"""Shorter commands begin longer ones ("cancel | the tea timer"), or are a clipped word misheard."""

Means = Callable[[str, str], object]
"""What a text means as a command in a room, to be compared; None: nothing."""


Next = Callable[[Sequence[str]], frozenset[str] | None]
"""The words that may follow in a sentence of the house, "" where it may be over; None: none begins so."""


def nobody_knows(words: Sequence[str]) -> frozenset[str] | None:
    """Without a grammar."""
    return None


def ending(
    text: str,
    room: str,
    tools: Sequence[str] | None,
    means: Means,
    names: Sequence[str],
    follows: Next = nobody_knows,
) -> Ending:
    """How `text` ends. `tools`: those it calls as a command, None if it is none.

    `names`: places and things of the home, in any order but another room first.
    """
    words = plain(text).split()
    if not words:
        return Ending.UNKNOWN
    number = words[-1] in _DIGITS
    said = " ".join(words)
    after = follows(words)
    if words[-1] in _DANGLING or (after is not None and "" not in after):
        return Ending.UNFINISHED
    if tools is None:
        if number:
            return Ending.UNFINISHED
        completions = (*_COMPLETIONS, *(f"the {name}" for name in names[:2]))
        begins = any(means(f"{said} {more}", room) is not None for more in completions)
        return Ending.UNFINISHED if begins else Ending.UNKNOWN
    if number:
        return Ending.NUMBER
    if len(words) < LEAST_WORDS:
        return Ending.UNKNOWN
    if (after or _HARMLESS) - _HARMLESS:
        return Ending.OPEN
    if words[-1] != _LIST and not _FREE.isdisjoint(tools):
        return Ending.UNKNOWN
    # What means something else elsewhere may be followed by where: "turn on the light | in the bedroom".
    elsewhere = names and means(said, names[0]) != means(said, room)
    return Ending.OPEN if elsewhere else Ending.WHOLE
