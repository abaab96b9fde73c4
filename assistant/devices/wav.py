"""Bytes of a WAV file → what they hold. Every size in the header is checked against the file."""

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.errors import AudioError
from assistant.ports import Samples

STREAMED = 0x7FFF_F000
"""Data sizes from here on mean "unknown": recorders that write to a pipe, or were stopped, leave them."""
RATES_HZ = range(4_000, 384_001)
MAX_CHANNELS = 32

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_KINDS = {2: "ADPCM", 6: "A-law", 7: "mu-law", 0x50: "MPEG", 0x55: "MP3", 0xFF: "AAC"}


@dataclass(frozen=True, slots=True)
class Wav:
    """The sound of a WAV file, not yet decoded: `data` holds whole frames only."""

    rate_hz: int
    channels: int
    bits: int
    is_float: bool
    data: memoryview

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample of all channels."""
        return self.channels * self.bits // 8

    def mono(self, first: int, n: int) -> Samples:
        """Frames first … first + n as int16, all channels mixed."""
        raw = self.data[first * self.frame_bytes : (first + n) * self.frame_bytes]
        x = _floats(raw, self.bits, is_float=self.is_float)
        mixed = x.reshape(-1, self.channels).mean(axis=1)
        scaled: Samples = np.clip(np.rint(mixed * 32768), -32768, 32767).astype(np.int16)
        return scaled


def _floats(raw: memoryview, bits: int, *, is_float: bool) -> npt.NDArray[np.float64]:
    """Samples of any width as -1 … 1."""
    if is_float:
        x = np.frombuffer(raw, dtype=f"<f{bits // 8}").astype(np.float64)
        return np.clip(np.nan_to_num(x, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0)
    if bits == 8:
        return (np.frombuffer(raw, dtype=np.uint8).astype(np.float64) - 128) / 128
    if bits == 24:
        wide = np.zeros((len(raw) // 3, 4), dtype=np.uint8)
        wide[:, 1:] = np.frombuffer(raw, dtype=np.uint8).reshape(-1, 3)
        return wide.view("<i4")[:, 0].astype(np.float64) / 2**31
    return np.frombuffer(raw, dtype=f"<i{bits // 8}").astype(np.float64) / 2.0 ** (bits - 1)


def parse_wav(name: str, content: bytes) -> Wav:
    """The sound in `content`; an AudioError names the file, what is wrong and how to mend it."""
    if len(content) == 0:
        raise AudioError(f"{name} is empty (0 bytes). Record it again.")
    if content[:4] not in (b"RIFF", b"RF64") or content[8:12] != b"WAVE":
        raise AudioError(
            f"{name} is not a WAV file. Convert it: sox {name} -r 16000 -c 1 -b 16 converted.wav"
        )
    form: tuple[int, int, int, int] | None = None
    at = 12
    while at + 8 <= len(content):
        kind, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        body = memoryview(content)[at + 8 : at + 8 + size]
        if kind == b"fmt ":
            form = _format(name, body)
        elif kind == b"data":
            if form is None:
                raise AudioError(f"{name} is damaged: its data come before their format. Record it again.")
            abandoned = size == 0 and int.from_bytes(content[4:8], "little") + 8 < len(content)
            size = STREAMED if abandoned else size
            return _sound(name, form, size, memoryview(content)[at + 8 :])
        at += 8 + size + size % 2
    raise AudioError(f"{name} is cut off before its sound begins. Copy or record it again.")


def _format(name: str, body: memoryview) -> tuple[int, int, int, int]:
    """Kind, channels, rate in Hz, bits."""
    if len(body) < 16:
        raise AudioError(f"{name} is cut off in its header. Copy or record it again.")
    tag, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", body)
    if tag == _EXTENSIBLE and len(body) >= 26:
        tag = int.from_bytes(body[24:26], "little")
    widths = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64)}
    if bits not in widths.get(tag, ()):
        kind = _KINDS.get(tag, f"format {tag}") if tag not in widths else f"{bits} bits a sample"
        raise AudioError(
            f"{name} holds {kind}, which is not read here. Convert it: sox {name} -b 16 converted.wav"
        )
    if rate_hz not in RATES_HZ or not 1 <= channels <= MAX_CHANNELS:
        raise AudioError(
            f"{name} claims {channels} channels at {rate_hz} Hz, which no recording has: its header is "
            "damaged. Record it again."
        )
    return tag, channels, rate_hz, bits


def _sound(name: str, form: tuple[int, int, int, int], size: int, rest: memoryview) -> Wav:
    tag, channels, rate_hz, bits = form
    frame = channels * bits // 8
    if len(rest) < size < STREAMED:
        raise AudioError(
            f"{name} is cut short: it should hold {size / frame / rate_hz:.1f} s of sound and holds "
            f"{len(rest) / frame / rate_hz:.1f} s. Copy or record it again."
        )
    data = rest if size >= STREAMED else rest[:size]
    data = data[: len(data) // frame * frame]
    if not data:
        raise AudioError(f"{name} holds no sound (0 samples). Record it again.")
    return Wav(rate_hz, channels, bits, tag == _FLOAT, data)
