"""Bytes ↔ Wyoming events. No I/O; every length and type is capped, for the protocol knows no login.

An event is a line of JSON `{"type", "data"?, "data_length"?, "payload_length"?, "version"?}`, then
`data_length` bytes of JSON that are merged over `data`, then `payload_length` bytes of sound. The event
classes are those of the package `wyoming`; its reader has no limits (one client without a login grew a server
by 500 MB in 2 s).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wyoming.event import Event

from assistant.errors import WireError
from assistant.messages import JsonValue
from assistant.strict_json import plain_json, read_json

TYPE_CAP = 64
"""Characters of an event's type; the longest known one has 22."""


class Fault(StrEnum):
    """Why a peer was not understood."""

    LINE = "line"
    """A line that is too long, or no JSON object."""
    TYPE = "type"
    LENGTH = "length"
    """A length that is no whole number, or over its cap."""
    DATA = "data"


class WyomingError(WireError):
    """A peer that does not keep to the protocol, or not to the caps."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Caps:
    """Bytes a peer may make us keep."""

    line: int = 64 * 1024
    """Old clients put all their data into the line."""
    data: int = 64 * 1024
    payload: int = 64 * 1024
    """2 s of sound; Home Assistant sends 2 KB at a time."""


STRANGER = Caps(line=8 * 1024, data=16 * 1024)
"""For a peer that nobody knows."""
FRIEND = Caps(line=1024 * 1024, data=1024 * 1024, payload=1024 * 1024)
"""For a server the owner named: one that offers hundreds of voices tells of them in one event."""


def encode_event(event: Event) -> bytes:
    """An event's bytes. WireError for what JSON cannot say."""
    header: dict[str, JsonValue] = {"type": event.type}
    data = plain_json(event.data) if event.data else b""
    payload = event.payload or b""
    if data:
        header["data_length"] = len(data)
    if payload:
        header["payload_length"] = len(payload)
    return b"".join((plain_json(header), b"\n", data, payload))


@dataclass(frozen=True, slots=True)
class _Header:
    type: str
    data: Mapping[str, JsonValue]
    data_size: int
    payload_size: int


class EventReader:
    """Bytes in pieces of any size → whole events, until the first fault."""

    def __init__(self, caps: Caps = STRANGER) -> None:
        self._caps = caps
        self._buffer = bytearray()
        self._header: _Header | None = None
        self._looked = 0
        self.fault: WyomingError | None = None
        """Why nothing more can be read."""

    @property
    def waiting(self) -> bool:
        """An event has begun and is not whole."""
        return self._header is not None or bool(self._buffer)

    def feed(self, data: bytes) -> list[Event]:
        """Take bytes; the events they complete. What follows a fault is not read: see `fault` after them."""
        if self.fault is not None:
            return []
        self._buffer += data
        events = []
        try:
            while (event := self._next()) is not None:
                events.append(event)
        except WyomingError as error:
            self.fault = error
            self._buffer.clear()
        return events

    def _next(self) -> Event | None:
        if self._header is None and not self._read_header():
            return None
        header = self._header
        assert header is not None
        if len(self._buffer) < header.data_size + header.payload_size:
            return None
        data = dict(header.data)
        if header.data_size:
            data.update(_object(bytes(self._buffer[: header.data_size]), Fault.DATA))
        payload = bytes(self._buffer[header.data_size : header.data_size + header.payload_size])
        del self._buffer[: header.data_size + header.payload_size]
        self._header = None
        return Event(header.type, data, payload or None)

    def _read_header(self) -> bool:
        end = self._buffer.find(b"\n", self._looked)
        if max(end, 0 if end >= 0 else len(self._buffer)) > self._caps.line:
            raise WyomingError(Fault.LINE, f"a line of over {self._caps.line} bytes")
        if end < 0:
            self._looked = len(self._buffer)
            return False
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self._looked = 0
        self._header = self._checked(_object(line, Fault.LINE))
        return True

    def _checked(self, header: Mapping[str, JsonValue]) -> _Header:
        kind, data = header.get("type"), header.get("data")
        if not isinstance(kind, str) or not 0 < len(kind) <= TYPE_CAP:
            raise WyomingError(Fault.TYPE, "an event without a type")
        if data is not None and not isinstance(data, dict):
            raise WyomingError(Fault.DATA, f"the data of {kind!r} is no object")
        return _Header(
            kind,
            data or {},
            _length(header.get("data_length"), self._caps.data),
            _length(header.get("payload_length"), self._caps.payload),
        )


def _object(data: bytes, fault: Fault) -> dict[str, JsonValue]:
    try:
        return read_json(data)
    except WireError as error:
        raise WyomingError(fault, str(error)) from error


def _length(value: JsonValue, cap: int) -> int:
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= cap:
        raise WyomingError(Fault.LENGTH, f"a length of {value!r}; at most {cap} bytes are taken")
    return value
