"""Pieces of bytes ↔ whole frames: two big-endian u32 lengths (header, body), a header and a body. No I/O."""

import struct
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from assistant.errors import WireError

_LENGTHS: Final = struct.Struct(">II")
F = TypeVar("F")


def packed(header: bytes, body: bytes) -> bytes:
    """The bytes of a frame."""
    return _LENGTHS.pack(len(header), len(body)) + header + body


class Framing(ABC, Generic[F]):
    """Bytes in pieces of any size → whole frames. After a WireError nothing more can be read."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._broken = False
        self._begun: tuple[int, Callable[[bytes], F]] | None = None
        """Length of the body that is awaited, and what makes the frame of it."""

    @abstractmethod
    def check(self, header_size: int, body_size: int) -> None:
        """WireError for lengths over the caps."""

    @abstractmethod
    def begin(self, header: bytes, body_size: int) -> Callable[[bytes], F]:
        """What makes the frame of the body to come. WireError for a header that may not be."""

    def feed(self, data: bytes) -> list[F]:
        """Take bytes; return the frames they complete."""
        if self._broken:
            raise WireError("the wire is broken")
        self._buffer += data
        frames = []
        try:
            while (frame := self._next()) is not None:
                frames.append(frame)
        except WireError:
            self._broken = True
            self._buffer.clear()
            raise
        return frames

    def _next(self) -> F | None:
        if self._begun is None:
            self._begun = self._header()
        if self._begun is None:
            return None
        body_size, frame_of = self._begun
        if len(self._buffer) < body_size:
            return None
        body = bytes(self._buffer[:body_size])
        del self._buffer[:body_size]
        self._begun = None
        return frame_of(body)

    def _header(self) -> tuple[int, Callable[[bytes], F]] | None:
        if len(self._buffer) < _LENGTHS.size:
            return None
        header_size, body_size = _LENGTHS.unpack_from(self._buffer)
        self.check(header_size, body_size)
        body_at = _LENGTHS.size + header_size
        if len(self._buffer) < body_at:
            return None
        frame_of = self.begin(bytes(self._buffer[_LENGTHS.size : body_at]), body_size)
        del self._buffer[:body_at]
        return body_size, frame_of
