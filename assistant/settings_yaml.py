"""A YAML file → a checked pydantic model; each mistake names file, line, key, what is wrong and the fix."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from assistant.errors import SettingsError
from assistant.yaml_text import LARGEST_BYTES, KeyPath, Parsed, parse, suggestion

MOST_MISTAKES = 10

Model = TypeVar("Model", bound=BaseModel)


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Read and check a file. Raises SettingsError."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read ({error.strerror}); check the name and its permissions"
        ) from error
    return read_yaml_bytes(content, str(path), model, folder=path.parent)


def read_yaml_bytes(content: bytes, name: str, model: type[Model], *, folder: Path | None = None) -> Model:
    """Check a file's content; relative paths in it are taken from `folder`. Raises SettingsError."""
    parsed = parse(content, name)
    try:
        return model.model_validate({} if parsed.data is None else parsed.data, context={"folder": folder})
    except ValidationError as error:
        details = error.errors(include_url=False)
        details.sort(key=lambda detail: parsed.line(_written_path(parsed, detail["loc"])))
        mistakes = [_told(parsed, model, detail) for detail in details[:MOST_MISTAKES]]
        if len(details) > MOST_MISTAKES:
            mistakes.append(f"{name}: and {len(details) - MOST_MISTAKES} mistakes more")
        raise SettingsError("\n".join(dict.fromkeys(mistakes))) from error


# ── pydantic's words → ours ──────────────────────────────────────────────────────────────────────


def _told(parsed: Parsed, model: type[BaseModel], detail: ErrorDetails) -> str:
    path = _written_path(parsed, detail["loc"])
    kind, value = detail["type"], detail["input"]
    shown = (
        f'"{value[:40]}"' if isinstance(value, str) else "nothing" if value is None else "a list or section"
    )
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        known = sorted(_keys(_type_at(model, path[:-1])))
        what = (
            f"is not a key here{suggestion(str(path[-1]), known) or '; delete it'} (keys: {', '.join(known)})"
        )
    elif kind == "missing":
        what = f'lacks the key "{detail["loc"][-1]}"; add it'
    elif kind == "literal_error":
        choices = [str(choice) for choice in get_args(_type_at(model, path))]
        what = (
            f"must be {context.get('expected', 'another word')}, not {shown}{suggestion(str(value), choices)}"
        )
    elif kind in ("model_type", "dict_type", "mapping_type", "model_attributes_type"):
        what = 'must be a section: lines "key: value" below it, indented'
    elif kind in ("list_type", "tuple_type"):
        what = f"must be a list: [{value if isinstance(value, str) else 'one, two'}]"
    elif kind in ("bool_parsing", "bool_type"):
        what = f"must be true or false, not {shown}"
    elif kind in ("int_parsing", "int_type", "int_from_float", "float_parsing", "float_type"):
        what = f"must be a {'whole ' if kind.startswith('int') else ''}number, not {shown}"
    elif kind in ("too_long", "too_short"):
        most = kind == "too_long"
        count = context["max_length" if most else "min_length"]
        what = f"must have at {'most' if most else 'least'} {count} {'entry' if count == 1 else 'entries'}"
    elif kind == "value_error":
        what = str(context["error"])
    else:
        what = detail["msg"].replace("Input should be", "must be").replace("String should", "must")
        what += f", not {shown}"
    return parsed.mistake(parsed.line(path), path, what)


def _written_path(parsed: Parsed, loc: Sequence[str | int]) -> KeyPath:
    """pydantic's location without the parts (union members, "[key]") that are not in the file."""
    path: KeyPath = ()
    for part in loc:
        if (*path, part) in parsed.lines:
            path = (*path, part)
    return path


def _plain(kind: Any) -> Any:
    """`X | None` and `Annotated[X, …]` → X."""
    while True:
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif get_origin(kind) in (Union, UnionType):
            kind = next((arg for arg in get_args(kind) if arg is not type(None)), None)
        else:
            return kind


def _keys(kind: Any) -> list[str]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return list(kind.model_fields)
    return []


def _type_at(model: type[BaseModel], path: KeyPath) -> Any:
    """The schema's type at a key path, or None."""
    kind: Any = model
    for part in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            known = kind.model_fields.get(str(part))
            kind = known.annotation if known else None
        else:
            arguments = get_args(kind)
            is_map = get_origin(kind) in (dict, Mapping) or (len(arguments) == 2 and arguments[1] is not ...)
            kind = (arguments[1] if is_map else arguments[0]) if arguments else None
        kind = _plain(kind)
    return kind
