"""A device by some of its words: "the nest" for the nest mini, "bedside lamps", "the roller in the study".

Every word said must belong to the device: to its name, its aliases, its sort, its area or its floor. At
least one must be more than its place. What fits nothing whole fits nothing at all.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from assistant.think.names import HouseNames, Named
from assistant.think.numbers import plain

_BETWEEN = frozenset(
    {"the", "my", "our", "of", "in", "on", "at", "to", "for", "by", "a", "all", "both", "every"}
)
"""Words that hold a name together but are no part of it."""


def stem(word: str) -> str:
    """A word without its possessive or plural: "madam's", "lamps" → "madam", "lamp"."""
    bare = word.removesuffix("'s").replace("'", "")
    return (
        bare.removesuffix("s") if bare.endswith("s") and not bare.endswith("ss") and len(bare) > 3 else bare
    )


class LooseNames:
    """The words of every device of one house. `sorts`: words for a device's sort; `places`: for its place."""

    def __init__(
        self, names: HouseNames, sorts: Mapping[str, Collection[str]], places: Mapping[str, Collection[str]]
    ) -> None:
        self._devices = names.devices
        self._own: list[frozenset[str]] = []
        self._last: list[frozenset[str]] = []
        self._sorts: list[frozenset[str]] = []
        self._places: list[frozenset[str]] = []
        self._by_word: dict[str, set[int]] = {}
        for index, device in enumerate(names.devices):
            called = [text.split() for text in map(plain, (device.name, *device.aliases)) if text]
            self._own.append(frozenset(stem(word) for words in called for word in words))
            self._last.append(frozenset(stem(words[-1]) for words in called))
            # A word of a longer sort ("window" of a window covering) is no name for it.
            self._sorts.append(_stems([sort for sort in sorts.get(device.name, ()) if " " not in sort]))
            self._places.append(_stems(places.get(device.area or "", ())))
            for word in self._own[-1] | self._sorts[-1] | self._places[-1]:
                self._by_word.setdefault(word, set()).add(index)
        self._sort_words = frozenset().union(*self._sorts)

    def spans(self, words: Sequence[str], longest: int) -> Iterator[tuple[int, int]]:
        """Where in a text words stand that may be one device's."""
        for start in range(len(words)):
            if words[start] in _BETWEEN:
                continue
            fitting: set[int] | None = None
            for end in range(start + 1, min(len(words), start + longest) + 1):
                word = words[end - 1]
                if word not in _BETWEEN:
                    there = self._by_word.get(stem(word), set())
                    fitting = there if fitting is None else fitting & there
                    if not fitting:
                        break
                    yield start, end

    def meant(
        self, phrase: str, kinds: Collection[str], areas: Collection[str] | None
    ) -> tuple[tuple[Named, ...], bool]:
        """The devices of these kinds (in these areas) that own all the words; whether a plural names them."""
        words = [word for word in phrase.split() if word not in _BETWEEN]
        stems = [stem(word) for word in words]
        if not stems:
            return (), False
        fitting = set.intersection(*(self._by_word.get(word, set()) for word in stems))
        ranked: dict[int, list[Named]] = {}
        for index in sorted(fitting):
            device = self._devices[index]
            if device.kind in kinds and (areas is None or device.area in areas) and self._named(index, stems):
                rank = sum(word in self._own[index] for word in stems)
                ranked.setdefault(rank, []).append(device)
        if not ranked:
            return (), False
        return tuple(ranked[max(ranked)]), words[-1] != stems[-1] or not set(phrase.split()).isdisjoint(
            {"both", "all"}
        )

    def _named(self, index: int, stems: Sequence[str]) -> bool:
        """More than the place is named, and a sort of thing at the end is the device's own."""
        own, sorts = self._own[index], self._sorts[index]
        if not any((word in own or word in sorts) and word not in self._places[index] for word in stems):
            return False
        last = stems[-1]
        return last not in self._sort_words or last in sorts or last in self._last[index]


def _stems(texts: Collection[str]) -> frozenset[str]:
    return frozenset(stem(word) for text in texts for word in text.split())
