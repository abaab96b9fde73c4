"""What speaks against a sentence that was heard: where another reading fits better, and by how much."""

from dataclasses import dataclass

from assistant.hear.stt.narrow_decode import Reading

TOGETHER = 5
"""Word boundaries of two readings that are this close, in frames, are the same boundary."""
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
class Pair:
    """The best sentence whose deciding word is another one, one phone away: "pan" for "fan"."""

    word: str
    margin: float
    """Log-likelihood by which it is better."""
    near: bool = False
    """It differs from the word that was heard in how the first consonant is made."""


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
    """It stands for a word that says what the sentence is about."""

    @property
    def gain(self) -> float:
        return self.margin + _SENSE * min(_MOST_SENSE, self.sense)


def within(reading: Reading, start: int, end: int) -> Reading:
    """The words from one frame to another; empty where no words begin and end there."""
    parts = tuple(part for part in reading if start - TOGETHER <= part.start and part.end <= end + TOGETHER)
    found = tuple(part for part in parts if not part.silent)
    whole = found and found[0].start <= start + TOGETHER and found[-1].end >= end - TOGETHER
    return parts if whole else ()
