"""What speaks against a sentence that was heard: where another reading fits better, and by how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.hear.stt.narrow_reading import Heard, Reading, words_of

TOGETHER = 5
"""Word boundaries of two readings that are this close, in frames, are the same boundary."""
_WAKE_FRAMES = 35
_SENSE, _MOST_SENSE = 5.0, 6.0
"""What a natural logarithm of likelihood in common English counts, and how much of it: what is said to a
house is rare in English, so sense speaks for a decoy only so far."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the utterance that the two readings explain differently."""

    gain: float
    """Log-likelihood by which the rival is better."""
    frames: int
    words: str
    """The rival's."""

    @property
    def per_frame(self) -> float:
        return self.gain / max(1, self.frames)


@dataclass(frozen=True, slots=True)
class Twin:
    """The place where another sentence of the house differs in a word: both read there, by themselves."""

    ours: Reading
    other: Reading
    odds: float | None = None
    """For fifteen against fifty: natural logarithm of how much likelier ours is."""


@dataclass(frozen=True, slots=True)
class Rival:
    """Another word than the one heard, which the open reading has in its place."""

    word: str
    gain: float
    """Log-likelihood by which it is better."""
    decides: bool = False
    """It stands for a word that says by itself what is meant."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The best sentence with one word exchanged for another one, one phone away: "pan" for "fan"."""

    word: str
    margin: float
    """Log-likelihood by which it is better."""
    needed: float = 0.0
    """By how much it must be better to be believed; below 0 it is also believed when it is a little worse."""


@dataclass(frozen=True, slots=True)
class Decoy:
    """The best sentence with one word that the house does not have there."""

    word: str
    margin: float
    """Log-likelihood by which it is better."""
    sense: float
    """How much likelier it is in common English, natural logarithm."""
    turned: bool = False
    """It makes a request a question about the past, or another's doing."""
    near: bool = False
    """It differs from the word that was heard in how the first consonant is made."""
    choice: bool = False
    """It stands for a word that tells, and is further from it than the words of a `Pair` are."""

    @property
    def gain(self) -> float:
        return self.margin + _SENSE * min(_MOST_SENSE, self.sense)


def within(reading: Reading, start: int, end: int) -> Reading:
    """The words from one frame to another; empty where no words begin and end there."""
    parts = tuple(part for part in reading if start - TOGETHER <= part.start and part.end <= end + TOGETHER)
    found = tuple(part for part in parts if not part.silent)
    whole = found and found[0].start <= start + TOGETHER and found[-1].end >= end - TOGETHER
    return parts if whole else ()


def local_margin(ours: Reading, theirs: Reading, place: int) -> float:
    """By how much the second reading is better around the one word in which they differ.

    From the nearest boundary that both share to the nearest: what is further away says nothing about it.
    """
    mine, its = words_of(ours), words_of(theirs)
    shared = [at for at in range(place + 1) if mine[at].start == its[at].start]
    start = mine[shared[-1]].start if shared else 0
    shared = [at for at in range(place, len(mine)) if mine[at].end == its[at].end]
    end = mine[shared[0]].end if shared else ours[-1].end + its[-1].end
    return _score(theirs, start, end) - _score(ours, start, end)


def _score(reading: Reading, start: int, end: int) -> float:
    return sum(part.score for part in reading if start <= part.start < end)


def stretches(sentence: Reading, rival: Reading) -> list[Stretch]:
    """Where the readings differ, between the word boundaries that both share."""
    if not rival:
        return []
    ours = [part.start for part in sentence] + [sentence[-1].end]
    theirs = [part.start for part in rival] + [rival[-1].end]
    cuts = [(ours[0], theirs[0])]
    for a in ours:
        near = [b for b in theirs if abs(a - b) <= TOGETHER and b > cuts[-1][1]]
        if near and a > cuts[-1][0]:
            cuts.append((a, near[0]))
    if cuts[-1][0] != ours[-1]:
        cuts.append((ours[-1], theirs[-1]))
    found = []
    for (a, b), (c, d) in pairwise(cuts):
        mine = [part for part in sentence if a <= part.start < c]
        other = [part for part in rival if b <= part.start < d]
        if _only_wake(mine):
            continue
        said = [part.word for part in other if not part.silent]
        if said != [part.word for part in mine if not part.silent]:
            gain = sum(part.score for part in other) - sum(part.score for part in mine)
            found.append(Stretch(gain, c - a, " ".join(said)))
    return found


def _only_wake(parts: Sequence[Heard]) -> bool:
    """A short rest of the wake phrase, which a voice may say as it likes; a longer one may hide a "don't"."""
    frames = sum(part.end - part.start for part in parts if part.wake)
    return 0 < frames <= _WAKE_FRAMES and all(part.wake or part.silent for part in parts)
