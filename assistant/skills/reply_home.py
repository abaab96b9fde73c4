"""What devices reported → sentences of one language, and the lengths and lists they share with others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from assistant.messages import JsonValue, ToolCall
from assistant.skills.home_words import Fate
from assistant.skills.reply_file import Replies

NAMED: Final = 3
"""More devices than this are counted, not named."""
_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_MOST_PARTS: Final = 2
_QUERIED: Final = frozenset({"brightness_percent", "color", "temperature"})
_PERCENTS: Final = ("brightness_percent", "position_percent", "speed_percent", "volume_percent")
_DEGREES: Final = frozenset({"degrees", "\u00b0C", "\u00b0F"})


def listed(words: Sequence[str], word: str) -> str:
    """`Milch, Eier und Brot`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {word} {words[-1]}" if words else ""


def duration(seconds: float, replies: Replies) -> str:
    """`1 Stunde und 30 Minuten`: at most two units."""
    left, parts = max(1, round(seconds)), list[str]()
    for unit, length in _UNITS:
        count, left = divmod(left, length)
        if count and len(parts) < _MOST_PARTS:
            parts.append(f"{count} {replies.units[unit][count != 1]}")
    return listed(parts, replies.joined)


@dataclass(frozen=True, slots=True)
class _Told:
    """What several devices have in common in one sentence."""

    fate: Fate
    value: str
    details: tuple[str, ...]
    feminine: bool

    def words(self, replies: Replies, *, many: bool) -> str:
        """`an, 40 Prozent`."""
        forms = replies.states.get(self.value, self.value)
        word = forms if isinstance(forms, str) else forms[self.feminine + 2 * many]
        return ", ".join((word, *self.details))


def devices_told(
    devices: Mapping[str, JsonValue], call: ToolCall, replies: Replies, kinds: Mapping[str, str]
) -> str:
    """Every device as it is: first what is as asked, then what is not. `kinds`: of the devices, by name."""
    groups: dict[_Told, list[str]] = {}
    for name, report in devices.items():
        if isinstance(report, dict):
            groups.setdefault(_told(name, report, call, replies), []).append(name)
    order = list(Fate)
    told = [
        _sentence(what, names, {kinds.get(name, "") for name in names}, replies)
        for what, names in sorted(groups.items(), key=lambda group: order.index(group[0].fate))
    ]
    return " ".join(told)


def _sentence(what: _Told, names: Sequence[str], kinds: set[str], replies: Replies) -> str:
    key = "done" if what.fate in (Fate.READ, Fate.DONE) else what.fate.value
    many = len(names) > 1
    say = str(getattr(replies.home, key)).format(
        names=_subject(names, kinds, replies), be=replies.be[many], state=what.words(replies, many=many)
    )
    return say[:1].upper() + say[1:]


def _subject(names: Sequence[str], kinds: set[str], replies: Replies) -> str:
    if len(names) <= NAMED:
        shown = [name.title() if replies.capitals else name for name in names]
        return listed(shown, replies.joined)
    return f"{len(names)} {replies.many['light' if kinds == {'light'} else 'device']}"


def _told(name: str, report: Mapping[str, Any], call: ToolCall, replies: Replies) -> _Told:
    """What a device is, with what was asked for."""
    value, details = str(report["state"]), list[str]()
    query = call.name == "device_query"
    asked = _QUERIED if query else set(call.arguments)
    for key in _PERCENTS:
        shown = key in asked and isinstance(report.get(key), int) and value not in ("off", "closed")
        if shown and not (query and report[key] == 100):
            details.append(replies.percent.format(value=report[key]))
    if "color" in asked and value != "off" and isinstance(color := report.get("color"), str):
        details.append(replies.colors.get(color, color))
    if "temperature" in asked and isinstance(degrees := report.get("temperature"), int | float):
        details.append(replies.set_to.format(value=replies.degrees.format(value=_number(degrees, replies))))
    if query and isinstance(here := report.get("current_temperature"), int | float):
        details.append(replies.degrees.format(value=_number(here, replies)))
    if isinstance(unit := report.get("unit"), str):
        shown_as = replies.degrees if unit in _DEGREES else "{value} " + unit
        value = shown_as.format(value=value.replace(".", replies.decimal))
    forms = isinstance(replies.states.get(value), tuple)
    feminine = forms and any(re.search(pattern, name) for pattern in replies.feminine)
    return _Told(Fate(str(report["result"])), value, tuple(details), feminine)


def _number(value: float, replies: Replies) -> str:
    return f"{value:g}".replace(".", replies.decimal)
