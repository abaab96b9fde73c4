"""A command with a time around it: `turn off the fan in ten minutes`, `at ten pm turn on the heater`.

What is left without the time must be understood whole by itself, as something that may wait.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol, TypeVar

from assistant.messages import JsonValue
from assistant.think import when, when_told
from assistant.think.when import MOST_WORDS, When

TOOL: Final = "command_later"
MAY_WAIT: Final = frozenset(
    {
        *("device_on", "device_off", "light_set", "light_change", "cover_set", "cover_stop", "fan_set"),
        *("vacuum_control", "media_control", "media_set", "climate_set", "volume_set", "volume_change"),
    }
)
"""Tools that change the home; what tells something, or keeps a time itself, does not wait."""
TAKE_TIMES: Final = frozenset({"alarm_set", "reminder_set", "alarm_change"})
"""Tools whose sentences take the time themselves, at their end."""

_ON: Final = ("date", "days", "every")


class Meant(Protocol):
    """One way to understand a text."""

    @property
    def tool(self) -> str: ...

    @property
    def question(self) -> str | None: ...


Meaning = TypeVar("Meaning", bound=Meant)
One = Callable[[str], Meaning | None]
Several = Callable[[Sequence[str]], Sequence[Meaning]]
Waits = Mapping[str, JsonValue]


def reading(text: str, now: datetime, one: One[Meaning], several: Several[Meaning]) -> Meaning | Waits | None:
    """The command that waits, as arguments of `command_later`; or what the words mean with the time moved
    to their end, or the question that is open; None where they are no such command.

    A time at the beginning counts for all that follows, one at the end for what is said with it.
    """
    words = text.split()
    if words and (first := when.head(words, now)) is not None and first[1] < len(words):
        time, end = first
        rest = " ".join(words[end:])
        moved = one(f"{rest} {' '.join(words[:end])}")
        if moved is not None and moved.tool in TAKE_TIMES:
            return moved
        single = one(rest)
        meanings = [single] if single is not None else several(words[end:])
        if (found := _waiting(rest, time, now, meanings)) is not None:
            return found
    for rest, time in after_all(words, now):
        single = one(rest)
        if single is not None and (found := _waiting(rest, time, now, [single])) is not None:
            return found
    return None


def after_all(words: Sequence[str], now: datetime) -> Iterator[tuple[str, When]]:
    """What stands before a time at the end, the longest time first."""
    for start in range(max(1, len(words) - MOST_WORDS), len(words)):
        found = when.tail(words[start:], now)
        if found is not None and found[1] == 0:
            yield " ".join(words[:start]), found[0]


def _waiting(command: str, time: When, now: datetime, meanings: Sequence[Meaning]) -> Meaning | Waits | None:
    told = when_told.told(time, now, when_told.COMMAND)
    if told is None or not meanings or any(each.tool not in MAY_WAIT for each in meanings):
        return None
    if (asked := next((each for each in meanings if each.question is not None), None)) is not None:
        return asked
    if "delay_s" in told:
        return {"command": command, "delay_s": told["delay_s"]}
    return {"command": command, "at": told["time"], **{key: told[key] for key in _ON if key in told}}
