"""Bytes ↔ frames between the house and an engine's process. No I/O here, no pickle; strict on what it reads.

A frame is two big-endian u32 lengths (header, body), a JSON header and a raw body. The header holds exactly
`kind`, `call` and `value`; the body is PCM for `input` and `item`, and JSON for what may be large (`load`,
`call`, `configure`: prompts, grammars). Every frame carries the id of the call it belongs to; 0 is none.

house → engine: load, configure, call, input (a SpeechChunk), end (of the input), cancel
engine → house: ready, item, progress, end, error
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from assistant.errors import WireError
from assistant.framing import Framing, packed
from assistant.messages import JsonValue
from assistant.strict_json import plain_json, read_json

HEADER_CAP = 64 * 1024
PCM_CAP = 4 * 1024 * 1024
"""About 95 s of a 22,050 Hz voice; longer sound is sent in several items."""
JSON_CAP = 8 * 1024 * 1024
"""A grammar with a thousand names and their pronunciations is under 1 MB."""

_CALL_CAP = 2**53


class Kind(StrEnum):
    """What a frame is."""

    LOAD = "load"
    READY = "ready"
    CONFIGURE = "configure"
    CALL = "call"
    INPUT = "input"
    ITEM = "item"
    PROGRESS = "progress"
    END = "end"
    ERROR = "error"
    CANCEL = "cancel"


_KINDS = {kind.value: kind for kind in Kind}
_BODY_CAPS = {
    Kind.LOAD: JSON_CAP,
    Kind.CONFIGURE: JSON_CAP,
    Kind.CALL: JSON_CAP,
    Kind.INPUT: PCM_CAP,
    Kind.ITEM: PCM_CAP,
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One message on the wire."""

    kind: Kind
    call: int
    value: Mapping[str, JsonValue] = field(default_factory=dict)
    body: bytes = b""


def encode_frame(frame: Frame) -> bytes:
    """A frame's bytes; WireError when it breaks a cap."""
    header = plain_json({"kind": frame.kind.value, "call": frame.call, "value": frame.value})
    if len(header) > HEADER_CAP:
        raise WireError(f"a {frame.kind} header of {len(header)} bytes is over {HEADER_CAP}")
    if len(frame.body) > _BODY_CAPS.get(frame.kind, 0):
        raise WireError(f"a {frame.kind} body of {len(frame.body)} bytes is over its cap")
    return packed(header, frame.body)


def _read_header(data: bytes) -> tuple[Kind, int, dict[str, JsonValue]]:
    header = read_json(data)
    if header.keys() != {"kind", "call", "value"}:
        raise WireError("a header must hold kind, call and value")
    kind, call, value = header["kind"], header["call"], header["value"]
    if not isinstance(kind, str) or kind not in _KINDS:
        raise WireError("unknown kind of frame")
    if not isinstance(call, int) or isinstance(call, bool) or not 0 <= call < _CALL_CAP:
        raise WireError("a call id must be a whole number")
    if not isinstance(value, dict):
        raise WireError("a header's value must be an object")
    return _KINDS[kind], call, value


class FrameReader(Framing[Frame]):
    """Bytes in pieces of any size → whole frames. After a WireError nothing more can be read."""

    def check(self, header_size: int, body_size: int) -> None:
        """WireError for lengths over the caps of every kind."""
        if header_size > HEADER_CAP or body_size > JSON_CAP:
            raise WireError(f"a frame of {header_size} + {body_size} bytes is over the caps")

    def begin(self, header: bytes, body_size: int) -> Callable[[bytes], Frame]:
        """WireError for a wrong header, or a body over the cap of its kind."""
        kind, call, value = _read_header(header)
        if body_size > _BODY_CAPS.get(kind, 0):
            raise WireError(f"a {kind} body of {body_size} bytes is over its cap")
        return partial(Frame, kind, call, value)
