"""What devices reported → short English sentences."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

from assistant.messages import Device, DeviceState
from assistant.skills.wording import are_many, be, counted, joined, number, sentence, the

NAMED: Final = 3
"""More devices than this are counted, not named."""

Check = Callable[[DeviceState], bool]
Shown = Callable[[DeviceState], str]

_MANY: Final = {
    "light": "lights",
    "switch": "switches",
    "fan": "fans",
    "cover": "covers",
    "lock": "locks",
    "media_player": "players",
    "vacuum": "vacuum cleaners",
    "valve": "valves",
    "climate": "thermostats",
    "sensor": "sensors",
}


_UNNAMED: Final = frozenset({"sensor", "scene", "script", "weather"})
"""What only measures, or is no device."""


class Fate(StrEnum):
    """What became of one device in one call."""

    READ = "read"
    DONE = "done"
    ALREADY = "already"
    MOVING = "moving"
    UNCONFIRMED = "unconfirmed"
    AWAY = "away"
    FAILED = "failed"
    CANNOT = "cannot"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Report:
    """One device of a call; `state` is what it last said of itself."""

    name: str
    device: Device | None
    state: DeviceState
    fate: Fate
    why: str = ""
    was: DeviceState | None = None
    """Its state when the call began."""

    def now(self, fate: Fate, state: DeviceState | None = None, *, why: str = "") -> Self:
        """The next thing known of it."""
        return replace(self, fate=fate, state=state or self.state, why=why)


def power(state: DeviceState) -> str:
    """`on`, `closed`, `21.5 degrees`."""
    unit = state.attributes.get("unit")
    return f"{state.value} {unit}" if isinstance(unit, str) else state.value


def setting(state: DeviceState, asked: Iterable[str]) -> str:
    """`red at 40 percent`: what it reports of what was asked."""
    words = [str(state.attributes[key]) for key in asked if key == "color" and key in state.attributes]
    words += [
        f"at {state.attributes[key]} percent"
        for key in asked
        if key == "brightness_percent" and key in state.attributes
    ]
    return " ".join(words) or state.value


def reached(state: DeviceState, asked: Iterable[str]) -> str:
    """`open at 50 percent`, `muted`, `at 21 degrees`: what it reports of what was asked."""
    there = state.attributes
    words: list[str] = []
    for key in asked:
        value = there.get(key)
        if key == "mode":
            words.insert(0, f"set to {state.value.replace('_', ' ')}")
        elif key == "position_percent" and value in (0, 100):
            words.append(state.value)
        elif key == "position_percent":
            words.append(f"{state.value} at {value} percent")
        elif key == "temperature_kelvin":
            words.append(f"at {value} kelvin")
        elif key == "volume_percent":
            words.append(f"at volume {value}")
        elif key == "temperature" and isinstance(value, int | float):
            words.append(f"set to {value:g} degrees")
        elif key == "muted":
            words.append("muted" if value else "not muted")
        elif key == "oscillating":
            words.append("oscillating" if value else "not oscillating")
        else:
            words.append(f"at {value} percent" if isinstance(value, int) else f"on {value}")
    return joined(words)


def doing(state: DeviceState, action: str) -> str:
    """`playing the next track`, `returning to its dock`."""
    if action in ("next", "previous"):
        return f"{state.value} the {action} track"
    if action == "locate":
        return f"{state.value} and calls out if it can"
    return {"returning": "returning to its dock"}.get(state.value, state.value)


def full(state: DeviceState) -> str:
    """`on at 40 percent`, as a question is answered."""
    percent, color = state.attributes.get("brightness_percent"), state.attributes.get("color")
    words = [power(state)]
    if state.value == "on" and isinstance(color, str):
        words.append(f"and {color}")
    if state.value == "on" and isinstance(percent, int | float) and percent < 100:
        words.append(f"at {percent} percent")
    return " ".join(words)


def result(reports: Sequence[Report], shown: Shown) -> str:
    """What a write came to: first what is as asked, then what is not."""

    def those(*fates: Fate) -> list[Report]:
        return [report for report in reports if report.fate in fates]

    done = those(Fate.DONE)
    told = _clauses(those(Fate.DONE, Fate.ALREADY), shown) if done else _already(those(Fate.ALREADY), shown)
    told += _clauses(those(Fate.MOVING), power)
    return " ".join([*told, *_troubles(reports)])


def subject(reports: Sequence[Report]) -> str:
    """`The kitchen light and the fan`: what a sentence about them begins with."""
    who = _subject(reports)
    return who[:1].upper() + who[1:]


def led(reports: Sequence[Report]) -> str:
    """Where all have the same trouble: that, begun with the subject; empty: `result` tells it."""
    fates = {report.fate for report in reports}
    if fates == {Fate.UNCONFIRMED}:
        many = len(reports) > 1 or are_many(reports[0].name)
        words = "were asked, but have" if many else "was asked, but has"
        return f"{subject(reports)} {words} not confirmed."
    if fates == {Fate.AWAY}:
        return f"{subject(reports)} can't be reached."
    return ""


def answer(reports: Sequence[Report], shown: Shown | None = None) -> str:
    """The states that were asked for."""
    read = [report for report in reports if report.fate is Fate.READ]
    told = _summary(read) if len(read) > NAMED else _clauses(read, shown or full)
    return " ".join([*told, *_troubles(reports)])


def controllable(devices: Iterable[Device]) -> str:
    """`seven lights, the fan and the kettle`, without what is locked away or only measures."""
    usable = [device for device in devices if not device.secure and device.kind not in _UNNAMED]
    lights = [device for device in usable if device.kind == "light"]
    others = [the(device.name) for device in usable if device.kind != "light"]
    words = [counted(len(lights), "light")] if len(lights) > 1 else [the(light.name) for light in lights]
    words += (
        others
        if len(others) <= NAMED + 1
        else [*others[:NAMED], f"{number(len(others) - NAMED)} other devices"]
    )
    return joined(words)


def _subject(reports: Sequence[Report]) -> str:
    if len(reports) <= NAMED:
        return joined([the(report.name) for report in reports])
    return f"{number(len(reports))} {_things(reports)}"


def _things(reports: Sequence[Report]) -> str:
    kinds = {report.device.kind for report in reports if report.device}
    return _MANY.get(kinds.pop(), "devices") if len(kinds) == 1 else "devices"


def _grouped(reports: Sequence[Report], shown: Shown) -> dict[str, list[Report]]:
    groups: dict[str, list[Report]] = {}
    for report in reports:
        groups.setdefault(shown(report.state), []).append(report)
    return groups


def _clauses(reports: Sequence[Report], shown: Shown) -> list[str]:
    """One sentence with a clause for each different state; nothing for nothing."""
    clauses = [
        f"{_subject(group)} {be([report.name for report in group])} {words}"
        for words, group in _grouped(reports, shown).items()
    ]
    if not clauses:
        return []
    before = f"{', '.join(clauses[:-1])}, and " if len(clauses) > 1 else ""
    return [sentence(before + clauses[-1])]


def _already(reports: Sequence[Report], shown: Shown) -> list[str]:
    return _clauses(reports, lambda state: f"already {shown(state)}")


def _summary(reports: Sequence[Report]) -> list[str]:
    """Many devices in one sentence: the smaller part is named when it is small."""
    groups = _grouped(reports, lambda state: state.value)
    things = _things(reports)
    if len(groups) == 1:
        return [sentence(f"all {number(len(reports))} {things} are {next(iter(groups))}")]
    if set(groups) == {"on", "off"}:
        on = groups["on"]
        names = f": {joined([f'the {report.name}' for report in on])}" if len(on) <= NAMED else ""
        count = f"{number(len(on))} of {number(len(reports))} {things}"
        return [sentence(f"{count} {'is' if len(on) == 1 else 'are'} on{names}")]
    return _clauses(reports, power)


def _troubles(reports: Sequence[Report]) -> list[str]:
    """Everything that is not as asked, each said as it is."""
    told = []
    groups: dict[tuple[Fate, str], list[Report]] = {}
    for report in reports:
        groups.setdefault((report.fate, report.why), []).append(report)
    for (fate, why), group in groups.items():
        who = _subject(group)
        many = len(group) > 1 or are_many(group[0].name)
        if fate is Fate.UNCONFIRMED:
            told.append(f"I asked {who}, but {'they have' if many else 'it has'} not confirmed.")
        elif fate is Fate.AWAY:
            told.append(f"I can't reach {who}.")
        elif fate is Fate.FAILED:
            told.append(why if len(group) == 1 else sentence(f"{who} reported a fault"))
        elif fate is Fate.CANNOT:
            told.append(sentence(f"{who} can't {why}"))
        elif fate is Fate.UNKNOWN:
            told.append(f"I don't know a device called {joined([report.name for report in group], 'or')}.")
    return told
