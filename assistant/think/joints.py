"""Where one sentence falls into several commands: "and", "then", a comma."""

import re
from collections.abc import Iterator, Sequence

from assistant.think.numbers import plain

MAX_CUTS = 6
"""Places where a long sentence may fall into commands; more make it no sequence of commands."""
_PAUSE = re.compile(r"[,;.!?](?=\s|$)")
_JOINTS = (
    *((",", "and", "then"), ("and", "then"), ("and", "also"), (",", "and"), (",", "then")),
    *(("and",), ("then",), (",",)),
)
"""Longest first."""


def tokens_of(text: str) -> list[str]:
    """Plain words with a "," where the text pauses between them."""
    parts = [plain(part) for part in _PAUSE.split(text)]
    return " , ".join(part for part in parts if part).split()


def joined(tokens: Sequence[str]) -> str:
    """The words again, without pauses."""
    return " ".join(token for token in tokens if token != ",")


def cuts_in(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where a joint starts and ends; both sides have words."""
    for start in range(1, len(tokens)):
        for joint in _JOINTS:
            end = start + len(joint)
            if (
                tuple(tokens[start:end]) == joint
                and end < len(tokens)
                and (start == 0 or tokens[start - 1] != ",")
            ):
                yield start, end
                break
