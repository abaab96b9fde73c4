"""What the words of a turn come to, wherever their sense was found."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from assistant.messages import JsonValue, ToolCall
from assistant.think.questions import Question


@dataclass(frozen=True, slots=True)
class Meant:
    """What to do, in this order: say `says`, take back `back`, do `calls`, ask `asks`."""

    calls: tuple[ToolCall, ...]
    reason: str
    """For the record."""
    sentence: str = ""
    """The whole sentence the words stand for, where they leaned on an earlier turn."""
    back: tuple[ToolCall, ...] = ()
    says: str = ""
    asks: str = ""
    question: Question | None = None
    """What an answer to `asks` settles."""


def merged(calls: Iterable[ToolCall]) -> tuple[ToolCall, ...]:
    """Calls that differ in their targets only become one; none is made twice."""
    made: list[ToolCall] = []
    for call in calls:
        for at, other in enumerate(made):
            if other.name == call.name and _apart(other) == _apart(call):
                more = [name for name in _targets(call) if name not in _targets(other)]
                if more:
                    made[at] = replace(
                        other, arguments={**other.arguments, "targets": _targets(other) + more}
                    )
                break
        else:
            made.append(call)
    return tuple(made)


def _apart(call: ToolCall) -> dict[str, JsonValue]:
    return {name: value for name, value in call.arguments.items() if name != "targets"}


def _targets(call: ToolCall) -> list[JsonValue]:
    targets = call.arguments.get("targets")
    return targets if isinstance(targets, list) else []
