"""What makes the house quick, each to be switched off and on by itself."""

from dataclasses import dataclass, fields, replace
from typing import Self

from assistant.settings import Speed


@dataclass(frozen=True, slots=True)
class Techniques:
    """The first five are the owner's settings (`speed:`), the others are switched in the engines."""

    speculate: bool = True
    end_by_meaning: bool = True
    first_clause: bool = True
    keep_sounds: bool = True
    subject_first: bool = True
    """The subject of an answer sounds while the home does what was asked."""
    short_window: bool = True
    """The wide ear reads a window cut to the speech."""
    kept_prompt: bool = True
    """What the language model has read stays read; else every prompt is read from its first word."""
    streamed: bool = True
    """Sentences are spoken as they are written, sound is played as it is made; else both when whole."""
    narrow_ear: bool = True
    """House commands are heard by the narrow ear, while they are spoken."""

    @property
    def settings(self) -> Speed:
        """The part of it that the owner sets."""
        return Speed(
            speculate=self.speculate,
            end_by_meaning=self.end_by_meaning,
            first_clause=self.first_clause,
            keep_sounds=self.keep_sounds,
            subject_first=self.subject_first,
        )

    @classmethod
    def none(cls) -> Self:
        """One thing after the other: what (A) is."""
        return cls(**{each.name: False for each in fields(cls)})

    @classmethod
    def without(cls) -> dict[str, Self]:
        """All but one."""
        return {each.name: cls(**{each.name: False}) for each in fields(cls)}

    @classmethod
    def alone(cls) -> dict[str, Self]:
        """Each one by itself, all others off."""
        return {each.name: replace(cls.none(), **{each.name: True}) for each in fields(cls)}
