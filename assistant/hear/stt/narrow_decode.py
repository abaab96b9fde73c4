"""Sound → readings: the words a decoder found, each with its place and its acoustic score.

Two decoders read the same sound. One knows only the house's sentences; the other, with the wheel's trigram
model over the commonest English words, may hear anything. Both score against all senones (`compallsen`), so
their scores are in one unit: natural log-likelihood relative to the best senone of each frame (0 is best).
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.errors import EngineError
from assistant.hear.stt.narrow_decoys import TURNED
from assistant.hear.stt.narrow_english import LOGARITHMS_PER_NAT, commonest, model_files, new_decoder
from assistant.hear.stt.narrow_jsgf import Automaton
from assistant.hear.stt.narrow_reader import UNSHIFTED, Reader, without_variant
from assistant.hear.stt.narrow_reading import END, PAUSE, WAKE, Reading, text_of
from assistant.hear.stt.narrow_words import Pronunciations, dictionary, dictionary_text, sounds

_WAKE_LEFT = 0.05
"""How likely one of the tails is: low, or the shortest takes the "s" of "set"."""
_HOUSE, _ASIDE = "house", "aside"

GRAMMAR_SEARCH = {
    "lm": None, "beam": 1e-55, "pbeam": 1e-55, "wbeam": 1e-22, "lw": 3.0, "wip": 0.3, "silprob": 1e-4,
    "fillprob": 0.05, "compallsen": True,
}  # fmt: skip
"""Tuned on half of tests/hear/narrow_corpus.py: the defaults cost twice as much, no better."""
_QUICK = {"beam": 1e-40, "pbeam": 1e-40, "wbeam": 1e-15, "compallsen": False}
_OPEN_SEARCH = {"fwdflat": False, "bestpath": False, "compallsen": True}
_FILLERS = "<s> SIL\n</s> SIL\n<sil> SIL\n[NOISE] +NSN+\n"

Weights = Mapping[tuple[int, str], float]
"""(state, word) → probability of the arc; 1 where it is not named. A word's score has its logarithm in it."""
NO_WEIGHTS: Weights = {}


class GrammarDecoder:
    """Hears only sentences of an automaton, after an optional rest of a wake phrase."""

    def __init__(self, *, quick: bool = False) -> None:
        """`quick`: a third of the work, good enough for words that are only shown; not for `read_as`."""
        acoustic, words, _ = model_files()
        self._known = dictionary(words)
        search = GRAMMAR_SEARCH | (_QUICK if quick else {})
        with tempfile.TemporaryDirectory() as folder:
            fillers, few = Path(folder) / "fillers", Path(folder) / "words.dict"
            fillers.write_text(_FILLERS, encoding="utf-8")
            # Of the dictionary only what may be asked for: all of it takes 40 MB.
            asides = ("a",) if quick else {*commonest(), *TURNED}
            few.write_text(dictionary_text({word: self._known[word] for word in asides}))
            self._decoder = new_decoder(hmm=str(acoustic), dict=str(few), fdict=str(fillers), **search)
        self.reader = Reader(self._decoder)
        self._wake = 0

    def use(
        self, graph: Automaton, given: Pronunciations, wake: Sequence[str], weights: Weights = NO_WEIGHTS
    ) -> list[str]:
        """Listen for another grammar; words that have no sound come back, unheard."""
        silent = [word for word in sorted(graph.words()) if not self._teach(word, given)]
        for number, phones in enumerate(wake):
            teach(self._decoder, f"{WAKE}{number}", [phones])
        teach(self._decoder, END, ["SIL"])
        self._wake = len(wake)
        self._select(_HOUSE, graph, silent, weights)
        return silent

    def _select(
        self, name: str, graph: Automaton, without: Sequence[str] = (), weights: Weights = NO_WEIGHTS
    ) -> None:
        """Listen for `graph`, whose words have been taught, after an optional rest of the wake phrase."""
        arcs: list[tuple[int, int, float] | tuple[int, int, float, str]] = [(0, graph.start + 2, 1.0)]
        arcs += [(0, graph.start + 2, _WAKE_LEFT, f"{WAKE}{number}") for number in range(self._wake)]
        for state, after in enumerate(graph.arcs):
            arcs += [
                (state + 2, to + 2, weights.get((state, word), 1.0), word)
                for word, to in after.items()
                if word not in without
            ]
        arcs += [(state + 2, 1, 1.0, END) for state in graph.finals]
        try:
            self._decoder.add_fsg(name, self._decoder.create_fsg(name, 0, 1, arcs))
            self._decoder.activate_search(name)
        except (RuntimeError, ValueError, KeyError) as error:
            raise EngineError(f"pocketsphinx does not take this grammar: {error}") from error

    def _teach(self, word: str, given: Pronunciations) -> bool:
        found = sounds(word, given, self._known)
        teach(self._decoder, word, found)
        return bool(found)

    def learn(self, words: Mapping[str, Sequence[str]]) -> None:
        """Words, with their pronunciations, that the next `read_as` may ask for."""
        for word, phones in words.items():
            teach(self._decoder, word, phones, at_once=False)

    def read_as(self, pcm: bytes, graph: Automaton, weights: Weights = NO_WEIGHTS) -> Reading:
        """The best of `graph`'s sentences, whose words this decoder knows; then the house's again."""
        self._select(_ASIDE, graph, (), weights)
        try:
            return self.reader.read(pcm)
        finally:
            self._decoder.activate_search(_HOUSE)

    @contextmanager
    def live(self) -> Iterator["Live"]:
        """Read an utterance that is still being spoken."""
        self._decoder.start_utt()
        try:
            yield Live(self._decoder)
        finally:
            self._decoder.end_utt()


def teach(decoder: Any, word: str, pronunciations: Sequence[str], *, at_once: bool = True) -> None:
    """Let a decoder know a word, unless it does; in the search that is on, too, if `at_once`."""
    for number, phones in enumerate(pronunciations):
        name = f"{word}({number + 1})" if number else word
        if decoder.lookup_word(name) is None:
            try:
                decoder.add_word(name, phones, at_once)
            except RuntimeError as error:
                raise EngineError(f"{phones!r} is no pronunciation of {word!r}: {error}") from error


class Live:
    """An utterance being read as it arrives."""

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder

    def feed(self, pcm: bytes) -> None:
        """More of it."""
        self._decoder.process_raw(pcm)

    def words(self) -> str:
        """The best words so far."""
        found = self._decoder.hyp()
        words = [without_variant(word) for word in found.hypstr.split()] if found else []
        return text_of(word for word in words if not word.startswith((WAKE, END)))


class OpenDecoder:
    """Hears common English: what the grammar's reading must not lose against."""

    def __init__(self, extra: frozenset[str], given: Pronunciations) -> None:
        acoustic, words, trigrams = model_files()
        known = dictionary(words)
        kept = {word: known[word] for word in {*commonest(), *extra} if word in known}
        kept |= {
            word: found for word in extra - kept.keys() - {PAUSE} if (found := sounds(word, given, known))
        }
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "words.dict"
            file.write_text(dictionary_text(kept), encoding="utf-8")
            self._decoder = new_decoder(hmm=str(acoustic), dict=str(file), lm=str(trigrams), **_OPEN_SEARCH)
        self.reader = Reader(self._decoder, UNSHIFTED)
        self._model = self._decoder.get_lm("_default")

    def prior(self, words: Sequence[str]) -> float:
        """How likely the last word is after the others (two at most), natural logarithm."""
        return float(self._model.prob([*reversed(words)])) / LOGARITHMS_PER_NAT
