"""What `--json` prints, as a JSON schema made from the messages themselves: the two can't drift apart."""

import dataclasses
import json
import types
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Literal, Union, get_args, get_origin

from assistant.journal import happening_name
from assistant.messages import Happening

_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", types.NoneType: "null"}
_RENAMED = {("tool_call", "name"): "tool"}
_OPTIONAL = {("speaking", "latency_ms")}
"""Left out where input runs faster than real time."""
_ALWAYS: dict[str, Any] = {
    "t": {"type": "number", "description": "seconds; with --fast the position in the recording"},
    "room": {"type": "string"},
    "turn": {"type": "integer", "description": "0: outside any turn; below 0: typed"},
}
_FILE = {"type": "string", "description": "the recording, where `hear` was given several"}


def schema() -> dict[str, Any]:
    """JSON schema (2020-12) of one line."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A happening of Hearth: one line of `--json`",
        "oneOf": [_line(kind) for kind in get_args(Happening)],
    }


def schema_text() -> str:
    """The schema as it is printed."""
    return json.dumps(schema(), indent=2)


def _line(kind: type[Any]) -> dict[str, Any]:
    name = happening_name(kind)
    fields = {_RENAMED.get((name, f.name), f.name): _form(f.type) for f in dataclasses.fields(kind)}
    required = [field for field in fields if (name, field) not in _OPTIONAL]
    return {
        "description": (kind.__doc__ or "").strip(),
        "type": "object",
        "properties": {**_ALWAYS, "happening": {"const": name}, **fields, "file": _FILE},
        "required": [*_ALWAYS, "happening", *required],
        "additionalProperties": False,
    }


def _form(annotation: Any) -> dict[str, Any]:
    origin = get_origin(annotation)
    if annotation in _PLAIN:
        return {"type": _PLAIN[annotation]}
    if origin is Literal:
        return {"enum": list(get_args(annotation))}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_form(part) for part in get_args(annotation)]}
    if origin is Mapping:
        return {"type": "object"}
    if origin in (Sequence, tuple):
        return {"type": "array", "items": _form(get_args(annotation)[0])}
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return {"enum": [str(value) for value in annotation]}
    if dataclasses.is_dataclass(annotation):
        fields = {field.name: _form(field.type) for field in dataclasses.fields(annotation)}
        whole = {"required": list(fields), "additionalProperties": False}
        return {"type": "object", "properties": fields, **whole}
    raise TypeError(f"a happening has a field of a form that has no schema: {annotation}")
