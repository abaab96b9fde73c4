"""What was said in one room by either mind, and the question that is open there."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.memory.turns import FRESH_S
from assistant.messages import ChatMessage
from assistant.think.questions import Question

HISTORY = 16
"""Messages kept of a room's dialogue, in memory only."""


@dataclass
class Dialogue:
    """One room's own thread of talk. Times are seconds on the caller's clock."""

    messages: deque[ChatMessage] = field(default_factory=lambda: deque(maxlen=HISTORY))
    question: Question | None = None
    """What was asked; only the next words can answer it, and not for long."""
    taken_up: Question | None = None
    """The one that the newest words may have answered."""
    last_s: float = 0.0
    changes: int = 0
    """How often it has changed."""

    def draft(self) -> "Dialogue":
        """A copy to go on from, for words that may not count."""
        return replace(self, messages=deque(self.messages, maxlen=HISTORY))

    def add(self, asked: str, replied: Sequence[str], now_s: float) -> None:
        """One exchange."""
        self.messages.append(ChatMessage("user", asked))
        if replied:
            self.messages.append(ChatMessage("assistant", " ".join(replied)))
        self.last_s = now_s
        self.changes += 1

    def forget_stale(self, now_s: float) -> None:
        """Drop a talk that is over; for a room that keeps no memory."""
        if not 0 <= now_s - self.last_s <= FRESH_S:
            self.messages.clear()

    def put(self, question: Question, now_s: float) -> None:
        """This is being asked; the time for an answer counts from now."""
        self.question = replace(question, heard_s=now_s)
        self.changes += 1

    def taken(self, now_s: float) -> Question | None:
        """The question that words said now may answer; no later ones can."""
        question = self.taken_up = self.question
        self.question = None
        return question if question is not None and question.open_at(now_s) else None

    @property
    def last_reply(self) -> str:
        """What was last said; empty when nothing was."""
        said = [message.content for message in self.messages if message.role == "assistant"]
        return said[-1] if said else ""
