"""Readings and the voice's places → a verdict: accept, ask or refuse. Pure.

The worst place counts, never the average of a sentence, for an average lets one wrong word act:
- no voice outside the recognised words or inside a silence, and no rest of a wake phrase but at the start;
- no stretch, between places where both readings agree on a word boundary, that the open reading explains
  much better than the house's sentence does;
- no twin sentence (one word exchanged: another number) that fits nearly as well;
- no decoy (one word exchanged for one that no sentence of the house has there) that fits much better;
- and not a little of all of these at once: the odds that something else was said weigh them together.
Thresholds are natural log-likelihoods, tuned on the even lines of tests/hear/narrow_corpus.py in five voices.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from assistant.hear.stt.narrow_evidence import Decoy, Pair, Rival, Stretch, Twin, stretches
from assistant.hear.stt.narrow_reading import FRAMES_PER_S, PAUSE, Heard, Reading, text_of, total, words_of
from assistant.hear.stt.narrow_teens import SURE
from assistant.hear.stt.narrow_twins import alike

_BEFORE = 8
"""Frames by which the open reading may begin the first word earlier."""
_OUTSIDE_S = 0.25
_WAKE_BEGINS = 10
"""What is left of a wake phrase begins the sound: after a silence it is a word ("who switched it off")."""
_DOUBTFUL, _DOUBTFUL_PER_FRAME = 100.0, 2.2
"""A rival that gains so much over a stretch, and so much in each of its frames: ask."""
_LONG = 110.0
"""A rival that gains so much in all, however long the stretch: ask."""
_WRONG, _WRONG_PER_FRAME = 105.0, 2.5
_WRONG_LONG = 150.0
"""And so much: refuse."""
_WORST_FIRST, _WORST_WORD = -8.0, -9.0
"""Per frame, of the first word and of later long ones (short ones are said in passing): ask below."""
_TWIN, _ALIKE_TWIN = 12.0, 24.0
"""How much better than its best twin a sentence must be; words that sound alike need more."""
_DECOY = 60.0
"""A decoy that gains so much, sense counted: ask."""
_NEAR = -20.0
"""One that begins alike need not fit better: of "fan" and "van" the one that was said is better by 50."""
_CHOICE = 10.0
"""One for a word that says what it is about need not make sense: of 180 right ones none was so much worse."""
_RIVAL = 20.0
"""What the open reading gains by another word than one that decides: ask."""
_RIVAL_ELSEWHERE = 65.0
"""And by another word than one that does not decide, as in "copy machine": ask."""
_SPREAD = 25.0
"""By so much what a word one phone away gains differs from voice to voice: a less strict ear adds it."""
_NO_SILENCE, _NO_SILENCE_FRAMES = -7.0, 4
"""Per frame, of so many frames between two words: something was said there, the "f" of "kitchen fight"."""
_TURNED = -25.0
"""One that turns the sentence need not fit better, for the rest of it sounds otherwise too ("turned")."""
_REST, _BY_GAIN, _BY_DECOY, _BY_SCORE, _BY_WORST, _BY_AGREEMENT = -6.6, 0.035, 0.024, 0.73, 0.24, 2.52
"""Weights of the odds: a logistic regression on 500 commands and 740 other sentences in five voices, which
tells both halves of them apart as well when it is trained on the other half only."""
_ODDS = 0.2
"""Odds from which a sentence is asked about."""
_CLEAR = -4.7
"""And below which no decoy found anything amiss."""
_FIRM = -2.5
"""Odds up to which a few words are believed to be all that was said."""
_BRIEF_WORDS = 2
_LEAST_DECOY = -20.0
"""What a decoy gains at least, as far as the odds go."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the narrow ear says about an utterance."""

    text: str
    confidence: float
    refused: str | None
    ask: bool
    odds: float = 0.0
    """That something else was said, natural logarithm; of an accepted sentence, if no decoy fits."""

    early: bool = False
    """It came before the end of the last word could be heard."""

    @property
    def clear(self) -> bool:
        """Accepted, and so well that no decoy need be tried."""
        return self.refused is None and self.odds <= _CLEAR

    @property
    def firm(self) -> bool:
        """It is no clipped beginning, misheard: "set a" as "add hay"."""
        return len(self.text.split()) > _BRIEF_WORDS or self.odds <= _FIRM


NOTHING = Verdict("", 0.0, "no house command", False)
UNHEARD_END = Verdict("", 0.0, "the end of its last word is yet to come", False, early=True)


def verdict(
    sentence: Reading, rival: Reading, twin: Twin | None, voiced: Sequence[bool], strictness: float = 1.0
) -> Verdict:
    """Judge a sentence against the open reading and its best twin; `voiced`: one entry for each 10 ms."""
    text = text_of(part.word for part in words_of(sentence))
    outside_s = _outside_s(sentence, voiced)
    worst = max(stretches(sentence, rival), key=lambda found: found.gain, default=Stretch(0.0, 1, ""))
    wrong = _refusal(outside_s * strictness, sentence, rival, strictness)
    confidence = max(0.0, min(1.0, 1.0 - worst.gain * strictness / (2 * _LONG)))
    if wrong is not None:
        return Verdict(text, min(confidence, 0.3), wrong, False)
    doubt = _doubt(sentence, rival, strictness)
    if doubt is None and twin is not None:
        doubt = _twin_doubt(twin, strictness)
    odds = _odds(sentence, rival, worst.gain, strictness)
    if doubt is None and odds > _ODDS:
        doubt = _weak(words_of(rival))
    if doubt is not None:
        return Verdict(text, min(confidence, 0.6), doubt, True)
    return Verdict(text, max(confidence, 0.6), None, False, odds)


def against_rivals(found: Verdict, rivals: Sequence[Rival], strictness: float = 1.0) -> Verdict:
    """An accepted sentence is asked about where the open reading has another word."""
    for rival in rivals:
        most = _RIVAL if rival.decides else _RIVAL_ELSEWHERE
        if found.refused is None and rival.gain * strictness > most:
            return _asked(found, rival.word)
    return found


def against_pair(found: Verdict, pair: Pair | None, strictness: float = 1.0) -> Verdict:
    """An accepted sentence is asked about where a word one phone away fits as well as it needs to."""
    if found.refused is not None or pair is None:
        return found
    needed = pair.needed + _SPREAD * (1 / strictness - 1)
    return _asked(found, pair.word) if pair.margin > needed else found


def against_decoy(found: Verdict, decoy: Decoy | None, strictness: float = 1.0) -> Verdict:
    """An accepted sentence is asked about where its best decoy fits better."""
    if found.refused is not None or decoy is None:
        return found
    gain = decoy.gain * strictness
    odds = found.odds + _BY_DECOY * (max(_LEAST_DECOY, gain) - _LEAST_DECOY)
    margin = decoy.margin * strictness
    other = (decoy.turned and margin > _TURNED) or (decoy.near and decoy.margin > _NEAR * strictness)
    other = other or (decoy.choice and margin > _CHOICE)
    if gain <= _DECOY and odds <= _ODDS and not other:
        return replace(found, odds=odds)
    return _asked(found, decoy.word)


def _asked(found: Verdict, other: str) -> Verdict:
    return Verdict(found.text, min(found.confidence, 0.6), f"it may have been {other!r}", True)


def _odds(sentence: Reading, rival: Reading, gain: float, strictness: float) -> float:
    """Natural logarithm of the odds that something else was said; the best decoy is taken to be none.

    `gain`: of the worst stretch. A score per frame that is poor everywhere counts as well as one poor word.
    """
    said = [part for part in words_of(sentence) if not part.silent]
    other = [part.word for part in rival if not part.silent and part.start >= said[0].start - _BEFORE]
    agreement = SequenceMatcher(None, [part.word for part in said], other).ratio()
    score = total(tuple(said)) / max(1, sum(part.end - part.start for part in said))
    worst = min(part.per_frame for part in said)
    against = _BY_GAIN * max(0.0, gain) + _BY_DECOY * _LEAST_DECOY - _BY_SCORE * score - _BY_WORST * worst
    return _REST + against * strictness - _BY_AGREEMENT * agreement


def _weak(rival: Reading) -> str:
    heard = text_of(part.word for part in rival if not part.silent)
    return f"it may have been {heard!r}"


def _refusal(outside_s: float, sentence: Reading, rival: Reading, strictness: float) -> str | None:
    if outside_s > _OUTSIDE_S:
        return f"{outside_s:.2f} s of speech in no word"
    for found in stretches(sentence, rival):
        gain, per_frame = found.gain * strictness, found.per_frame * strictness
        if gain > _WRONG_LONG or (gain > _WRONG and per_frame > _WRONG_PER_FRAME):
            return f"it was rather {found.words!r}"
    return None


def _doubt(sentence: Reading, rival: Reading, strictness: float) -> str | None:
    for found in stretches(sentence, rival):
        gain, per_frame = found.gain * strictness, found.per_frame * strictness
        if gain > _LONG or (gain > _DOUBTFUL and per_frame > _DOUBTFUL_PER_FRAME):
            return f"it may have been {found.words!r}"
    if any(part.wake and part.start > _WAKE_BEGINS for part in sentence):
        return "something was said before it"
    if any(part.per_frame * strictness < _NO_SILENCE for part in _silences(sentence)):
        return "something was said in the middle of it"
    for place, part in enumerate(words_of(sentence)):
        clear = _WORST_WORD if place else _WORST_FIRST
        if (place == 0 or len(part.word) > 3) and part.per_frame * strictness < clear:
            return f"{part.word!r} was not clear"
    return None


def _silences(sentence: Reading) -> list[Heard]:
    """Those between two words, pauses of lists left out; shorter ones are the edges of words."""
    words = words_of(sentence)
    return [
        part
        for part in sentence
        if part.silent
        and part.word != PAUSE
        and words[0].end <= part.start < words[-1].start
        and part.end - part.start >= _NO_SILENCE_FRAMES
    ]


def _twin_doubt(twin: Twin, strictness: float) -> str | None:
    margin = (total(twin.ours) - total(twin.other)) / strictness
    for mine, other in zip(words_of(twin.ours), words_of(twin.other), strict=False):
        if mine.word == other.word:
            continue
        if twin.odds is not None:
            sure = twin.odds / strictness >= SURE
        else:
            sure = margin >= (_ALIKE_TWIN if alike(mine.word, other.word) else _TWIN)
        if not sure:
            return f"it may have been {other.word!r} for {mine.word!r}"
    return None


def _outside_s(sentence: Reading, voiced: Sequence[bool]) -> float:
    """Voice that no word covers. Rests of the wake phrase are words."""
    covered = set[int]()
    for part in sentence:
        if not part.silent:
            covered.update(range(part.start, part.end))
    return sum(1 for frame, voice in enumerate(voiced) if voice and frame not in covered) / FRAMES_PER_S
