"""What else may have been said: sentences the house does not have, read in the same sound."""

import math
from collections.abc import Callable, Sequence

from assistant.hear.stt.narrow_decode import GrammarDecoder, OpenDecoder
from assistant.hear.stt.narrow_decoys import ASKING, Decoying, turns
from assistant.hear.stt.narrow_english import PAIRED_WORDS, commonest, model_files
from assistant.hear.stt.narrow_evidence import Decoy, Pair, Rival, local_margin, within
from assistant.hear.stt.narrow_jsgf import Automaton
from assistant.hear.stt.narrow_neighbours import Neighbours, begin_alike
from assistant.hear.stt.narrow_pairs import Pairs, deciding, one_phone_apart, same_word, telling
from assistant.hear.stt.narrow_reading import PAUSE, Reading, total, words_of, words_said
from assistant.hear.stt.narrow_twins import twins
from assistant.hear.stt.narrow_words import Pronunciations, dictionary, sounds


class Others:
    """Reads a sentence that was heard against what sounds like it."""

    def __init__(self, grammar: GrammarDecoder) -> None:
        self._grammar = grammar
        self._known = dictionary(model_files()[1])
        self._sounds = [(word, phones) for word in commonest(PAIRED_WORDS) for phones in self._known[word]]
        common = frozenset(commonest())
        self._neighbours = Neighbours([(word, phones) for word, phones in self._sounds if word in common])
        self._house: Automaton | None = None

    def listen_for(self, house: Automaton, given: Pronunciations, english: OpenDecoder) -> None:
        """Take another grammar."""
        self._house, self._given, self._english = house, given, english
        self._decoying = Decoying(self._neighbours, english.prior)
        self._pairs = Pairs(self._sounds, self._known, english.prior)

    def rivals(self, heard: Reading, english: Reading) -> tuple[Rival, ...]:
        """What the open reading has instead of one word, between boundaries that both share.

        Where it begins elsewhere than the word does, the word before it is counted too, if it is the same.
        """
        assert self._house is not None
        parts = words_of(heard)
        words = [part.word for part in parts]
        decides = deciding(self._house, words, self._english.prior)
        found = []
        for place in telling(words, self._english.prior):
            for first in (place, place - 1):
                ours = parts[first : place + 1]
                theirs = within(english, ours[0].start, ours[-1].end)
                if [part.word for part in theirs[:-1]] == words[first:place] and theirs:
                    if not self._are(same_word, words[place], theirs[-1].word):
                        found.append(Rival(theirs[-1].word, _gain(ours, theirs), place in decides))
                    break
        return tuple(found)

    def pair(self, pcm: bytes, heard: Reading) -> Pair | None:
        """The best sentence with one word that is one phone away, counting what it needs."""
        assert self._house is not None
        words = words_said(heard)
        others = self._pairs.pairs(words, self._said(words), self._house)
        if not others:
            return None
        self._grammar.learn(self._pairs.sounds({word for found in others.values() for word in found}, words))
        least = min(needed for found in others.values() for needed in found.values())
        weights = {
            (place, word): math.exp(least - needed)
            for place, found in others.items()
            for word, needed in found.items()
        }
        graph = twins(words, {place: tuple(found) for place, found in others.items()})
        best = self._grammar.read_as(pcm, graph, weights)
        exchanged = words_said(best)
        if len(exchanged) != len(words):
            return None
        place = next(at for at, mine in enumerate(words) if mine != exchanged[at])
        word, needed = exchanged[place], others[place][exchanged[place]]
        return Pair(word, local_margin(heard, best, place) - (least - needed), needed)

    def decoy(self, pcm: bytes, heard: Reading) -> Decoy | None:
        """The decoy that fits best."""
        assert self._house is not None
        words = words_said(heard)
        said = self._said(words)
        decoys = self._decoying.decoys(words, said, self._house)
        best = self._grammar.read_as(pcm, decoys.graph, decoys.weights)
        exchanged = words_said(best)
        place = next(
            (at for at, pair in enumerate(zip(words, exchanged, strict=False)) if pair[0] != pair[1]), 0
        )
        if decoys.graph.path(exchanged) is None:
            return None
        word = exchanged[place]
        margin, sense = total(best) - total(heard), decoys.gains[place, word]
        turned = turns(words[place], word) and ASKING.isdisjoint(words[:place])
        near = self._are(begin_alike, words[place], word)
        tells = place in telling(words, self._english.prior)
        choice = tells and not self._are(one_phone_apart, words[place], word)
        return Decoy(word, margin, sense, turned, near, choice)

    def _are(self, alike: Callable[[str, str], bool], word: str, other: str) -> bool:
        mine, its = self._said([word, other])
        return any(alike(one, another) for one in mine for another in its)

    def _said(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        return [() if word == PAUSE else sounds(word, self._given, self._known) for word in words]


def _gain(ours: Reading, theirs: Reading) -> float:
    """By how much the other reading of the same stretch is better, as if it were as long."""
    frames = ours[-1].end - ours[0].start
    return (total(theirs) / (theirs[-1].end - theirs[0].start) - total(ours) / frames) * frames
