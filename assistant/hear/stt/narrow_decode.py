"""Sound → readings: the words a decoder found, each with its place and its acoustic score.

Two decoders read the same sound. One knows only the house's sentences; the other, with the wheel's trigram
model over the commonest English words, may hear anything. Both score against all senones (`compallsen`), so
their scores are in one unit: natural log-likelihood relative to the best senone of each frame (0 is best).
"""

import math
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import EngineError
from assistant.hear.stt.narrow_decoys import TURNED
from assistant.hear.stt.narrow_english import LOGARITHMS_PER_NAT, commonest, model_files, new_decoder
from assistant.hear.stt.narrow_jsgf import Automaton
from assistant.hear.stt.narrow_words import Pronunciations, dictionary, dictionary_text, sounds

FRAMES_PER_S = 100
_UNSHIFTED = 1024
"""The trigram search reports scores without the ten-bit shift that the grammar search applies."""
_LOWEST = -745.0
"""Where exp() underflows: worse scores cannot be told apart, and no right word is near."""
PAUSE = ","
"""A pause that must be heard."""
_WAKE, _WAKE_LEFT = "wake-", 0.05
"""How likely one of the tails is: low, or the shortest takes the "s" of "set"."""
_END = "<end>"
"""The silence after a whole sentence: cheaper than others, or the decoder prefers unfinished sentences."""
_HOUSE, _ASIDE = "house", "aside"
_VARIANT = re.compile(r"\(\d+\)$")

GRAMMAR_SEARCH = {
    "lm": None, "beam": 1e-55, "pbeam": 1e-55, "wbeam": 1e-22, "lw": 3.0, "wip": 0.3, "silprob": 1e-4,
    "fillprob": 0.05, "compallsen": True,
}  # fmt: skip
"""Tuned on half of tests/hear/narrow_corpus.py: the defaults cost twice as much, no better."""
_QUICK = {"beam": 1e-40, "pbeam": 1e-40, "wbeam": 1e-15, "compallsen": False}
_OPEN_SEARCH = {"fwdflat": False, "bestpath": False, "compallsen": True}
_FILLERS = "<s> SIL\n</s> SIL\n<sil> SIL\n[NOISE] +NSN+\n"


@dataclass(frozen=True, slots=True)
class Heard:
    """One word (or silence) of a reading; frames of 10 ms, `end` excluded; `score` sums over them."""

    word: str
    start: int
    end: int
    score: float

    @property
    def silent(self) -> bool:
        """Silence, noise or the pause of a list, not a word."""
        return self.word[0] in "<[" or self.word == PAUSE

    @property
    def wake(self) -> bool:
        """What was left of the wake word."""
        return self.word.startswith(_WAKE)

    @property
    def per_frame(self) -> float:
        return self.score / max(1, self.end - self.start)


Reading = tuple[Heard, ...]
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
        self._wake = 0

    def use(
        self, graph: Automaton, given: Pronunciations, wake: Sequence[str], weights: Weights = NO_WEIGHTS
    ) -> list[str]:
        """Listen for another grammar; words that have no sound come back, unheard."""
        silent = [word for word in sorted(graph.words()) if not self._teach(word, given)]
        for number, phones in enumerate(wake):
            teach(self._decoder, f"{_WAKE}{number}", [phones])
        teach(self._decoder, _END, ["SIL"])
        self._wake = len(wake)
        self._select(_HOUSE, graph, silent, weights)
        return silent

    def _select(
        self, name: str, graph: Automaton, without: Sequence[str] = (), weights: Weights = NO_WEIGHTS
    ) -> None:
        """Listen for `graph`, whose words have been taught, after an optional rest of the wake phrase."""
        arcs: list[tuple[int, int, float] | tuple[int, int, float, str]] = [(0, graph.start + 2, 1.0)]
        arcs += [(0, graph.start + 2, _WAKE_LEFT, f"{_WAKE}{number}") for number in range(self._wake)]
        for state, after in enumerate(graph.arcs):
            arcs += [
                (state + 2, to + 2, weights.get((state, word), 1.0), word)
                for word, to in after.items()
                if word not in without
            ]
        arcs += [(state + 2, 1, 1.0, _END) for state in graph.finals]
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
            return _read(self._decoder, pcm, 1)
        finally:
            self._decoder.activate_search(_HOUSE)

    def read(self, pcm: bytes) -> Reading:
        """The best sentence in a whole utterance; empty when nothing fits."""
        return _read(self._decoder, pcm, 1)

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
        words = [_VARIANT.sub("", word) for word in found.hypstr.split()] if found else []
        return text_of(word for word in words if not word.startswith((_WAKE, _END)))


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
        self._model = self._decoder.get_lm("_default")

    def read(self, pcm: bytes) -> Reading:
        """The likeliest words of a whole utterance."""
        return _read(self._decoder, pcm, _UNSHIFTED)

    def prior(self, words: Sequence[str]) -> float:
        """How likely the last word is after the others (two at most), natural logarithm."""
        return float(self._model.prob([*reversed(words)])) / LOGARITHMS_PER_NAT


def decode(decoder: Any, pcm: bytes) -> None:
    """Let it hear a whole utterance."""
    decoder.reinit_feat()  # forgets the noise of what was read before: the same sound, the same scores
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()


def _read(decoder: Any, pcm: bytes, scale: int) -> Reading:
    decode(decoder, pcm)
    return tuple(
        Heard(
            _VARIANT.sub("", part.word),
            part.start_frame,
            part.end_frame + 1,
            math.log(part.ascore) * scale if part.ascore > 0 else _LOWEST,
        )
        for part in (decoder.seg() or ())
    )


def ended(reading: Reading) -> bool:
    """Whether the decoder came to the end of a sentence; else its last word may be half a word."""
    return any(part.word == _END for part in reading)


def words_of(reading: Reading) -> tuple[Heard, ...]:
    """The grammar's words in a reading (and its pauses), without the rest of the wake word."""
    return tuple(part for part in reading if part.word == PAUSE or not (part.silent or part.wake))


def words_said(reading: Reading) -> list[str]:
    """The words of `words_of`, without their places."""
    return [part.word for part in words_of(reading)]


def text_of(words: Iterable[str]) -> str:
    """Words as they are written."""
    return " ".join(words).replace(f" {PAUSE}", PAUSE)


def total(reading: Reading) -> float:
    """The score of it all."""
    return sum(part.score for part in reading)
