"""home-assistant-intents' intents → our tools, for every language the same.

An intent is taken only where each of its slots has an exact place in one of our calls.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from assistant.think.foreign_names import ForeignNames
from assistant.think.said import Arguments, NotMeant

SWITCHED: Final = frozenset({"light", "switch", "fan", "media_player", "cover", "valve", "lock", "climate"})
MOST_ITEM_WORDS: Final = 4
_PLACES: Final = frozenset({"name", "area", "floor", "domain", "device_class", "preferred_area_id"})


@dataclass(frozen=True, slots=True)
class Words:
    """One reading of a sentence."""

    slots: Mapping[str, Any]
    names: ForeignNames
    room: str
    never: frozenset[str]
    joints: Sequence[str] = ()
    that: Sequence[str] = ()

    def targets(self, kinds: frozenset[str] = SWITCHED) -> list[str]:
        """The devices that are meant: by name, or all of a sort in a place."""
        if "name" in self.slots:
            return self.names.meant(str(self.slots["name"]), self.room, kinds, self.place)
        if "domain" not in self.slots:
            raise NotMeant
        domain = frozenset({str(self.slots["domain"])})
        if not domain <= kinds:
            raise NotMeant
        return self.names.among(domain, self.place, str(self.slots.get("device_class", "")))

    def one_of(self, kind: str) -> list[str]:
        """The device by its name, or the place's own of this kind."""
        if "name" in self.slots:
            return self.targets(frozenset({kind}))
        return self.names.only({kind}, self.place)

    @property
    def place(self) -> str | None:
        found = self.slots.get("area", self.slots.get("floor"))
        return None if found is None else str(found)

    def whole(self, name: str) -> int:
        """A number of the sentence."""
        return round(float(self.slots[name]))


Meaning: TypeAlias = tuple[str, Arguments]
Read: TypeAlias = Callable[[Words], Meaning]


def _switch(tool: str) -> Read:
    return lambda words: (tool, {"targets": [*words.targets()]})


def _light(words: Words) -> Meaning:
    given = {**words.slots}
    wished: dict[str, Any] = {}
    if "brightness" in given:
        wished["brightness_percent"] = words.whole("brightness")
    if "color" in given:
        wished["color"] = given["color"]
    if not wished:
        raise NotMeant
    lights = frozenset({"light"})
    if "name" not in given:
        given["domain"] = "light"
    targets = Words(given, words.names, words.room, words.never, words.joints).targets(lights)
    return "light_set", {"targets": [*targets], **wished}


def _position(words: Words) -> Meaning:
    targets = words.targets(frozenset({"cover", "valve"}))
    return "cover_set", {"targets": [*targets], "position_percent": words.whole("position")}


def _warmth(words: Words) -> Meaning:
    degrees = float(words.slots["temperature"])
    return "climate_set", {
        "targets": [*words.one_of("climate")],
        "temperature": int(degrees) if degrees == int(degrees) else degrees,
    }


def _how_warm(words: Words) -> Meaning:
    """Of a thermostat by its name, else of the place's thermometers, else of its thermostats."""
    if "name" in words.slots:
        return "device_query", {"targets": [*words.targets(frozenset({"climate"}))]}
    try:
        found = words.names.among({"sensor"}, words.place, "temperature")
    except NotMeant:
        found = words.names.among({"climate"}, words.place)
    return "device_query", {"targets": [*found]}


def _state(words: Words) -> Meaning:
    kinds = SWITCHED | {"vacuum", "sensor"}
    return "device_query", {"targets": [*words.targets(kinds)]}


def _fan(words: Words) -> Meaning:
    percent = words.slots.get("percentage", words.slots.get("fan_speed"))
    if percent is None:
        raise NotMeant
    return "fan_set", {"targets": [*words.one_of("fan")], "speed_percent": round(float(percent))}


def _volume(words: Words) -> Meaning:
    percent = words.whole("volume_level")
    if "name" in words.slots:
        return "media_set", {"targets": [*words.one_of("media_player")], "volume_percent": percent}
    return "volume_set", {"percent": percent}


def _louder(words: Words) -> Meaning:
    step = words.slots["volume_step"]
    if "name" in words.slots or step not in ("up", "down"):
        raise NotMeant
    return "volume_change", {"steps": 1 if step == "up" else -1}


def _media(action: str) -> Read:
    return lambda words: (
        "media_control",
        {"targets": [*words.one_of("media_player")], "action": action},
    )


def _vacuum(action: str) -> Read:
    return lambda words: ("vacuum_control", {"targets": [*words.one_of("vacuum")], "action": action})


def _seconds(words: Words) -> int:
    units = (("hours", 3600), ("minutes", 60), ("seconds", 1))
    total = sum(round(float(words.slots[unit]) * length) for unit, length in units if unit in words.slots)
    if total <= 0:
        raise NotMeant
    return total


def _named(words: Words) -> dict[str, Any]:
    return {"name": words.slots["name"]} if "name" in words.slots else {}


def _timer_set(words: Words) -> Meaning:
    return "timer_set", {"duration_s": _seconds(words), **_named(words)}


def _timer_moved(sign: int) -> Read:
    return lambda words: ("timer_adjust", {"delta_s": sign * _seconds(words), **_named(words)})


def _timer(tool: str, **more: bool) -> Read:
    return lambda words: (tool, {**_named(words), **more})


def _add(words: Words) -> Meaning:
    items = _items(words)
    if "name" in words.slots:
        return "list_add", {
            "items": items,
            "list": words.names.meant(str(words.slots["name"]), words.room)[0],
        }
    return "list_add", {"items": items}


def _items(words: Words) -> list[Any]:
    text = f" {words.slots['item']} "
    for joint in words.joints:
        text = text.replace(f" {joint} ", " | ")
    items = [item.strip() for item in text.split("|")]
    for item in items:
        parts = item.split()
        if not 0 < len(parts) <= MOST_ITEM_WORDS or not words.never.isdisjoint(parts):
            raise NotMeant
    return [*dict.fromkeys(items)]


def _tell(words: Words) -> Meaning:
    text = str(words.slots["message"])
    for that in words.that:
        text = text.removeprefix(f"{that} ")
    if not words.never.isdisjoint(text.split()[:1]):
        raise NotMeant
    return "announce", {"text": text}


def _plain(tool: str) -> Read:
    return lambda words: (tool, {})


_LENGTHS: Final = frozenset({"hours", "minutes", "seconds"})
_NAME: Final = frozenset({"name"})
_NONE: Final[frozenset[str]] = frozenset()
TAKES: Final[Mapping[str, tuple[Read, frozenset[str]]]] = {
    "HassTurnOn": (_switch("device_on"), _PLACES),
    "HassTurnOff": (_switch("device_off"), _PLACES),
    "HassLightSet": (_light, _PLACES | {"brightness", "color"}),
    "HassSetPosition": (_position, _PLACES | {"position"}),
    "HassClimateSetTemperature": (_warmth, _PLACES | {"temperature"}),
    "HassClimateGetTemperature": (_how_warm, _PLACES),
    "HassGetState": (_state, _PLACES | {"state"}),
    "HassFanSetSpeed": (_fan, _PLACES | {"percentage", "fan_speed"}),
    "HassSetVolume": (_volume, _PLACES | {"volume_level"}),
    "HassSetVolumeRelative": (_louder, _PLACES | {"volume_step"}),
    "HassMediaNext": (_media("next"), _PLACES),
    "HassMediaPrevious": (_media("previous"), _PLACES),
    "HassMediaPause": (_media("pause"), _PLACES),
    "HassMediaUnpause": (_media("play"), _PLACES),
    "HassVacuumStart": (_vacuum("start"), _PLACES),
    "HassVacuumReturnToBase": (_vacuum("dock"), _PLACES),
    "HassStartTimer": (_timer_set, _LENGTHS | _NAME),
    "HassIncreaseTimer": (_timer_moved(1), _LENGTHS | _NAME),
    "HassDecreaseTimer": (_timer_moved(-1), _LENGTHS | _NAME),
    "HassCancelTimer": (_timer("timer_cancel"), _NAME),
    "HassCancelAllTimers": (_timer("timer_cancel", all=True), _NONE),
    "HassPauseTimer": (_timer("timer_pause"), _NAME),
    "HassUnpauseTimer": (_timer("timer_resume"), _NAME),
    "HassTimerStatus": (_timer("timer_query"), _NAME),
    "HassShoppingListAddItem": (_add, frozenset({"item"})),
    "HassListAddItem": (_add, frozenset({"item", "name"})),
    "HassGetCurrentTime": (_plain("time_now"), _NONE),
    "HassGetCurrentDate": (_plain("date_now"), _NONE),
    "HassNevermind": (_plain("stop"), _NONE),
    "HassBroadcast": (_tell, frozenset({"message"})),
}
"""Which slots an intent may have, and what it then means."""
OPEN: Final = frozenset({"item", "message"})
"""Slots that may hold free words."""
