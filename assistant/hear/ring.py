"""The last few seconds of sound, by position."""

from assistant.messages import EAR_RATE_HZ, WordSound
from assistant.pcm import level_db

_PIECE = 512
_SLACK_BYTES = EAR_RATE_HZ
"""Half a second, so that not every piece moves all the others."""
_WORD_SAMPLES = 6 * EAR_RATE_HZ // 10


class Ring:
    """Keeps the newest `keep_samples` of one stream."""

    def __init__(self, keep_samples: int) -> None:
        self._keep_bytes = 2 * keep_samples
        self._pcm = bytearray()
        self.end = 0
        """Position after the newest sample."""

    @property
    def start(self) -> int:
        """Position of the oldest sample kept."""
        return self.end - len(self._pcm) // 2

    def restart(self, at_sample: int) -> None:
        """Forget everything; the next sound is at `at_sample`."""
        self._pcm.clear()
        self.end = at_sample

    def add(self, pcm: bytes) -> None:
        """Append sound; what is too old goes."""
        self._pcm += pcm
        self.end += len(pcm) // 2
        if len(self._pcm) > self._keep_bytes + _SLACK_BYTES:
            del self._pcm[: -self._keep_bytes]

    def sound(self, since: int, until: int | None = None) -> bytes:
        """The sound from `since` to `until` (default: newest), as far as it is kept."""
        start = self.start
        first, last = max(0, since - start), max(0, (self.end if until is None else until) - start)
        return bytes(self._pcm[2 * first : 2 * last])

    def level_db(self, since: int, until: int) -> float:
        """RMS level of a stretch."""
        return level_db(self.sound(since, until))

    def floor_db(self, until: int) -> float:
        """The noise before `until`: the level that a fifth of the 32 ms pieces stay below."""
        pcm = self.sound(self.start, until)
        step = 2 * _PIECE
        levels = sorted(level_db(pcm[at : at + step]) for at in range(0, len(pcm) - step + 1, step))
        return levels[len(levels) // 5] if levels else level_db(pcm)


def word_sound(ring: Ring, end: int) -> WordSound:
    """How the wake word sounded that ended there."""
    starts = end - _WORD_SAMPLES
    return WordSound(ring.level_db(starts, end), ring.floor_db(starts), ring.end - end)
