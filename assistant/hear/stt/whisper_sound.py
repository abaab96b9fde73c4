"""SpeechChunk… → the sound that Whisper reads."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from assistant.messages import EAR_RATE_HZ, SpeechChunk

Sound = npt.NDArray[np.float32]
LEAD_SAMPLES = EAR_RATE_HZ // 5
TAIL_SAMPLES = EAR_RATE_HZ * 3 // 10
HEARD_TAIL_SAMPLES = EAR_RATE_HZ * 96 // 1000
"""The ear's shortest pause; the rest of the tail is silence."""


@dataclass(slots=True)
class Utterance:
    """The sound of one utterance, and where in it there was voice."""

    pcm: bytearray = field(default_factory=bytearray)
    voiced_samples: int = 0
    first: int | None = None
    last: int = 0

    def add(self, chunk: SpeechChunk) -> None:
        """Append a chunk."""
        start = len(self.pcm) // 2
        self.pcm += chunk.pcm
        if chunk.voiced:
            self.first = start if self.first is None else self.first
            self.last = len(self.pcm) // 2
            self.voiced_samples += self.last - start

    def speech(self) -> Sound:
        """From just before the first voice to just after the last, -1 to 1.

        What follows a pause changes nothing: of the tail only as much is heard as was there at the pause.
        """
        begin = max(0, (self.first or 0) - LEAD_SAMPLES)
        whole = np.frombuffer(bytes(self.pcm[: len(self.pcm) // 2 * 2]), dtype="<i2")
        sound = np.zeros(self.last + TAIL_SAMPLES - begin, np.float32)
        heard = whole[begin : self.last + HEARD_TAIL_SAMPLES].astype(np.float32) / np.float32(32768)
        sound[: len(heard)] = heard
        return sound
