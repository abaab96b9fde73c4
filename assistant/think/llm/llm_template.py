"""Prompt → the text the model reads: through the GGUF's own chat template, or our ChatML.

A template comes with a download, so it runs in jinja2's sandbox, with no growth of text by multiplication and
against a deadline that every turn of a loop and every macro looks at.
"""

import datetime
import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

from assistant.errors import EngineError
from assistant.messages import ChatMessage, Prompt, ToolSpec

TIME_LIMIT_S = 2.0
TEXT_LIMIT = 400_000
"""Characters a template may print; a context of 100,000 tokens holds fewer."""

_MARKS = re.compile(r"<\|[^<>|]{1,64}\|>|</?(?:think|tool_call|tool_response|tools)>")


class TooLong(Exception):
    """A template ran past its deadline."""


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox, with a deadline."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self) -> None:
        super().__init__(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
        self.deadline = 0.0
        self.filters["tojson"] = _as_json
        self.globals["raise_exception"] = _raise
        self.globals["strftime_now"] = lambda form: datetime.datetime.now().astimezone().strftime(form)

    def tick(self, printed: int = 0) -> str:
        """Looked at by every loop turn, every macro and every piece printed."""
        if time.monotonic() > self.deadline or printed > TEXT_LIMIT:
            raise TooLong
        return ""

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if not (isinstance(left, int | float) and isinstance(right, int | float)) or operator == "**":
            raise jinja2.exceptions.SecurityError(f"`{operator}` on {type(left).__name__} is not allowed")
        return super().call_binop(context, operator, left, right)


def _as_json(value: Any, ensure_ascii: bool = False, indent: int | None = None, **_: Any) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)


def _raise(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)


class ChatTemplate:
    """A GGUF's own template."""

    def __init__(self, source: str, begin: str, end: str) -> None:
        """`begin` and `end`: the texts of the model's first and last tokens. EngineError if unreadable."""
        self._environment = _Environment()
        self._marks = {"bos_token": begin, "eos_token": end}
        try:
            tree = self._environment.parse(source)
            for loop in tree.find_all(nodes.For):
                loop.body.insert(0, _tick())
            for macro in tree.find_all(nodes.Macro):
                macro.body.insert(0, _tick())
            code = self._environment.compile(tree)
        except (jinja2.TemplateError, RecursionError) as error:
            raise EngineError(f"The model's chat template cannot be read: {error}. {_MEND}") from error
        self._template = jinja2.Template.from_code(self._environment, code, self._environment.globals)

    def render(self, prompt: Prompt) -> str:
        """The whole prompt, up to where the reply begins. EngineError if the template fails or hangs."""
        self._environment.deadline = time.monotonic() + TIME_LIMIT_S
        told = {"messages": wire_messages(prompt.messages), "add_generation_prompt": True, **self._marks}
        if prompt.tools:
            told["tools"] = wire_tools(prompt.tools)
        text = ""
        try:
            for piece in self._template.generate(told | {"enable_thinking": False}):
                text += piece
                self._environment.tick(len(text))
        except TooLong as error:
            raise EngineError(f"The model's chat template does not come to an end. {_MEND}") from error
        except (
            jinja2.TemplateError,
            ArithmeticError,
            LookupError,
            TypeError,
            ValueError,
            RecursionError,
        ) as error:
            raise EngineError(f"The model's chat template failed: {error}. {_MEND}") from error
        return text


_MEND = "Fix: set `chat: chatml` for this model."


def _tick() -> nodes.Output:
    call = nodes.Call(nodes.EnvironmentAttribute("tick"), [], [], None, None)
    return nodes.Output([call])


def wire_messages(messages: Sequence[ChatMessage]) -> list[dict[str, Any]]:
    """Messages as chat templates and OpenAI-compatible servers know them; leading system messages are one."""
    wire: list[dict[str, Any]] = []
    for message in messages:
        entry: dict[str, Any] = {"role": message.role, "content": message.content}
        if message.role == "system" and wire and all(earlier["role"] == "system" for earlier in wire):
            wire[0]["content"] += "\n\n" + message.content
            continue
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


def chatml(prompt: Prompt) -> str:
    """Our own form: one system block of rules, tools as one line each, then the rest of what is stable."""
    system = [message.content for message in prompt.messages if message.role == "system"]
    if prompt.tools:
        system.insert(1, _tool_text(prompt.tools))
    text = _block("system", "\n\n".join(system)) if system else ""
    for message in prompt.messages:
        if message.role == "system":
            continue
        said = [message.content] if message.content else []
        said += [
            f"<tool_call>\n{_call_text(call.name, call.arguments)}\n</tool_call>" for call in message.calls
        ]
        if message.role == "tool":
            text += _block("user", f"<tool_response>\n{message.content}\n</tool_response>")
        else:
            text += _block(message.role, "\n".join(said))
    return text + "<|im_start|>assistant\n"


def _block(role: str, content: str) -> str:
    return f"<|im_start|>{role}\n{content}<|im_end|>\n"


def _call_text(name: str, arguments: Mapping[str, Any]) -> str:
    return json.dumps({"name": name, "arguments": dict(arguments)}, ensure_ascii=False)


def _tool_text(tools: Iterable[ToolSpec]) -> str:
    lines = "\n".join(f"{tool.name}({_signature(tool.parameters)}): {tool.description}" for tool in tools)
    form = '<tool_call>\n{"name": "…", "arguments": {…}}\n</tool_call>'
    return f"Tools:\n{lines}\nTo use a tool, reply with only:\n{form}"


def _signature(schema: Mapping[str, Any]) -> str:
    required = schema.get("required", [])
    properties: Mapping[str, Any] = schema.get("properties", {})
    return ", ".join(
        f"{name}{'' if name in required else '?'}: {_kind(kind)}" for name, kind in properties.items()
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
        """The prompt with every message cleaned."""
        messages = tuple(
            ChatMessage(m.role, self.text(m.content), m.calls, m.call_id, m.name) for m in prompt.messages
        )
        return Prompt(messages, prompt.tools, prompt.max_tokens, prompt.temperature)

    def text(self, text: str) -> str:
        """Taken out until none is left: removing one mark may join another."""
        while (cleaned := self._special.sub(" ", text)) != text:
            text = cleaned
        return text
