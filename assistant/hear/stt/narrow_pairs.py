"""A word that says what is meant → words of English that are one phone away from it.

"Turn off the pan" is told from "turn off the fan" by one phone and nothing else. The later words of a name
("kitchen light") have the first one to vouch for them, and a verb has what follows.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

from assistant.hear.stt.narrow_jsgf import Automaton
from assistant.hear.stt.narrow_neighbours import VOWELS
from assistant.hear.stt.narrow_twins import always_compared

Prior = Callable[[Sequence[str]], float]
"""How likely the last of these words is after the others (two at most), natural logarithm."""
_FEWEST, _MOST = 5, 60
"""Words that may stand where one decides: fewer are the rest of a name, more are groceries."""
_SHORTEST = 3
"""Phones of a word: shorter ones are said in passing."""
_PASSING = -6.5
"""Natural logarithm: words as common as this ("that") are said in passing."""
_ENDINGS = ("S", "Z", "T", "D")
_FLOOR = -12.0
"""Words that the trigram model does not know."""
_AS_LIKELY, _AS_FITTING = -2.5, -1.0
"""How likely the other word must be there, and how much likelier there than elsewhere ("the pan", but no
"the peter"), compared with the word that was heard; natural logarithms."""


def choices(house: Automaton, words: Sequence[str], prior: Prior) -> tuple[int, ...]:
    """Places whose word says what the sentence is about, as others may stand there; not the first."""
    states = house.path(words)
    if states is None:
        return ()
    return tuple(
        place
        for place, word in enumerate(words)
        if place
        and _FEWEST <= len(house.arcs[states[place]]) <= _MOST
        and not always_compared(word)
        and prior([word]) < _PASSING
    )


def deciding(house: Automaton, words: Sequence[str], prior: Prior) -> tuple[int, ...]:
    """Those whose word says it alone: nothing more of a name need follow, as in "kitchen light"."""
    states = house.path(words) or []
    after = {place: states[place + 1] for place in choices(house, words, prior)}
    return tuple(
        place
        for place, state in after.items()
        if state in house.finals or any(always_compared(other) for other in house.arcs[state])
    )


def same_word(sound: str, other: str) -> bool:
    """Whether one is the other, or has an ending more: "lock", "locked"."""
    short, long = sorted((sound, other), key=len)
    return long in (short, *(f"{short} {ending}" for ending in _ENDINGS))


class Pairs:
    """The commonest words by their sounds."""

    def __init__(self, words: Sequence[tuple[str, str]], prior: Prior) -> None:
        """`words`: (word, phones), a word as often as it has sounds."""
        self._words, self._prior = words, prior
        self._phones = sorted({phone for _, phones in words for phone in phones.split()})
        self._near = lru_cache(maxsize=256)(self._one_phone_away)

    def pairs(
        self, words: Sequence[str], sounds: Sequence[Sequence[str]], house: Automaton
    ) -> dict[int, tuple[str, ...]]:
        """Place → words that may have been said there, but in no sentence of the house."""
        found = {}
        for place in choices(house, words, self._prior):
            others = tuple(
                other
                for other in self._near(tuple(sounds[place]))
                if self._fits(words[max(0, place - 2) : place], words[place], other)
                and house.path([*words[:place], other, *words[place + 1 :]]) is None
            )
            if others:
                found[place] = others
        return found

    def _fits(self, before: Sequence[str], word: str, other: str) -> bool:
        there = self._likely([*before, other]) - self._likely([*before, word])
        anywhere = self._likely([other]) - self._likely([word])
        return there >= _AS_LIKELY and there - anywhere >= _AS_FITTING

    def _likely(self, words: Sequence[str]) -> float:
        return max(_FLOOR, self._prior(words))

    def _one_phone_away(self, sounds: tuple[str, ...]) -> tuple[str, ...]:
        near = {other for sound in sounds for other in self._changed(sound.split())}
        same = {word for word, phones in self._words if phones in sounds}
        found = (word for word, phones in self._words if phones in near and word not in same)
        return tuple(dict.fromkeys(found))

    def _changed(self, phones: Sequence[str]) -> set[str]:
        """Every sound with one consonant exchanged.

        Vowels are said as people like (a Scottish "fan" is a "fun"), dropped phones swallowed ("milk").
        """
        if len(phones) < _SHORTEST:
            return set()
        return {
            " ".join([*phones[:at], new, *phones[at + 1 :]])
            for at in range(len(phones))
            for new in self._phones
            if new != phones[at] and VOWELS.isdisjoint((new, phones[at]))
        }
