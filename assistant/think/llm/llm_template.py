"""Prompt → the text the model reads, through the GGUF's own chat template.

A template comes with a download, so it runs in jinja2's sandbox, with no growth of text by multiplication and
against a deadline that every turn of a loop and every macro looks at.
"""

import datetime
import json
import time
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from assistant.errors import EngineError
from assistant.messages import ChatMessage, Prompt, ToolCall
from assistant.think.llm.llm_forms import told_tools, wire_messages, written

TIME_LIMIT_S = 2.0
TEXT_LIMIT = 400_000
"""Characters a template may print; a context of 100,000 tokens holds fewer."""


class TooLong(Exception):
    """A template ran past its deadline."""


class _Generation(Extension):
    """`{% generation %}…{% endgeneration %}`: marks for training; here only what is inside counts."""

    tags = {"generation"}  # noqa: RUF012 - as jinja2 declares it

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """The body alone."""
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox, with a deadline."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self) -> None:
        super().__init__(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, _Generation])
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

    def __init__(self, source: str, begin: str, end: str, call_format: str = "hermes") -> None:
        """`begin` and `end`: the texts of the model's first and last tokens.

        The template is tried at once: EngineError if it is unreadable or cannot print the simplest talk.
        """
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
        self._print(Prompt(_PROBE[:2]))
        self._call_format = call_format
        self._knows_calls = self._try_calls()

    def render(self, prompt: Prompt) -> str:
        """The whole prompt, up to where the reply begins. EngineError if the template fails or hangs.

        Tools are told in our own lines: as JSON schemas they would be most of the prompt. Where the template
        leaves out calls or results, they are written into the messages too.
        """
        told = told_tools if self._knows_calls else written
        return self._print(told(prompt, self._call_format))

    def _try_calls(self) -> bool:
        try:
            text = self._print(Prompt(_PROBE))
        except EngineError:
            return False
        return all(word in text for word in ("probe_call", "probe_argument", "probe_result"))

    def _print(self, prompt: Prompt) -> str:
        self._environment.deadline = time.monotonic() + TIME_LIMIT_S
        told = {"messages": wire_messages(prompt.messages), "add_generation_prompt": True, **self._marks}
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


_PROBE = (
    ChatMessage("system", "Hello."),
    ChatMessage("user", "Hello."),
    ChatMessage("assistant", "", (ToolCall("probecall", "probe_call", {"try": "probe_argument"}),)),
    ChatMessage("tool", "probe_result", call_id="probecall", name="probe_call"),
)
_MEND = "Fix: set `chat: chatml` for this model."


def _tick() -> nodes.Output:
    call = nodes.Call(nodes.EnvironmentAttribute("tick"), [], [], None, None)
    return nodes.Output([call])
