"""A word's sound → how far common words are from it, by an edit distance of phones. Pure.

Phones that are made alike cost less to exchange, and those that are often swallowed cost less to drop. The
distance only proposes what to listen for; the sound decides.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

_VOWELS = ("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW")
VOWELS = frozenset(_VOWELS)
_CONSONANTS = (
    "B", "CH", "D", "DH", "F", "G", "HH", "JH", "K", "L", "M", "N", "NG", "P", "R", "S", "SH", "T", "TH", "V",
    "W", "Y", "Z", "ZH",
)  # fmt: skip
CONSONANTS = frozenset(_CONSONANTS)
_PHONES = _VOWELS + _CONSONANTS
_MADE_ALIKE = ("P B", "T D", "K G", "F V TH DH", "S Z SH ZH", "CH JH", "M N NG")
_ALIKE = tuple(
    frozenset(group.split())
    for group in (
        *_MADE_ALIKE, "L R W Y", "IY IH EY EH", "AE EH AH", "AA AO AH AW", "OW AO UH UW", "AY AA", "OY OW",
        "ER AH R",
    )
)  # fmt: skip
_BEGINNINGS = _ALIKE[: len(_MADE_ALIKE)]
_SWALLOWED = frozenset({"HH", "AH", "IH"})
_SAME, _NEAR, _VOWEL, _CONSONANT, _OTHER = 0.0, 0.4, 0.6, 0.8, 1.2
_DROP, _SWALLOW = 0.8, 0.5
_LONGEST = 12
"""Phones of a word; longer ones are left out."""

Costs = npt.NDArray[np.float32]


def _exchange(a: str, b: str) -> float:
    if a == b:
        return _SAME
    if any(a in group and b in group for group in _ALIKE):
        return _NEAR
    if a in _VOWELS or b in _VOWELS:
        return _VOWEL if a in _VOWELS and b in _VOWELS else _OTHER
    return _CONSONANT


def begin_alike(sound: str, other: str) -> bool:
    """Whether two words differ in nothing but the making of their first consonant: "F AE N", "V AE N"."""
    (first, _, rest), (its, _, others) = sound.partition(" "), other.partition(" ")
    return rest == others and first != its and any(first in group and its in group for group in _BEGINNINGS)


class Neighbours:
    """Words with their sounds, ready to be compared with any sound."""

    def __init__(self, words: Sequence[tuple[str, str]]) -> None:
        """`words`: (word, phones); a word may come several times."""
        kept = [(word, phones.split()) for word, phones in words]
        kept = [(word, phones) for word, phones in kept if len(phones) <= _LONGEST]
        self.words = [word for word, _ in kept]
        number = {phone: place for place, phone in enumerate(_PHONES)}
        pad = len(_PHONES)
        matrix = np.full((_LONGEST, len(kept)), pad)
        for column, (_, phones) in enumerate(kept):
            matrix[: len(phones), column] = [number[phone] for phone in phones]
        table = np.full((len(_PHONES), pad + 1), 9.0, np.float32)
        table[:, :pad] = [[_exchange(a, b) for b in _PHONES] for a in _PHONES]
        self._number, self._matrix, self._table = number, matrix, table
        self._drops = np.array([_dropped(phone) for phone in _PHONES] + [0.0], np.float32)[matrix]
        self._start = np.vstack([np.zeros((1, len(kept)), np.float32), np.cumsum(self._drops, axis=0)])
        self._costs = lru_cache(maxsize=len(_PHONES))(self._phone_costs)
        self.distances = lru_cache(maxsize=512)(self._distances)

    def _phone_costs(self, phone: str) -> Costs:
        found: Costs = self._table[self._number[phone]][self._matrix]
        return found

    def _distances(self, phones: str) -> Costs:
        """How far each word is from `phones`; in the order of `words`."""
        before = self._start
        for phone in phones.split():
            if phone not in self._number:
                continue
            costs, drop = self._costs(phone), _dropped(phone)
            now = np.minimum(before[1:] + drop, before[:-1] + costs)
            now = np.vstack([before[:1] + drop, now])
            for place in range(_LONGEST):
                np.minimum(now[place + 1], now[place] + self._drops[place], out=now[place + 1])
            before = now
        last: Costs = before[-1]
        return last


def _dropped(phone: str) -> float:
    return _SWALLOW if phone in _SWALLOWED else _DROP
