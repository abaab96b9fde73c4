"""What a task suite's files say, and its entities' states in our words and back.

A suite speaks as Home Assistant does: `brightness` to 255, `volume_level` to 1, nothing of a light that
is off.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from assistant.messages import DeviceState, JsonValue

_SECURE_CLASSES: Final = frozenset({"garage", "gate", "door"})
_COLOR_MODES: Final = frozenset({"hs", "rgb", "rgbw", "rgbww", "xy"})


class Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class Area(Loose):
    name: str
    id: str = ""
    floor: str | None = None
    aliases: tuple[str, ...] = ()


class Thing(Loose):
    """A device of the fixture: what its entities have in common."""

    name: str
    id: str = ""
    area: str | None = None


class Entity(Loose):
    id: str
    name: str | None = None
    area: str | None = None
    device: str | None = None
    aliases: tuple[str, ...] = ()
    state: Any = None
    attributes: dict[str, Any] = {}

    @property
    def domain(self) -> str:
        return self.id.partition(".")[0]


class Fixtures(Loose):
    areas: tuple[Area, ...] = ()
    devices: tuple[Thing, ...] = ()
    entities: tuple[Entity, ...] = ()


class Wanted(Loose):
    """A state: of a setup, or expected."""

    state: Any = None
    attributes: dict[str, Any] = {}


class Task(Loose):
    """Sentences that all must come to the same."""

    sentences: tuple[str, ...] = Field(min_length=1)
    setup: dict[str, Wanted] = {}
    expect_changes: dict[str, Wanted] = {}
    ignore_changes: dict[str, tuple[str, ...]] = {}
    context_device: str | None = None


def sort_of(entity: Entity) -> str:
    """The device class, as a plain word."""
    return str(entity.attributes.get("device_class", "")).rpartition(".")[2].casefold()


def is_secure(entity: Entity) -> bool:
    """Whether moving it is a matter of security."""
    return entity.domain == "lock" or (entity.domain == "cover" and sort_of(entity) in _SECURE_CLASSES)


_FEATURES: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "cover": {"position": ("SET_POSITION",)},
    "valve": {"position": ("SET_POSITION",)},
    "fan": {"speed": ("SET_SPEED",), "oscillation": ("OSCILLATE",)},
    "media_player": {
        "volume": ("VOLUME_SET", "VOLUME_STEP"),
        "mute": ("VOLUME_MUTE",),
        "source": ("SELECT_SOURCE",),
    },
    "climate": {"temperature": ("TARGET_TEMPERATURE", "TARGET_TEMPERATURE_RANGE")},
    "water_heater": {"temperature": ("TARGET_TEMPERATURE",)},
    "humidifier": {"humidity": ()},
}


def abilities(entity: Entity) -> frozenset[str]:
    """What it can do, in the words of `Device.can`."""
    if entity.domain == "light":
        modes = {
            str(m).rpartition(".")[2].casefold() for m in entity.attributes.get("supported_color_modes", ())
        }
        able = {
            "brightness": bool(modes - {"onoff"}),
            "color": bool(modes & _COLOR_MODES),
            "temperature": bool(modes & {"color_temp", "rgbww"}),
        }
        return frozenset(ability for ability, has in able.items() if has)
    listed = entity.attributes.get("supported_features")
    features = {str(f).rpartition(".")[2] for f in listed} if isinstance(listed, list) else None
    if (
        features is None
        and entity.domain in ("cover", "valve")
        and "current_position" not in entity.attributes
    ):
        features = set()
    found = {
        ability
        for ability, needs in _FEATURES.get(entity.domain, {}).items()
        if features is None or not needs or not features.isdisjoint(needs)
    }
    return frozenset({*found, *(("modes",) if entity.domain == "climate" else ())})


_BOOLEANS: Final = {"cover": ("open", "closed"), "valve": ("open", "closed"), "lock": ("locked", "unlocked")}
_FIRST: Final = {
    "lock": "locked",
    "vacuum": "docked",
    "todo": "0",
    "sensor": "unknown",
    "binary_sensor": "unknown",
}
_RENAMED: Final = {
    "current_position": "position_percent",
    "percentage": "speed_percent",
    "oscillating": "oscillating",
    "media_track": "track",
    "source": "source",
    "is_volume_muted": "muted",
    "temperature": "temperature",
    "preset_mode": "preset",
    "humidity": "humidity_percent",
    "target_temperature": "temperature",
    "hvac_modes": "modes",
    "todo_items": "items",
    "color_temp_kelvin": "temperature_kelvin",
    "native_unit_of_measurement": "unit",
}
_WHEN_ON: Final = frozenset(
    {"brightness", "color_mode", "rgb_color", "color_temp_kelvin", "media_track", "volume_level"}
)
_RGB: Final = {
    "red": (255, 0, 0), "orange": (255, 165, 0), "yellow": (255, 255, 0), "green": (0, 128, 0),
    "blue": (0, 0, 255), "purple": (128, 0, 128), "violet": (238, 130, 238), "pink": (255, 192, 203),
    "white": (255, 255, 255), "turquoise": (64, 224, 208), "cyan": (0, 255, 255), "magenta": (255, 0, 255),
    "lavender": (230, 230, 250), "gold": (255, 215, 0),
}  # fmt: skip


def loaded(entity: Entity, state: Any, given: Mapping[str, Any]) -> DeviceState:
    """A state of the suite in our words."""
    attributes: dict[str, JsonValue] = {
        ours: given[key] for key, ours in _RENAMED.items() if given.get(key) is not None
    }
    if given.get("brightness") is not None:
        attributes["brightness_percent"] = _tidy(given["brightness"] * 100 / 255)
    if given.get("volume_level") is not None:
        attributes["volume_percent"] = _tidy(given["volume_level"] * 100)
    if isinstance(state, bool):
        on, off = _BOOLEANS.get(entity.domain, ("on", "off"))
        state = on if state else off
    return DeviceState(
        str(state) if state is not None else _guessed(entity.domain, given), attributes=attributes
    )


def _guessed(domain: str, given: Mapping[str, Any]) -> str:
    """The state of an entity that states none."""
    if domain in ("cover", "valve"):
        return "open" if given.get("current_position") else "closed"
    if domain == "climate":
        return str(given.get("hvac_mode", "off"))
    on = bool(given.get("brightness")) or bool(given.get("percentage"))
    return _FIRST.get(domain, "on" if on else "off")


def _tidy(value: float) -> int | float:
    return round(value) if abs(value - round(value)) < 1e-9 else value


def shown(entity: Entity, state: DeviceState) -> Wanted:
    """A state of ours in the suite\'s words."""
    there = state.attributes
    found: dict[str, Any] = {key: there[ours] for key, ours in _RENAMED.items() if ours in there}
    found.pop("target_temperature", None)
    for key, ours, whole in (
        ("brightness", "brightness_percent", 255),
        ("volume_level", "volume_percent", 1),
    ):
        percent = there.get(ours)
        if isinstance(percent, int | float):
            found[key] = round(percent * 255 / 100) if whole == 255 else round(percent / 100, 4)
    if there.get("muted"):
        found["volume_level"] = 0.0
    # What is on a list is not part of its state, how many things are is; a muted player is one at volume 0.
    for hidden in ("is_volume_muted", "todo_items"):
        found.pop(hidden, None)
    value = state.value
    if entity.domain == "light":
        found.update(_light(entity, there))
    if entity.domain == "media_player":
        # The suites' players play when they are switched on, and are off when they stop.
        value = {"on": "playing", "idle": "off"}.get(value, value)
    if value == "off":
        found = {key: None if key in _WHEN_ON else kept for key, kept in found.items()}
    return Wanted(state=value, attributes=found)


def _light(entity: Entity, there: Mapping[str, JsonValue]) -> dict[str, Any]:
    modes = [
        str(mode).rpartition(".")[2].casefold() for mode in entity.attributes.get("supported_color_modes", ())
    ]
    mode = entity.attributes.get("color_mode")
    mode = mode[0] if isinstance(mode, list) and mode else mode or (modes[0] if modes else None)
    shown: dict[str, Any] = {"rgb_color": entity.attributes.get("rgb_color")}
    if isinstance(color := there.get("color"), str):
        mode = next((m for m in modes if m in _COLOR_MODES), mode)
        shown["rgb_color"] = list(_RGB[color]) if color in _RGB else color
    elif "temperature_kelvin" in there:
        mode = "color_temp"
    return {**shown, "color_mode": mode}
