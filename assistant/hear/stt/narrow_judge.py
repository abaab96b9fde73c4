"""Two readings and the voice's places → a verdict: accept, ask or refuse. Pure.

Measures, worst case counts; never the average of a sentence, for an average lets one wrong word act:
- no voice outside the recognised words or inside a silence;
- the worst word's score against the best senones;
- the worst stretch between two places where both readings agree on a word boundary: how much better the open
  reading explains it than the house's sentence does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.hear.stt.narrow_decode import Heard, Reading, words_of
from assistant.hear.stt.narrow_jsgf import Automaton

_TOGETHER = 5
"""Word boundaries of two readings that are this close, in frames, are the same boundary."""
_OUTSIDE_S = 0.2
_RIVAL_SURE = 60.0
_RIVAL_ASKED = 90.0


@dataclass(frozen=True, slots=True)
class Measures:
    """What the verdict rests on. Scores are natural log-likelihoods; higher `rival` means a better rival."""

    outside_s: float
    """Voice that no word covers."""
    worst_word: float
    """Per frame."""
    weakest: str
    """The word of `worst_word`."""
    rival: float
    """The rival's gain over the worst stretch, summed over its frames."""
    rival_per_frame: float
    rival_words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the narrow ear says about an utterance."""

    text: str
    confidence: float
    refused: str | None
    ask: bool


def verdict(
    graph: Automaton, sentence: Reading, rival: Reading, voiced: Sequence[bool], strictness: float = 1.0
) -> Verdict:
    """Judge an utterance; `voiced` has one entry a frame of 10 ms."""
    sentence = _whole(graph, sentence)
    text = " ".join(part.word for part in words_of(sentence))
    if not text or not rival:
        return Verdict("", 0.0, "no house command", False)
    found = measure(sentence, rival, voiced)
    confidence = max(0.0, min(1.0, 1.0 - found.rival * strictness / (2 * _RIVAL_ASKED)))
    for refused, reason in (
        (found.outside_s * strictness > _OUTSIDE_S, f"{found.outside_s:.2f} s of speech in no word"),
        (found.rival * strictness > _RIVAL_ASKED, f"it may have been {found.rival_words!r}"),
    ):
        if refused:
            return Verdict(text, confidence, reason, False)
    if found.rival * strictness > _RIVAL_SURE:
        return Verdict(text, confidence, f"it may have been {found.rival_words!r}", True)
    return Verdict(text, confidence, None, False)


def _whole(graph: Automaton, sentence: Reading) -> Reading:
    """The reading without a last word that leaves the sentence unfinished (breath heard as "and"); else empty."""
    kept = list(sentence)
    while kept:
        if graph.path(part.word for part in words_of(tuple(kept))) is not None:
            return tuple(kept)
        kept.pop()
    return ()


def measure(sentence: Reading, rival: Reading, voiced: Sequence[bool]) -> Measures:
    """Compare the house's sentence with its rival; `voiced` has one entry a frame."""
    words = [part for part in sentence if not part.silent]
    worst = min(words, key=lambda part: part.per_frame)
    stretches = _stretches(sentence, rival)
    gain, per_frame, text = max(stretches, key=lambda found: found[0])
    steepest = max((found[1] for found in stretches), default=0.0)
    return Measures(_outside_s(words, voiced), worst.per_frame, worst.word, gain, steepest, text)


def _outside_s(words: Sequence[Heard], voiced: Sequence[bool]) -> float:
    covered = set[int]()
    for part in words:
        covered.update(range(part.start, part.end))
    return sum(1 for frame, voice in enumerate(voiced) if voice and frame not in covered) / 100


def _stretches(sentence: Reading, rival: Reading) -> list[tuple[float, float, str]]:
    """(gain, gain per frame, the rival's words) between the boundaries that both share, over spoken words."""
    ours = [part.start for part in sentence] + [sentence[-1].end]
    theirs = [part.start for part in rival] + [rival[-1].end]
    shared = [(a, b) for a in ours for b in theirs if abs(a - b) <= _TOGETHER]
    cuts: list[tuple[int, int]] = [(ours[0], theirs[0])]
    for a, b in shared:
        if a > cuts[-1][0] and b > cuts[-1][1]:
            cuts.append((a, b))
    if cuts[-1][0] != ours[-1]:
        cuts[-1:] = [(ours[-1], theirs[-1])] if len(cuts) > 1 else [cuts[-1], (ours[-1], theirs[-1])]
    found = []
    for (a, b), (c, d) in zip(cuts, cuts[1:], strict=False):
        mine = [part for part in sentence if a <= part.start < c]
        other = [part for part in rival if b <= part.start < d]
        if all(part.silent for part in mine) and all(part.silent for part in other):
            continue
        gain = sum(part.score for part in other) - sum(part.score for part in mine)
        found.append((gain, gain / max(1, c - a), " ".join(part.word for part in other if not part.silent)))
    return found or [(0.0, 0.0, "")]
