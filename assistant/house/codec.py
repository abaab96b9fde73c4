"""Messages ↔ JSON fields and a PCM body, for the wire. Every field is checked on the way in."""

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeAlias

from assistant import errors
from assistant.errors import AssistantError, EngineError, WireError
from assistant.house.wire import Frame, Kind
from assistant.messages import (
    ChatMessage,
    JsonValue,
    LlmUsage,
    PrefillProgress,
    Prompt,
    Sound,
    SpeechChunk,
    TextDelta,
    ToolCall,
    ToolSpec,
    Transcript,
    TurnOver,
)

Message: TypeAlias = (
    Transcript | Sound | TextDelta | ToolCall | PrefillProgress | LlmUsage | Prompt | SpeechChunk | TurnOver
)
_Check: TypeAlias = Callable[[JsonValue], Any]

_PCM = "pcm"


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise WireError("text expected")
    return value


def _maybe_text(value: JsonValue) -> str | None:
    return None if value is None else _text(value)


def _flag(value: JsonValue) -> bool:
    if not isinstance(value, bool):
        raise WireError("true or false expected")
    return value


def _whole(value: JsonValue) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) <= value < 2**63:
        raise WireError("a whole number expected")
    return value


def _count(value: JsonValue) -> int:
    if _whole(value) < 0:
        raise WireError("a count can't be negative")
    return _whole(value)


def _rate(value: JsonValue) -> int:
    if not 1_000 <= _whole(value) <= 192_000:
        raise WireError("no sample rate")
    return _whole(value)


def _number(value: JsonValue) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise WireError("a number expected")
    try:
        number = float(value)
    except OverflowError as error:
        raise WireError("a number out of range") from error
    if not math.isfinite(number):
        raise WireError("a finite number expected")
    return number


def _mapping(value: JsonValue) -> dict[str, JsonValue]:
    if not isinstance(value, dict):
        raise WireError("an object expected")
    return value


def _role(value: JsonValue) -> str:
    if value not in ("system", "user", "assistant", "tool"):
        raise WireError("no role of a chat message")
    return _text(value)


def _names(value: JsonValue) -> dict[str, tuple[str, ...]]:
    found = _mapping(value)
    if not all(isinstance(names, list) for names in found.values()):
        raise WireError("lists of names expected")
    return {key: tuple(map(_text, names)) for key, names in found.items() if isinstance(names, list)}


def _each(kind: type) -> Callable[[JsonValue], tuple[Any, ...]]:
    def check(value: JsonValue) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise WireError("a list expected")
        return tuple(_read(kind, entry) for entry in value)

    return check


_SHAPES: dict[type, dict[str, _Check]] = {
    Transcript: {
        "text": _text,
        "final": _flag,
        "confidence": _number,
        "engine": _text,
        "refused": _maybe_text,
        "ask": _flag,
        "engine_ms": _number,
        "at_pause": _count,
        "firm": _flag,
    },
    Sound: {"rate_hz": _rate},
    TurnOver: {"probability": _number},
    SpeechChunk: {"at_sample": _whole, "voiced": _flag, "paused": _flag},
    TextDelta: {"text": _text},
    ToolCall: {"id": _text, "name": _text, "arguments": _mapping},
    PrefillProgress: {"done_tokens": _count, "total_tokens": _count},
    LlmUsage: {"prefilled_tokens": _count, "reused_tokens": _count, "generated_tokens": _count},
    ToolSpec: {
        "name": _text,
        "description": _text,
        "parameters": _mapping,
        "writes": _flag,
        "risk": _whole,
    },
    ChatMessage: {
        "role": _role,
        "content": _text,
        "calls": _each(ToolCall),
        "call_id": _text,
        "name": _text,
    },
    Prompt: {
        "messages": _each(ChatMessage),
        "tools": _each(ToolSpec),
        "max_tokens": _count,
        "temperature": _number,
        "found_tools": _each(ToolSpec),
        "names": _names,
        "named_tools": _each(ToolSpec),
    },
}
_NAMED = {
    kind.__name__: kind
    for kind in (
        *(Transcript, Sound, TextDelta, ToolCall, PrefillProgress, LlmUsage, Prompt, SpeechChunk),
        TurnOver,
    )
}
_ERRORS = {
    kind.__name__: kind
    for kind in (errors.ModelMissing, errors.EngineError, errors.AudioError, errors.SettingsError)
}


def _read(kind: type, value: JsonValue, pcm: bytes | None = None) -> Any:
    found, shape = _mapping(value), _SHAPES[kind]
    if found.keys() != shape.keys():
        raise WireError(f"a {kind.__name__} has other fields")
    checked = {name: check(found[name]) for name, check in shape.items()}
    return kind(**checked) if pcm is None else kind(pcm=pcm, **checked)


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value) if one.name != _PCM}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items()}
    return value


def message_fields(message: Message) -> dict[str, JsonValue]:
    """A message as `{"is": its name, "fields": {…}}`, its PCM left out."""
    if type(message) not in _SHAPES:
        raise WireError(f"{type(message).__name__} does not travel")
    plain: Any = _plain(message)
    return {"is": type(message).__name__, "fields": plain}


def message_frame(kind: Kind, call: int, message: Message) -> Frame:
    """A message as an `input` or `item` frame."""
    body = message.pcm if isinstance(message, Sound | SpeechChunk) else b""
    return Frame(kind, call, message_fields(message), body)


def read_message(value: Mapping[str, JsonValue], body: bytes = b"") -> Message:
    """The message back; WireError on anything that is not exactly one."""
    if value.keys() != {"is", "fields"}:
        raise WireError("a message must hold its name and its fields")
    kind = _NAMED.get(_text(value["is"]))
    if kind is None:
        raise WireError("unknown message")
    sounding = kind in (Sound, SpeechChunk)
    if len(body) % 2 or (body and not sounding):
        raise WireError("PCM is whole 16-bit samples, and only sound has any")
    message: Message = _read(kind, value["fields"], body if sounding else None)
    return message


def error_frame(call: int, error: AssistantError, *, fatal: bool = False) -> Frame:
    """An engine's error; `fatal` says that the worker ends after it."""
    kind = type(error) if type(error).__name__ in _ERRORS else EngineError
    return Frame(
        Kind.ERROR,
        call,
        {
            "error": kind.__name__,
            "message": str(error).encode("utf-8", "replace").decode()[:4000],
            "spoken": error.spoken[:1000],
            "fatal": fatal,
        },
    )


def read_error(value: Mapping[str, JsonValue]) -> tuple[AssistantError, bool]:
    """The error back as one of ours, and whether the worker ends after it."""
    if value.keys() != {"error", "message", "spoken", "fatal"}:
        raise WireError("an error has other fields")
    kind = _ERRORS.get(_text(value["error"]))
    if kind is None:
        raise WireError("unknown error")
    error = kind(_text(value["message"]), spoken=_text(value["spoken"]))
    return error, _flag(value["fatal"])
