"""Several of a sort that share their words: `alarms for seven and eight`, `timers for five and ten minutes`.

The words before and after what is joined belong to each: "wake me | at seven | at half past seven", "set a
timer for | five | ten | minutes". Each of them must be understood by itself.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Final

from assistant.memory.recurrence import WEEK
from assistant.think.joints import cuts_in
from assistant.think.numbers import UNITS
from assistant.think.when_days import PARTS

TOOLS: Final = frozenset({"timer_set", "alarm_set", "reminder_set"})
MOST_WORDS: Final = 30
_MOST_AFTER: Final = 4
"""Shared words at the end: `minutes`, `in the morning`."""
_MANY: Final = {"timers": ("a", "timer"), "alarms": ("an", "alarm"), "reminders": ("a", "reminder")}
_UNITS: Final = frozenset({"second", "seconds", "minute", "minutes", "hour", "hours"})
_ONE: Final = (("another", "one"), ("a", "second", "one"), ("the", "other"), ("another",), ("one",))
_OF_ALL: Final = frozenset(
    {*WEEK, *PARTS, "today", "tomorrow", "tonight", "am", "pm", "weekday", "weekend", "daily"}
)
_BEFORE_COUNT: Final = ("my", "the", "me")


def ways(tokens: Sequence[str], gate: Collection[str]) -> Iterator[list[str]]:
    """The texts that a joined one may stand for, a list for each way to share its words. `tokens` are plain
    words with commas; only texts with one of the `gate` words are looked at.
    """
    if len(tokens) > MOST_WORDS or set(gate).isdisjoint(tokens):
        return
    cuts = list(cuts_in(tokens))
    for chosen in (cuts, *([cut] for cut in cuts if len(cuts) > 1)):
        if chosen:
            yield from _shared(_parts(tokens, chosen))


def _parts(tokens: Sequence[str], cuts: Sequence[tuple[int, int]]) -> list[list[str]]:
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(tokens)]
    parts = (tokens[start:end] for start, end in zip(starts, ends, strict=True))
    return [[word for word in part if word != ","] for part in parts]


def _shared(parts: Sequence[list[str]]) -> Iterator[list[str]]:
    first, *rest = parts
    if not all(parts):
        return
    for before in sorted(range(1, len(first) + 1), key=lambda at: (not _parallel(first, at, rest), at)):
        pieces = [first[before:], *rest] if before < len(first) else rest
        head = _single(first[:before], len(pieces))
        if head is None or len(pieces) < 2:
            continue
        for after in sorted(range(min(_MOST_AFTER, len(rest[-1]) - 1) + 1), key=partial(_rank, rest[-1])):
            cut = len(rest[-1]) - after
            whole = [*pieces[:-1], rest[-1][:cut]]
            yield [_text(head, piece, rest[-1][cut:]) for piece in whole]
            if not after and pieces[0] and (unit := pieces[0][-1]) in _UNITS:
                yield [_text(head, piece, [unit] if piece[-1] not in _UNITS else []) for piece in whole]


def _parallel(first: Sequence[str], before: int, rest: Sequence[Sequence[str]]) -> bool:
    """Whether what is not shared begins alike, "at eight | at nine", or of a reminder is as long."""
    own = first[before:]
    alike = own[:1] == list(rest[0][:1])
    return alike or ("remind" in first[:before] and len(own) == len(rest[0]))


def _rank(last: Sequence[str], after: int) -> tuple[bool, int]:
    """A day or a part of one at the end is rather of all: "at six and seven tomorrow morning"."""
    of_all = after > 0 and last[-1].removesuffix("s") in _OF_ALL
    return not of_all, -after if of_all else after


def _single(head: Sequence[str], count: int) -> list[str] | None:
    """ "Set two timers" → "set a timer"; None where it counts another number of them."""
    found: list[str] = []
    for word in head:
        if word not in _MANY:
            found.append(word)
            continue
        if found and found[-1] in UNITS and UNITS.index(found.pop()) != count:
            return None
        while found and found[-1] in _BEFORE_COUNT[:2]:
            found.pop()
        found += _MANY[word]
    return found


def _text(head: Sequence[str], piece: Sequence[str], tail: Sequence[str]) -> str:
    """One of them, with a noun for "one" and "another" where the head has none."""
    lead = next((lead for lead in _ONE if tuple(piece[: len(lead)]) == lead), ())
    rest = list(piece[len(lead) :])
    if lead and rest[:1] and rest[0] in ("for", "at", "called", "named", "of", "to"):
        named = any(word in head for _, word in _MANY.values())
        piece = rest if named else [*("a", "timer"), *rest]
    return " ".join((*head, *piece, *tail))
