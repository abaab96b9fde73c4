"""Which of several alarms, reminders or waiting commands is meant, and the question where that is open."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Final

from pydantic import Field

from assistant.errors import ToolError
from assistant.memory.entries import Waiting
from assistant.memory.schedule import Schedule
from assistant.messages import JsonValue
from assistant.skills.moments import EITHER, at
from assistant.skills.skill import Outcome
from assistant.skills.wording import joined, number

MOST_OFFERED: Final = 4
"""More than these are not listed in a question."""
_SMALL: Final = frozenset({"the", "a", "an", "my", "our", "to", "about", "that", "of", "for"})
CLOCK_UNSET: Final = " My clock isn't set yet, so it waits until it is."
NOT_CANCELLED: Final = "Sorry, I couldn't cancel it."
Entries = tuple[Waiting, ...]
Id = Annotated[int, Field(ge=1)]
Undo = tuple[str, Mapping[str, JsonValue]]
"""A tool and its arguments."""


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


async def cancelled(schedule: Schedule, found: Entries) -> list[Undo]:
    """Cancel them, each read back from disk; what brings them back. ToolError where one is still there."""
    back: list[Undo] = []
    for entry in found:
        back.append(("entry_restore", {"version": schedule.note(entry.id)}))
        await schedule.cancel(entry.id)
        if await schedule.written(entry.id) is not None:
            raise ToolError(f"{entry.kind} {entry.id} is still there", spoken=NOT_CANCELLED)
    return back


def several(found: Entries) -> str:
    """`both`, `all three`."""
    return "both" if len(found) == 2 else f"all {number(len(found))}"


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
