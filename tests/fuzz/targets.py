"""What comes from outside, as a fuzzer sees it: each target takes any bytes, and raises where we are wrong.

`seeds` gives valid input to begin with. The first byte says where the rest is cut in two.
"""

import asyncio
import io
import json
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

from starlette.requests import Request
from wyoming.audio import AudioChunk, AudioStart
from wyoming.event import Event, read_event
from wyoming.info import Describe
from wyoming.tts import Synthesize

from assistant.errors import WireError
from assistant.paired.frames import KNOWN, STRANGER, Frame, FrameReader, Kind, encode_frame
from assistant.satellites.openai_forms import ApiError, Chat, Speech, ear_sound, json_form, upload, wav_of
from assistant.strict_json import plain_json, read_json
from assistant.wyoming_wire import STRANGER as VISITOR
from assistant.wyoming_wire import EventReader, encode_event

Target = Callable[[bytes], None]


def cut(data: bytes) -> list[bytes]:
    """In two, as the first byte says."""
    at = data[0] * (len(data) - 1) // 255 if data else 0
    return [data[1 : 1 + at], data[1 + at :]]


# ── Wyoming ──────────────────────────────────────────────────────────────────────────────────────


def wyoming(data: bytes) -> None:
    """However it is cut, the same is read; what we take the package reads alike; nothing is hoarded."""
    pieces, reader, whole = cut(data), EventReader(), EventReader()
    found = [event for piece in pieces for event in reader.feed(piece)]
    assert found == whole.feed(b"".join(pieces))
    faults = [each.fault and each.fault.fault for each in (reader, whole)]
    assert faults[0] == faults[1], faults
    assert len(reader._buffer) <= VISITOR.line + VISITOR.data + VISITOR.payload + len(data)
    theirs = io.BytesIO(b"".join(pieces))
    for event in found:
        assert read_event(theirs) == event
        assert EventReader().feed(encode_event(event)) == [event]


# ── our own frames ───────────────────────────────────────────────────────────────────────────────


def read_frames(pieces: Iterable[bytes], reader: FrameReader) -> tuple[list[Frame], bool]:
    """The frames up to the first fault, and whether there was one."""
    found: list[Frame] = []
    for piece in pieces:
        try:
            found += reader.feed(piece)
        except WireError:
            return found, True
    return found, False


def frames(data: bytes) -> None:
    """Cut or whole, there is a fault or there is none; what is read is written and read again alike."""
    pieces = cut(data)
    for caps in (STRANGER, KNOWN):
        found, broken = read_frames(pieces, FrameReader(caps))
        together, broken_together = read_frames([b"".join(pieces)], FrameReader(caps))
        assert broken == broken_together
        assert broken or found == together
        for frame in found:
            assert FrameReader(KNOWN).feed(encode_frame(frame)) == [frame]


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────


def strict_json(data: bytes) -> None:
    """Read, it is an object that Python's reader reads alike; it can be written, and read again."""
    try:
        value = read_json(data)
    except WireError:
        return
    assert value == json.loads(data)
    try:
        written = plain_json(value)
    except WireError:
        return  # a lone surrogate, or a number that is too large to be a float
    assert read_json(written) == value


# ── HTTP ─────────────────────────────────────────────────────────────────────────────────────────

_loop = asyncio.new_event_loop()


def _request(content_type: bytes, pieces: list[bytes]) -> Request:
    left = list(pieces)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    headers = [(b"content-type", content_type)]
    return Request({"type": "http", "method": "POST", "headers": headers, "path": "/"}, receive)


async def _form(form: type[Chat] | type[Speech], request: Request) -> None:
    asked = await json_form(form, request)
    if isinstance(asked, Chat):
        asked.said()


async def _upload(request: Request) -> None:
    file, _ = await upload(request)
    ear_sound(file)


def http(data: bytes) -> None:
    """A body in any of the API's forms: understood, or refused with a reason."""
    content_type, _, body = data[1:].partition(b"\n")
    pieces = cut(data[:1] + body)
    for reading in (
        _form(Chat, _request(b"application/json", pieces)),
        _form(Speech, _request(b"application/json", pieces)),
        _upload(_request(content_type, pieces)),
    ):
        with suppress(ApiError):
            _loop.run_until_complete(reading)
    with suppress(ApiError):
        assert len(ear_sound(body)) % 2 == 0


TARGETS: Final[dict[str, Target]] = {
    "wyoming": wyoming,
    "frames": frames,
    "strict_json": strict_json,
    "http": http,
}


def seeds(name: str) -> list[bytes]:
    """Valid input."""
    half = b"\x80"
    match name:
        case "wyoming":
            events = [
                AudioStart(16_000, 2, 1).event(),
                AudioChunk(16_000, 2, 1, b"\x01\x00" * 64).event(),
                Describe().event(),
                Synthesize("Grüße").event(),
                Event("run-pipeline", {"start_stage": "wake", "end_stage": "tts"}),
            ]
            merged = b'{"type":"x","data":{"a":1},"data_length":7,"version":"1.9.0"}\n{"b":2}'
            return [half + encode_event(each) for each in events] + [half + merged]
        case "frames":
            told = [
                Frame(Kind.HELLO, body=b"x" * 40),
                Frame(Kind.WOKE, {"word": "hey_jarvis", "score": 0.9, "before": 100}),
                Frame(Kind.SOUND, body=bytes(128)),
                Frame(Kind.STATE, {"muted": False, "stopped": [1, 2]}),
                Frame(Kind.BEAT),
            ]
            return [half + encode_frame(each) for each in told] + [half + struct.pack(">II", 2, 2**32 - 1)]
        case "strict_json":
            return [b'{"a":[1,-2.5e3,"\\u00fc",null,true],"b":{"c":{}}}', b'{"a":1,"a":2}', b'{"n":NaN}']
        case _:
            form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
            sound = form + wav_of(b"\x01\x00" * 100, 16_000) + b"\r\n--b--\r\n"
            chat = b'{"model":"hearth","messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}'
            return [
                half + b"multipart/form-data; boundary=b\n" + sound,
                half + b"application/json\n" + chat,
                half + b'application/json\n{"input":"Dinner is ready."}',
                half + b"audio/wav\n" + wav_of(b"\x01\x00" * 100, 8_000),
            ]
