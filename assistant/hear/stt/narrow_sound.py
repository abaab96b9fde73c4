"""Chunks of speech → what the narrow ear reads, from just before the first voice to after the last."""

import numpy as np

from assistant.hear.quiet import END_SAMPLES, HEARD_SAMPLES
from assistant.messages import EAR_RATE_HZ, SpeechChunk

_MARGIN_SAMPLES = EAR_RATE_HZ * 3 // 10
"""Silence kept around the voice; the rest is never decoded."""
_FILL_SAMPLES = HEARD_SAMPLES // 2
_FRAME_SAMPLES = EAR_RATE_HZ // 100


class Sound:
    """The utterance so far, and where in it there was voice."""

    def __init__(self) -> None:
        self.pcm = bytearray()
        self._ends: list[int] = []
        self._voiced: list[bool] = []
        self.first: int | None = None
        self.last = 0

    def add(self, chunk: SpeechChunk) -> None:
        start = self.samples
        self.pcm += chunk.pcm
        self._ends.append(self.samples)
        self._voiced.append(chunk.voiced)
        if chunk.voiced:
            self.first = start if self.first is None else self.first
            self.last = self.samples

    @property
    def samples(self) -> int:
        return len(self.pcm) // 2

    @property
    def start(self) -> int:
        """Just before the first voice: the first sample that is read."""
        return max(0, (self.first or 0) - _MARGIN_SAMPLES)

    @property
    def known(self) -> int:
        """Up to this sample it is read, whatever follows."""
        return min(self.samples, self.last + HEARD_SAMPLES)

    @property
    def ended(self) -> bool:
        """So long ago that the whole of the last word was heard, its voiceless end included."""
        return self.samples - self.last >= END_SAMPLES

    def cut(self, heard_samples: int = HEARD_SAMPLES) -> tuple[bytes, list[bool]]:
        """From just before the first voice to just after the last; and which 10 ms frames are voice.

        What follows `heard_samples` of silence changes nothing: the margin is filled up with the end of them.
        """
        start = self.start
        end = min(self.samples, self.last + heard_samples)
        middles = np.arange(start + _FRAME_SAMPLES // 2, end, _FRAME_SAMPLES)
        chunks = np.searchsorted(np.asarray(self._ends), middles, side="right")
        voiced = np.asarray(self._voiced)[chunks].tolist()
        rest = self.last + _MARGIN_SAMPLES - end
        tail = np.frombuffer(bytes(self.pcm[2 * max(start, end - _FILL_SAMPLES) : 2 * end]), dtype="<i2")
        filled = np.resize(np.concatenate([tail[::-1], tail]), rest)
        frames = (end + rest - start) // _FRAME_SAMPLES
        return bytes(self.pcm[2 * start : 2 * end]) + filled.tobytes(), voiced + [False] * (
            frames - len(voiced)
        )
