"""A sentence of the house → sentences of common English that sound like it: "turn off my phone".

The open reading overlooks many of them, for it never has to say the rest of the sentence. Here everything
else stays as it was heard, and one word (or two, run together) is exchanged for one of the common words that
sound near it and make sense between their neighbours, by the trigram model.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.hear.stt.narrow_jsgf import Automaton
from assistant.hear.stt.narrow_neighbours import Neighbours

Prior = Callable[[Sequence[str]], float]
"""How likely the last of these words is after the others (two at most), natural logarithm."""
_FLOOR = -12.0
"""Words that the trigram model does not know."""
_SOUND = 2.0
"""A neighbour's likelihood falls by this with its distance."""
_UNIGRAM = 0.5
_PROPOSED, _SINGLE, _DOUBLE = 250, 40, 15
"""Words near in sound; of those the likeliest in place of one word; of two words."""
_START, _STOP = "<s>", "</s>"
_AUXILIARIES = ("have", "had", "did", "do", "don't", "should", "why", "who")
_TURNED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("can", "could", "would"), _AUXILIARIES),
    "is": ("was", "isn't", "why's"),
    "are": ("were", "aren't", "why"),
}
"""Words that turn a request or a question into something else, however little they sound like it."""
TURNED = frozenset(word for words in _TURNED.values() for word in words)
ASKING = frozenset({"what", "how", "when", "which", "where"})
"""After these a turned word makes no other request: "what time isn't it" is said by nobody."""


@dataclass(frozen=True, slots=True)
class Decoys:
    """Sentences with one exchange, as a graph whose arcs have weights."""

    graph: Automaton
    weights: Mapping[tuple[int, str], float]
    """(state, word) → probability; other arcs have 1."""
    gains: Mapping[tuple[int, str], float]
    """(place, word) → by how much likelier English finds the sentence, natural logarithm."""


def turns(word: str, other: str | None = None) -> bool:
    """Whether `other` (None: any word) in place of `word` makes it no request, or another question."""
    return word in _TURNED if other is None else other in _TURNED.get(word, ())


class Decoying:
    """Proposes decoys for the sentences of a house."""

    def __init__(self, neighbours: Neighbours, prior: Prior) -> None:
        self._neighbours, self._prior = neighbours, prior
        self._common = np.array([self._likely([word]) for word in neighbours.words], np.float32)

    def decoys(self, words: Sequence[str], sounds: Sequence[Sequence[str]], house: Automaton) -> Decoys:
        """`sounds`: of each word, the usual one first, none of a pause. `house` has no decoy."""
        length = len(words)
        arcs: list[dict[str, int]] = [{} for _ in range(2 * length + 2)]
        for place, word in enumerate(words):
            if place < length - 1:
                arcs[place][word] = place + 1
            arcs[length + 1 + place][word] = length + 2 + place
        gains: dict[tuple[int, str], float] = {}
        said = self._sentence(words)
        for place, span, word in self._proposals(words, sounds):
            sentence = [*words[:place], word, *words[place + span :]]
            if word not in arcs[place] and house.path(sentence) is None:
                arcs[place][word] = length + 1 + place + span
                gain = self._sentence(sentence) - said
                gains[place, word] = max(0.0, gain) if turns(words[place], word) else gain
        best = max(gains.values(), default=0.0)
        weights = {key: max(1e-6, math.exp(gain - best)) for key, gain in gains.items()}
        return Decoys(Automaton(0, frozenset({2 * length + 1}), tuple(arcs)), weights, gains)

    def _proposals(
        self, words: Sequence[str], sounds: Sequence[Sequence[str]]
    ) -> Iterator[tuple[int, int, str]]:
        """(place, how many words it stands for, word)."""
        for place in range(len(words)):
            for word in _TURNED.get(words[place], ()):
                yield place, 1, word
            around = [_START, _START, *words, _STOP, _STOP]
            for word in self._near(sounds[place], around[place : place + 5], _SINGLE):
                yield place, 1, word
            if place + 1 < len(words):
                both = [f"{one} {other}" for one in sounds[place][:1] for other in sounds[place + 1][:1]]
                four = [*around[place : place + 3], *around[place + 4 : place + 6]]
                for word in self._near(both, four, _DOUBLE):
                    yield place, 2, word

    def _near(self, sounds: Sequence[str], around: Sequence[str], count: int) -> list[str]:
        """The likeliest words that sound like one of `sounds`, in the middle of five."""
        if not sounds:
            return []
        distances = np.min([self._neighbours.distances(sound) for sound in sounds], axis=0)
        known = self._neighbours.words
        same = {known[at] for at in np.flatnonzero(distances < 0.01)}
        order = np.argsort(_SOUND * distances - _UNIGRAM * self._common)[:_PROPOSED]
        rated: dict[str, float] = {}
        for at in order:
            word = known[at]
            if word not in same and word not in rated:
                rated[word] = self._between(word, around) - _SOUND * float(distances[at])
        return sorted(rated, key=lambda word: -rated[word])[:count]

    def _between(self, word: str, around: Sequence[str]) -> float:
        before, last, _, first, second = around
        found = self._likely([before, last, word])
        if first != _STOP or second == _STOP:
            found += self._likely([last, word, first])
        return found + (self._likely([word, first, second]) if first != _STOP else 0.0)

    def _sentence(self, words: Sequence[str]) -> float:
        around = [_START, _START, *words, _STOP]
        return sum(self._likely(around[at - 2 : at + 1]) for at in range(2, len(around)))

    def _likely(self, words: Sequence[str]) -> float:
        return max(_FLOOR, self._prior(words))
