"""What the LLM reads of a call, and what it wants to do of its own, put as a question."""

import re
from collections.abc import Sequence

from assistant.messages import ToolCall, ToolResult, ToolSpec

NOT_ASKED = "Not done: the person did not ask for that."


def report(result: ToolResult) -> str:
    """A result as the LLM reads it."""
    return result.say or ("It worked." if result.ok else "It did not work.")


def asking(call: ToolCall, specs: Sequence[ToolSpec]) -> str:
    """Whether this may be done, which nobody's words spoke of."""
    does = next((spec.description for spec in specs if spec.name == call.name), "")
    what = re.split(r"[.;(]", does, maxsplit=1)[0].strip() or call.name.replace("_", " ")
    targets = call.arguments.get("targets")
    named = f": {', '.join(map(str, targets))}" if isinstance(targets, list) and targets else ""
    return f"Do you want me to {what[:1].lower()}{what[1:]}{named}?"


def offered_risk(call: ToolCall, specs: Sequence[ToolSpec]) -> float:
    """The risk class of the tool; without end where there is none."""
    return next((spec.risk for spec in specs if spec.name == call.name), float("inf"))
