"""The Wyoming reader: what the package reads, it reads alike; what no peer may send ends it with a reason."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wyoming.audio import AudioChunk
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.handle import Handled
from wyoming.info import Describe
from wyoming.tts import Synthesize

from assistant.errors import WireError
from assistant.wyoming_wire import STRANGER, Caps, EventReader, Fault, encode_event

SMALL = Caps(line=64, data=32, payload=16)
_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=6,
)
_events = st.builds(
    Event,
    st.from_regex(r"[a-z][a-z-]{0,20}", fullmatch=True),
    st.dictionaries(_text, _values, max_size=4),
    st.none() | st.binary(min_size=1, max_size=200),
)


def read_by_package(data: bytes) -> list[Event]:
    async def run() -> list[Event]:
        reader = asyncio.StreamReader(limit=2**20)
        reader.feed_data(data)
        reader.feed_eof()
        found = []
        while (event := await async_read_event(reader)) is not None:
            found.append(event)
        return found

    return asyncio.run(run())


def written_by_package(events: list[Event]) -> bytes:
    class Sink:
        def __init__(self) -> None:
            self.data = b""

        def write(self, data: bytes) -> None:
            self.data += data

        def writelines(self, parts: Any) -> None:
            self.data += b"".join(parts)

        async def drain(self) -> None: ...

    sink = Sink()

    async def run() -> None:
        for event in events:
            await async_write_event(event, sink)  # type: ignore[arg-type]

    asyncio.run(run())
    return sink.data


@given(st.lists(_events, max_size=4), st.data())
def test_what_the_package_writes_is_read_as_the_package_reads_it_however_it_is_cut(
    events: list[Event], data: st.DataObject
) -> None:
    sent = written_by_package(events)
    cut = data.draw(st.integers(0, len(sent)))
    reader = EventReader()
    assert reader.feed(sent[:cut]) + reader.feed(sent[cut:]) == read_by_package(sent) == events
    assert not reader.waiting


@given(st.lists(_events, max_size=4))
def test_what_we_write_the_package_reads(events: list[Event]) -> None:
    assert read_by_package(b"".join(map(encode_event, events))) == events


@pytest.mark.parametrize(
    "event",
    [
        AudioChunk(16000, 2, 1, b"\x01\x00" * 1024, 5).event(),
        Describe().event(),
        Synthesize("Grüße").event(),
        Handled("The lamp is on.", {"conversation_id": "1"}).event(),
    ],
)
def test_events_of_the_package_come_through_byte_by_byte(event: Event) -> None:
    reader = EventReader()
    found = [each for byte in encode_event(event) for each in reader.feed(bytes([byte]))]
    assert found == [event]


def test_data_of_the_line_and_data_behind_it_are_merged() -> None:
    behind = b'{"b":2}'
    line = json.dumps({"type": "x", "data": {"a": 1, "b": 1}, "data_length": len(behind)}).encode()
    assert EventReader().feed(line + b"\n" + behind) == [Event("x", {"a": 1, "b": 2})]


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        (b"\n", Fault.LINE),
        (b"[]\n", Fault.LINE),
        (b"nonsense\n", Fault.LINE),
        (b"\xff\xfe{}\n", Fault.LINE),
        (b"[" * 60 + b"\n", Fault.LINE),
        (b'{"type":"x","n":NaN}\n', Fault.LINE),
        (b'{"type":"x","type":"y"}\n', Fault.LINE),
        (b"a" * 65, Fault.LINE),
        (b"{}\n", Fault.TYPE),
        (b'{"type":5}\n', Fault.TYPE),
        (b'{"type":""}\n', Fault.TYPE),
        (b'{"type":null}\n', Fault.TYPE),
        (b'{"type":"x","data":[1]}\n', Fault.DATA),
        (b'{"type":"x","data":"y"}\n', Fault.DATA),
        (b'{"type":"x","data_length":2}\n[]', Fault.DATA),
        (b'{"type":"x","data_length":1}\n{', Fault.DATA),
        (b'{"type":"x","data_length":33}\n', Fault.LENGTH),
        (b'{"type":"x","data_length":-1}\n', Fault.LENGTH),
        (b'{"type":"x","data_length":true}\n', Fault.LENGTH),
        (b'{"type":"x","data_length":1.0}\n', Fault.LENGTH),
        (b'{"type":"x","data_length":"7"}\n', Fault.LENGTH),
        (b'{"type":"x","payload_length":17}\n', Fault.LENGTH),
        (b'{"type":"x","payload_length":4000000000}\n', Fault.LENGTH),
        (b'{"type":"x","payload_length":{}}\n', Fault.LENGTH),
    ],
)
def test_what_no_peer_may_send_ends_the_reading_with_its_reason(sent: bytes, fault: Fault) -> None:
    reader = EventReader(SMALL)
    assert reader.feed(sent) == []
    assert reader.fault is not None
    assert reader.fault.fault is fault
    assert reader.feed(b'{"type":"ping"}\n') == []


def test_events_before_a_fault_still_count() -> None:
    reader = EventReader(SMALL)
    assert reader.feed(b'{"type":"ping"}\n{}\n') == [Event("ping")]
    assert reader.fault is not None


def test_a_payload_over_its_cap_is_refused_before_any_of_it_is_kept() -> None:
    reader = EventReader(STRANGER)
    reader.feed(b'{"type":"audio-chunk","payload_length":4000000000}\n' + bytes(60_000))
    assert not reader.waiting


@given(st.binary(max_size=300), st.integers(1, 50))
def test_no_bytes_raise_or_are_hoarded(data: bytes, step: int) -> None:
    reader = EventReader(SMALL)
    for at in range(0, len(data), step):
        reader.feed(data[at : at + step])
        assert len(reader._buffer) <= SMALL.line + SMALL.data + SMALL.payload + step


def test_what_json_cannot_say_is_not_written() -> None:
    with pytest.raises(WireError):
        encode_event(Event("x", {"n": float("nan")}))
