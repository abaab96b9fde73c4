"""A question the house asked, and what the words that follow it settle."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.messages import JsonValue, ToolCall, ToolResult

_YES = frozenset({"yes", "yeah", "yep", "yes it is", "that's right", "correct"})
_NO = frozenset({"no", "no thanks", "no thank you", "nope", "wrong"})
ANSWER_S = 15.0
"""A question waits so long for its answer, counted from when it was last heard."""
_EMPTY = frozenset({"the", "one", "please", "timer", "a", "um"})


def said_yes(text: str) -> bool:
    """A bare yes."""
    return _bare(text) in _YES


def said_no(text: str) -> bool:
    """A bare no."""
    return _bare(text) in _NO


def _bare(text: str) -> str:
    """Words only, lower case, without a "please" at the end."""
    return " ".join(_words(text)).removesuffix(" please")


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.lower().replace("\u2019", "'"))


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked in a room. Only the next words there can answer it."""

    doubted: str = ""
    """A yes means that these words were said."""
    call: ToolCall | None = None
    """A yes makes this call, confirmed."""
    choices: Mapping[str, ToolCall] | None = None
    """Naming one makes its call."""
    heard_s: float = 0.0
    """When it was put, or heard to its end."""

    def open_at(self, now_s: float) -> bool:
        """Whether words said now can answer it; a clock that was set back closes it."""
        return 0 <= now_s - self.heard_s <= ANSWER_S

    def chosen(self, text: str) -> ToolCall | None:
        """The call whose name the words give, where exactly one fits."""
        said = set(_words(text)) - _EMPTY
        if not said or not self.choices:
            return None
        fitting = [call for name, call in self.choices.items() if said <= set(name.lower().split())]
        return fitting[0] if len(fitting) == 1 else None


def question_of(call: ToolCall, result: ToolResult) -> Question | None:
    """The question a tool's result puts to the room, if it does."""
    if "confirm" in result.values:
        return Question(call=call)
    offered = result.values.get("choices")
    if not isinstance(offered, list):
        return None
    return Question(
        choices={str(each["say"]): _choice(call, each) for each in offered if isinstance(each, dict)}
    )


def _choice(call: ToolCall, offered: Mapping[str, JsonValue]) -> ToolCall:
    arguments = offered["arguments"]
    return replace(
        call, name=str(offered["tool"]), arguments=arguments if isinstance(arguments, dict) else {}
    )
