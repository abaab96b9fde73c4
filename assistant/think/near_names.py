"""A name that was almost right, or only sounds right → the name it must have been, or one to ask about."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import jellyfish
from rapidfuzz import fuzz, process

from assistant.think.pronunciations import Sounds

LIKE: Final = 86.0
"""rapidfuzz ratio (0 to 100) from which two names are alike; "chicken light" is 69 to "kitchen light"."""
SOUNDS_LIKE: Final = 60.0
"""The ratio that names with the same phonetic key must have as well."""
SAME_SOUND: Final = 92.0
"""What the same phonetic key is worth."""
DOUBTFUL: Final = 76.0
"""From here on it is worth a question."""
APART: Final = 8.0
"""How much better the best name must be than any other thing's."""
SHORTEST: Final = 5
LONGEST: Final = 4
"""Words of a misheard name."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A text with one name put right."""

    text: str
    name: str
    sure: bool
    """Else the house must ask whether the name was meant."""


class NearNames:
    """The names of one house. `same(a, b)`: both name the same thing."""

    def __init__(self, names: Sequence[str], sounds: Sounds, same: Callable[[str, str], bool]) -> None:
        self._names = list(dict.fromkeys(names))
        self._known = frozenset(self._names)
        self._sounds = sounds
        self._same = same
        self._compact = [_compact(name) for name in self._names]
        self._keys = [_key(name) for name in self._names]
        self._exact = dict(zip(reversed(self._compact), reversed(self._names), strict=True))
        self._phones = {
            phones: name for name in reversed(self._names) if (phones := sounds.spoken(name.split()))
        }

    def mended(self, words: Sequence[str], kept: Collection[str]) -> Iterator[Mended]:
        """Texts in which one name is put right, every way that can be meant.

        `kept`: numbers, verbs and the like, which never change. English words were meant as they stand: they
        only change where the whole name sounds the same or is the same but for its gaps.
        """
        for size in range(1, LONGEST + 1):
            for start in range(len(words) - size + 1):
                found = words[start : start + size]
                if " ".join(found) in self._known or len("".join(found)) < SHORTEST:
                    continue
                near = self._exactly(found) or self._nearly(found)
                if near is None or any(word in kept for word in set(found) ^ set(near[0].split())):
                    continue
                name, sure = near
                yield Mended(" ".join((*words[:start], name, *words[start + size :])), name, sure)

    def _exactly(self, found: Sequence[str]) -> tuple[str, bool] | None:
        """The name that differs in gaps and apostrophes only, or is pronounced the same."""
        name = self._exact.get(_compact(" ".join(found))) or self._phones.get(self._sounds.spoken(found))
        return None if name is None else (name, True)

    def _nearly(self, found: Sequence[str]) -> tuple[str, bool] | None:
        """The name that non-words in it make unlike, and whether that is sure."""
        if all(self._sounds.knows(word) for word in found):
            return None
        scores = self._scores(" ".join(found))
        if not scores:
            return None
        best, name = max(scores)
        real = [word for word in found if self._sounds.knows(word)]
        if best < DOUBTFUL or not all(self._fits(word, name.split()) for word in real):
            return None
        rival = max((score for score, other in scores if not self._same(other, name)), default=0.0)
        return (name, best >= LIKE) if best - rival >= APART else None

    def _scores(self, text: str) -> list[tuple[float, str]]:
        """How near each name is that is near at all."""
        compact, key = _compact(text), _key(text)
        near: dict[int, float] = {}
        for said, names in ((text, self._names), (compact, self._compact)):
            for _, score, at in process.extract(
                said, names, scorer=fuzz.ratio, score_cutoff=SOUNDS_LIKE, limit=None
            ):
                near[at] = max(score, near.get(at, 0.0))
        return [
            (max(score, SAME_SOUND) if self._keys[at] == key else score, self._names[at])
            for at, score in near.items()
        ]

    def _fits(self, word: str, name: Sequence[str]) -> bool:
        """Whether an English word stands in the name, but for a plural s, or sounds like one that does."""
        phones = self._sounds.spoken([word])
        return (
            word in name
            or word.removesuffix("s") in name
            or any(self._sounds.spoken([other]) == phones for other in name)
        )


def _compact(text: str) -> str:
    return text.replace(" ", "").replace("'", "")


def _key(text: str) -> str:
    """How a text sounds, roughly and in one piece: "livingroom lite" and "living room light" are one."""
    return "".join(jellyfish.metaphone(word) for word in text.replace("'", "").split())
