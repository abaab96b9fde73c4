"""One way to understand a text: a call, or the question that is open."""

import threading
from dataclasses import dataclass

from assistant.think.said import Arguments


@dataclass(frozen=True, slots=True)
class Meaning:
    """One way to understand a text."""

    tool: str
    arguments: Arguments
    phrase: str
    question: str | None = None
    names: tuple[str, ...] = ()
    in_doubt: str = ""
    """The name of which it is not sure that it was said."""
    open: bool = False
    """Some of its words may be any words: what fits without them goes first."""


def same(one: Meaning, other: Meaning) -> bool:
    return (one.tool, one.arguments, one.question) == (other.tool, other.arguments, other.question)


class Seen(threading.local):
    """What was found for the parts of the sentence that this thread is at."""

    parts: dict[tuple[str, str], Meaning | None] | None = None
