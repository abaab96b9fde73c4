"""What devices reported → sentences of one language, and the lengths and lists they share with others."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from assistant.messages import JsonValue, ToolCall
from assistant.skills.home_words import Fate
from assistant.skills.reply_file import Replies

NAMED: Final = 3
"""More devices than this are counted, not named."""
_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_MOST_PARTS: Final = 2


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


def devices_told(
    devices: Mapping[str, JsonValue], call: ToolCall, replies: Replies, kinds: Mapping[str, str]
) -> str:
    """Every device as it is: first what is as asked, then what is not. `kinds`: of the devices, by name."""
    groups: dict[tuple[Fate, str], list[str]] = {}
    for name, report in devices.items():
        if isinstance(report, dict):
            fate = Fate(str(report["result"]))
            groups.setdefault((fate, _state(report, call, replies, kinds.get(name, ""))), []).append(name)
    order = list(Fate)
    told = [
        _sentence(fate, state, names, {kinds.get(name, "") for name in names}, replies)
        for (fate, state), names in sorted(groups.items(), key=lambda group: order.index(group[0][0]))
    ]
    return " ".join(told)


def _sentence(fate: Fate, state: str, names: Sequence[str], kinds: set[str], replies: Replies) -> str:
    key = "done" if fate in (Fate.READ, Fate.DONE) else fate.value
    say = str(getattr(replies.home, key)).format(
        names=_subject(names, kinds, replies), be=replies.be[len(names) > 1], state=state
    )
    return say[:1].upper() + say[1:]


def _subject(names: Sequence[str], kinds: set[str], replies: Replies) -> str:
    if len(names) <= NAMED:
        shown = [name.title() if replies.capitals else name for name in names]
        return listed(shown, replies.joined)
    return f"{len(names)} {replies.many['light' if kinds == {'light'} else 'device']}"


def _state(report: Mapping[str, Any], call: ToolCall, replies: Replies, kind: str) -> str:
    """Its own word for what it is, with what was asked for: `an, 40 Prozent`."""
    value = str(report["state"])
    words = [_word(value, report, replies, kind)]
    asked = (
        set(call.arguments) if call.name != "device_query" else {"brightness_percent", "color", "temperature"}
    )
    percents = ("brightness_percent", "position_percent", "speed_percent", "volume_percent")
    for key in percents:
        shown = key in asked and isinstance(report.get(key), int) and value not in ("off", "closed")
        if shown and not (call.name == "device_query" and report[key] == 100):
            words.append(replies.percent.format(value=report[key]))
    if "color" in asked and value != "off" and isinstance(color := report.get("color"), str):
        words.append(replies.colors.get(color, color))
    if "temperature" in asked and isinstance(degrees := report.get("temperature"), int | float):
        words.append(replies.set_to.format(value=replies.degrees.format(value=_number(degrees, replies))))
    if call.name == "device_query" and isinstance(here := report.get("current_temperature"), int | float):
        words.insert(0, replies.degrees.format(value=_number(here, replies)))
    return ", ".join(words)


def _word(value: str, report: Mapping[str, Any], replies: Replies, kind: str) -> str:
    if isinstance(unit := report.get("unit"), str):
        shown = replies.degrees if unit in ("degrees", "\u00b0C", "\u00b0F") else "{value} " + unit
        return shown.format(value=value.replace(".", replies.decimal))
    states = {**replies.states, **(replies.light_states if kind == "light" else {})}
    return states.get(value, value)


def _number(value: float, replies: Replies) -> str:
    return f"{value:g}".replace(".", replies.decimal)
