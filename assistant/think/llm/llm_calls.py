"""The model's raw reply → TextDelta and ToolCall, as it streams.

Tool calls are read in the model's own format; what cannot be read, or names no tool, is dropped, never
spoken. Thinking (`<think>…</think>`) is dropped too.
"""

import json
import re
import uuid
from dataclasses import dataclass
from typing import Any, TypeAlias

from assistant.messages import TextDelta, ToolCall

ID_LETTERS = 9
"""Mistral's templates refuse any other length."""
CALL_LIMIT = 4_000
"""Characters of one call; a longer one is dropped."""


@dataclass(frozen=True, slots=True)
class CallFormat:
    """The marks around a call and how it is written between them."""

    opens: str
    closes: str
    bare: bool = False
    """A reply that begins with `{` is a call as a whole."""
    lead: str = '{"name": "'
    arguments: str = "arguments"
    """The key of the arguments."""
    tail: str = "}"


FORMATS = {
    "hermes": CallFormat("<tool_call>", "</tool_call>"),
    "phi4": CallFormat("<|tool_call|>", "<|/tool_call|>", lead='[{"name": "', tail="}]"),
    "llama3": CallFormat("<|python_tag|>", "<|eom_id|>", bare=True, arguments="parameters"),
}
"""hermes: Qwen 2.5 to 3.5 and Hermes, with JSON or `<function=…>` inside. llama3: Llama 3.x."""

_FUNCTION = re.compile(r"<function=([\w.-]{1,64})>(.*?)(?:</function>|$)", re.DOTALL)
_PARAMETER = re.compile(r"<parameter=([\w.-]{1,64})>(.*?)(?:</parameter>|$)", re.DOTALL)


Item: TypeAlias = TextDelta | ToolCall


class ReplyReader:
    """Feed it the reply's text as it comes; it hands back what may be said and done."""

    def __init__(self, tools: frozenset[str], call_format: str = "hermes", *, thinking: bool = False) -> None:
        """`tools`: the names that exist. `thinking`: the prompt already opened a `<think>`."""
        self._tools = tools
        self._format = FORMATS[call_format]
        self._marks = {"<think>": "</think>", "</think>": "", self._format.opens: self._format.closes}
        self._until = "</think>" if thinking else ""
        self._buffer = ""
        self._said = False
        self.dropped = 0
        """Calls that could not be read or name no tool."""

    @property
    def calling(self) -> str | None:
        """The part of a call written so far; None outside of calls."""
        return self._buffer if self._until and self._until != "</think>" else None

    def feed(self, text: str) -> list[Item]:
        """Take a piece of the reply."""
        self._buffer += text
        items: list[Item] = []
        while self._leave(items) if self._until else self._enter(items):
            pass
        return items

    def finish(self) -> list[Item]:
        """The reply is over: an unclosed call counts if it is whole, an unfinished mark is text."""
        items: list[Item] = []
        rest, self._buffer = self._buffer, ""
        if not self._until:
            self._say(rest, items)
        elif self._until != "</think>":
            self._call(rest, items)
        return items

    def _enter(self, items: list[Item]) -> bool:
        """In plain text: say all before the next mark; True when a mark was passed."""
        if self._format.bare and not self._said and self._buffer.lstrip().startswith("{"):
            self._until = self._format.closes
            return True
        found = [(at, mark) for mark in self._marks if (at := self._buffer.find(mark)) >= 0]
        if not found:
            keep = _unfinished(self._buffer, self._marks)
            cut = len(self._buffer) - keep
            self._say(self._buffer[:cut], items)
            self._buffer = self._buffer[cut:]
            return False
        at, mark = min(found)
        self._say(self._buffer[:at], items)
        self._buffer = self._buffer[at + len(mark) :]
        self._until = self._marks[mark]
        return True

    def _leave(self, items: list[Item]) -> bool:
        """Inside thinking or a call: wait for its end; True when it was passed."""
        at = self._buffer.find(self._until)
        if at < 0:
            self._buffer = self._buffer[-2 * CALL_LIMIT :]
            return False
        if self._until != "</think>":
            self._call(self._buffer[:at], items)
        self._buffer = self._buffer[at + len(self._until) :]
        self._until = ""
        return True

    def _say(self, text: str, items: list[Item]) -> None:
        if not self._said:
            text = text.lstrip()
        if text:
            self._said = True
            items.append(TextDelta(text))

    def _call(self, body: str, items: list[Item]) -> None:
        calls = [] if len(body) > CALL_LIMIT else _read(body)
        known = [(name, arguments) for name, arguments in calls if name in self._tools]
        self.dropped += max(1, len(calls)) - len(known)
        items.extend(ToolCall(uuid.uuid4().hex[:ID_LETTERS], name, arguments) for name, arguments in known)


def _unfinished(text: str, marks: dict[str, str]) -> int:
    """How many characters at the end may be the beginning of a mark."""
    longest = min(len(text), max(map(len, marks)) - 1)
    for size in range(longest, 0, -1):
        if any(mark.startswith(text[-size:]) for mark in marks):
            return size
    return 0


def _read(body: str) -> list[tuple[str, dict[str, Any]]]:
    """Name and arguments of each call in a body; none if it cannot be read."""
    body = body.strip()
    if found := _FUNCTION.findall(body):
        return [
            (name, {k: _value(v.strip()) for k, v in _PARAMETER.findall(inside)}) for name, inside in found
        ]
    parsed = _json(body)
    entries = parsed if isinstance(parsed, list) else [parsed]
    calls = []
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            continue
        arguments = entry.get("arguments", entry.get("parameters", {}))
        if isinstance(arguments, str):
            arguments = _json(arguments)
        if isinstance(arguments, dict):
            calls.append((entry["name"], arguments))
    return calls


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _value(text: str) -> Any:
    parsed = _json(text)
    return text if parsed is None else parsed
