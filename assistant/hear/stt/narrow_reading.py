"""What a decoder found in a sound: words, each with its place and its acoustic score."""

from collections.abc import Iterable
from dataclasses import dataclass

FRAMES_PER_S = 100
PAUSE = ","
"""A pause that must be heard."""
WAKE = "wake-"
"""Tails of a wake phrase are named so, with a number."""
END = "<end>"
"""The silence after a whole sentence: cheaper than others, or the decoder prefers unfinished sentences."""


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
        return self.word.startswith(WAKE)

    @property
    def per_frame(self) -> float:
        return self.score / max(1, self.end - self.start)


Reading = tuple[Heard, ...]


def ended(reading: Reading) -> bool:
    """Whether the decoder came to the end of a sentence; else its last word may be half a word."""
    return any(part.word == END for part in reading)


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
