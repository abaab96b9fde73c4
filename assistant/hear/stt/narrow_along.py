"""An utterance, while it is spoken → what both decoders have read of it when it pauses.

Reading can be over when the voice is, if the cepstral mean of the whole is guessed from the beginning. The
guess is made again as the utterance grows, and where it was wrong at the end, nothing is returned: the whole
is read then, with its own mean.
"""

from assistant.hear.stt.narrow_means import Mean, Means
from assistant.hear.stt.narrow_reader import Reader
from assistant.hear.stt.narrow_reading import Reading
from assistant.hear.stt.narrow_sound import Sound
from assistant.messages import EAR_RATE_HZ

_FIRST_SAMPLES = EAR_RATE_HZ * 9 // 10
"""Voice that a mean can be guessed from."""
_AGAIN = 1.4
"""So much longer, it is guessed anew."""
_LONGEST_SAMPLES = 6 * EAR_RATE_HZ
"""Longer ones are no command."""
_DRIFT, _WRONG = 1.0, 1.4
"""A guess so far from a better one is given up; so far from the mean itself, it was wrong."""


class Along:
    """Reads one utterance after another along with the speaker."""

    def __init__(self, readers: tuple[Reader, Reader], means: Means) -> None:
        self._readers, self._means = readers, means
        self._mean: Mean | None = None
        self._guess_at, self._fed = _FIRST_SAMPLES, 0

    def follow(self, sound: Sound) -> None:
        """Another chunk of it has come."""
        if sound.last != sound.samples or sound.first is None:
            return
        voice = sound.last - sound.first
        if voice > _LONGEST_SAMPLES:
            self.drop()
            return
        if voice >= self._guess_at:
            self._guess_at = int(voice * _AGAIN)
            self._guess(sound)
        if self._mean is not None:
            self._feed(bytes(sound.pcm[2 * self._fed : 2 * sound.known]))
            self._fed = sound.known

    def end(self, sound: Sound, pcm: bytes) -> tuple[Reading, Reading] | None:
        """What was cut from `sound` → both readings, unless the mean was guessed wrong.

        Until `drop` both go on reading with the guess, so that what they read next can be compared.
        """
        guess, read = self._mean, self._fed - sound.start
        if guess is None or guess.apart(self._means.of(pcm)) > _WRONG:
            self.drop()
            return None
        self._feed(pcm[2 * read :])
        self._mean, self._guess_at = None, _FIRST_SAMPLES
        first, second = self._readers
        return first.end(), second.end()

    def drop(self) -> None:
        """Hear no more of it, and read with each sound's own mean; another may begin."""
        self._mean, self._guess_at = None, _FIRST_SAMPLES
        for reader in self._readers:
            reader.drop()
            reader.mean = ""

    def _guess(self, sound: Sound) -> None:
        better = self._means.of(bytes(sound.pcm[2 * sound.start : 2 * sound.known])).foreseen()
        if self._mean is not None and self._mean.apart(better) <= _DRIFT:
            return
        self._mean, self._fed = better, sound.start
        for reader in self._readers:
            reader.mean = better.told
            reader.begin()

    def _feed(self, pcm: bytes) -> None:
        for reader in self._readers:
            reader.feed(pcm)
