"""A whole utterance → Verdict: both decoders read it, the judge compares."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from assistant.hear.stt.narrow_align import Aligner
from assistant.hear.stt.narrow_along import Along
from assistant.hear.stt.narrow_decode import NO_WEIGHTS, GrammarDecoder, Live, OpenDecoder, Weights
from assistant.hear.stt.narrow_decoys import turns
from assistant.hear.stt.narrow_english import model_files
from assistant.hear.stt.narrow_evidence import Twin
from assistant.hear.stt.narrow_jsgf import Automaton, automaton
from assistant.hear.stt.narrow_judge import (
    NOTHING,
    UNHEARD_END,
    Verdict,
    against_decoy,
    against_pair,
    against_rivals,
    verdict,
)
from assistant.hear.stt.narrow_means import Means
from assistant.hear.stt.narrow_others import Others
from assistant.hear.stt.narrow_reading import (
    PAUSE,
    Reading,
    ended,
    total,
    words_of,
    words_said,
)
from assistant.hear.stt.narrow_sound import Sound
from assistant.hear.stt.narrow_twins import (
    SHORT_WORDS,
    alternatives,
    ends_alike,
    only,
    rarities,
    short,
    teen_or_ten,
    twins,
)
from assistant.hear.stt.narrow_words import Pronunciations, dictionary, wake_tails
from assistant.hear.stt.overtaken import never

_CLEAR = 80.0
"""A twin that is so much worse side by side is worse by itself too."""


class NarrowEar:
    """The loaded decoders and the grammar they listen for."""

    def __init__(self) -> None:
        self._grammar = GrammarDecoder()
        self._live = GrammarDecoder(quick=True)
        self._aligner = Aligner()
        self._means = Means()
        self._open: OpenDecoder | None = None
        self._along: Along | None = None
        self._graph: Automaton | None = None
        self._short: tuple[Automaton, ...] = ()
        self._open_words: frozenset[str] = frozenset()
        self._strictness, self._alone = 1.0, True
        self._known = dictionary(model_files()[1])
        self._others = Others(self._grammar)
        self._weights: Weights = NO_WEIGHTS

    def listen_for(
        self,
        jsgf: str,
        given: Pronunciations,
        wake_phrases: Sequence[str],
        strictness: float,
        *,
        alone: bool = True,
    ) -> None:
        """Take another grammar; EngineError when it is none. `alone`: no other ear hears what it refuses."""
        graph = automaton(jsgf)
        wake = sorted({tail for phrase in wake_phrases for tail in wake_tails(phrase, self._known)})
        if self._open is None or not graph.words() <= self._open_words:
            self._open_words = graph.words()
            self._open = OpenDecoder(self._open_words, given)
            self._along = Along((self._grammar.reader, self._open.reader), self._means)
        english = self._open
        self._weights = rarities(graph, lambda word: english.prior([word]))
        for decoder in (self._grammar, self._live):
            decoder.use(graph, given, wake, self._weights)
        self._graph, self._strictness, self._alone = graph, strictness, alone
        self._others.listen_for(graph, given, self._open)
        self._short = (short(graph), short(graph, 1))

    def judge(
        self,
        pcm: bytes,
        voiced: Sequence[bool],
        idle: Callable[[], bool] = never,
        *,
        cut_short: bool = False,
        sound: Sound | None = None,
    ) -> Verdict | None:
        """Read s16le at 16 kHz; `voiced` says for each 10 ms whether it is voice.

        `sound`: what it was cut from, if it was followed. What was read along is judged then; before an ear
        that is alone refuses that, it reads the whole with its own mean.
        `cut_short`: the end of the last word may be missing; if another word could end so, UNHEARD_END.
        None when `idle()` says between two of its steps that the answer is of no use any more.
        """
        assert self._along is not None
        if idle():
            return None
        if sound is not None and (begun := self._along.end(sound, pcm)):
            found = self._judged(pcm, voiced, idle, cut_short, *begun)
            if found is None or found.early or found.refused is None or not self._alone:
                return found
        self._along.drop()
        return self._judged(pcm, voiced, idle, cut_short)

    def _judged(
        self,
        pcm: bytes,
        voiced: Sequence[bool],
        idle: Callable[[], bool],
        cut_short: bool,
        read: Reading | None = None,
        english: Reading | None = None,
    ) -> Verdict | None:
        assert self._open is not None
        assert self._graph is not None
        heard = self.sentence(pcm, read)
        if idle():
            return None
        if not heard:
            return NOTHING
        if cut_short and (not ended(heard) or ends_alike(self._graph, words_said(heard))):
            return UNHEARD_END
        heard, twin = self.against_twins(pcm, heard)
        if self._graph.path(words_said(heard)) is None:
            return NOTHING
        if idle():
            return None
        english = self._open.reader.read(pcm) if english is None else english
        found = verdict(heard, english, twin, voiced, self._strictness)
        found = against_rivals(found, self._others.rivals(heard, english), self._strictness)
        if idle():
            return None
        if found.refused is None:
            found = against_pair(found, self._others.pair(pcm, heard), self._strictness)
        if found.refused is not None or (found.clear and not turns(words_said(heard)[0])):
            return found
        return against_decoy(found, self._others.decoy(pcm, heard), self._strictness)

    def follow(self, sound: Sound) -> None:
        """Read along while it grows, within `live`."""
        assert self._along is not None
        self._along.follow(sound)

    def foresee(self, text: str) -> Verdict | None:
        """UNHEARD_END where `text`, heard so far, may end in another word: it need not be read yet."""
        assert self._graph is not None
        return UNHEARD_END if ends_alike(self._graph, _parted(text)) else None

    def sentence(self, pcm: bytes, read: Reading | None = None) -> Reading:
        """The house's sentence that fits best; empty when none does. `read`: what the decoder has read."""
        assert self._graph is not None
        read = self._fair(self._grammar.reader.read(pcm) if read is None else read)
        words = _whole(self._graph, read)
        if words and len(words) == len(words_of(read)):
            return read
        heard = self._exactly(pcm, words)
        if len(words) > SHORT_WORDS:
            return heard
        # Short sentences drown among the beginnings of long ones, which fit any sound: give them a chance.
        for graph in self._short:
            brief = self._grammar.read_as(pcm, graph)
            if brief and graph.path(words_said(brief)) is not None:
                return brief if not words or total(brief) > total(heard) else heard
        return heard

    def against_twins(self, pcm: bytes, heard: Reading) -> tuple[Reading, Twin | None]:
        """The better of the sentence and its best twin, and how it compares with the other one.

        Both are read by themselves, for side by side the decoder confuses them.
        """
        assert self._graph is not None
        parts = words_of(heard)
        words = words_said(heard)
        others = alternatives(self._graph, words)
        if not others:
            return heard, None
        other = self._grammar.read_as(pcm, twins(words, others))
        best = words_said(other)
        if len(best) != len(words):
            return heard, None
        place = next(at for at, (mine, its) in enumerate(zip(words, best, strict=True)) if mine != its)
        far = not teen_or_ten(words[place], best[place])
        if far and total(heard) > total(other) + _CLEAR:
            return heard, Twin(heard, other)
        ours = self._exactly(pcm, words)
        if ours and far and total(ours) > total(other) + _CLEAR:
            return ours, Twin(ours, other)
        other = self._exactly(pcm, best)
        if not ours or not other:
            return heard, None
        odds = self._aligner.teen_odds(pcm, parts[place : place + 2], best[place])
        if total(other) > total(ours) if odds is None else odds < 0:
            return other, Twin(other, ours, None if odds is None else -odds)
        return ours, Twin(ours, other, odds)

    def _fair(self, reading: Reading) -> Reading:
        """A reading of the house's grammar without what rare words lost."""
        assert self._graph is not None
        state, fair = self._graph.start, []
        counted = {id(part) for part in words_of(reading)}
        for part in reading:
            if id(part) in counted:
                lost = math.log(self._weights.get((state, part.word), 1.0))
                state = self._graph.arcs[state].get(part.word, state)
                part = replace(part, score=part.score - lost)
            fair.append(part)
        return tuple(fair)

    def _exactly(self, pcm: bytes, words: Sequence[str]) -> Reading:
        return self._grammar.read_as(pcm, only(words)) if words else ()

    @contextmanager
    def live(self) -> Iterator[Live]:
        """Partials of an utterance that is still being spoken."""
        assert self._along is not None
        try:
            with self._live.live() as live:
                yield live
        finally:
            self._along.drop()


def _parted(text: str) -> list[str]:
    """Words as they were before `text_of`."""
    return text.replace(PAUSE, f" {PAUSE}").split()


def _whole(graph: Automaton, heard: Reading) -> list[str]:
    """The words heard, without last ones that leave the sentence unfinished (breath heard as "and")."""
    words = words_said(heard)
    while words and graph.path(words) is None:
        words.pop()
    return words
