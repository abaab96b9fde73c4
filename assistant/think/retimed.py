""" "Make that seven thirty", "and one for nine": the same at another time; the rest stays as it was."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Final

from assistant.messages import JsonValue, ToolCall
from assistant.think import when, when_told
from assistant.think.when import When
from assistant.think.when_told import ALARM, COMMAND, REMINDER, Usual

_USUAL: Final[Mapping[str, Usual]] = {"alarm_set": ALARM, "reminder_set": REMINDER, "command_later": COMMAND}
_TIMES: Final = ("delay_s", "time", "at", "date", "days", "every")
_LEADS: Final = ("another one", "another", "one more", "a second one", "one", "for", "to", "at")


def retimed(call: ToolCall, words: str, now: datetime) -> ToolCall | None:
    """The call with the time that all the words say; None where they say none, or it is no such call."""
    if call.name not in _USUAL:
        return None
    for lead in _LEADS:
        words = words.removeprefix(f"{lead} ")
    found = when.read(words.split(), now)
    if found is None:
        return None
    told = _told(found, call, now)
    if told is None:
        return None
    kept = {name: value for name, value in call.arguments.items() if name not in _TIMES}
    clock = {"at" if name == "time" and call.name == "command_later" else name: v for name, v in told.items()}
    return replace(call, id=f"{call.id}-again", arguments={**kept, **clock})


def _told(found: When, call: ToolCall, now: datetime) -> Mapping[str, JsonValue] | None:
    old = call.arguments
    was = old.get("time") or old.get("at")
    on = old.get("date")
    bare = found.day is None and not found.days and found.delay_s is None
    if isinstance(was, str) and found.minute is None and found.delay_s is None:
        at = time.fromisoformat(was)
        found = replace(found, minute=at.hour * 60 + at.minute, exact=True)
    elif isinstance(was, str) and found.minute is not None and bare and found.part is None:
        found = replace(found, minute=_same_half(found, time.fromisoformat(was)), exact=True)
    if bare and isinstance(on, str) and date.fromisoformat(on) >= now.date():
        found = replace(found, day=date.fromisoformat(on))
    told = when_told.told(found, now, _USUAL[call.name])
    if told is None or ("delay_s" in told and call.name == "alarm_set"):
        return None
    kept = {name: old[name] for name in ("days", "every") if bare and name in old}
    return {**told, **kept}


def _same_half(found: When, was: time) -> int:
    """A bare hour in the half of the day that was meant before."""
    minute = found.minute or 0
    return minute if found.exact else minute % 720 + (720 if was.hour >= 12 else 0)
