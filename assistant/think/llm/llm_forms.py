"""The forms a prompt takes on its way to a model: wire messages, our ChatML, and words cleaned of marks."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.messages import ChatMessage, JsonValue, Prompt, ToolCall, ToolSpec
from assistant.think.llm.llm_calls import FORMATS, CallFormat

TOOLS_CHARACTERS = 780
"""Of the tools at the head of a prompt, all together."""
_MARKS = re.compile(r"<\|[^<>|]{1,64}\|>|</?(?:think|tool_call|tool_response|tools)>")


def stable(messages: Sequence[ChatMessage]) -> int:
    """How many at the head are the system's; in a first turn the last of them goes with the words."""
    heads = next((at for at, message in enumerate(messages) if message.role != "system"), len(messages))
    first_turn = sum(message.role == "user" for message in messages) == 1
    return heads - 1 if heads > 1 and first_turn else heads


def merged(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """One system message at the head; one before or after a person's words goes in brackets into them.

    Many templates know no other place for it, and the head must not change from turn to turn.
    """
    heads = stable(messages)
    whole = (
        [ChatMessage("system", "\n\n".join(message.content for message in messages[:heads]))] if heads else []
    )
    aside: list[str] = []
    words = max((at for at, message in enumerate(messages) if message.role == "user"), default=-1)
    for at, message in enumerate(messages[heads:], heads):
        if message.role == "system" and at == words + 1 and words >= heads:
            whole[-1] = ChatMessage("user", f"{whole[-1].content}\n({message.content})")
        elif message.role == "system":
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


def wire_tools(prompt: Prompt) -> list[dict[str, Any]]:
    """Tools as JSON schemas, with the names of this house where an argument takes no other text."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": _named(tool, prompt.names),
            },
        }
        for tool in (*prompt.tools, *prompt.found_tools)
    ]


def _named(tool: ToolSpec, names: Mapping[str, Sequence[str]]) -> Mapping[str, Any]:
    properties = tool.parameters.get("properties")
    if not isinstance(properties, Mapping):
        return tool.parameters
    chosen = {
        argument: allowed
        for argument in properties
        if (allowed := names.get(f"{tool.name}.{argument}", names.get(argument, ())))
    }
    told = {
        key: _one_of(schema, chosen[key]) if key in chosen else schema for key, schema in properties.items()
    }
    return {**tool.parameters, "properties": told}


def _one_of(schema: Any, allowed: Sequence[str]) -> Any:
    """The schema with its text narrowed to these."""
    if not isinstance(schema, Mapping):
        return schema
    if schema.get("type") == "array":
        return {**schema, "items": _one_of(schema.get("items", {}), allowed)}
    return {**schema, "enum": list(allowed)} if schema.get("type") == "string" else schema


def told_tools(prompt: Prompt, call_format: str = "hermes") -> Prompt:
    """The same prompt with its tools written out: the fixed ones at the head, the others after the words."""
    messages = list(prompt.messages)
    found = [tool for tool in prompt.found_tools if tool not in prompt.named_tools]
    if found:
        words = max(at for at, message in enumerate(messages) if message.role == "user")
        lines = "\n".join(map(_told, found))
        told = f"Tools for this:\n{lines}"
        if words + 1 < len(messages) and messages[words + 1].role == "system":
            told = f"{messages.pop(words + 1).content}\n{told}"
        messages.insert(words + 1, ChatMessage("system", told))
    if prompt.every_tool:
        head = ChatMessage("system", _tool_text(prompt, FORMATS[call_format]))
        messages.insert(min(1, stable(prompt.messages)), head)
    return replace(prompt, messages=tuple(messages), tools=(), found_tools=(), named_tools=())


def written(prompt: Prompt, call_format: str = "hermes") -> Prompt:
    """The same prompt for a form that knows no tools: tools, calls and results are written out as text."""
    form = FORMATS[call_format]
    told = told_tools(prompt, call_format)
    return replace(told, messages=tuple(_written(message, form) for message in told.messages))


def _written(message: ChatMessage, form: CallFormat) -> ChatMessage:
    if message.role == "tool":
        return ChatMessage("user", f"<tool_response>\n{message.content}\n</tool_response>")
    if not message.calls:
        return message
    calls = [f"{form.opens}\n{_call_text(call, form)}\n{form.closes}" for call in message.calls]
    return ChatMessage(message.role, "\n".join([message.content, *calls] if message.content else calls))


def chatml(prompt: Prompt, call_format: str = "hermes") -> str:
    """Our own form: one system block of rules, tools as one line each, then the rest of what is stable."""
    blocks = [
        _block(message.role, message.content) for message in merged(written(prompt, call_format).messages)
    ]
    return "".join(blocks) + "<|im_start|>assistant\n"


def _block(role: str, content: str) -> str:
    return f"<|im_start|>{role}\n{content}<|im_end|>\n"


def _call_text(call: ToolCall, form: CallFormat) -> str:
    body = json.dumps({"name": call.name, form.arguments: dict(call.arguments)}, ensure_ascii=False)
    return f"[{body}]" if form.lead.startswith("[") else body


def _tool_text(prompt: Prompt, form: CallFormat) -> str:
    """One line a tool: with what it does where all of them fit, else its name and arguments."""
    lines = list(map(_told, prompt.tools))
    if prompt.named_tools or sum(map(len, lines)) > TOOLS_CHARACTERS:
        lines = list(map(signature, prompt.tools))
    if prompt.named_tools:
        lines.append(by_name(prompt.named_tools))
    call = f'{form.opens}{form.lead}…", "{form.arguments}": {{…}}{form.tail}{form.closes}'
    return "\n".join(["Tools:", *lines, f"To use a tool, reply with only {call}"])


def _told(tool: ToolSpec) -> str:
    return f"{signature(tool)}: {tool.description}"


def by_name(tools: Sequence[ToolSpec]) -> str:
    """Tools in one line by name alone, those of a family together: `More: timer_pause/resume, snooze`."""
    families: dict[str, list[str]] = {}
    for tool in tools:
        family, _, name = tool.name.partition("_")
        families.setdefault(family, []).append(name)
    told = (f"{family}_{'/'.join(names)}" if names != [""] else family for family, names in families.items())
    return f"More: {', '.join(told)}" if tools else ""


def signature(tool: ToolSpec) -> str:
    """A tool in one line: its arguments by name, `?` for optional ones, and those of few values."""
    required = tool.parameters.get("required")
    properties = tool.parameters.get("properties")
    if not isinstance(properties, Mapping):
        return f"{tool.name}()"
    told = ", ".join(
        f"{name}{'' if isinstance(required, list) and name in required else '?'}{_choices(inner)}"
        for name, inner in properties.items()
    )
    return f"{tool.name}({told})"


def _choices(schema: Any) -> str:
    """`=a|b` where few values are meant; the grammar holds all the rest."""
    allowed = schema.get("enum") if isinstance(schema, Mapping) else None
    return f"={'|'.join(map(str, allowed))}" if isinstance(allowed, list) else ""


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


OTHER_WORDS = ("a", "1")
"""Two that no vocabulary begins alike: up to them a prompt is the same whatever is said."""


def worded(prompt: Prompt, words: str) -> Prompt:
    """The same with other words of the person's: their last message."""
    messages = list(prompt.messages)
    asked = max((at for at, message in enumerate(messages) if message.role == "user"), default=None)
    if asked is not None:
        messages[asked] = replace(messages[asked], content=words)
    return replace(prompt, messages=tuple(messages))


def alike(these: Sequence[object], others: Sequence[object]) -> int:
    """How far both begin the same."""
    pairs = enumerate(zip(these, others, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(these), len(others)))
