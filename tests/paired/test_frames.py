"""Frames between the hub and its satellites: whole or refused, however they are cut."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import WireError
from assistant.paired.frames import KNOWN, STRANGER, Frame, FrameReader, Kind, encode_frame

plain = st.dictionaries(st.text(max_size=8), st.integers(-(2**40), 2**40) | st.text(max_size=8), max_size=3)


@given(plain, st.binary(max_size=200), st.integers(1, 50))
def test_a_frame_survives_any_cutting(value: dict[str, str | int], body: bytes, step: int) -> None:
    frame = Frame(Kind.PAKE, dict(value), body)
    data = encode_frame(frame) + encode_frame(Frame(Kind.BEAT))
    reader, found = FrameReader(KNOWN), []
    for at in range(0, len(data), step):
        found += reader.feed(data[at : at + step])
    assert found == [frame, Frame(Kind.BEAT)]


@given(st.binary(max_size=300))
def test_any_bytes_are_frames_or_a_wire_error(data: bytes) -> None:
    reader = FrameReader()
    try:
        reader.feed(data)
    except WireError:
        with pytest.raises(WireError, match="broken"):
            reader.feed(b"")


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), st.lists, max_leaves=8))
def test_any_header_is_a_frame_or_a_wire_error(header: object) -> None:
    text = json.dumps({"kind": "state", "value": header}).encode()
    try:
        (frame,) = FrameReader(KNOWN).feed(struct.pack(">II", len(text), 0) + text)
    except WireError:
        return
    assert frame.kind is Kind.STATE


def test_a_length_of_4_gb_is_refused_before_a_byte_of_it_is_kept() -> None:
    with pytest.raises(WireError, match="over"):
        FrameReader(KNOWN).feed(struct.pack(">II", 2, 2**32 - 1))


def test_a_stranger_may_send_less_than_a_known_one() -> None:
    data = encode_frame(Frame(Kind.SOUND, body=bytes(32_000)))
    assert FrameReader(KNOWN).feed(data)
    with pytest.raises(WireError, match="over"):
        FrameReader(STRANGER).feed(data)


@pytest.mark.parametrize(
    "value", [{}, {"ms": True}, {"ms": "5"}, {"ms": -1}, {"ms": 1e9}, {"ms": [1]}, {"ms": None}]
)
def test_a_number_out_of_bounds_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(WireError, match="ms"):
        Frame(Kind.LISTEN, value).number("ms", 0, 1000)  # type: ignore[arg-type]


def test_half_a_sample_and_a_body_where_none_belongs_are_refused() -> None:
    for kind, body in ((Kind.SOUND, b"abc"), (Kind.BEAT, b"ab")):
        with pytest.raises(WireError):
            FrameReader(KNOWN).feed(encode_frame(Frame(kind, body=body)))
