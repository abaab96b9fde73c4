"""What an entity reports → DeviceState: one function for each domain, all pure."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from assistant.devices.home_assistant.colors import WHITES, called, hs
from assistant.devices.home_assistant.entities import Entity
from assistant.devices.home_assistant.units import UNITS, reading, sensed
from assistant.messages import DeviceState, JsonValue

WHITE_KELVIN: Final = 300
"""How far a lamp's white may lie from the one it was asked for."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of an entity beside its state."""

    color: str = ""
    """The color it was last asked for."""
    items: tuple[str, ...] | None = None
    """What is still to do on a list."""
    forecast: tuple[Mapping[str, Any], ...] = ()
    """Days, as Home Assistant tells them."""


def reported(entity: Entity, beside: Beside = Beside()) -> DeviceState:
    """The state in our words."""
    tell = _DOMAINS.get(entity.domain)
    value, attributes = tell(entity, beside) if tell else (entity.state, {})
    known = {key: value for key, value in attributes.items() if value is not None}
    return DeviceState(value, entity.available, known)


Told = tuple[str, dict[str, JsonValue]]


def _light(entity: Entity, beside: Beside) -> Told:
    if entity.state != "on":
        return entity.state, {}
    brightness = entity.number("brightness")
    percent = None if brightness is None else max(1, round(brightness * 100 / 255)) if brightness else 0
    return "on", {"brightness_percent": percent, **_color(entity, beside.color)}


def _color(entity: Entity, asked: str) -> dict[str, JsonValue]:
    kelvin, mode = entity.number("color_temp_kelvin"), entity.text("color_mode")
    if mode in ("color_temp", "brightness", "onoff", "unknown", "white"):
        if kelvin is None:
            return {"color": "white"} if mode == "white" else {}
        near = asked in WHITES and abs(kelvin - WHITES[asked]) <= WHITE_KELVIN
        return {"temperature_kelvin": round(kelvin), **({"color": asked} if near else {})}
    found = _numbers(entity.attributes.get("hs_color"), 2)
    if found is None and (rgb := _numbers(entity.attributes.get("rgb_color"), 3)) is not None:
        found = list(hs((round(rgb[0]), round(rgb[1]), round(rgb[2]))))
    return {} if found is None else {"color": called((found[0], found[1]), asked)}


def _numbers(value: Any, count: int) -> list[float] | None:
    if not isinstance(value, list) or len(value) != count:
        return None
    return value if all(isinstance(part, int | float) and math.isfinite(part) for part in value) else None


def _fan(entity: Entity, beside: Beside) -> Told:
    speed = entity.number("percentage")
    return entity.state, {
        "speed_percent": None if speed is None else round(speed),
        "oscillating": _flag(entity, "oscillating"),
    }


def _opening(entity: Entity, beside: Beside) -> Told:
    position = entity.number("current_position")
    return entity.state, {"position_percent": None if position is None else round(position)}


def _climate(entity: Entity, beside: Beside) -> Told:
    target = entity.number("temperature")
    low, high = entity.number("target_temp_low"), entity.number("target_temp_high")
    if target is None and low is not None and high is not None:
        target = (low + high) / 2
    modes: list[JsonValue] = list(entity.texts("hvac_modes"))
    return entity.state, {
        "temperature": target,
        "current_temperature": entity.number("current_temperature"),
        "modes": modes,
        "doing": entity.text("hvac_action") or None,
    }


def _player(entity: Entity, beside: Beside) -> Told:
    value = {"standby": "off", "buffering": "playing"}.get(entity.state, entity.state)
    volume = entity.number("volume_level")
    title, artist = entity.text("media_title"), entity.text("media_artist")
    marks = [
        str(entity.attributes.get(key, "")) for key in ("media_content_id", "media_track", "media_episode")
    ]
    track = "|".join([*marks, title]) if any(marks) or title else None
    return value, {
        "volume_percent": None if volume is None else round(volume * 100),
        "muted": _flag(entity, "is_volume_muted"),
        "source": entity.text("source") or None,
        "track": track,
        "title": title or None,
        "artist": artist or None,
    }


def _todo(entity: Entity, beside: Beside) -> Told:
    if beside.items is None:
        return entity.state, {}
    items: list[JsonValue] = list(beside.items)
    return str(len(items)), {"items": items}


def _sensor(entity: Entity, beside: Beside) -> Told:
    unit = entity.text("unit_of_measurement")
    return reading(entity), {"unit": UNITS.get(unit, unit) or None}


def _scene(entity: Entity, beside: Beside) -> Told:
    """Its state is the moment it was last activated."""
    return "off", {"activated": entity.state}


def _script(entity: Entity, beside: Beside) -> Told:
    return entity.state, {"activated": entity.text("last_triggered") or "never"}


_FORECAST: Final = frozenset(
    {"datetime", "condition", "temperature", "templow", "precipitation_probability", "is_daytime"}
)


def _weather(entity: Entity, beside: Beside) -> Told:
    forecast: list[JsonValue] = [
        {key: value for key, value in day.items() if key in _FORECAST} for day in beside.forecast
    ]
    keys = ("temperature", "apparent_temperature", "humidity", "wind_speed", "precipitation_unit")
    units = ("temperature_unit", "wind_speed_unit")
    told = {key: entity.number(key) for key in keys} | {key: entity.text(key) or None for key in units}
    return entity.state, {**told, "forecast": forecast}


def _flag(entity: Entity, key: str) -> bool | None:
    value = entity.attributes.get(key)
    return value if isinstance(value, bool) else None


_DOMAINS: Final[Mapping[str, Callable[[Entity, Beside], Told]]] = {
    "light": _light,
    "fan": _fan,
    "cover": _opening,
    "valve": _opening,
    "climate": _climate,
    "media_player": _player,
    "todo": _todo,
    "sensor": _sensor,
    "binary_sensor": lambda entity, beside: (sensed(entity), {}),
    "scene": _scene,
    "script": _script,
    "weather": _weather,
}
