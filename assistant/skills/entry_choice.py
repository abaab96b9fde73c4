"""Which of several alarms, reminders or waiting commands is meant, and the question where that is open."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from assistant.memory.entries import Waiting
from assistant.messages import JsonValue
from assistant.skills.moments import EITHER, at
from assistant.skills.skill import Outcome
from assistant.skills.wording import joined, number

MOST_OFFERED: Final = 4
"""More than these are not listed in a question."""
_SMALL: Final = frozenset({"the", "a", "an", "my", "our", "to", "about", "that", "of", "for"})
Entries = tuple[Waiting, ...]


def at_time(found: Entries, said: str) -> Entries:
    """Those due at this time of day; where none is, those twelve hours away from it."""
    times = [at(part) for part in said.split(EITHER)]
    exact = tuple(entry for entry in found if _clock(entry) in times)
    if exact:
        return exact
    halves = [time.replace(hour=(time.hour + 12) % 24) for time in times]
    return tuple(entry for entry in found if _clock(entry) in halves)


def with_words(found: Entries, said: str) -> Entries:
    """Those whose name or text these words give, the closest sense that any fits."""
    wanted = _words(said)
    if not wanted:
        return found
    senses: tuple[Callable[[set[str]], bool], ...] = (
        lambda there: there == wanted,
        lambda there: wanted <= there,
        lambda there: bool(there) and there <= wanted,
    )
    for fits in senses:
        if close := tuple(entry for entry in found if fits(_words(f"{entry.name} {entry.text}"))):
            return close
    return ()


def of_room(found: Entries, room: str) -> Entries:
    """The only one of this room where there is one, else all."""
    here = tuple(entry for entry in found if entry.room == room)
    return here if len(here) == 1 else found


def which(
    found: Entries, tool: str, words: Callable[[Waiting], str], more: Mapping[str, JsonValue]
) -> Outcome:
    """Ask which of them; naming one calls the tool for it."""
    choices: list[JsonValue] = [
        {"say": words(entry), "tool": tool, "arguments": {**more, "id": entry.id}} for entry in found
    ]
    told = joined([words(entry) for entry in found], "or")
    question = (
        f"Which one: {told}?" if len(found) <= MOST_OFFERED else f"There are {number(len(found))}. Which one?"
    )
    return Outcome(question, {"choices": choices}, ok=False, asks=True)


def named(entries: Sequence[Waiting], entry_id: int) -> Entries:
    """The one with this number."""
    return tuple(entry for entry in entries if entry.id == entry_id)


def _clock(entry: Waiting) -> object:
    return entry.rule.at if entry.rule is not None else entry.due.time().replace(second=0, microsecond=0)


def _words(text: str) -> set[str]:
    return set(text.casefold().replace("-", " ").split()) - _SMALL
