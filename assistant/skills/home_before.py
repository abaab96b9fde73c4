"""What a device was before a change → the requests that bring it back there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.messages import Device, DeviceState, JsonValue
from assistant.skills.home_words import Fate, Report

RESTORE: Final = "device_restore"
"""The tool that brings devices back; no mind is told of it."""
_ABILITY: Final = {
    "brightness_percent": "brightness",
    "color": "color",
    "temperature_kelvin": "temperature",
    "position_percent": "position",
    "speed_percent": "speed",
    "oscillating": "oscillation",
    "volume_percent": "volume",
    "muted": "mute",
    "source": "source",
    "temperature": "temperature",
}
"""The attributes that can be set again, each with the ability it takes."""
_OPEN: Final = frozenset({"open", "opening"})
_DOING: Final = {
    ("vacuum", "cleaning"): "start",
    ("vacuum", "docked"): "dock",
    ("vacuum", "returning"): "dock",
    ("vacuum", "paused"): "pause",
    ("vacuum", "idle"): "stop",
    ("media_player", "playing"): "play",
    ("media_player", "paused"): "pause",
    ("media_player", "idle"): "stop",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to ask a device for."""

    action: str
    arguments: Mapping[str, JsonValue]


def undo_of(reports: Sequence[Report]) -> tuple[tuple[str, Mapping[str, JsonValue]], ...]:
    """The call that brings back every device that really changed; nothing where none did."""
    states: dict[str, JsonValue] = {
        report.name: {"state": report.was.value, **_kept(report.device, report.was)}
        for report in reports
        if report.device is not None
        and report.was is not None
        and _differs(report)
        # What a scene has changed is not known here.
        and report.device.kind not in ("scene", "script")
    }
    return ((RESTORE, {"states": states}),) if states else ()


def requests(device: Device, before: DeviceState) -> Iterator[Request]:
    """What to ask for, in order, so that the device is as it was."""
    value, kept = before.value, _kept(device, before)
    if device.kind == "climate":
        mode: dict[str, JsonValue] = {"mode": value} if "modes" in device.can else {}
        if kept or mode:
            yield Request("set", {**kept, **mode})
        elif value in ("on", "off"):
            yield Request(value, {})
    elif device.kind in ("cover", "valve"):
        yield Request("set", kept) if kept else Request("on" if value in _OPEN else "off", {})
    elif device.kind == "lock":
        yield Request("on" if value == "locked" else "off", {})
    elif value == "off":
        yield Request("off", {})
    elif action := _DOING.get((device.kind, value)):
        yield Request(action, {})
        if kept:
            yield Request("set", kept)
    else:
        yield Request("set", kept) if kept else Request("on", {})


def _kept(device: Device | None, state: DeviceState) -> dict[str, JsonValue]:
    """The attributes of a state that can be set again."""
    can = frozenset[str]() if device is None else device.can
    found: dict[str, JsonValue] = {
        key: value
        for key, value in state.attributes.items()
        if value is not None and key in _ABILITY and _ABILITY[key] in can
    }
    if "color" in found:
        found.pop("temperature_kelvin", None)
    return found


def _differs(report: Report) -> bool:
    if report.fate not in (Fate.DONE, Fate.MOVING, Fate.UNCONFIRMED) or report.was is None:
        return False
    return report.was.value != report.state.value or (
        _kept(report.device, report.was) != _kept(report.device, report.state)
    )
