"""The ways to name each device of a house: its name, its sort, its place, and both together."""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from hassil.expression import TextChunk
from hassil.intents import SlotList, TextSlotList

from assistant.think.names import HouseNames, Named
from assistant.think.numbers import plain

SORTS = "called_"
"""Lists of this prefix hold the words for a kind of device: `called_vacuum`, `called_cover_curtain`."""

_ALL_OF = ("all", "all the", "all of the", "all my", "every", "any", "any of the")
_IN = ("in the", "in", "in my", "on the", "at the", "of the")

ALSO = "also_called_"
"""Lists of this prefix hold the words for them that count only where no other name fits; those of a kind
alone are for devices without a class."""


def sorts_in(lists: Mapping[str, SlotList], prefix: str = SORTS) -> dict[str, list[str]]:
    """The words for each kind, and for each kind and class."""
    found: dict[str, list[str]] = {}
    for name, values in lists.items():
        if name.startswith(prefix) and isinstance(values, TextSlotList):
            words = [value.text_in.text for value in values.values if isinstance(value.text_in, TextChunk)]
            found[name.removeprefix(prefix)] = words
    return found


class By(IntEnum):
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
class Form:
    by: By
    device: Named
    many: bool = False
    """A plural: all that fit are meant."""
    everywhere: bool = False


class ThingForms:
    """The forms of the devices of one house. `sorts`: words for a kind or a kind and class."""

    def __init__(self, names: HouseNames, sorts: Mapping[str, Collection[str]]) -> None:
        self._names = names
        self._sorts = sorts
        self.places = {area.name: tuple(places_of(area)) for area in names.areas}
        """Every area and what it, and its floor, is called."""
        self._all_sorts = frozenset(itertools.chain.from_iterable(sorts.values()))
        self._all_places = frozenset(itertools.chain.from_iterable(self.places.values()))

    def ways(self, device: Named) -> Iterator[tuple[str, Form]]:
        name, aliases = plain(device.name), [plain(alias) for alias in device.aliases]
        yield name, Form(By.NAME, device)
        for alias in aliases:
            yield alias, Form(By.ALIAS, device)
        for short in self._names.forms(device):
            yield short, Form(By.SHORT, device)
        sorts = self.sorts_of(device)
        places = self.places.get(device.area or "", ())
        for full in filter(None, (name, *aliases)):
            for by, text in self._by_name(full, places, sorts):
                yield text, Form(by, device)
        for sort in sorts:
            yield from self._by_sort(device, sort, places)

    def _by_name(self, full: str, places: Sequence[str], sorts: Sequence[str]) -> Iterator[tuple[By, str]]:
        for by, text in ((By.LIKE_NAME, full), (By.PLURAL, _other_number(full))):
            yield from ((by, like) for like in self._like(text, places))
        for sort in sorts:
            if full.split()[-1] != sort.split()[-1]:
                yield By.LIKE_NAME, f"{full} {sort}"
        for part in (*_ends(full), *self._without_sort(full, sorts)):
            if part not in self._all_places and part not in sorts:
                yield By.PART, part

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

    def _by_sort(self, device: Named, sort: str, places: Sequence[str]) -> Iterator[tuple[str, Form]]:
        # A light of a place is all its lights, as it is for every other phrase.
        many = device.kind == "light" or is_many(sort)
        yield sort, Form(By.SORT, device, many)
        for word in _ALL_OF:
            yield f"{word} {sort}", Form(By.SORT, device, many=True, everywhere=True)
        for place in places:
            yield f"{place} {sort}", Form(By.PLACE, device, many)
            for word in _IN:
                yield f"{sort} {word} {place}", Form(By.PLACE, device, many)
                for every in _ALL_OF:
                    yield f"{every} {sort} {word} {place}", Form(By.PLACE, device, many=True)
            for every in _ALL_OF:
                yield f"{every} {place} {sort}", Form(By.PLACE, device, many=True)

    def _lists_alike(self, device: Named) -> Iterator[str]:
        """A list that is called by one of some words is called by all of them: groceries, shopping."""
        own = set(plain(device.name).split())
        for sort, words in self._sorts.items():
            if device.kind == "todo" and sort.startswith("todo_") and not own.isdisjoint(words):
                yield from words

    def also(self, device: Named, also: Mapping[str, Collection[str]]) -> Collection[str]:
        """The further words for a device; a "garage door" says itself what it is, so it is no blind."""
        own = set(plain(device.name).split())
        for sort, words in self._sorts.items():
            another = sort.startswith(f"{device.kind}_") and sort != f"{device.kind}_{device.device_class}"
            if another and not own.isdisjoint(words):
                return ()
        return also.get(f"{device.kind}_{device.device_class}" if device.device_class else device.kind, ())

    def sorts_of(self, device: Named) -> tuple[str, ...]:
        words = [
            *self._sorts.get(device.kind, ()),
            *self._sorts.get(f"{device.kind}_{device.device_class}", ()),
            *self._lists_alike(device),
        ]
        return tuple(dict.fromkeys(words))


def places_of(area: Named) -> Iterator[str]:
    yield from filter(None, map(plain, (area.name, *area.aliases)))
    yield from filter(None, map(plain, (area.floor or "", *area.floor_aliases)))


def _ends(full: str) -> Iterator[str]:
    """Two or more words from the end of a name."""
    words = full.split()
    yield from (" ".join(words[-size:]) for size in range(2, len(words)))


def is_many(words: str) -> bool:
    return words.endswith("s") and not words.endswith("ss")


def _other_number(words: str) -> str:
    return words.removesuffix("s") if is_many(words) else f"{words}s"
