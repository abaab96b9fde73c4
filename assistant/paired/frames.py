"""Bytes ↔ frames between the hub and a satellite of its own. No I/O here; strict on what it reads.

A frame is two big-endian u32 lengths (header, body), a JSON header of exactly `kind` and `value`, and a body:
sound as s16le, or a step of the pairing.

stranger ⇄ hub: hello, pake, proof, paired, refused
satellite → hub: beat, woke, sound, state
hub → satellite: beat, welcome, open, listen, over, play, play_end, timers, tone
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Final

from assistant.errors import WireError
from assistant.framing import Framing, packed
from assistant.messages import JsonValue
from assistant.strict_json import plain_json, read_json


class Kind(StrEnum):
    """What a frame is."""

    HELLO = "hello"
    """A stranger's certificate (DER), or, with no body, that of a satellite known by its key."""
    PAKE = "pake"
    PROOF = "proof"
    PAIRED = "paired"
    REFUSED = "refused"
    WELCOME = "welcome"
    """The room it is in."""
    BEAT = "beat"
    """Alive."""
    WOKE = "woke"
    """It heard a wake word: `word`, `score`, how many samples of what follows lie `before` its end, how many
    came after it (`late`), its `level_db` and the `noise_db` before it."""
    SOUND = "sound"
    """Of its microphone, 16 kHz."""
    STATE = "state"
    """`muted`; `stopped`: ids of what rang and was ended there; at the beginning its `clock_s` (since 1970)
    and the `words` it wakes at."""
    OPEN = "open"
    """Whether its microphone may be open: `open`."""
    LISTEN = "listen"
    """Give sound without a wake word for `ms`."""
    OVER = "over"
    """The utterance is over: no more sound."""
    PLAY = "play"
    """Sound to play, 24 kHz."""
    PLAY_END = "play_end"
    TIMERS = "timers"
    """All that is to ring in its room: a list `timers` of `id`, `left_ms`."""
    TONE = "tone"
    """Play a tone and tell, in `state`, the `level_db` heard meanwhile."""


@dataclass(frozen=True, slots=True)
class Caps:
    """Longest parts of a frame, in bytes."""

    header: int
    body: int


STRANGER: Final = Caps(512, 2048)
KNOWN: Final = Caps(16 * 1024, 48 * 1024 - 8)
"""64 kB together, the lengths included."""
_KINDS: Final = {kind.value: kind for kind in Kind}
_WITH_BODY: Final = frozenset({Kind.HELLO, Kind.PAKE, Kind.PROOF, Kind.SOUND, Kind.PLAY})


@dataclass(frozen=True, slots=True)
class Frame:
    """One message."""

    kind: Kind
    value: Mapping[str, JsonValue] = field(default_factory=dict)
    body: bytes = b""

    def number(self, key: str, least: float, most: float) -> float:
        """A number of the value. WireError when it is none, or out of bounds."""
        value = self.value.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise WireError(f"{self.kind}: {key} must be a number from {least:g} to {most:g}")
        return value

    def text(self, key: str, longest: int = 200) -> str:
        """A text of the value. WireError when it is none, or too long."""
        value = self.value.get(key)
        if not isinstance(value, str) or len(value) > longest:
            raise WireError(f"{self.kind}: {key} must be a text of at most {longest} signs")
        return value

    def flag(self, key: str) -> bool:
        """A yes or no of the value. WireError when it is none."""
        value = self.value.get(key)
        if not isinstance(value, bool):
            raise WireError(f"{self.kind}: {key} must be true or false")
        return value


def encode_frame(frame: Frame, caps: Caps = KNOWN) -> bytes:
    """A frame's bytes; WireError when it breaks a cap."""
    header = plain_json({"kind": frame.kind.value, "value": dict(frame.value)})
    _check(len(header), len(frame.body), caps)
    return packed(header, frame.body)


def _check(header: int, body: int, caps: Caps) -> None:
    if header > caps.header or body > caps.body:
        raise WireError(f"a frame of {header} + {body} bytes is over {caps.header} + {caps.body}")


class FrameReader(Framing[Frame]):
    """Bytes in pieces of any size → whole frames. After a WireError nothing more can be read."""

    def __init__(self, caps: Caps = STRANGER) -> None:
        super().__init__()
        self.caps = caps

    def check(self, header_size: int, body_size: int) -> None:
        """WireError for lengths over the caps."""
        _check(header_size, body_size, self.caps)

    def begin(self, header: bytes, body_size: int) -> Callable[[bytes], Frame]:
        """WireError for a wrong header, or a body that its kind has not."""
        kind, value = _header(header)
        if body_size and kind not in _WITH_BODY:
            raise WireError(f"{kind} has no body")
        if body_size % 2 and kind in (Kind.SOUND, Kind.PLAY):
            raise WireError("half a sample")
        return partial(Frame, kind, value)


def _header(data: bytes) -> tuple[Kind, dict[str, JsonValue]]:
    header = read_json(data)
    if header.keys() != {"kind", "value"}:
        raise WireError("a header must hold kind and value")
    kind, value = header["kind"], header["value"]
    if not isinstance(kind, str) or kind not in _KINDS:
        raise WireError("unknown kind of frame")
    if not isinstance(value, dict):
        raise WireError("a header's value must be an object")
    return _KINDS[kind], value
