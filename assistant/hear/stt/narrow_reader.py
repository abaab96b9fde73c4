"""A decoder → its reading of a sound: of the whole, or piece by piece while it is spoken.

The acoustic model wants the cepstral mean of the utterance taken away, which is known when it is over. So
what is read before is told which mean to take away (`narrow_means`), and told again: after three seconds a
decoder moves it by what it heard.
"""

import math
import re
from typing import Any

from assistant.hear.stt.narrow_reading import Heard, Reading
from assistant.messages import EAR_RATE_HZ

UNSHIFTED = 1024
"""The trigram search reports scores without the ten-bit shift that the grammar search applies."""
_LOWEST = -745.0
"""Where exp() underflows: worse scores cannot be told apart, and no right word is near."""
_KEPT_BYTES = 2 * 2 * EAR_RATE_HZ
"""2 s: so long a decoder keeps to the mean it was told, and somewhat longer."""
_VARIANT = re.compile(r"\(\d+\)$")


class Reader:
    """What reads with one decoder's present search."""

    def __init__(self, decoder: Any, scale: int = 1) -> None:
        self._decoder, self._scale = decoder, scale
        self._open, self._left = False, 0
        self.mean = ""
        """What is taken away from the sound that is begun next, as a decoder writes it; empty: its own."""

    def read(self, pcm: bytes) -> Reading:
        """The best of a whole utterance; empty when nothing fits."""
        self.begin()
        if self.mean:
            self.feed(pcm)
        else:
            self._decoder.process_raw(pcm, full_utt=True)
        return self.end()

    def begin(self) -> None:
        """Hear a sound from its beginning; what was begun before is forgotten."""
        self.drop()
        self._decoder.reinit_feat()  # forgets the noise of other sounds: the same sound, the same scores
        self._decoder.start_utt()
        self._open, self._left = True, 0

    def feed(self, pcm: bytes) -> None:
        """More of it; `mean` was set before `begin`."""
        while pcm:
            if not self._left:
                self._decoder.set_cmn(self.mean)
                self._left = _KEPT_BYTES
            self._decoder.process_raw(pcm[: self._left])
            pcm, self._left = pcm[self._left :], max(0, self._left - len(pcm))

    def end(self) -> Reading:
        """It is over: the best of it."""
        self.drop()
        return tuple(
            Heard(
                without_variant(part.word),
                part.start_frame,
                part.end_frame + 1,
                math.log(part.ascore) * self._scale if part.ascore > 0 else _LOWEST,
            )
            for part in (self._decoder.seg() or ())
        )

    def drop(self) -> None:
        """Hear no more of it."""
        if self._open:
            self._open = False
            self._decoder.end_utt()


def without_variant(word: str) -> str:
    """ "the(2)" → "the"."""
    return _VARIANT.sub("", word)
