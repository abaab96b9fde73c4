"""Bytes of a server-sent event stream → JSON events, capped; tool calls that come in parts → whole ones."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

from assistant.errors import EngineError
from assistant.messages import ToolCall

LINE_LIMIT = 256 * 1024
STREAM_LIMIT = 8 * 1024 * 1024
"""Bytes of one reply; a spoken one has a few kB."""
CALLS_LIMIT = 16
ARGUMENTS_LIMIT = 4_000


async def events(chunks: AsyncIterator[bytes]) -> AsyncGenerator[dict[str, Any], None]:
    """The `data:` lines as objects, up to `[DONE]`. EngineError when it breaks the form or breaks off."""
    rest, total, finished = b"", 0, False
    async for chunk in chunks:
        total += len(chunk)
        rest += chunk
        *lines, rest = rest.split(b"\n")
        if total > STREAM_LIMIT or len(rest) > LINE_LIMIT:
            raise EngineError("The language model's server sends without end.")
        for line in lines:
            data = _data(line)
            if data == b"[DONE]":
                return
            if data:
                event = _event(data)
                finished = finished or _finishes(event)
                yield event
    if not finished and _data(rest) != b"[DONE]":
        raise EngineError("The language model's server hung up in the middle of its reply.")


def _finishes(event: dict[str, Any]) -> bool:
    choices = event.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return isinstance(first, dict) and bool(first.get("finish_reason"))


def _data(line: bytes) -> bytes:
    return line[5:].strip() if line.startswith(b"data:") else b""


def _event(data: bytes) -> dict[str, Any]:
    try:
        event = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise EngineError(f"The language model's server sent what is no JSON: {data[:80]!r}") from error
    if not isinstance(event, dict):
        raise EngineError(f"The language model's server sent no object: {data[:80]!r}")
    if event.get("error"):
        raise EngineError(f"The language model's server reports: {str(event['error'])[:200]}")
    return event


class CallParts:
    """Puts a reply's tool calls together."""

    def __init__(self) -> None:
        self._calls: dict[int, list[str]] = {}

    def add(self, parts: object) -> None:
        """Take a delta's `tool_calls`."""
        for part in parts if isinstance(parts, list) else []:
            if not isinstance(part, dict):
                continue
            index = part.get("index", len(self._calls))
            function = part.get("function")
            if not isinstance(index, int) or not isinstance(function, dict):
                continue
            if index not in self._calls and len(self._calls) >= CALLS_LIMIT:
                raise EngineError("The language model asks for too many tools at once.")
            call = self._calls.setdefault(index, ["", "", ""])
            call[0] = call[0] or _text(part.get("id"))
            call[1] = call[1] or _text(function.get("name"))
            arguments = function.get("arguments")
            call[2] += json.dumps(arguments) if isinstance(arguments, Mapping) else _text(arguments)
            if len(call[2]) > ARGUMENTS_LIMIT:
                raise EngineError("The language model's tool call does not come to an end.")

    def whole(self, tools: frozenset[str]) -> list[ToolCall]:
        """The calls that name a tool and whose arguments are an object; others are dropped."""
        calls = []
        for index, (name_id, name, arguments) in sorted(self._calls.items()):
            try:
                parsed = json.loads(arguments or "{}")
            except (ValueError, RecursionError):
                continue
            if name in tools and isinstance(parsed, dict):
                calls.append(ToolCall(name_id or f"call-{index}", name, parsed))
        return calls


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
