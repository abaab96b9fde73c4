"""The shipped sounds of a voice: what the house says without words, or when no engine is left to speak."""

import wave
from dataclasses import dataclass

from assistant import paths
from assistant.messages import Sound


@dataclass(frozen=True, slots=True)
class Sounds:
    """One of each, ready to play."""

    listening: Sound
    """The wake word was heard, nothing else yet."""
    dismissed: Sound
    """No clear command followed: a soft down-tone."""
    sorry: Sound
    """An apology in words, for when the voice itself is gone."""
    ring: Sound
    """A timer is due."""

    @classmethod
    def shipped(cls) -> "Sounds":
        """Those in voices/sounds."""
        return cls(_read("listening"), _read("dismissed"), _read("sorry"), _read("ring"))


def _read(name: str) -> Sound:
    with (paths.shipped("voices") / "sounds" / f"{name}.wav").open("rb") as file, wave.open(file) as sound:
        return Sound(sound.readframes(sound.getnframes()), sound.getframerate())
