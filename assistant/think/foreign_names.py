"""What devices and places are called in a house that does not speak English."""

from collections.abc import Collection, Sequence
from typing import Final

from hassil.intents import TextSlotList

from assistant.think.names import HouseNames, Named
from assistant.think.said import NotMeant, Unclear
from assistant.think.tongue import Tongue, folded

MOST_NAMED: Final = 4
WINDOWS: Final = frozenset({"", "awning", "blind", "curtain", "shade", "shutter"})
"""Before a window: people's words for them differ from the classes of the home."""


class ForeignNames:
    """The names of one house as `folded` texts, accents and all."""

    def __init__(self, names: HouseNames, tongue: Tongue) -> None:
        self._names = names
        self._tongue = tongue

    def lists(self) -> dict[str, TextSlotList]:
        """The slot lists that home-assistant-intents' sentences name; a value is the name as it was said."""
        devices = [
            (form, form, {"domain": device.kind, "device_class": device.device_class})
            for device in self._names.devices
            for form in _called(device)
        ]
        areas = [(form, area.name) for area in self._names.areas for form in _called(area)]
        floors = sorted({area.floor for area in self._names.areas if area.floor})
        return {
            "name": TextSlotList.from_tuples(devices, allow_template=False, name="name"),
            "area": TextSlotList.from_tuples(areas, allow_template=False, name="area"),
            "floor": TextSlotList.from_strings(floors, allow_template=False, name="floor"),
        }

    def places(self) -> list[str]:
        """Every way to name a room."""
        return [form for area in self._names.areas for form in _called(area)]

    def area(self, spoken: str) -> str | None:
        """The canonical name of a room."""
        wanted = folded(spoken)
        return next((area.name for area in self._names.areas if wanted in _called(area)), None)

    def meant(self, form: str, room: str, kinds: Collection[str] = (), place: str | None = None) -> list[str]:
        """The device of this name (in a place), the room's own where several have it. NotMeant or Unclear."""
        areas = self._areas(place)
        fitting = [
            device
            for device in self._names.devices
            if form in _called(device)
            and (not kinds or device.kind in kinds)
            and (place is None or device.area in areas)
        ]
        here = [device for device in fitting if device.area == self.area(room)]
        fitting = here if len(here) == 1 else fitting
        if not fitting:
            raise NotMeant
        if len(fitting) > 1:
            raise self._unclear([device.name for device in fitting])
        return [fitting[0].name]

    def among(self, kinds: Collection[str], place: str | None, device_class: str = "") -> list[str]:
        """Every device of these kinds in an area or on a floor (None: in the house). NotMeant: none."""
        areas = self._areas(place)
        there = [
            device
            for device in self._names.devices
            if device.kind in kinds and (place is None or device.area in areas)
        ]
        if device_class:
            alike = WINDOWS if device_class in WINDOWS else {device_class}
            exact = [device for device in there if device.device_class == device_class]
            there = exact or [device for device in there if device.device_class in alike]
        if not there:
            raise NotMeant
        return [device.name for device in there]

    def only(self, kinds: Collection[str], place: str | None) -> list[str]:
        """The one device of these kinds in the place, else in the house. NotMeant or Unclear."""
        try:
            found = self.among(kinds, place)
        except NotMeant:
            found = self.among(kinds, None)
        if len(found) > 1:
            raise self._unclear(found)
        return found

    def _areas(self, place: str | None) -> set[str]:
        return {area.name for area in self._names.areas if place in (area.name, area.floor)}

    def _unclear(self, names: Sequence[str]) -> Unclear:
        shown = list(names[:MOST_NAMED])
        listed = f"{', '.join(shown[:-1])} {self._tongue.either} {shown[-1]}"
        return Unclear(self._tongue.which.format(names=listed))


def _called(named: Named) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for form in map(folded, (named.name, *named.aliases)) if form))
