"""What a wish asks of each kind of device: a tool and its arguments, or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from assistant.messages import JsonValue
from assistant.think.degrees import MOST_CHANGE
from assistant.think.wishes import Wish, percent

Plan = tuple[str, Mapping[str, JsonValue]]
"""A tool and its arguments but the targets."""

STEP: Final[Mapping[str, int]] = {"light": 20, "media_player": 10, "fan": 20, "climate": 1, "cover": 20}
_PRESETS: Final = frozenset({"eco", "away", "boost", "sleep", "comfort"})
_STEPS: Final = 10
"""A fan's bare number up to here may be a step of its own, which we do not know."""
_SWITCHED: Final = frozenset(
    {
        *("light", "switch", "fan", "media_player", "climate", "humidifier", "water_heater", "siren"),
        *("scene", "script", "input_boolean", "automation", "group"),
    }
)
_LOOSELY_OPENED: Final = frozenset({"light", "fan", "media_player", "climate"})
"""Where people say "open the light" for switching it on."""


def plan(kind: str, wish: Wish) -> Plan | None:
    """What a device of this kind is to do, or None where the wish makes no sense for it."""
    special = _PLANS.get(kind)
    found = special(wish) if special is not None else None
    return found or _switched(kind, wish)


def _switched(kind: str, wish: Wish) -> Plan | None:
    if kind not in _SWITCHED or not wish.only("action"):
        return None
    if wish.action in ("on", "start"):
        return "device_on", {}
    if wish.action == "off" or (wish.action == "stop" and kind not in ("light", "media_player", "scene")):
        return "device_off", {}
    return None


def loosely_opened(kind: str, wish: Wish) -> Plan | None:
    """ "Open the light", where nothing is there to be opened."""
    if kind not in _LOOSELY_OPENED or not wish.only("action") or wish.action not in ("open", "close"):
        return None
    return ("device_on" if wish.action == "open" else "device_off"), {}


def _light(wish: Wish) -> Plan | None:
    if wish.action == "light" and wish.only("action"):
        return "device_on", {}
    changes = ("", "set", "on", "up", "down", "dim", "brighten")
    if wish.action not in changes or wish.prop not in ("", "brightness", "color"):
        return None
    share = percent("light", wish)
    if wish.color and wish.only("action", "color", "number", "unit", "level", "prop"):
        if share is None and (wish.number is not None or wish.level):
            return None
        return "light_set", {"color": wish.color, **({} if share is None else {"brightness_percent": share})}
    kelvin = wish.white or (wish.number if wish.unit == "kelvin" else None)
    if kelvin and wish.only("action", "white", "number", "unit") and 1000 <= kelvin <= 10000:
        return "light_change", {"temperature_kelvin": round(kelvin)}
    if share is not None and wish.only("action", "number", "unit", "level", "prop", "more"):
        if wish.by and wish.sign:
            return "light_change", {"brightness_change": wish.sign * share}
        return "light_set", {"brightness_percent": share}
    return _step("light_change", "brightness", "brightness_change", STEP["light"], wish)


def _step(tool: str, prop: str, argument: str, size: int, wish: Wish) -> Plan | None:
    """A little more or less of what a kind is turned up and down in."""
    if wish.more.partition(" ")[0] not in ("", prop, "any") or wish.prop not in ("", prop):
        return None
    if not wish.sign or not wish.only("action", "more", "prop"):
        return None
    return tool, {argument: wish.sign * size}


def _opening(wish: Wish) -> Plan | None:
    opens, closes = wish.action in ("open", "up", "on"), wish.action in ("close", "down", "off")
    if wish.action in ("on", "off", "start"):
        return None
    if wish.prop not in ("", "position"):
        return None
    if wish.level in ("whole", "full") and wish.only("action", "level") and (opens or closes):
        return ("device_on" if opens else "device_off"), {}
    if (
        (share := percent("cover", wish)) is not None
        and wish.only("action", "number", "unit", "level", "prop")
        and wish.action in ("", "set", "open", "close", "up", "down")
    ):
        # "20 percent closed" leaves the rest open; "close to 20 percent" is where it ends.
        shut = wish.action == "close" and not wish.to and wish.number is not None
        return "cover_set", {"position_percent": 100 - share if shut else share}
    if not wish.only("action"):
        return None
    if wish.bit and (opens or closes):
        return "cover_set", {"position_change": STEP["cover"] if opens else -STEP["cover"]}
    if wish.action == "stop":
        return "cover_stop", {}
    return ("device_on", {}) if opens else ("device_off", {}) if closes else None


def _valve(wish: Wish) -> Plan | None:
    """A tap is turned on as it is opened."""
    if wish.only("action") and wish.action in ("on", "start", "water"):
        return "device_on", {}
    if wish.only("action") and wish.action in ("off", "stop"):
        return "device_off", {}
    return _opening(wish) if wish.action not in ("up", "down") else None


def _fan(wish: Wish) -> Plan | None:
    if wish.prop == "oscillation" and wish.only("action", "prop"):
        swings = {"on": True, "start": True, "off": False, "stop": False}.get(wish.action)
        return None if swings is None else ("fan_set", {"oscillating": swings})
    if wish.action in ("oscillate", "still") and wish.only("action"):
        return "fan_set", {"oscillating": wish.action == "oscillate"}
    if wish.action not in ("", "set", "on", "start", "up", "down") or wish.prop not in ("", "speed"):
        return None
    if wish.number is not None and not wish.unit and wish.number <= _STEPS:
        return None
    if (share := percent("fan", wish)) is not None and wish.only("action", "number", "unit", "level", "prop"):
        if wish.by and wish.sign:
            return "fan_set", {"speed_change": wish.sign * share}
        return "fan_set", {"speed_percent": share}
    return _step("fan_set", "speed", "speed_change", STEP["fan"], wish)


def _player(wish: Wish) -> Plan | None:
    if act := _player_act(wish):
        return "media_control", {"action": act}
    if wish.source and wish.prop in ("", "source") and wish.only("action", "source", "prop"):
        return ("media_set", {"source": wish.source}) if wish.action in ("", "set", "on") else None
    if wish.action not in ("", "set", "on", "up", "down") or wish.prop not in ("", "volume", "track"):
        return None
    if wish.prop == "track":
        wish = replace(wish, prop="volume")
    share = percent("media_player", wish)
    if share is not None and wish.only("action", "number", "unit", "level", "prop", "more"):
        if wish.by and wish.sign:
            return "media_set", {"volume_change": wish.sign * share}
        return "media_set", {"volume_percent": share}
    return _step("media_set", "volume", "volume_change", STEP["media_player"], wish)


def _player_act(wish: Wish) -> str:
    action, about = wish.action, wish.prop
    if not wish.only("action", "prop") or about not in ("", "track", "volume"):
        return ""
    if about == "volume":
        return {"off": "mute", "mute": "mute", "unmute": "unmute", "on": "unmute"}.get(action, "")
    if action == "start" and about == "track":
        return "play"
    found = {"resume": "play"}.get(action, action)
    acts = ("play", "pause", "stop", "next", "previous", "mute", "unmute")
    return found if found in acts else ""


def _climate(wish: Wish) -> Plan | None:
    if wish.mode and wish.prop in ("", "mode") and wish.only("action", "mode", "prop", "number", "unit"):
        if wish.action not in ("", "set", "on") or not _degrees(wish):
            return None
        return "climate_set", {
            "preset" if wish.mode in _PRESETS else "mode": wish.mode,
            **({} if wish.number is None else {"temperature": wish.number}),
        }
    fits = ("", "set", "up", "down", "warm", "cool", "on")
    if wish.action not in fits or wish.prop not in ("", "temperature"):
        return None
    if wish.number is not None and wish.only("action", "number", "unit", "prop", "more"):
        change = wish.sign and not wish.to and wish.number <= MOST_CHANGE
        if change and (wish.by or wish.unit == "degrees" or wish.more):
            return "climate_set", {"temperature_change": wish.sign * round(wish.number)}
        if wish.by or wish.more or not _degrees(wish):
            return None
        return "climate_set", {"temperature": wish.number}
    return _step("climate_set", "temperature", "temperature_change", STEP["climate"], wish)


def _degrees(wish: Wish) -> bool:
    """Whether the number, where there is one, may be a temperature of a house."""
    return wish.number is None or (wish.unit in ("", "degrees") and 5 <= wish.number <= 99)


def _boiler(wish: Wish) -> Plan | None:
    if wish.prop not in ("", "temperature") or wish.action not in ("", "set", "up", "down", "warm"):
        return None
    if wish.number is None or not wish.only("action", "number", "unit", "prop"):
        return None
    if wish.by or wish.unit not in ("", "degrees") or not 20 <= wish.number <= 180:
        return None
    return "climate_set", {"temperature": wish.number}


def _humidifier(wish: Wish) -> Plan | None:
    if wish.prop not in ("", "humidity") or wish.action not in ("", "set", "up", "down", "on"):
        return None
    share = percent("humidifier", wish)
    if share is None or wish.by or not wish.only("action", "number", "unit", "prop"):
        return None
    return "climate_set", {"humidity_percent": share}


def _vacuum(wish: Wish) -> Plan | None:
    act = {
        **dict.fromkeys(("on", "start", "clean", "resume"), "start"),
        **{"pause": "pause", "stop": "stop", "off": "stop", "dock": "dock", "locate": "locate"},
    }.get(wish.action)
    return ("vacuum_control", {"action": act}) if act and wish.only("action") else None


def _lock(wish: Wish) -> Plan | None:
    act = {"lock": "device_on", "unlock": "device_off"}.get(wish.action)
    return (act, {}) if act and wish.only("action") else None


_PLANS: Mapping[str, Callable[[Wish], Plan | None]] = {
    "light": _light,
    "cover": _opening,
    "valve": _valve,
    "fan": _fan,
    "media_player": _player,
    "climate": _climate,
    "water_heater": _boiler,
    "humidifier": _humidifier,
    "vacuum": _vacuum,
    "lock": _lock,
}
KINDS: Final = (*_PLANS, *sorted(_SWITCHED - set(_PLANS)))
