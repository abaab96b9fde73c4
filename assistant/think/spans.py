"""A state for a while: `turn on the fan for ten minutes`, `turn on the porch light from six to eleven`.

It is two commands, and both are told: the state now or then, and its opposite at the end. Only what can be
switched back has an end; the end is understood as a command of its own before anything is promised.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from assistant.think import when, when_told
from assistant.think.later import TOOL, after_all
from assistant.think.said import Arguments
from assistant.think.when import MOST_WORDS, When
from assistant.think.when_words import length

_OPPOSITE: Final[Mapping[str, str]] = {"device_on": "device_off", "device_off": "device_on"}
_OTHER: Final[Mapping[str, str]] = {"on": "off", "off": "on"}
_UNTIL: Final = ("until", "till", "til")
_SWITCHED: Final = frozenset({"light", "switch", "fan", "media_player", "climate", "valve", "humidifier"})
"""Kinds that may be put back by the house alone: no door and no lock."""

Call = tuple[str, Arguments]
Read = Callable[[str], Call | None]
"""The one call that words mean, where they are clear."""


@dataclass(frozen=True, slots=True)
class Span:
    """A command, when it begins (None: now), and when it ends: after so long, or at a time."""

    command: str
    begins: When | None
    ends: When
    long_s: int | None = None


def switched(
    text: str, now: datetime, read: Read, kinds: Callable[[Sequence[str]], frozenset[str]]
) -> list[Call]:
    """The calls of a state with an end; none where the words are none. `kinds(names)`: of the devices."""
    for span in _spans(text.split(), now):
        first = read(span.command)
        if first is None or first[0] not in _OPPOSITE:
            continue
        targets = first[1].get("targets")
        names = [str(name) for name in targets] if isinstance(targets, list) else []
        if not names or not kinds(names) <= _SWITCHED:
            continue
        back = _back(span.command, first, names, read)
        begin = first if span.begins is None else _waiting(span.command, span.begins, now)
        end = None if back is None else _end(back, span, begin, now)
        if begin is not None and end is not None:
            return [begin, end]
    return []


def _spans(words: Sequence[str], now: datetime) -> Iterator[Span]:
    for at in range(1, len(words)):
        rest = words[at + 1 :]
        if words[at] == "for":
            for seconds, end in length(rest, 0):
                if end == len(rest) and seconds:
                    yield from _started(words[:at], now, seconds)
        if words[at] in _UNTIL and (ends := when.read(rest, now)) is not None:
            yield Span(" ".join(words[:at]), None, ends)
        if words[at] == "from" and len(rest) <= MOST_WORDS:
            yield from _between(words[:at], rest, now)
        if words[at : at + 1] == ["and"] and rest[:1] and rest[0] in _OTHER:
            yield from _both_times(words[:at], rest, now)


def _started(words: Sequence[str], now: datetime, seconds: int) -> Iterator[Span]:
    """Now, or at the time at the end of the words."""
    yield Span(" ".join(words), None, When(delay_s=seconds), seconds)
    for rest, begins in after_all(words, now):
        yield Span(rest, begins, When(), seconds)


def _between(command: Sequence[str], times: Sequence[str], now: datetime) -> Iterator[Span]:
    """`from six to eleven every evening`; a rhythm may stand before it, too."""
    heads = [(" ".join(command), When()), *after_all(command, now)]
    for at in range(1, len(times)):
        if times[at] not in ("to", *_UNTIL):
            continue
        begins, ends = when.read(times[:at], now), when.read(times[at + 1 :], now)
        for rest, rhythm in heads:
            first, last = begins and begins.with_(rhythm), ends and ends.with_(rhythm)
            if first and last:
                yield Span(rest, _like(first, last), _like(last, first))


def _both_times(first: Sequence[str], rest: Sequence[str], now: datetime) -> Iterator[Span]:
    """`turn the light on at nine and off at five`."""
    ends = when.read(rest[1:], now)
    other = _OTHER[rest[0]]
    if ends is None or other not in first or rest[0] in first:
        return
    for command, begins in after_all(first, now):
        if other in command.split():
            yield Span(command, _like(begins, ends), _like(ends, begins))


def _like(time: When, other: When) -> When:
    """With the days, the day and the part of the day that only the other time names."""
    if time.delay_s is not None:
        return time
    days = {} if time.days or time.every or time.day else {"days": other.days, "every": other.every}
    day = {} if time.days or time.every or time.day else {"day": other.day}
    part = {} if time.part or time.exact or time.minute is None else {"part": other.part}
    return replace(time, **days, **day, **part)  # type: ignore[arg-type]


def _back(command: str, first: Call, names: Sequence[str], read: Read) -> str | None:
    """The words of the opposite, understood as just that."""
    words = command.split()
    swapped = " ".join(_OTHER.get(word, word) for word in words)
    way = "off" if first[0] == "device_on" else "on"
    named = f"turn {way} the {' and the '.join(names)}"
    for text in (swapped, named) if words[0] in ("turn", "switch") else (named, swapped):
        found = read(text) if text != command else None
        if found is None or found[0] != _OPPOSITE[first[0]]:
            continue
        if sorted(map(str, found[1].get("targets") or ())) == sorted(names):  # type: ignore[arg-type]
            return text
    return None


def _waiting(command: str, time: When, now: datetime) -> Call | None:
    told = when_told.told(time, now, when_told.COMMAND)
    if told is None:
        return None
    named = {"at" if key == "time" else key: value for key, value in told.items()}
    return TOOL, {"command": command, **named}


def _end(back: str, span: Span, begin: Call | None, now: datetime) -> Call | None:
    """The command that ends it, so long after its beginning or at its own time."""
    if begin is None or span.long_s is None or span.begins is None:
        return _waiting(back, span.ends, now)
    given = begin[1]
    if isinstance(delay := given.get("delay_s"), int):
        return TOOL, {**given, "command": back, "delay_s": delay + span.long_s}
    starts = datetime.fromisoformat(f"{given.get('date') or now.date().isoformat()}T{given['at']}")
    ends = starts + timedelta(seconds=span.long_s)
    if span.long_s % 60 or (ends.date() != starts.date() and "days" in given):
        return None
    later = {"date": ends.date().isoformat()} if "date" in given else {}
    return TOOL, {**given, "command": back, "at": f"{ends:%H:%M}", **later}
