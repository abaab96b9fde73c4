"""A question about the house in any order: which things, where, which state or reading. It only reads."""

from collections.abc import Collection, Mapping
from typing import Final

from assistant.messages import JsonValue
from assistant.think.lexicon import Lexicon, Piece
from assistant.think.names import HouseNames, Named, guards
from assistant.think.numbers import plain
from assistant.think.readings import Reading
from assistant.think.said import Arguments
from assistant.think.things import Things

_ASKED: Final = frozenset(
    {"ask", "how", "reading", "state", "thing", "place", "all", "still", "glue", "everything", "and"}
)
_CLOSING: Final = frozenset({"door", "window", "opening", "garage_door", "garage"})
_CLASSES: Final[Mapping[str, frozenset[str]]] = {
    "battery": frozenset({"battery"}),
    "power": frozenset({"power", "current"}),
    "energy": frozenset({"energy"}),
    "temperature": frozenset({"temperature"}),
    "humidity": frozenset({"humidity", "moisture"}),
    "brightness": frozenset({"illuminance"}),
    "motion": frozenset({"motion", "occupancy", "presence", "moving"}),
    "smoke": frozenset({"smoke"}),
    "moisture": frozenset({"moisture"}),
    "air": frozenset({"aqi", "pm25", "pm10", "carbon_dioxide", "volatile_organic_compounds", "gas"}),
    "carbon_dioxide": frozenset({"carbon_dioxide"}),
    "pressure": frozenset({"pressure", "atmospheric_pressure"}),
}
"""What is asked for → the device classes of the sensors that tell it."""
_TELLS: Final[Mapping[str, frozenset[str]]] = {
    "temperature": frozenset({"climate", "water_heater"}),
    "humidity": frozenset({"humidifier"}),
    "brightness": frozenset({"light"}),
    "volume": frozenset({"media_player"}),
    "speed": frozenset({"fan"}),
    "position": frozenset({"cover", "valve"}),
}
"""What is asked for → the other kinds of device that report it."""
_OWN: Final = frozenset({"", "level", "setting", "battery", "power", "energy"})
"""What a device may tell of itself where no sensor does."""
_FEW: Final = 6
"""Without a place at most so many readings of the house are told."""


class FrameQuestions:
    """Questions about one house in any order of their words."""

    def __init__(self, lexicon: Lexicon, names: HouseNames, things: Things) -> None:
        self._lexicon = lexicon
        self._names = names
        self._things = things
        self._kinds = frozenset(device.kind for device in names.devices) - {"todo", "scene", "script"}
        self._by_name = {device.name: device for device in names.devices}

    def meaning(self, text: str, room: str) -> tuple[str, Arguments] | None:
        """The reading call of a plain text."""
        for pieces in self._lexicon.ways(text):
            if any(piece.kind not in _ASKED for piece in pieces):
                continue
            if (found := self._question(Reading(pieces), room)) is not None:
                return "device_query", found
        return None

    def _question(self, reading: Reading, room: str) -> Arguments | None:
        about = self._about(reading)
        if about is None or not _is_question(reading, about):
            return None
        states = list(dict.fromkeys(str(piece.value) for piece in reading.all("state")))
        areas = reading.areas(room, self._names)
        if areas is None and any(place.value == "here" for place in reading.all("place")):
            return None
        found = self._devices(reading, about, states, areas, room)
        if not found:
            return None
        given: dict[str, JsonValue] = {"targets": [device.name for device in found]}
        asks = {str(piece.value) for piece in reading.all("ask")}
        switched = states in (["on"], ["off"]) and len({device.kind for device in found}) == 1
        if (
            len(states) == 1
            and states[0] != "doing"
            and not switched
            and (asks & {"which", "count", "any"} or reading.all("all"))
        ):
            given["state"] = states[0]
        return given

    def _about(self, reading: Reading) -> str | None:
        """The one reading that is asked for; None: more than one."""
        said = {str(piece.value) for kind in ("reading", "how") for piece in reading.all(kind)}
        said.discard("state")
        return None if len(said) > 1 else next(iter(said), "")

    def _devices(
        self, reading: Reading, about: str, states: list[str], areas: Collection[str] | None, room: str
    ) -> list[Named]:
        if reading.all("thing"):
            found: list[Named] = []
            asks = {str(piece.value) for piece in reading.all("ask")}
            wide = bool(asks & {"which", "count", "any"} or reading.all("all") or reading.everywhere)
            for thing in reading.all("thing"):
                one = self._of_thing(thing, about, states, areas, "" if wide else room)
                if not one:
                    return []
                found += one
            return list(dict.fromkeys(found))
        if about:
            return self._readings(about, reading, areas, room)
        asks = {str(piece.value) for piece in reading.all("ask")}
        if states and ("any" in asks or reading.all("everything")):
            return [d for d in self._things.of_kind(self._kinds, areas) if _shows(d, states)]
        if states and areas is not None and "whether" in asks:
            # "Is the carport open": the door that a place is known for.
            doors = self._things.of_kind({"cover", "lock"}, areas)
            known = [d for d in doors if d.kind == "lock" or guards(d)]
            return [d for d in known if _shows(d, states)]
        return []

    def _of_thing(
        self, thing: Piece, about: str, states: list[str], areas: Collection[str] | None, room: str
    ) -> list[Named]:
        if about in _CLASSES:
            names, _ = self._things.named(thing.text, room, {"sensor"}, areas, every=True)
            told = [d for name in names if _measures(d := self._by_name[name], about)]
            if told:
                return told
        kinds = _TELLS.get(about, self._kinds if about in _OWN else frozenset())
        if states:
            kinds = frozenset(d.kind for d in self._things.of_kind(self._kinds, None) if _shows(d, states))
        names, _ = self._things.named(thing.text, room, kinds, areas, every=False)
        found = [self._by_name[name] for name in names]
        return [d for d in found if _shows(d, states)] or found if states else found

    def _readings(
        self, about: str, reading: Reading, areas: Collection[str] | None, room: str
    ) -> list[Named]:
        """Who tells this reading in the place; without one, in this room or else in the house."""
        if about == "motion" and areas is None:
            return []
        area = self._names.area(room) if areas is None and not reading.everywhere else None
        if area is not None and (here := self._telling(about, {area})):
            return here
        found = self._telling(about, areas)
        return found if areas is not None or reading.everywhere or len(found) <= _FEW else []

    def _telling(self, about: str, areas: Collection[str] | None) -> list[Named]:
        sensors = [d for d in self._things.of_kind({"sensor"}, areas) if _measures(d, about)]
        return sensors or list(self._things.of_kind(_TELLS.get(about, ()), areas))


def _measures(sensor: Named, about: str) -> bool:
    """Whether a sensor tells such a reading: by its class or, where it has none, by its name."""
    if sensor.device_class:
        return sensor.device_class in _CLASSES.get(about, ())
    return bool(about) and about in plain(sensor.name).split()


def _is_question(reading: Reading, about: str) -> bool:
    """It begins as a question, or is nothing but a reading and where: "bedroom temperature"."""
    asks = [str(piece.value) for piece in reading.all("ask")]
    if not asks and not reading.all("how"):
        named = reading.all("place") or reading.all("thing")
        measured = about not in ("", "motion", "smoke", "moisture")
        return bool(reading.all("reading") and measured and named and not reading.all("state"))
    told = [piece for piece in reading.pieces if piece.kind not in ("glue", "still")]
    if told[0].kind not in ("ask", "how"):
        return False
    if asks[:1] == ["what"] and reading.all("state") and not reading.all("reading"):
        return False
    if asks[:1] == ["what"] and not reading.all("reading") and reading.glued("on", "for", "with", "from"):
        return False
    return not (asks[:1] == ["whether"] and not (reading.all("state") or about))


def _shows(device: Named, states: list[str]) -> bool:
    """Whether a device can be in such a state at all."""
    kind, sort = device.kind, device.device_class
    for state in states:
        if state in ("open", "closed"):
            fits = kind in ("cover", "valve") or (kind == "sensor" and sort in _CLOSING)
        elif state in ("locked", "unlocked"):
            fits = kind == "lock" or (kind == "sensor" and sort == "lock")
        elif state in ("on", "off"):
            fits = kind not in ("cover", "lock", "vacuum") and not (kind == "sensor" and sort in _CLOSING)
            fits = fits and not (kind == "sensor" and sort in _MEASURED)
        else:
            fits = kind not in ("lock", "light") or state == "doing"
        if not fits:
            return False
    return True


_MEASURED: Final = frozenset().union(
    *(_CLASSES[key] for key in ("battery", "power", "energy", "temperature"))
)
