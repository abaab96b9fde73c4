"""A question the house asked, and what the words that follow it settle."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.messages import JsonValue, ToolCall, ToolResult

YES = frozenset({"yes", "yes please", "yeah", "yep", "yes it is", "that's right", "correct"})
NO = frozenset({"no", "no thanks", "no thank you", "nope", "wrong"})
_EMPTY = frozenset({"the", "one", "please", "timer", "a", "um"})


def bare(text: str) -> str:
    """Without case and end marks."""
    return text.lower().strip(" .!,?")


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked in a room. Only the next words there can answer it."""

    doubted: str = ""
    """A yes means that these words were said."""
    call: ToolCall | None = None
    """A yes makes this call, confirmed."""
    choices: Mapping[str, ToolCall] | None = None
    """Naming one makes its call."""

    def chosen(self, text: str) -> ToolCall | None:
        """The call whose name the words give, where exactly one fits."""
        said = set(re.findall(r"[\w'-]+", text.lower())) - _EMPTY
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
