"""The bytes of an ESPHome device → how many frames they hold; what no device sends is refused.

Only the borders are looked at, of plain and of encrypted frames; what is inside is the library's.
"""

from dataclasses import dataclass, field
from typing import Final

from assistant.errors import WireError

MOST_FRAME: Final = 65_535
"""Bytes of one frame, in both forms (aioesphomeapi takes no more)."""
MOST_VARINT: Final = 4
"""Bytes of a number in a plain frame's head."""
PLAIN, NOISE = 0x00, 0x01


@dataclass(slots=True)
class Borders:
    """Counts whole frames in a stream that arrives in any pieces; keeps only an unfinished head."""

    _head: bytearray = field(default_factory=bytearray)
    _left: int = 0
    """Bytes of the running frame that are still to come."""

    def feed(self, data: bytes) -> int:
        """Frames that begin in it. WireError for what is no frame."""
        count, at = 0, 0
        while at < len(data):
            if self._left:
                step = min(self._left, len(data) - at)
                self._left -= step
                at += step
                continue
            self._head.append(data[at])
            at += 1
            length = _body_length(self._head)
            if length is not None:
                self._left = length
                self._head.clear()
                count += 1
        return count


def _body_length(head: bytearray) -> int | None:
    """Bytes that follow this head; None: it is not whole yet."""
    if head[0] == NOISE:
        return None if len(head) < 3 else (head[1] << 8) | head[2]
    if head[0] != PLAIN:
        raise WireError(f"what it sends is not ESPHome's protocol (0x{head[0]:02x})")
    length, at = _varint(head, 1)
    if length is None:
        return None
    if length > MOST_FRAME:
        raise WireError(f"it announces a frame of {length} bytes")
    kind, _ = _varint(head, at)
    return None if kind is None else length


def _varint(head: bytearray, at: int) -> tuple[int | None, int]:
    """The number at this place, and where the next one begins; None: not whole yet."""
    value = 0
    for place, byte in enumerate(head[at : at + MOST_VARINT]):
        value |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            return value, at + place + 1
    if len(head) - at >= MOST_VARINT:
        raise WireError("a number in a frame's head never ends")
    return None, at
