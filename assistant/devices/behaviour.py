"""What a device does when it is asked: its state, the request → the state it reaches."""

from collections.abc import Callable, Mapping
from typing import Final

from assistant.errors import ToolError
from assistant.messages import Device, DeviceState, JsonValue

Wishes = Mapping[str, JsonValue]

_ON: Final = {"cover": "open", "valve": "open", "lock": "locked", "vacuum": "cleaning"}
_OFF: Final = {"cover": "closed", "valve": "closed", "lock": "unlocked", "vacuum": "idle"}
_VACUUM: Final = {"start": "cleaning", "pause": "paused", "stop": "idle", "dock": "returning"}
_PLAYER: Final = {
    "play": "playing",
    "pause": "paused",
    "stop": "idle",
    "next": "playing",
    "previous": "playing",
}


def after(device: Device, state: DeviceState, action: str, wishes: Wishes) -> DeviceState:
    """The state a device reaches. Raises ToolError for what it cannot do."""
    reached = None
    if action in ("on", "off", "set") and device.kind not in ("sensor", "todo"):
        reached = _KINDS.get(device.kind, _plain)(device, state, action, wishes)
    elif act := _ACTS.get(device.kind):
        reached = act(state, action, wishes)
    if reached is None:
        raise ToolError(f"{device.name} cannot {action}", spoken=f"The {device.name} can't do that.")
    return reached


def _plain(device: Device, state: DeviceState, action: str, wishes: Wishes) -> DeviceState:
    if action == "off":
        return DeviceState(_OFF.get(device.kind, "off"))
    attributes = {**state.attributes, **wishes}
    if "brightness" in device.can:
        attributes.setdefault("brightness_percent", 100)
    return DeviceState(_ON.get(device.kind, "on"), attributes=attributes)


def _light(device: Device, state: DeviceState, action: str, wishes: Wishes) -> DeviceState:
    kept = dict(state.attributes)
    if "color" in wishes:
        kept.pop("temperature_kelvin", None)
    if "temperature_kelvin" in wishes:
        kept.pop("color", None)
    return _plain(device, DeviceState(state.value, attributes=kept), action, wishes)


def _opening(device: Device, state: DeviceState, action: str, wishes: Wishes) -> DeviceState:
    percent = {"on": 100, "off": 0}.get(action, wishes.get("position_percent"))
    value = "open" if percent else "closed"
    where = {"position_percent": percent} if "position" in device.can else {}
    return DeviceState(value, attributes={**state.attributes, **where})


def _fan(device: Device, state: DeviceState, action: str, wishes: Wishes) -> DeviceState:
    speed = {"on": {"speed_percent": 100}, "off": {"speed_percent": 0}}.get(action, {})
    wished: Wishes = {**(speed if "speed" in device.can else {}), **wishes}
    off = action == "off" or wished.get("speed_percent") == 0
    on = action == "on" or bool(wished.get("speed_percent"))
    return DeviceState(
        "off" if off else "on" if on else state.value, attributes={**state.attributes, **wished}
    )


def _climate(device: Device, state: DeviceState, action: str, wishes: Wishes) -> DeviceState:
    modes = state.attributes.get("modes")
    usual = (
        next((m for m in modes if isinstance(m, str) and m != "off"), "on")
        if isinstance(modes, list)
        else "on"
    )
    value = {"on": usual if state.value == "off" else state.value, "off": "off"}.get(action, state.value)
    wished = dict(wishes)
    if isinstance(mode := wished.pop("mode", None), str):
        value = mode
    return DeviceState(value, attributes={**state.attributes, **wished})


def _kept(device: Device, state: DeviceState, action: str, wishes: Wishes) -> DeviceState:
    """What keeps its settings while it is off; a humidity is wished of a humidifier that runs."""
    on = action == "on" or (state.value == "off" and "humidity_percent" in wishes)
    value = "off" if action == "off" else "on" if on else state.value
    return DeviceState(value, attributes={**state.attributes, **wishes})


def _player(device: Device, state: DeviceState, action: str, wishes: Wishes) -> DeviceState:
    value = {"on": "on" if state.value == "off" else state.value, "off": "off"}.get(action, state.value)
    return DeviceState(value, attributes={**state.attributes, **wishes})


def _activated(device: Device, state: DeviceState, action: str, wishes: Wishes) -> DeviceState | None:
    """Each activation leaves another mark."""
    last = state.attributes.get("activated")
    mark = {"activated": (last if isinstance(last, int) else 0) + 1}
    return DeviceState("on", attributes={**state.attributes, **mark}) if action == "on" else None


def _vacuum_acts(state: DeviceState, action: str, wishes: Wishes) -> DeviceState | None:
    if action == "locate":
        return state
    value = _VACUUM.get(action)
    return None if value is None else DeviceState(value, attributes=state.attributes)


def _player_acts(state: DeviceState, action: str, wishes: Wishes) -> DeviceState | None:
    value = _PLAYER.get(action)
    if value is None:
        return None
    track = state.attributes.get("track")
    step = {"next": 1, "previous": -1}.get(action, 0)
    moved = {"track": (track if isinstance(track, int) else 0) + step} if step else {}
    return DeviceState(value, attributes={**state.attributes, **moved})


def _opening_acts(state: DeviceState, action: str, wishes: Wishes) -> DeviceState | None:
    if action != "stop":
        return None
    return DeviceState(
        {"opening": "open", "closing": "open"}.get(state.value, state.value), attributes=state.attributes
    )


def _todo_acts(state: DeviceState, action: str, wishes: Wishes) -> DeviceState | None:
    kept, wanted = state.attributes.get("items"), wishes.get("items")
    there = list(kept) if isinstance(kept, list) else []
    if not isinstance(wanted, list) or action not in ("add", "remove"):
        return None
    items = [*there, *wanted] if action == "add" else [item for item in there if item not in wanted]
    return DeviceState(str(len(items)), attributes={**state.attributes, "items": items})


_KINDS: Mapping[str, Callable[[Device, DeviceState, str, Wishes], DeviceState | None]] = {
    "scene": _activated,
    "script": _activated,
    "light": _light,
    "cover": _opening,
    "valve": _opening,
    "fan": _fan,
    "climate": _climate,
    "media_player": _player,
    "water_heater": _kept,
    "humidifier": _kept,
}
_ACTS: Mapping[str, Callable[[DeviceState, str, Wishes], DeviceState | None]] = {
    "cover": _opening_acts,
    "valve": _opening_acts,
    "vacuum": _vacuum_acts,
    "media_player": _player_acts,
    "todo": _todo_acts,
}
