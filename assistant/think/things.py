"""Typed words → devices: by name, by name and sort, by place and sort ("the front yard valve"), or by sort.

Wider than the names a narrow ear listens for: people who type, or are heard by a wide ear, leave words out,
add the sort of thing, use the plural. Every form of every device is in one index; a sentence is compared only
with the forms that occur in it, so a thousand devices cost no more than ten.
"""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from hassil.expression import TextChunk
from hassil.intents import SlotList, TextSlotList, TextSlotValue

from assistant.think.loose_names import LooseNames
from assistant.think.names import FIXED_KINDS, HouseNames, Named
from assistant.think.numbers import plain

LONGEST_FORM = 12
"""Words; longer names are only understood whole by the phrases' own lists."""

SORTS = "called_"
"""Lists of this prefix hold the words for a kind of device: `called_vacuum`, `called_cover_curtain`."""

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
_ALL_OF = ("all", "all the", "all of the", "all my", "every", "any", "any of the", "both", "both the")
_IN = ("in the", "in", "in my", "on the", "at the", "of the")


ALSO = "also_called_"
"""Lists of this prefix hold the words for them that count only where no other name fits; those of a kind alone
are for devices without a class."""


def sorts_in(lists: Mapping[str, SlotList], prefix: str = SORTS) -> dict[str, list[str]]:
    """The words for each kind, and for each kind and class."""
    found: dict[str, list[str]] = {}
    for name, values in lists.items():
        if name.startswith(prefix) and isinstance(values, TextSlotList):
            words = [value.text_in.text for value in values.values if isinstance(value.text_in, TextChunk)]
            found[name.removeprefix(prefix)] = words
    return found


class _By(IntEnum):
    """How a form names a device; the lowest wins."""

    NAME = 0
    ALIAS = 1
    SHORT = 2
    LIKE_NAME = 3
    PLACE = 4
    PLURAL = 5
    PART = 6
    SORT = 7


@dataclass(frozen=True, slots=True)
class _Form:
    by: _By
    device: Named
    many: bool = False
    """A plural: all that fit are meant."""
    everywhere: bool = False


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
        self._sorts = sorts
        self._forms: dict[str, list[_Form]] = {}
        self._places = {area.name: tuple(_places(area)) for area in names.areas}
        self._all_sorts = frozenset(itertools.chain.from_iterable(sorts.values()))
        self._all_places = frozenset(itertools.chain.from_iterable(self._places.values()))
        for device in names.devices:
            for text, form in self._ways(device):
                if text:
                    self._forms.setdefault(text, []).append(form)
        self._loose = LooseNames(
            names,
            {d.name: (*self._sorts_of(d), *self._also(d, also or {})) for d in names.devices},
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
        best = min((way.by for way in ways), default=_By.SORT)
        ways = [way for way in ways if way.by == best]
        if not any(way.everywhere for way in ways):
            area = self._names.area(room)
            here = [way for way in ways if way.device.area is not None and way.device.area == area]
            if here and (best is _By.SORT or len(here) == 1):
                ways = here
            elif best is _By.SORT and len(ways) > 1:
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
        """As `meant`, within `areas` (None: the whole house), and by some of a name's words where no form fits.

        `every`: all that fit are wanted, wherever they are.
        """
        ways = [
            way
            for way in self._forms.get(phrase, ())
            if way.device.kind in kinds and (areas is None or way.device.area in areas)
        ]
        best = min((way.by for way in ways), default=_By.SORT)
        devices = tuple(dict.fromkeys(way.device for way in ways if way.by == best))
        many = any(way.many for way in ways if way.by == best)
        everywhere = any(way.everywhere for way in ways if way.by == best)
        if not devices:
            best, (devices, many) = _By.PART, self._loose.meant(phrase, kinds, areas)
        if best in (_By.SORT, _By.PLACE) and len(devices) > 1 and not every and not _is_many(phrase):
            devices = self._so_called(phrase, devices) or devices
        many = many or (best is not _By.SORT and _is_many(phrase) and bool(ways))
        if not (every or everywhere or areas is not None) and (len(devices) > 1):
            here = tuple(d for d in devices if d.area is not None and d.area == self._names.area(room))
            if here and (best is _By.SORT or len(here) == 1):
                devices = here
            elif best is _By.SORT:
                many = False
        return tuple(d.name for d in devices), every or many or len(devices) == 1

    def _so_called(self, phrase: str, devices: Sequence[Named]) -> tuple[Named, ...]:
        """Of several of one sort those that have the word in their names: "the heater" is no air conditioner."""
        word = phrase.split()[-1]
        called = tuple(d for d in devices if d.kind != "light" and word in plain(d.name).split())
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

    # ── the forms of one device ──────────────────────────────────────────────────────────────────

    def _ways(self, device: Named) -> Iterator[tuple[str, _Form]]:
        name, aliases = plain(device.name), [plain(alias) for alias in device.aliases]
        yield name, _Form(_By.NAME, device)
        for alias in aliases:
            yield alias, _Form(_By.ALIAS, device)
        for short in self._names.forms(device):
            yield short, _Form(_By.SHORT, device)
        sorts = self._sorts_of(device)
        places = self._places.get(device.area or "", ())
        for full in filter(None, (name, *aliases)):
            for by, text in self._by_name(full, places, sorts):
                yield text, _Form(by, device)
        for sort in sorts:
            yield from self._by_sort(device, sort, places)

    def _by_name(self, full: str, places: Sequence[str], sorts: Sequence[str]) -> Iterator[tuple[_By, str]]:
        for by, text in ((_By.LIKE_NAME, full), (_By.PLURAL, _other_number(full))):
            yield from ((by, like) for like in self._like(text, places))
        for sort in sorts:
            if full.split()[-1] != sort.split()[-1]:
                yield _By.LIKE_NAME, f"{full} {sort}"
        for part in (*_ends(full), *self._without_sort(full, sorts)):
            if part not in self._all_places and part not in sorts:
                yield _By.PART, part

    def _without_sort(self, full: str, sorts: Sequence[str]) -> Iterator[str]:
        """ "sprinkler" for the sprinkler valve; but no "bedroom window" for the bedroom window blinds."""
        for sort in sorts:
            part = full.removesuffix(f" {sort}")
            if part != full and (part.split()[-1] in sorts or part.split()[-1] not in self._all_sorts):
                yield from (part, _other_number(part))

    def _like(self, full: str, places: Sequence[str]) -> Iterator[str]:
        yield full
        for place in places:
            if place not in full:
                yield f"{place} {full}"
            yield from (f"{full} {word} {place}" for word in _IN)

    def _by_sort(self, device: Named, sort: str, places: Sequence[str]) -> Iterator[tuple[str, _Form]]:
        # A light of a place is all its lights, as it is for every other phrase.
        many = device.kind == "light" or _is_many(sort)
        yield sort, _Form(_By.SORT, device, many)
        for word in _ALL_OF:
            yield f"{word} {sort}", _Form(_By.SORT, device, many=True, everywhere=True)
        for place in places:
            yield f"{place} {sort}", _Form(_By.PLACE, device, many)
            for word in _IN:
                yield f"{sort} {word} {place}", _Form(_By.PLACE, device, many)
                for every in _ALL_OF:
                    yield f"{every} {sort} {word} {place}", _Form(_By.PLACE, device, many=True)
            for every in _ALL_OF:
                yield f"{every} {place} {sort}", _Form(_By.PLACE, device, many=True)

    def _lists_alike(self, device: Named) -> Iterator[str]:
        """A list that is called by one of some words is called by all of them: groceries, shopping."""
        own = set(plain(device.name).split())
        for sort, words in self._sorts.items():
            if device.kind == "todo" and sort.startswith("todo_") and not own.isdisjoint(words):
                yield from words

    def _also(self, device: Named, also: Mapping[str, Collection[str]]) -> Collection[str]:
        """The further words for a device; a "garage door" says itself what it is, so it is no blind."""
        own = set(plain(device.name).split())
        for sort, words in self._sorts.items():
            if sort.startswith(f"{device.kind}_") and sort != f"{device.kind}_{device.device_class}":
                if not own.isdisjoint(words):
                    return ()
        return also.get(f"{device.kind}_{device.device_class}" if device.device_class else device.kind, ())

    def _sorts_of(self, device: Named) -> tuple[str, ...]:
        words = [
            *self._sorts.get(device.kind, ()),
            *self._sorts.get(f"{device.kind}_{device.device_class}", ()),
            *self._lists_alike(device),
        ]
        return tuple(dict.fromkeys(words))


def _places(area: Named) -> Iterator[str]:
    yield from filter(None, map(plain, (area.name, *area.aliases)))
    yield from filter(None, map(plain, (area.floor or "", *area.floor_aliases)))


def _ends(full: str) -> Iterator[str]:
    """Two or more words from the end of a name."""
    words = full.split()
    yield from (" ".join(words[-size:]) for size in range(2, len(words)))


def _is_many(words: str) -> bool:
    return words.endswith("s") and not words.endswith("ss")


def _other_number(words: str) -> str:
    return words.removesuffix("s") if _is_many(words) else f"{words}s"
