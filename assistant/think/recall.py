"""Dialogue → the part of it that a prompt holds."""

from collections.abc import Sequence

from assistant.messages import ChatMessage

HISTORY_CHARACTERS = 1_600
"""A dialogue longer than this is begun anew with its last exchanges."""
KEPT_MESSAGES = 4


class Recall:
    """How much of a room's dialogue goes in: from a fixed message on, so that the head stays."""

    def __init__(self) -> None:
        self._begins: dict[str, ChatMessage] = {}

    def part(self, room: str, history: Sequence[ChatMessage]) -> tuple[ChatMessage, ...]:
        """The dialogue since where it began last time, or its last exchanges if that is too much."""
        begin = self._begins.get(room)
        start = next((at for at, message in enumerate(history) if message is begin), 0)
        size = sum(len(message.content) for message in history[start:])
        if size > HISTORY_CHARACTERS or (start == 0 and history and history[0] is not begin):
            start = _recent(history)
        part = tuple(history[start:])
        if part:
            self._begins[room] = part[0]
        return part


def _recent(history: Sequence[ChatMessage]) -> int:
    """Where the last exchanges begin: with a person's words, within the limit."""
    start = len(history)
    size = 0
    for at in range(len(history) - 1, max(-1, len(history) - 1 - KEPT_MESSAGES), -1):
        size += len(history[at].content)
        if size > HISTORY_CHARACTERS:
            break
        if history[at].role == "user":
            start = at
    return start
