"""What the house says without words, or when no engine is left to speak."""

from dataclasses import dataclass

from assistant.catalogue import Voice, read_sound
from assistant.messages import Sound

SILENCE = Sound(b"", 22_050)


@dataclass(frozen=True, slots=True)
class Sounds:
    """One of each, ready to play; what a voice leaves out is silence."""

    listening: Sound
    """The wake word was heard, nothing else yet."""
    dismissed: Sound
    """No clear command followed: a soft down-tone."""
    sorry: Sound
    """An apology in words, for when the voice itself is gone; every voice has one."""
    ring: Sound
    """A timer is due."""

    @classmethod
    def of(cls, voice: Voice) -> "Sounds":
        """Those of a voice. AudioError when a file is damaged."""
        return cls(
            voice.sound("listening") or SILENCE,
            voice.sound("dismissed") or SILENCE,
            voice.sound("sorry") or read_sound("sorry.wav"),
            voice.sound("ring") or SILENCE,
        )
