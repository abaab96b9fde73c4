"""How a device's state is told when it is asked for: the "on" of a window is open."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from assistant.messages import DeviceState
from assistant.skills import home_words
from assistant.skills.home_words import NAMED, Fate, Report
from assistant.skills.wording import be, joined, number, sentence, the

_OPENING: Final = ("open", "closed")
_BINARY: Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(("door", "window", "opening", "garage_door"), _OPENING),
    **dict.fromkeys(("motion", "moving"), ("detecting motion", "detecting no motion")),
    **dict.fromkeys(("occupancy", "presence"), ("detecting somebody", "detecting nobody")),
    **dict.fromkeys(("smoke", "gas", "carbon_monoxide"), ("raising the alarm", "clear")),
    **{"moisture": ("wet", "dry"), "lock": ("unlocked", "locked"), "battery": ("low", "not low")},
    **{"running": ("running", "not running"), "connectivity": ("connected", "disconnected")},
    **{"problem": ("reporting a problem", "fine"), "safety": ("unsafe", "safe")},
    **{"tamper": ("reporting tampering", "untouched"), "vibration": ("vibrating", "still")},
}
"""A sensor of two states → what its on and its off mean, by Home Assistant's device classes."""
_RESTING: Final = frozenset({"off", "closed", "locked", "docked", "idle", "paused", "unavailable", "unknown"})


def answer(reports: Sequence[Report], state: str | None) -> str:
    """The states that were asked for; `state`: which of many devices are in it."""
    told = [replace(report, state=_told(report)) for report in reports]
    if state is None or len(told) < 2:
        return home_words.answer(told, _full)
    read = [report for report in told if report.fate is Fate.READ]
    fitting = [report for report in read if _is(report.state.value, state)]
    away = home_words.answer([report for report in told if report.fate is not Fate.READ])
    return f"{_of_many(fitting, len(read), state)} {away}".strip()


def _of_many(fitting: Sequence[Report], count: int, state: str) -> str:
    if not fitting:
        return sentence(f"none of the {number(count)} is {state}")
    names = [the(report.name) for report in fitting]
    if len(fitting) <= NAMED:
        return sentence(f"{joined(names)} {be([report.name for report in fitting])} {state}")
    return sentence(f"{number(len(fitting))} of {number(count)} are {state}: {joined(names)}")


def _is(value: str, state: str) -> bool:
    if state in ("on", "running"):
        return value.split()[0] not in _RESTING if value else False
    return value == state


def _told(report: Report) -> DeviceState:
    """The state with a sensor's on and off in words."""
    device, state = report.device, report.state
    if device is None or device.kind != "sensor" or state.value not in ("on", "off"):
        return state
    words = _BINARY.get(device.device_class)
    return state if words is None else replace(state, value=words[0] if state.value == "on" else words[1])


def _full(state: DeviceState) -> str:
    """`heat at 21 degrees`, `playing at volume 30`, `open at 40 percent`."""
    there = state.attributes
    words = [home_words.full(state)]
    for key, shown in _ALSO.items():
        value = there.get(key)
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and state.value not in ("off", "closed")
        ):
            words.append(shown(value))
    if isinstance(degrees := there.get("current_temperature"), int | float):
        words.append(f"and measures {degrees:g}")
    return " ".join(filter(None, words))


_ALSO: Final[Mapping[str, Callable[[float], str]]] = {
    "volume_percent": lambda value: f"at volume {value:g}",
    "speed_percent": lambda value: f"at {value:g} percent",
    "temperature": lambda value: f"set to {value:g} degrees",
    "humidity_percent": lambda value: f"set to {value:g} percent",
    "position_percent": lambda value: "" if value in (0, 100) else f"at {value:g} percent",
}
