"""A word's sound → the sounds one phone away, each with how much better it must fit to be believed. Pure.

How far a sound can be trusted differs from phone to phone. Between two vowels a consonant is plain, so of
"coffee" and "copy" the one that was said is better by 70; an "h" is hardly there, and a stop that ends a word
is often not released at all, so nothing follows from it. The figures are natural log-likelihoods, learnt from
house words and words one phone away from them in the same sentences, by synthetic voices.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from assistant.hear.stt.narrow_neighbours import CONSONANTS, VOWELS

_SHORTEST = 3
"""Phones of a word: shorter ones are said in passing."""
_STOPS = frozenset({"P", "B", "T", "D", "K", "G"})
_TAPPED = frozenset({"T", "D"})
_FRICATIVES = (frozenset({"F", "V", "TH"}), frozenset({"S", "Z", "SH", "ZH"}))
_HARDLY_THERE = "HH"
_BEGINS, _MIDDLE, _ENDS = 38.0, 0.0, 25.0
"""A consonant for another at the beginning, in the middle, at the end of a word."""
_FRICATIVE, _FOR_FRICATIVE = -20.0, -10.0
"""At the beginning one that hisses for another like it, and what else for one: of "fan" and "van" the one
that was said is better by 50, of "fan" and "pan" by 16."""
_TAP = 10.0
"""A "t" or "d" in the middle, which is hardly touched."""
_VOWEL, _CONSONANT_FOR_VOWEL = 35.0, 0.0
"""Vowels are said as people like: a Scottish "lamp" is a "lump"."""
_DROPPED, _ADDED = 0.0, 32.0


def exchanges(sounds: tuple[str, ...]) -> Mapping[str, float]:
    """Sound → by how much it must fit better than the best of `sounds`; phones separated by blanks."""
    found: dict[str, float] = {}
    for sound in sounds:
        for other, needed in _of(sound):
            found[other] = min(needed, found.get(other, needed))
    return found


@lru_cache(maxsize=256)
def _of(sound: str) -> tuple[tuple[str, float], ...]:
    phones = sound.split()
    return tuple(_changed(phones)) if len(phones) >= _SHORTEST else ()


def _changed(phones: Sequence[str]) -> Iterator[tuple[str, float]]:
    for at, old in enumerate(phones):
        before, after = phones[:at], phones[at + 1 :]
        if not _unreleased(phones, at):
            yield " ".join([*before, *after]), _ADDED if old == _HARDLY_THERE else _DROPPED
        for new in VOWELS | CONSONANTS - {old}:
            if new != old and (needed := _exchange(phones, at, new)) is not None:
                yield " ".join([*before, new, *after]), needed
    for at in range(len(phones) + 1):
        for new in VOWELS | CONSONANTS:
            longer = [*phones[:at], new, *phones[at:]]
            if not _unreleased(longer, at) and not _unreleased(longer[:-1], at):
                yield " ".join(longer), _ADDED


def _exchange(phones: Sequence[str], at: int, new: str) -> float | None:
    """What another phone at a place needs; None where no sound tells the two apart."""
    old, last = phones[at], at == len(phones) - 1
    if old in VOWELS or new in VOWELS:
        return _VOWEL if old in VOWELS and new in VOWELS else _CONSONANT_FOR_VOWEL
    if not at:
        kind = next((kind for kind in _FRICATIVES if old in kind), None)
        return _BEGINS if kind is None else _FRICATIVE if new in kind else _FOR_FRICATIVE
    if not last:
        return _TAP if old in _TAPPED else _MIDDLE
    if not _unreleased(phones, at):
        return _ENDS
    return None if new in _STOPS else _BEGINS


def _unreleased(phones: Sequence[str], at: int) -> bool:
    """Whether the phone is a stop that ends the word after a vowel: "light" may sound like "lie"."""
    return at == len(phones) - 1 and at > 0 and phones[at] in _STOPS and phones[at - 1] in VOWELS
