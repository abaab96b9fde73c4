"""Slips of the keyboard: `trun on the lihgt` → `turn on the light`. Real words are never changed."""

from collections.abc import Callable, Collection
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST: Final = 4
LONG: Final = 7
"""From here on two letters may be wrong."""


class Typos:
    """The words that commands are made of. `knows(word)`: it is a word of the language."""

    def __init__(self, words: Collection[str], knows: Callable[[str], bool]) -> None:
        self._words = sorted(word for word in words if len(word) >= SHORTEST)
        self._known = frozenset(words)
        self._knows = knows

    def mended(self, text: str) -> str | None:
        """The text with its slips mended; None where it has none, or one that could be several words."""
        found: list[str] = []
        for word in text.split():
            right = word if self._fine(word) else self._nearest(word)
            if right is None:
                return None
            found.append(right)
        mended = " ".join(found)
        return mended if mended != text else None

    def _fine(self, word: str) -> bool:
        return len(word) < SHORTEST or word in self._known or self._knows(word)

    def _nearest(self, word: str) -> str | None:
        once = "".join(letter for at, letter in enumerate(word) if word[at : at + 3] != 3 * letter)
        most = 2 if len(once) >= LONG else 1
        near = process.extract(once, self._words, scorer=OSA.distance, score_cutoff=most, limit=None)
        best = [name for name, distance, _ in near if distance == near[0][1]]
        # Of several the one with the same letters: they only came in another order.
        best = best if len(best) == 1 else [name for name in best if sorted(name) == sorted(once)]
        return str(best[0]) if len(best) == 1 else None
