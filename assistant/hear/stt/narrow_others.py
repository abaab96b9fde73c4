"""What else may have been said: sentences the house does not have, read in the same sound."""

from collections.abc import Callable, Sequence

from assistant.hear.stt.narrow_decode import (
    PAUSE,
    GrammarDecoder,
    OpenDecoder,
    Reading,
    total,
    words_of,
)
from assistant.hear.stt.narrow_decoys import ASKING, Decoying, turns
from assistant.hear.stt.narrow_english import PAIRED_WORDS, commonest, model_files
from assistant.hear.stt.narrow_evidence import Decoy, Pair, Stretch, within
from assistant.hear.stt.narrow_jsgf import Automaton
from assistant.hear.stt.narrow_neighbours import Neighbours, begin_alike
from assistant.hear.stt.narrow_pairs import Pairs, choices, deciding, same_word
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
        self._pairs = Pairs(self._sounds, english.prior)

    def rival(self, heard: Reading, english: Reading) -> Stretch | None:
        """What the open reading has instead of a word that decides, from the same boundary to the same."""
        assert self._house is not None
        parts = words_of(heard)
        words = [part.word for part in parts]
        best: Stretch | None = None
        for place in deciding(self._house, words, self._english.prior):
            ours, frames = parts[place], parts[place].end - parts[place].start
            theirs = within(english, ours.start, ours.end)
            if len(theirs) != 1 or self._are(same_word, ours.word, theirs[0].word):
                continue
            gain = (theirs[0].per_frame - ours.per_frame) * frames
            if best is None or gain > best.gain:
                best = Stretch(gain, frames, theirs[0].word)
        return best

    def pair(self, pcm: bytes, heard: Reading) -> Pair | None:
        """The best sentence whose deciding word is another one, one phone away."""
        assert self._house is not None
        words = [part.word for part in words_of(heard)]
        others = self._pairs.pairs(words, self._said(words), self._house)
        if not others:
            return None
        self._grammar.learn({word for found in others.values() for word in found})
        best = self._grammar.read_as(pcm, twins(words, others))
        exchanged = [part.word for part in words_of(best)]
        if len(exchanged) != len(words):
            return None
        place = next(at for at, mine in enumerate(words) if mine != exchanged[at])
        mine, its = words[place], exchanged[place]
        return Pair(its, total(best) - total(heard), self._are(begin_alike, mine, its))

    def decoy(self, pcm: bytes, heard: Reading) -> Decoy | None:
        """The decoy that fits best."""
        assert self._house is not None
        words = [part.word for part in words_of(heard)]
        said = self._said(words)
        decoys = self._decoying.decoys(words, said, self._house)
        best = self._grammar.read_as(pcm, decoys.graph, decoys.weights)
        exchanged = [part.word for part in words_of(best)]
        place = next(
            (at for at, pair in enumerate(zip(words, exchanged, strict=False)) if pair[0] != pair[1]), 0
        )
        if decoys.graph.path(exchanged) is None:
            return None
        word = exchanged[place]
        margin, sense = total(best) - total(heard), decoys.gains[place, word]
        turned = turns(words[place], word) and ASKING.isdisjoint(words[:place])
        near = self._are(begin_alike, words[place], word)
        choice = place in choices(self._house, words, self._english.prior)
        return Decoy(word, margin, sense, turned, near, choice)

    def _are(self, alike: Callable[[str, str], bool], word: str, other: str) -> bool:
        mine, its = self._said([word, other])
        return any(alike(one, another) for one in mine for another in its)

    def _said(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        return [() if word == PAUSE else sounds(word, self._given, self._known) for word in words]
