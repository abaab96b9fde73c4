"""The wire: what is written is read back, and anything else is a WireError, never more and never less."""

import json
import struct
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import AssistantError, EngineError, ModelMissing, SettingsError, WireError
from assistant.house.codec import (
    Message,
    error_frame,
    message_fields,
    message_frame,
    read_error,
    read_message,
)
from assistant.house.wire import (
    HEADER_CAP,
    PCM_CAP,
    Frame,
    FrameReader,
    Kind,
    encode_frame,
)
from assistant.messages import (
    ChatMessage,
    LlmUsage,
    PrefillProgress,
    Prompt,
    Sound,
    SpeechChunk,
    TextDelta,
    ToolCall,
    ToolSpec,
    Transcript,
)
from assistant.strict_json import plain_json, read_json

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
finite = st.floats(allow_nan=False, allow_infinity=False)
counts = st.integers(0, 2**40)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | finite | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(texts, json_values, max_size=4)
pcms = st.binary(max_size=200).map(lambda data: data[: len(data) // 2 * 2])
calls = st.builds(ToolCall, texts, texts, objects)
chats = st.builds(
    ChatMessage,
    st.sampled_from(["system", "user", "assistant", "tool"]),
    texts,
    st.lists(calls, max_size=2).map(tuple),
    texts,
    texts,
)
specs = st.builds(ToolSpec, texts, texts, objects, st.booleans(), st.integers(0, 4))
messages: st.SearchStrategy[Any] = st.one_of(
    st.builds(Transcript, texts, st.booleans(), finite, texts, st.none() | texts, st.booleans(), finite),
    st.builds(Sound, pcms, st.integers(1_000, 192_000)),
    st.builds(TextDelta, texts),
    calls,
    st.builds(PrefillProgress, counts, counts),
    st.builds(LlmUsage, counts, counts, counts),
    st.builds(
        Prompt, st.lists(chats, max_size=3).map(tuple), st.lists(specs, max_size=2).map(tuple), counts, finite
    ),
    st.builds(SpeechChunk, pcms, counts, st.booleans()),
)


def test_header_and_body_lengths_come_first() -> None:
    data = encode_frame(Frame(Kind.CALL, 7, {"method": "synthesize"}, b'{"text":"hi"}'))
    header = b'{"kind":"call","call":7,"value":{"method":"synthesize"}}'
    assert data == struct.pack(">II", len(header), 13) + header + b'{"text":"hi"}'


@given(messages, st.integers(0, 2**31), st.sampled_from([Kind.ITEM, Kind.INPUT]))
def test_every_message_comes_back_the_same(message: Message, call: int, kind: Kind) -> None:
    (frame,) = FrameReader().feed(encode_frame(message_frame(kind, call, message)))
    assert (frame.kind, frame.call) == (kind, call)
    assert read_message(frame.value, frame.body) == message


@given(st.lists(messages, min_size=1, max_size=5), st.data())
def test_frames_survive_any_cutting(sent: list[Message], data: st.DataObject) -> None:
    stream = b"".join(encode_frame(message_frame(Kind.ITEM, 1, message)) for message in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    reader, got = FrameReader(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        got += reader.feed(stream[start:end])
    assert [read_message(frame.value, frame.body) for frame in got] == sent


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_noise_is_a_wire_error_or_waits_for_more(noise: bytes) -> None:
    with suppress(WireError):
        FrameReader().feed(noise)


@settings(max_examples=300)
@given(messages, st.integers(0, 2**32), st.integers(0, 255))
def test_one_changed_byte_never_gets_past_the_codec(message: Message, where: int, value: int) -> None:
    data = bytearray(encode_frame(message_frame(Kind.ITEM, 1, message)))
    data[where % len(data)] = value
    try:
        for frame in FrameReader().feed(bytes(data)):
            if frame.kind is Kind.ITEM:
                encode_frame(message_frame(Kind.ITEM, 1, read_message(frame.value, frame.body)))
    except WireError:
        pass


@given(objects)
def test_any_object_is_read_as_a_message_or_refused(value: dict[str, Any]) -> None:
    candidates: tuple[dict[str, Any], ...] = (
        value,
        {"is": "Prompt", "fields": value},
        {"is": "Transcript", "fields": value},
    )
    for fields in candidates:
        with pytest.raises(WireError):
            read_message(fields)


def _frame_bytes(header: object, body: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">II", len(text), len(body)) + text + body


@pytest.mark.parametrize(
    "data",
    [
        struct.pack(">II", HEADER_CAP + 1, 0),
        struct.pack(">II", 2, 2**31),
        _frame_bytes({"kind": "item", "call": 1}),
        _frame_bytes({"kind": "item", "call": 1, "value": {}, "more": 1}),
        _frame_bytes({"kind": "shout", "call": 1, "value": {}}),
        _frame_bytes({"kind": ["item"], "call": 1, "value": {}}),
        _frame_bytes({"kind": "item", "call": True, "value": {}}),
        _frame_bytes({"kind": "item", "call": -1, "value": {}}),
        _frame_bytes({"kind": "item", "call": 1.0, "value": {}}),
        _frame_bytes({"kind": "item", "call": 1, "value": []}),
        _frame_bytes({"kind": "progress", "call": 1, "value": {}}, b"body"),
        _frame_bytes(b'{"kind":"item","kind":"end","call":1,"value":{}}'),
        _frame_bytes(b'{"kind":"item","call":1,"value":{"x":NaN}}'),
        _frame_bytes(b'{"kind":"item","call":1,"value":{"x":"\xff"}}'),
        _frame_bytes(b"[" * 60_000),
        _frame_bytes(b"1" * 5_000),
        _frame_bytes(struct.pack(">II", 2, PCM_CAP + 2)),
    ],
)
def test_a_broken_frame_breaks_the_wire_for_good(data: bytes) -> None:
    reader = FrameReader()
    with pytest.raises(WireError):
        reader.feed(data)
    with pytest.raises(WireError):
        reader.feed(encode_frame(Frame(Kind.END, 1)))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("Transcript", {"text": 1}),
        ("Transcript", {"final": 1}),
        ("Transcript", {"confidence": "high"}),
        ("Transcript", {"confidence": 10**400}),
        ("Transcript", {"extra": 1}),
        ("Sound", {"rate_hz": 0}),
        ("Sound", {"rate_hz": 16000.0}),
        ("LlmUsage", {"reused_tokens": -1}),
        ("ToolCall", {"arguments": []}),
        ("Prompt", {"messages": "hello"}),
        ("Prompt", {"messages": [{"role": "user"}]}),
    ],
)
def test_a_wrong_field_is_refused(name: str, fields: dict[str, Any]) -> None:
    goods: dict[str, Message] = {
        "Transcript": Transcript("hi", True),
        "Sound": Sound(b"", 16_000),
        "LlmUsage": LlmUsage(1, 2, 3),
        "ToolCall": ToolCall("1", "stop", {}),
        "Prompt": Prompt((ChatMessage("user", "hi"),)),
    }
    good = goods[name]
    value: Any = message_fields(good)
    assert read_message(value) == good
    with pytest.raises(WireError):
        read_message({"is": name, "fields": {**value["fields"], **fields}})


def test_sound_is_whole_samples_and_only_sound_has_a_body() -> None:
    with pytest.raises(WireError):
        read_message(message_fields(Sound(b"", 16_000)), b"odd")
    with pytest.raises(WireError):
        read_message(message_fields(TextDelta("hi")), b"\0\0")


@pytest.mark.parametrize("value", [float("nan"), "\ud800", object(), {"a": {1, 2}}])
def test_what_json_cannot_say_is_not_written(value: object) -> None:
    with pytest.raises(WireError):
        plain_json({"value": value})


def test_caps_hold_for_the_writer_too() -> None:
    with pytest.raises(WireError):
        encode_frame(message_frame(Kind.ITEM, 1, TextDelta("x" * HEADER_CAP)))
    with pytest.raises(WireError):
        encode_frame(message_frame(Kind.ITEM, 1, Sound(bytes(PCM_CAP + 2), 16_000)))
    with pytest.raises(WireError):
        encode_frame(Frame(Kind.CANCEL, 1, {}, b"x"))


def test_json_bodies_are_objects() -> None:
    assert read_json(b'{"a":[1,null]}') == {"a": [1, None]}
    with pytest.raises(WireError):
        read_json(b"[1]")


@pytest.mark.parametrize(
    "error",
    [EngineError("no"), ModelMissing("tiny.gguf is not here", spoken="No model."), SettingsError("line 3")],
)
def test_errors_of_ours_come_back_as_themselves(error: AssistantError) -> None:
    (frame,) = FrameReader().feed(encode_frame(error_frame(3, error, fatal=True)))
    got, fatal = read_error(frame.value)
    assert (type(got), str(got), got.spoken, fatal) == (type(error), str(error), error.spoken, True)


def test_errors_with_any_text_can_be_written() -> None:
    (frame,) = FrameReader().feed(encode_frame(error_frame(3, EngineError("\ud800" + "ä" * 100_000))))
    assert str(read_error(frame.value)[0]).startswith("?ä")


@pytest.mark.parametrize(
    "value", [{}, {"error": "KeyboardInterrupt", "message": "", "spoken": "", "fatal": False}]
)
def test_a_foreign_error_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        read_error(value)
