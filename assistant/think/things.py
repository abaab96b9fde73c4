"""Typed words → devices: by name, by name and sort, by place and sort ("the front yard valve"), or by sort.

Wider than the names a narrow ear listens for: people who type, or are heard by a wide ear, leave words out,
add the sort of thing, use the plural. Every form of every device is in one index; a sentence is compared only
with the forms that occur in it, so a thousand devices cost no more than ten.
"""

from collections.abc import Collection, Mapping, Sequence

from hassil.intents import SlotList, TextSlotList, TextSlotValue

from assistant.think.loose_names import LooseNames
from assistant.think.names import FIXED_KINDS, HouseNames, Named
from assistant.think.numbers import plain
from assistant.think.thing_forms import By, Form, ThingForms, is_many

LONGEST_FORM = 12
"""Words; longer names are only understood whole by the phrases' own lists."""

_GROUPS: Mapping[str, frozenset[str]] = {
    "opening": frozenset({"cover", "valve"}),
    "scene": frozenset({"scene", "script"}),
    **{
        kind: frozenset({kind})
        for kind in (
            *("light", "switch", "fan", "cover", "lock", "valve", "vacuum", "media_player", "climate"),
            *("todo", "sensor"),
        )
    },
}


class Things:
    """Every way to name the devices of one house. `sorts`: words for a kind or a kind and class, e.g.
    {"vacuum": {"vacuum", "robot"}, "cover_curtain": {"curtain", "curtains"}}; a plural stands for several.
    """

    def __init__(
        self,
        names: HouseNames,
        sorts: Mapping[str, Collection[str]],
        also: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self._names = names
        self._forms: dict[str, list[Form]] = {}
        ways = ThingForms(names, sorts)
        self._places = ways.places
        self._thermostat = next(iter(sorts.get("climate", ())), "").removesuffix("s")
        """The first word for them: what is meant by "the heating" where one is called so."""
        for device in names.devices:
            for text, form in ways.ways(device):
                if text:
                    self._forms.setdefault(text, []).append(form)
        self._loose = LooseNames(
            names,
            {d.name: (*ways.sorts_of(d), *ways.also(d, also or {})) for d in names.devices},
            self._places,
        )

    def lists(self, text: str = "") -> dict[str, SlotList]:
        """`any_KIND` lists with the forms that occur in a plain text."""
        words = text.split()
        spans = {
            " ".join(words[start:end])
            for start in range(len(words))
            for end in range(start + 1, min(len(words), start + LONGEST_FORM) + 1)
        }
        there = [span for span in sorted(spans) if span in self._forms]
        kinds = {device.kind for device in self._names.devices}
        groups = {
            **_GROUPS,
            "switchable": frozenset(kinds - FIXED_KINDS),
            "device": frozenset(kinds),
        }
        return {f"any_{name}": self._list(f"any_{name}", there, group) for name, group in groups.items()}

    def _list(self, name: str, there: Sequence[str], kinds: frozenset[str]) -> TextSlotList:
        values = [
            TextSlotValue.from_tuple((form, form, {}, {"kinds": kinds}), allow_template=False)
            for form in there
            if any(way.device.kind in kinds for way in self._forms[form])
        ]
        return TextSlotList(name=name, values=values)

    def meant(self, form: str, room: str, kinds: Collection[str]) -> tuple[tuple[str, ...], bool]:
        """The devices of these kinds that `form` may name in `room`, and whether all of them are meant."""
        ways = [way for way in self._forms.get(form, ()) if way.device.kind in kinds]
        best = min((way.by for way in ways), default=By.SORT)
        ways = [way for way in ways if way.by == best]
        if not any(way.everywhere for way in ways):
            area = self._names.area(room)
            here = [way for way in ways if way.device.area is not None and way.device.area == area]
            if here and (best is By.SORT or len(here) == 1):
                ways = here
            elif best is By.SORT and len(ways) > 1:
                return tuple(dict.fromkeys(way.device.name for way in ways)), False
        found = tuple(dict.fromkeys(way.device.name for way in ways))
        return found, len(found) == 1 or any(way.many for way in ways)

    def spans(self, words: Sequence[str]) -> set[tuple[int, int]]:
        """Where in a plain text words stand that may name a device, by a form or by some of its words."""
        found = set(self._loose.spans(words, LONGEST_FORM))
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + LONGEST_FORM) + 1):
                if " ".join(words[start:end]) in self._forms:
                    found.add((start, end))
        return found

    def named(
        self, phrase: str, room: str, kinds: Collection[str], areas: Collection[str] | None, *, every: bool
    ) -> tuple[tuple[str, ...], bool]:
        """As `meant`, within `areas` (None: the whole house), and by some of a name's words if no form fits.

        `every`: all that fit are wanted, wherever they are.
        """
        ways = [
            way
            for way in self._forms.get(phrase, ())
            if way.device.kind in kinds and (areas is None or way.device.area in areas)
        ]
        best = min((way.by for way in ways), default=By.SORT)
        devices = tuple(dict.fromkeys(way.device for way in ways if way.by == best))
        many = any(way.many for way in ways if way.by == best)
        everywhere = any(way.everywhere for way in ways if way.by == best)
        if not devices:
            best, (devices, many) = By.PART, self._loose.meant(phrase, kinds, areas)
        if best in (By.SORT, By.PLACE) and len(devices) > 1 and not every and not is_many(phrase):
            devices = self._so_called(phrase, devices) or devices
        many = many or (best is not By.SORT and is_many(phrase) and bool(ways))
        if not (every or everywhere or areas is not None) and (len(devices) > 1):
            here = tuple(d for d in devices if d.area is not None and d.area == self._names.area(room))
            if here and (best is By.SORT or len(here) == 1):
                devices = here
            elif best is By.SORT:
                many = False
        return tuple(d.name for d in devices), every or many or len(devices) == 1

    def _so_called(self, phrase: str, devices: Sequence[Named]) -> tuple[Named, ...]:
        """Of several of one sort the one that has the word in its name."""
        word = phrase.split()[-1]
        called = tuple(d for d in devices if d.kind != "light" and word in plain(d.name).split())
        if len(called) != 1 and (usual := self._thermostat):
            called = tuple(d for d in devices if d.kind == "climate" and usual in plain(d.name).split())
        return called if len(called) == 1 else ()

    def of_kind(self, kinds: Collection[str], areas: Collection[str] | None) -> tuple[Named, ...]:
        """The devices of these kinds in these areas (None: the whole house)."""
        return tuple(d for d in self._names.devices if d.kind in kinds and (areas is None or d.area in areas))

    def places(self) -> Mapping[str, frozenset[str]]:
        """Every word for a place → the areas it means: an area's own name, or all of a floor."""
        found: dict[str, set[str]] = {}
        for area, called in self._places.items():
            for text in called:
                found.setdefault(text, set()).add(area)
        return {text: frozenset(areas) for text, areas in found.items()}

    def among(self, place: str, kinds: Collection[str], device_class: str = "") -> tuple[str, ...]:
        """The devices of these kinds (and this class, where one is given) in an area."""
        area = self._names.area(place)
        return tuple(
            device.name
            for device in self._names.devices
            if device.area == area and device.kind in kinds and device_class in ("", device.device_class)
        )

    def here(self, kind: str, room: str) -> tuple[str, ...]:
        """The devices of a kind in `room`; in a room without, those of the house."""
        area = self._names.area(room)
        of_kind = [device for device in self._names.devices if device.kind == kind]
        return tuple(d.name for d in of_kind if d.area == area) or tuple(d.name for d in of_kind)
