"""JSON from outside, read strictly: an object, in UTF-8, no number that JSON has not, no key twice."""

import json

from assistant.errors import WireError
from assistant.messages import JsonValue


def plain_json(value: object) -> bytes:
    """Compact UTF-8 JSON; WireError for what JSON cannot say (NaN, lone surrogates, foreign objects)."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise WireError(f"cannot be written as JSON: {error}") from error


def read_json(data: bytes) -> dict[str, JsonValue]:
    """A JSON object; WireError for anything else."""
    try:
        value = _STRICT.decode(data.decode())
    except (ValueError, RecursionError) as error:
        raise WireError(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise WireError("not a JSON object")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _once(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


_STRICT = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_once)
"""Made once: `json.loads` makes one for each call that asks for anything special."""
