"""A plain text taken apart, whole: into the words of the frames, the names of the house and numbers.

Each word must belong to a piece. Where a text can be taken apart in several ways all are tried, those of few
pieces first, because long pieces say more.
"""

import heapq
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from hassil.intents import SlotList, TextSlotList

from assistant.messages import JsonValue
from assistant.think.numbers import in_words
from assistant.think.things import Things

PREFIX: Final = "word_"
"""Lists of this prefix hold the words of one class."""
_ROOM: Final = " room"
"""An area "rumpus room" is "the rumpus" as well."""
MAX_WAYS: Final = 400
"""Ways to take a text apart that are looked at; a sentence of fifteen words has some dozens."""
MAX_WORDS: Final = 24
"""Longer texts are no single command."""
_COLORS: Final = "color"
_SOURCES: Final = "any_source"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text with one meaning. `kind`: a class of words, or thing, number, color, source."""

    kind: str
    value: JsonValue
    text: str
    areas: frozenset[str] = frozenset()
    """Of a place: the areas it means."""


_COST: Final[Mapping[str, float]] = {"glue": 0.9, "still": 0.95, "thing": 0.8, "bit": 0.95}


class Lexicon:
    """The words of one language over one house's names."""

    def __init__(self, lists: Mapping[str, SlotList], things: Things) -> None:
        self._things = things
        self._known: dict[str, list[Piece]] = {}
        for name, values in lists.items():
            kind = name.removeprefix(PREFIX) if name.startswith(PREFIX) else _RENAMED.get(name, "")
            if kind and isinstance(values, TextSlotList):
                for value in values.values:
                    text = str(getattr(value.text_in, "text", "")).strip()
                    self._known.setdefault(text, []).append(Piece(kind, value.value_out, text))
        for text, areas in things.places().items():
            self._known.setdefault(text, []).append(Piece("place", text, text, areas))
            if (short := text.removesuffix(_ROOM)) != text and short not in things.places():
                self._known.setdefault(short, []).append(Piece("place", short, short, areas))
        for words, found in _floors(lists, things.places()):
            self._known.setdefault(words, []).append(Piece("place", words, words, found))
        self._longest = max((len(text.split()) for text in self._known), default=0)

    def words(self) -> frozenset[str]:
        """Every word that a command can have."""
        return frozenset(word for text in self._known for word in text.split())

    def ways(self, text: str) -> Iterator[tuple[Piece, ...]]:
        """The ways to take a text apart whole, the likeliest first."""
        words = text.split()
        if not words or len(words) > MAX_WORDS:
            return
        options = self._options(words)
        rest = _least(options, len(words))
        if rest[0] is None:
            return
        order = itertools.count()
        queue: list[tuple[float, int, int, tuple[Piece, ...]]] = [(rest[0], next(order), 0, ())]
        found = 0
        while queue and found < MAX_WAYS and next(order) < 20 * MAX_WAYS:
            cost, _, at, pieces = heapq.heappop(queue)
            if at == len(words):
                found += 1
                yield pieces
                continue
            spent = cost - (rest[at] or 0.0)
            for end, piece in options[at]:
                if (left := rest[end]) is not None:
                    total = spent + _cost(piece) + left
                    heapq.heappush(queue, (total, next(order), end, (*pieces, piece)))

    def _options(self, words: Sequence[str]) -> list[list[tuple[int, Piece]]]:
        options: list[list[tuple[int, Piece]]] = [[] for _ in words]
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + self._longest) + 1):
                there = self._known.get(" ".join(words[start:end]), ())
                options[start] += [(end, piece) for piece in there]
            options[start] += _numbers(words, start)
        for start, end in sorted(self._things.spans(words)):
            name = " ".join(words[start:end])
            if any(piece.kind == "prop" for piece in self._known.get(name, ())):
                continue
            options[start].append((end, Piece("thing", name, name)))
        return options


_GENERAL: Final = (
    ("outdoor_words", "outdoor_places"),
    ("upper_words", "upper_floors"),
    ("lower_words", "lower_floors"),
)
"""A list of general words for places, and the list of what those places may be called."""


def _floors(
    lists: Mapping[str, SlotList], places: Mapping[str, frozenset[str]]
) -> Iterator[tuple[str, frozenset[str]]]:
    """ "Outside", "upstairs" and their areas, where the house has no such word of its own."""
    for general, named in _GENERAL:
        whole, parts = (_texts(lists.get(name)) for name in (general, named))
        areas = frozenset(
            area
            for text, found in places.items()
            for area in found
            if any(f" {part} " in f" {text} " for part in parts)
        )
        yield from ((text, areas) for text in whole if areas and text not in places)


def _texts(values: SlotList | None) -> list[str]:
    found = values.values if isinstance(values, TextSlotList) else ()
    return [str(getattr(value.text_in, "text", "")).strip() for value in found]


_RENAMED: Final = {_COLORS: "color", _SOURCES: "source"}


def _cost(piece: Piece) -> float:
    return _COST.get(piece.kind, 1.0)


def _least(options: Sequence[Sequence[tuple[int, Piece]]], length: int) -> list[float | None]:
    """The least cost from each word to the end; None where the end cannot be reached."""
    rest: list[float | None] = [None] * length + [0.0]
    for at in reversed(range(length)):
        costs = [_cost(piece) + left for end, piece in options[at] if (left := rest[end]) is not None]
        rest[at] = min(costs, default=None)
    return rest


@lru_cache(maxsize=1)
def _by_words() -> Mapping[str, int]:
    return {in_words(number): number for number in range(10_000)}


def _numbers(words: Sequence[str], start: int) -> Iterator[tuple[int, Piece]]:
    known = _by_words()
    for end in range(start + 1, min(len(words), start + 8) + 1):
        text = " ".join(words[start:end])
        whole: float | None = known.get(text)
        if whole is None and text.endswith(" and a half"):
            half = known.get(text.removesuffix(" and a half"))
            whole = None if half is None else half + 0.5
        if whole is None and " point " in text:
            front, _, tenths = text.partition(" point ")
            if front in known and known.get(tenths, 10) < 10:
                whole = known[front] + known[tenths] / 10
        if whole is not None:
            yield end, Piece("number", whole, text)
