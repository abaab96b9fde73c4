"""What speaks against a sentence that was heard: where another reading fits better, and by how much."""

from dataclasses import dataclass

from assistant.hear.stt.narrow_decode import Reading

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

    @property
    def gain(self) -> float:
        return self.margin + _SENSE * min(_MOST_SENSE, self.sense)
