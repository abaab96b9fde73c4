"""A word that says what is meant → words of English that are one phone away from it.

"Turn off the pan" is told from "turn off the fan" by one phone and nothing else.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from assistant.hear.stt.narrow_exchanges import exchanges
from assistant.hear.stt.narrow_jsgf import Automaton
from assistant.hear.stt.narrow_reading import PAUSE
from assistant.hear.stt.narrow_twins import always_compared

Prior = Callable[[Sequence[str]], float]
"""How likely the last of these words is after the others (two at most), natural logarithm."""
_FEWEST, _MOST = 5, 60
"""Words that may stand where one decides: fewer are the rest of a name, more are groceries."""
_PASSING = -6.5
"""Natural logarithm: words as common as this ("that") are said in passing."""
_ENDINGS = ("S", "Z", "T", "D")
_POLITE = frozenset({"please"})
_UNDOING, _DENYING, _DENIED = "un", "don't ", 40.0
"""Nor is "unlock" far from "don't lock": the one that was said must be better by so much."""
_FLOOR = -12.0
"""Words that the trigram model does not know."""
_AS_LIKELY = -4.5
"""How likely the other word must be there, compared with the word that was heard; natural logarithm."""


def telling(words: Sequence[str], prior: Prior) -> tuple[int, ...]:
    """Places of the words that are not said in passing; neither the first nor those with twins."""
    return tuple(
        place
        for place, word in enumerate(words)
        if place
        and word != PAUSE
        and word not in _POLITE
        and not always_compared(word)
        and prior([word]) < _PASSING
    )


def denied(word: str, known: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """What forbids the opposite of an undoing word, with its sound: "unlock" → "don't lock"."""
    done = word.removeprefix(_UNDOING)
    if done == word or done not in known:
        return {}
    return {_DENYING + done: [f"{known[_DENYING.strip()][0]} {sound}" for sound in known[done]]}


def choices(house: Automaton, words: Sequence[str], prior: Prior) -> tuple[int, ...]:
    """Those whose word says what the sentence is about, as others may stand there."""
    states = house.path(words)
    if states is None:
        return ()
    return tuple(
        place for place in telling(words, prior) if _FEWEST <= len(house.arcs[states[place]]) <= _MOST
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


def one_phone_apart(sound: str, other: str) -> bool:
    """Whether one phone exchanged, dropped or added makes one of the other."""
    short, long = sorted((sound.split(), other.split()), key=len)
    if len(short) == len(long):
        return sum(mine != its for mine, its in zip(short, long, strict=True)) == 1
    return any(short == long[:at] + long[at + 1 :] for at in range(len(long)))


class Pairs:
    """The commonest words by their sounds."""

    def __init__(
        self, words: Sequence[tuple[str, str]], known: Mapping[str, Sequence[str]], prior: Prior
    ) -> None:
        """`words`: (word, phones), a word as often as it has sounds; `known`: of rarer words, too."""
        self._known, self._prior = known, prior
        self._saying: dict[str, list[str]] = defaultdict(list)
        for word, phones in words:
            self._saying[phones].append(word)
        self._near = lru_cache(maxsize=256)(self._one_phone_away)

    def pairs(
        self, words: Sequence[str], sounds: Sequence[Sequence[str]], house: Automaton
    ) -> dict[int, Mapping[str, float]]:
        """Place → words that may have been said there, but in no sentence of the house; what each needs."""
        found: dict[int, Mapping[str, float]] = {}
        for place, word in enumerate(words):
            if denials := denied(word, self._known):
                found[place] = dict.fromkeys(denials, _DENIED)
        for place in telling(words, self._prior):
            others = {
                other: needed
                for other, needed in self._near(tuple(sounds[place])).items()
                if self._fits(words[max(0, place - 2) : place], words[place], other)
                and house.path([*words[:place], other, *words[place + 1 :]]) is None
            }
            if others:
                found[place] = {**others, **found.get(place, {})}
        return found

    def sounds(self, words: Iterable[str], instead: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """How `words` sound, which were found for those of `instead`."""
        denials = {word: phones for said in instead for word, phones in denied(said, self._known).items()}
        return {word: denials.get(word) or self._known[word] for word in words}

    def _fits(self, before: Sequence[str], word: str, other: str) -> bool:
        return self._likely([*before, other]) - self._likely([*before, word]) >= _AS_LIKELY

    def _likely(self, words: Sequence[str]) -> float:
        return max(_FLOOR, self._prior(words))

    def _one_phone_away(self, sounds: tuple[str, ...]) -> Mapping[str, float]:
        """Word → by how much it must fit better than the one with these sounds."""
        same = {word for sound in sounds for word in self._saying.get(sound, ())}
        found: dict[str, float] = {}
        for sound, needed in exchanges(sounds).items():
            if any(same_word(sound, mine) for mine in sounds):
                continue
            for word in self._saying.get(sound, ()):
                if word not in same:
                    found[word] = min(needed, found.get(word, needed))
        return found
