"""The forms a prompt takes on its way to a model: wire messages, our ChatML, and words cleaned of marks."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.messages import ChatMessage, JsonValue, Prompt, ToolCall, ToolSpec

_MARKS = re.compile(r"<\|[^<>|]{1,64}\|>|</?(?:think|tool_call|tool_response|tools)>")


def stable(messages: Sequence[ChatMessage]) -> int:
    """How many at the head are the system's; in a first turn the last of them goes with the words."""
    heads = next((at for at, message in enumerate(messages) if message.role != "system"), len(messages))
    first_turn = sum(message.role == "user" for message in messages) == 1
    return heads - 1 if heads > 1 and first_turn else heads


def merged(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """One system message at the head; one before a person's words goes in brackets into them.

    Many templates know no other place for it, and the head must not change from turn to turn.
    """
    heads = stable(messages)
    whole = (
        [ChatMessage("system", "\n\n".join(message.content for message in messages[:heads]))] if heads else []
    )
    aside: list[str] = []
    for message in messages[heads:]:
        if message.role == "system":
            aside.append(message.content)
        elif message.role == "user" and aside:
            whole.append(ChatMessage("user", f"({' '.join(aside)})\n{message.content}"))
            aside = []
        else:
            whole.append(message)
    return whole


def wire_messages(messages: Sequence[ChatMessage]) -> list[dict[str, Any]]:
    """Messages as chat templates and OpenAI-compatible servers know them."""
    wire: list[dict[str, Any]] = []
    for message in merged(messages):
        entry: dict[str, Any] = {"role": message.role, "content": message.content}
        if message.calls:
            entry["tool_calls"] = [
                {"id": c.id, "type": "function", "function": {"name": c.name, "arguments": dict(c.arguments)}}
                for c in message.calls
            ]
        if message.role == "tool":
            entry |= {"tool_call_id": message.call_id, "name": message.name}
        wire.append(entry)
    return wire


def wire_tools(tools: Iterable[ToolSpec]) -> list[dict[str, Any]]:
    """Tools as JSON schemas."""
    return [
        {
            "type": "function",
            "function": {"name": t.name, "description": t.description, "parameters": t.parameters},
        }
        for t in tools
    ]


def written(prompt: Prompt) -> Prompt:
    """The same prompt for a form that knows no tools: tools, calls and results are written out as text."""
    heads = stable(prompt.messages)
    messages = list(prompt.messages)
    if prompt.tools:
        messages.insert(min(1, heads), ChatMessage("system", _tool_text(prompt.tools)))
    return Prompt(tuple(map(_written, messages)), (), prompt.max_tokens, prompt.temperature)


def _written(message: ChatMessage) -> ChatMessage:
    if message.role == "tool":
        return ChatMessage("user", f"<tool_response>\n{message.content}\n</tool_response>")
    if not message.calls:
        return message
    calls = [f"<tool_call>\n{_call_text(call.name, call.arguments)}\n</tool_call>" for call in message.calls]
    return ChatMessage(message.role, "\n".join([message.content, *calls] if message.content else calls))


def chatml(prompt: Prompt) -> str:
    """Our own form: one system block of rules, tools as one line each, then the rest of what is stable."""
    blocks = [_block(message.role, message.content) for message in merged(written(prompt).messages)]
    return "".join(blocks) + "<|im_start|>assistant\n"


def _block(role: str, content: str) -> str:
    return f"<|im_start|>{role}\n{content}<|im_end|>\n"


def _call_text(name: str, arguments: Mapping[str, Any]) -> str:
    return json.dumps({"name": name, "arguments": dict(arguments)}, ensure_ascii=False)


def _tool_text(tools: Iterable[ToolSpec]) -> str:
    lines = "\n".join(f"{tool.name}({_signature(tool.parameters)}): {tool.description}" for tool in tools)
    form = '<tool_call>{"name": "…", "arguments": {…}}</tool_call>'
    return f"Tools:\n{lines}\nTo use a tool, reply with only {form}"


def _signature(schema: Mapping[str, Any]) -> str:
    """Names, `?` for optional ones, and kinds; one without a kind is a text."""
    required = schema.get("required", [])
    properties: Mapping[str, Any] = schema.get("properties", {})
    kinds = {name: _kind(inner) for name, inner in properties.items()}
    return ", ".join(
        f"{name}{'' if name in required else '?'}{'' if kind == 'str' else f': {kind}'}"
        for name, kind in kinds.items()
    )


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "|".join(map(str, schema["enum"]))
    if options := schema.get("anyOf"):
        return "|".join(_kind(option) for option in options if option.get("type") != "null")
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return {"integer": "int", "number": "num", "string": "str", "boolean": "bool"}.get(
        schema.get("type", ""), "any"
    )


class Clean:
    """Takes out of people's and tools' words what the model would read as its own marks."""

    def __init__(self, special: Iterable[str]) -> None:
        found = sorted({re.escape(mark) for mark in special if len(mark) > 2}, key=len, reverse=True)
        self._special = re.compile("|".join([_MARKS.pattern, *found]))

    def prompt(self, prompt: Prompt) -> Prompt:
        """The prompt with every message cleaned, the arguments of calls too."""
        messages = tuple(
            replace(message, content=self.text(message.content), calls=tuple(map(self._call, message.calls)))
            for message in prompt.messages
        )
        return replace(prompt, messages=messages)

    def _call(self, call: ToolCall) -> ToolCall:
        return replace(
            call, arguments={self.text(key): self._value(value) for key, value in call.arguments.items()}
        )

    def _value(self, value: JsonValue) -> JsonValue:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._value(inner) for inner in value]
        if isinstance(value, dict):
            return {self.text(key): self._value(inner) for key, inner in value.items()}
        return value

    def text(self, text: str) -> str:
        """Taken out until none is left: removing one mark may join another."""
        while (cleaned := self._special.sub(" ", text)) != text:
            text = cleaned
        return text
