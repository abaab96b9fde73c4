"""A whole utterance → Verdict: both decoders read it, the judge compares."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from assistant.hear.stt.narrow_decode import (
    GrammarDecoder,
    Live,
    OpenDecoder,
    Reading,
    model_files,
    words_of,
)
from assistant.hear.stt.narrow_jsgf import Automaton, automaton
from assistant.hear.stt.narrow_judge import NOTHING, Verdict, verdict
from assistant.hear.stt.narrow_twins import alternatives, only, twins
from assistant.hear.stt.narrow_words import Pronunciations, dictionary, wake_tails


class NarrowEar:
    """The loaded decoders and the grammar they listen for."""

    def __init__(self) -> None:
        self._grammar = GrammarDecoder()
        self._live = GrammarDecoder(quick=True)
        self._open: OpenDecoder | None = None
        self._graph: Automaton | None = None
        self._open_words: frozenset[str] = frozenset()
        self._strictness = 1.0

    def listen_for(
        self, jsgf: str, given: Pronunciations, wake_phrases: Sequence[str], strictness: float
    ) -> None:
        """Take another grammar; EngineError when it is none."""
        graph = automaton(jsgf)
        known = dictionary(model_files()[1])
        wake = sorted({tail for phrase in wake_phrases for tail in wake_tails(phrase, known)})
        for decoder in (self._grammar, self._live):
            decoder.use(graph, given, wake)
        if self._open is None or not graph.words() <= self._open_words:
            self._open_words = graph.words()
            self._open = OpenDecoder(self._open_words, given)
        self._graph, self._strictness = graph, strictness

    def judge(self, pcm: bytes, voiced: Sequence[bool]) -> Verdict:
        """Read s16le at 16 kHz; `voiced` says for each 10 ms whether it is voice."""
        assert self._graph is not None
        assert self._open is not None
        heard = self._grammar.read(pcm)
        words = _sentence(self._graph, heard)
        if not words:
            return NOTHING
        if len(words) < len(words_of(heard)):
            heard = self._grammar.read_as(pcm, only(words))
        rival = self._open.read(pcm)
        others = alternatives(self._graph, words)
        twin = self._grammar.read_as(pcm, twins(words, others)) if others else ()
        return verdict(heard, rival, twin, voiced, self._strictness) if heard else NOTHING

    @contextmanager
    def live(self) -> Iterator[Live]:
        """Partials of an utterance that is still being spoken."""
        with self._live.live() as live:
            yield live


def _sentence(graph: Automaton, heard: Reading) -> list[str]:
    """The words heard, without last ones that leave the sentence unfinished (breath heard as "and")."""
    words = [part.word for part in words_of(heard)]
    while words and graph.path(words) is None:
        words.pop()
    return words
