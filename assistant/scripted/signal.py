"""Words ↔ sound: each word is a burst that any listener can join in the middle of the stream.

A word lasts 80 ms a syllable. Its last part is a frame of bits, eight samples each, a one above zero and a
zero below it: 24 bits to find the frame by, one byte of length, UTF-8, CRC-16. Only signs count, so the words
survive ducking, resampling there and back, and softer sound mixed in; noise under 64 is silence.
"""

import binascii
import re

import numpy as np
import numpy.typing as npt

from assistant.messages import EAR_RATE_HZ
from assistant.pcm import resample, samples
from assistant.ports import Samples

SYLLABLE_S = 0.08
LOUD = 8_000
"""Peak of a scripted word."""

_BIT = 8
_FLOOR = 64
_LONGEST = 60
"""Bytes of a word; a longer one is cut into several."""
_MARK_BITS = 24
_MARK = np.unpackbits(np.frombuffer(b"\xd3\x91\xc5", dtype=np.uint8)).astype(bool)
_FILLER = np.array([True, True, False, False])
_OVERHEAD = 3
"""Bytes besides the text: length and CRC."""


def silence(seconds: float) -> bytes:
    """No words, at 16 kHz."""
    return bytes(2 * int(seconds * EAR_RATE_HZ))


def words(text: str, *, peak: int = LOUD) -> bytes:
    """Mono s16le at 16 kHz in which `text` can be heard, one burst a word."""
    return b"".join(_burst(piece, peak) for word in text.split() for piece in _cut(word))


def read_back(pcm: bytes, rate_hz: int = EAR_RATE_HZ) -> str:
    """The words in a piece of sound."""
    heard = resample(samples(pcm), rate_hz, EAR_RATE_HZ).tobytes()
    return " ".join(WordReader().feed(heard))


def _cut(word: str) -> list[str]:
    if len(word.encode("utf-8", "replace")) <= _LONGEST:
        return [word]
    return [word[at : at + _LONGEST // 4] for at in range(0, len(word), _LONGEST // 4)]


def _burst(word: str, peak: int) -> bytes:
    text = word.encode("utf-8", "replace")
    data = bytes([len(text)]) + text
    data += binascii.crc_hqx(data, 0).to_bytes(2, "big")
    bits = np.concatenate([_MARK, np.unpackbits(np.frombuffer(data, dtype=np.uint8)).astype(bool)])
    syllables = max(1, len(re.findall(r"[aeiouy]+", word.lower())))
    length = int(syllables * SYLLABLE_S * EAR_RATE_HZ)
    filler = np.resize(_FILLER, max(0, length // _BIT - len(bits)))
    held = np.repeat(np.concatenate([filler, bits]), _BIT)
    return np.where(held, peak, -peak).astype("<i2").tobytes()


class WordReader:
    """Sound in pieces of any length → the words completed in each."""

    def __init__(self) -> None:
        self._kept: Samples = np.zeros(0, dtype=np.int16)

    def feed(self, pcm: bytes) -> list[str]:
        """Take s16le at 16 kHz; return the words whose last sample lies in it."""
        x = np.concatenate([self._kept, samples(pcm)])
        found: list[str] = []
        at = 0
        for candidate in _marks(x):
            if candidate < at:
                continue
            size = _frame_size(x, candidate)
            if size is None:
                self._kept = x[candidate:]
                return found
            word = _frame_text(x, candidate, size)
            if word is not None:
                found.append(word)
                at = candidate + size
        self._kept = x[max(at, len(x) - _MARK_BITS * _BIT) :]
        return found


def _marks(x: Samples) -> npt.NDArray[np.intp]:
    """Where a frame may begin, as far as its mark is complete."""
    count = len(x) - (_MARK_BITS - 1) * _BIT
    if count <= 0:
        return np.zeros(0, dtype=np.intp)
    high, low = x >= _FLOOR, x <= -_FLOOR
    match = np.ones(count, dtype=bool)
    for index, bit in enumerate(_MARK):
        start = index * _BIT
        match &= (high if bit else low)[start : start + count]
    return np.flatnonzero(match)


def _read(x: Samples, at: int, first_byte: int, count: int) -> bytes | None:
    """Bytes of the frame at `at`, None while they are not all here. Bits are read in their middle."""
    start = at + (_MARK_BITS + 8 * first_byte) * _BIT
    if start + 8 * count * _BIT > len(x):
        return None
    bits = x[start + _BIT // 2 : start + 8 * count * _BIT : _BIT] > 0
    return np.packbits(bits).tobytes()


def _frame_size(x: Samples, at: int) -> int | None:
    """Samples of the frame at `at`; None while it is not all here; 0 when it is none."""
    length = _read(x, at, 0, 1)
    if length is None:
        return None
    if not 1 <= length[0] <= _LONGEST:
        return 0
    size = (_MARK_BITS + 8 * (length[0] + _OVERHEAD)) * _BIT
    return size if at + size <= len(x) else None


def _frame_text(x: Samples, at: int, size: int) -> str | None:
    data = _read(x, at, 0, (size // _BIT - _MARK_BITS) // 8) if size else None
    if not data or binascii.crc_hqx(data[:-2], 0) != int.from_bytes(data[-2:], "big"):
        return None
    return data[1:-2].decode("utf-8", "replace")
