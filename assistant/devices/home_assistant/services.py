"""What a device is asked for → the services that do it, pure. What it cannot do is a ToolError."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from assistant.devices.home_assistant import features as can
from assistant.devices.home_assistant.colors import NAMED, WHITES
from assistant.devices.home_assistant.entities import Entity
from assistant.errors import ToolError
from assistant.messages import JsonValue

Wishes = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the entity, with its data."""

    name: str
    """`turn_on`, in the entity's own domain."""
    data: Mapping[str, Any] = field(default_factory=dict)


def services(name: str, entity: Entity, action: str, wishes: Wishes) -> Sequence[Service]:
    """The services of an action of `ports.Home.act`, in order; `name` is for the error."""
    do = _DOMAINS.get(entity.domain)
    found = do(entity, action, wishes) if do is not None else None
    if not found:
        raise ToolError(f"{entity.id} cannot {action} {dict(wishes)}", spoken=f"The {name} can't do that.")
    return found


Found = Sequence[Service] | None


def _switched(entity: Entity, action: str, wishes: Wishes) -> Found:
    return [Service(f"turn_{action}")] if action in ("on", "off") else None


def _light(entity: Entity, action: str, wishes: Wishes) -> Found:
    if action == "off":
        return [Service("turn_off")]
    if action not in ("on", "set"):
        return None
    data: dict[str, Any] = {}
    if (percent := wishes.get("brightness_percent")) is not None:
        data["brightness_pct"] = percent
    if (kelvin := wishes.get("temperature_kelvin")) is not None:
        data["color_temp_kelvin"] = _within(entity, kelvin)
    if isinstance(color := wishes.get("color"), str):
        if color not in NAMED:
            return None
        if color in WHITES and "color_temp" in entity.texts("supported_color_modes"):
            data["color_temp_kelvin"] = _within(entity, WHITES[color])
        else:
            data["rgb_color"] = list(NAMED[color])
    return [Service("turn_on", data)]


def _within(entity: Entity, kelvin: JsonValue) -> int:
    """A white the lamp has; it reports the nearest one."""
    low, high = entity.number("min_color_temp_kelvin"), entity.number("max_color_temp_kelvin")
    wanted = kelvin if isinstance(kelvin, int | float) else 0
    if low is not None:
        wanted = max(wanted, low)
    return round(wanted if high is None else min(wanted, high))


def _fan(entity: Entity, action: str, wishes: Wishes) -> Found:
    if action in ("on", "off"):
        return [Service(f"turn_{action}")]
    found = []
    if (speed := wishes.get("speed_percent")) is not None and entity.has(can.FAN_SET_SPEED):
        found.append(Service("set_percentage", {"percentage": speed}))
    if (swings := wishes.get("oscillating")) is not None and entity.has(can.FAN_OSCILLATE):
        found.append(Service("oscillate", {"oscillating": swings}))
    return found if action == "set" and len(found) == len(wishes) else None


def _opening(what: str) -> Callable[[Entity, str, Wishes], Found]:
    def do(entity: Entity, action: str, wishes: Wishes) -> Found:
        simple = {"on": (f"open_{what}", can.OPEN), "off": (f"close_{what}", can.CLOSE)}
        simple["stop"] = (f"stop_{what}", can.STOP)
        if action in simple:
            service, feature = simple[action]
            return [Service(service)] if entity.has(feature) else None
        position = wishes.get("position_percent")
        if action != "set" or position is None or not entity.has(can.SET_POSITION):
            return None
        return [Service(f"set_{what}_position", {"position": position})]

    return do


def _lock(entity: Entity, action: str, wishes: Wishes) -> Found:
    service = {"on": "lock", "off": "unlock"}.get(action)
    return [Service(service)] if service else None


def _climate(entity: Entity, action: str, wishes: Wishes) -> Found:
    modes = entity.texts("hvac_modes")
    if action == "off":
        return [Service("set_hvac_mode", {"hvac_mode": "off"})] if "off" in modes else None
    if action == "on":
        usual = next((mode for mode in modes if mode != "off"), None)
        return [Service("set_hvac_mode", {"hvac_mode": usual})] if usual else None
    if action != "set":
        return None
    found = []
    if (mode := wishes.get("mode")) is not None:
        if mode not in modes:
            return None
        found.append(Service("set_hvac_mode", {"hvac_mode": mode}))
    if isinstance(wanted := wishes.get("temperature"), int | float):
        found.append(Service("set_temperature", _degrees(entity, wanted)))
    return found


def _degrees(entity: Entity, wanted: float) -> dict[str, float]:
    """One target, or the range around it as wide as it was, within what the device takes."""
    least, most = entity.number("min_temp"), entity.number("max_temp")
    if (least is not None and wanted < least) or (most is not None and wanted > most):
        limits = f"between {least:g} and {most:g} degrees" if least is not None and most is not None else ""
        raise ToolError(f"{entity.id} takes {limits}", spoken=f"It can only be set {limits or 'to less'}.")
    low, high = entity.number("target_temp_low"), entity.number("target_temp_high")
    if entity.number("temperature") is None and low is not None and high is not None:
        half = (high - low) / 2
        return {"target_temp_low": wanted - half, "target_temp_high": wanted + half}
    return {"temperature": wanted}


_PLAYS: Final = {
    "on": ("turn_on", can.PLAYER_TURN_ON),
    "off": ("turn_off", can.PLAYER_TURN_OFF),
    "play": ("media_play", can.PLAYER_PLAY),
    "pause": ("media_pause", can.PLAYER_PAUSE),
    "stop": ("media_stop", can.PLAYER_STOP),
    "next": ("media_next_track", can.PLAYER_NEXT),
    "previous": ("media_previous_track", can.PLAYER_PREVIOUS),
}
_SETS: Final = {
    "volume_percent": ("volume_set", can.PLAYER_VOLUME_SET, "volume_level"),
    "muted": ("volume_mute", can.PLAYER_VOLUME_MUTE, "is_volume_muted"),
    "source": ("select_source", can.PLAYER_SOURCE, "source"),
}


def _player(entity: Entity, action: str, wishes: Wishes) -> Found:
    if action in _PLAYS:
        service, feature = _PLAYS[action]
        if action == "stop" and not entity.has(feature) and entity.has(can.PLAYER_PAUSE):
            return [Service("media_pause")]
        return [Service(service)] if entity.has(feature) else None
    if action != "set":
        return None
    found = []
    for key, value in wishes.items():
        service, feature, named = _SETS.get(key, ("", 0, ""))
        if not entity.has(feature):
            return None
        if key == "source":
            value = _source(entity, str(value))
        if value is None:
            return None
        level = value / 100 if key == "volume_percent" and isinstance(value, int | float) else value
        found.append(Service(service, {named: level}))
    return found


def _source(entity: Entity, said: str) -> str | None:
    """A source by the player's own spelling."""
    wanted = "".join(said.casefold().split())
    return next(
        (text for text in entity.texts("source_list") if "".join(text.casefold().split()) == wanted), None
    )


def _vacuum(entity: Entity, action: str, wishes: Wishes) -> Found:
    tries = {
        "on": (("start", can.VACUUM_START), ("turn_on", can.VACUUM_TURN_ON)),
        "start": (("start", can.VACUUM_START), ("turn_on", can.VACUUM_TURN_ON)),
        "off": (
            ("stop", can.VACUUM_STOP),
            ("return_to_base", can.VACUUM_RETURN),
            ("turn_off", can.VACUUM_TURN_OFF),
        ),
        "stop": (("stop", can.VACUUM_STOP),),
        "pause": (("pause", can.VACUUM_PAUSE),),
        "dock": (("return_to_base", can.VACUUM_RETURN),),
        "locate": (("locate", can.VACUUM_LOCATE),),
    }
    return [Service(name) for name, feature in tries.get(action, ()) if entity.has(feature)][:1] or None


def _todo(entity: Entity, action: str, wishes: Wishes) -> Found:
    items = wishes.get("items")
    if not isinstance(items, list):
        return None
    if action == "add" and entity.has(can.TODO_CREATE):
        return [Service("add_item", {"item": item}) for item in items]
    if action == "remove" and entity.has(can.TODO_DELETE):
        return [Service("remove_item", {"item": items})]
    if action == "remove" and entity.has(can.TODO_UPDATE):
        return [Service("update_item", {"item": item, "status": "completed"}) for item in items]
    return None


def _activated(entity: Entity, action: str, wishes: Wishes) -> Found:
    return [Service("turn_on")] if action == "on" else None


_DOMAINS: Final[Mapping[str, Callable[[Entity, str, Wishes], Found]]] = {
    "light": _light,
    "switch": _switched,
    "input_boolean": _switched,
    "fan": _fan,
    "cover": _opening("cover"),
    "valve": _opening("valve"),
    "lock": _lock,
    "climate": _climate,
    "media_player": _player,
    "vacuum": _vacuum,
    "todo": _todo,
    "scene": _activated,
    "script": _activated,
}
