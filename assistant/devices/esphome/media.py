"""Sound → what a device's player takes: WAV or FLAC, begun before its end is known.

FLAC is written without compression (verbatim subframes, RFC 9639 section 9.2.2): no delay, no library, and
as many bytes as WAV.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from assistant.pcm import Resampler
from assistant.ports import Samples

FRAMES_S: Final = 25
"""FLAC frames a second."""
UNKNOWN: Final = 0xFFFF_FFFF
"""A length that nobody knows yet."""
SHORTEST: Final = 16
"""Samples of the shortest FLAC frame."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a player wants."""

    kind: str = "wav"
    """wav or flac."""
    rate_hz: int = 48_000
    channels: int = 1

    @property
    def content_type(self) -> str:
        """Its name on the web."""
        return f"audio/{self.kind}"


@dataclass(frozen=True, slots=True)
class Taken:
    """A format that a device says it takes."""

    kind: str
    rate_hz: int
    channels: int
    announcing: bool


def form_of(taken: Sequence[Taken]) -> Form:
    """The best that both can: the format for announcements first, FLAC before WAV.

    A player that names neither is given WAV, which all of them read.
    """
    best = min(taken, key=lambda each: (not each.announcing, each.kind not in ("flac", "wav")), default=None)
    if best is None:
        return Form()
    kind = best.kind if best.kind in ("flac", "wav") else "wav"
    rate_hz = best.rate_hz if 8000 <= best.rate_hz <= 96_000 else 48_000
    return Form(kind, rate_hz, 2 if best.channels == 2 else 1)


class Encoder:
    """Mono sound of one rate → the bytes of one file. `head`, then `feed` as often as wanted, then `end`."""

    def __init__(self, form: Form, rate_hz: int) -> None:
        self._form = form
        self._resampler = Resampler(rate_hz, form.rate_hz)
        self._frame = form.rate_hz // FRAMES_S
        self._rest: Samples = np.zeros(0, np.int16)
        self._frames = 0

    def head(self) -> bytes:
        """What goes before all sound."""
        form = self._form
        if form.kind == "flac":
            return _flac_head(form, self._frame)
        width = 2 * form.channels
        return struct.pack(
            "<4sI8sIHHIIHH4sI",
            *(b"RIFF", UNKNOWN, b"WAVEfmt ", 16, 1, form.channels),
            *(form.rate_hz, form.rate_hz * width, width, 16, b"data", UNKNOWN),
        )

    def feed(self, sound: Samples) -> bytes:
        """The next sound; what does not fill a frame waits."""
        return self._packed(self._resampler(sound), last=False)

    def end(self) -> bytes:
        """What is left."""
        return self._packed(self._resampler.flush(), last=True)

    def _packed(self, sound: Samples, *, last: bool) -> bytes:
        if self._form.kind == "wav":
            return np.repeat(sound, self._form.channels).astype("<i2").tobytes()
        self._rest = np.concatenate([self._rest, sound])
        out = []
        while len(self._rest) >= self._frame or (last and len(self._rest)):
            piece, self._rest = self._rest[: self._frame], self._rest[self._frame :]
            if len(piece) < SHORTEST:
                piece = np.pad(piece, (0, SHORTEST - len(piece)))
            out.append(_flac_frame(piece, self._form.channels, self._frames))
            self._frames += 1
        return b"".join(out)


def _flac_head(form: Form, frame: int) -> bytes:
    info = (form.rate_hz << 44) | ((form.channels - 1) << 41) | (15 << 36)
    stream = struct.pack(">HH6xQ16x", frame, frame, info)
    return b"fLaC" + bytes((0x80, 0, 0, len(stream))) + stream


def _flac_frame(piece: Samples, channels: int, number: int) -> bytes:
    head = bytes((0xFF, 0xF8, 0x70, ((channels - 1) << 4) | 0x08)) + _coded(number)
    head += struct.pack(">H", len(piece) - 1)
    head += bytes((_crc(head, 8, 0x07),))
    body = b"\x02" + piece.astype(">i2").tobytes()
    frame = head + body * channels
    return frame + struct.pack(">H", _crc(frame, 16, 0x8005))


def _coded(number: int) -> bytes:
    """As UTF-8 would; frame numbers stay far below its end."""
    return chr(number).encode("utf-8", "surrogatepass")


@cache
def _table(bits: int, polynomial: int) -> tuple[int, ...]:
    top, mask = 1 << (bits - 1), (1 << bits) - 1
    table = []
    for byte in range(256):
        value = byte << (bits - 8)
        for _ in range(8):
            value = ((value << 1) ^ polynomial) & mask if value & top else (value << 1) & mask
        table.append(value)
    return tuple(table)


def _crc(data: bytes, bits: int, polynomial: int) -> int:
    table, mask, shift = _table(bits, polynomial), (1 << bits) - 1, bits - 8
    value = 0
    for byte in data:
        value = ((value << 8) & mask) ^ table[(value >> shift) ^ byte]
    return value
