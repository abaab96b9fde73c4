"""What the house says without words, or when no engine is left to speak."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.catalogue import Voice, read_sound
from assistant.messages import Sound

SILENCE = Sound(b"", 22_050)
_TONES: Final = ((659.3, 0.22), (880.0, 0.45))
"""Hz and seconds: a fourth upwards, as a door bell asks for attention."""
_PEAK: Final = 6000.0


def two_tones() -> Sound:
    """A soft chime before an announcement."""
    rate_hz = 22_050
    parts = []
    for hz, seconds in _TONES:
        t = np.arange(round(seconds * rate_hz)) / rate_hz
        fade = np.minimum(1.0, t / 0.005) * np.exp(-6.0 * t / seconds)
        parts.append(_PEAK * np.sin(2 * np.pi * hz * t) * fade)
    return Sound(np.rint(np.concatenate(parts)).astype("<i2").tobytes(), rate_hz)


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
    attention: Sound = SILENCE
    """Something is about to be announced."""

    @classmethod
    def of(cls, voice: Voice) -> "Sounds":
        """Those of a voice. AudioError when a file is damaged."""
        return cls(
            voice.sound("listening") or SILENCE,
            voice.sound("dismissed") or SILENCE,
            voice.sound("sorry") or read_sound("sorry.wav"),
            voice.sound("ring") or SILENCE,
            voice.sound("attention") or two_tones(),
        )
