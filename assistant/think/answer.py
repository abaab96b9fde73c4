"""Transcript → Sentences: intents first, the LLM for the rest, both through one toolbox and one history."""

import time
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from assistant.journal import Journal
from assistant.messages import ChatMessage, Routed, Sentence, ToolCall, Turn
from assistant.ports import Toolbox
from assistant.think.intents import Intents, Understood

HISTORY = 16
"""Messages kept of a room's dialogue, in memory only."""
YES = frozenset({"yes", "yes please", "yeah", "yep", "that's right", "correct"})
NO = frozenset({"no", "no thanks", "no thank you", "nope", "wrong"})
ONLY_COMMANDS = "Sorry, I only know house commands until a language model is installed."


class Conversing(Protocol):
    """The LLM with its tools."""

    def answer(
        self, text: str, turn: Turn, history: Sequence[ChatMessage]
    ) -> AsyncGenerator[Sentence, None]: ...


@dataclass
class Dialogue:
    """What was said in one room, by either mind."""

    messages: deque[ChatMessage] = field(default_factory=lambda: deque(maxlen=HISTORY))
    pending: str | ToolCall | None = None
    """What a yes would do: answer these words, or make this call."""

    def add(self, asked: str, replied: Sequence[str]) -> None:
        """One exchange."""
        self.messages.append(ChatMessage("user", asked))
        if replied:
            self.messages.append(ChatMessage("assistant", " ".join(replied)))


class Answer:
    """The mind of the house."""

    def __init__(
        self, intents: Intents, toolbox: Toolbox, journal: Journal, converse: Conversing | None = None
    ) -> None:
        self._intents = intents
        self._toolbox = toolbox
        self._journal = journal
        self._converse = converse
        self._dialogues: dict[str, Dialogue] = {}

    def dialogue(self, room: str) -> Dialogue:
        """The room's own thread of talk."""
        return self._dialogues.setdefault(room, Dialogue())

    def last_reply(self, room: str) -> str:
        """What was last said in the room; empty when nothing was."""
        said = [message.content for message in self.dialogue(room).messages if message.role == "assistant"]
        return said[-1] if said else ""

    def knows(self, text: str, room: str) -> bool:
        """Whether the intents understand the sentence whole."""
        return self._intents.understand(text, room) is not None

    async def doubt(self, text: str, turn: Turn) -> AsyncGenerator[Sentence, None]:
        """Ask whether these words were said; a yes answers them."""
        self._journal.write(turn.room, turn.id, Routed("question", "not sure enough of the words"))
        self.dialogue(turn.room).pending = text
        yield Sentence(f"Did you say: {text}?", asks=True)

    async def answer(self, text: str, turn: Turn) -> AsyncGenerator[Sentence, None]:
        """Do what was asked and yield what to say, sentence by sentence."""
        said: list[str] = []
        dialogue = self.dialogue(turn.room)
        try:
            async for sentence in self._route(text, turn, dialogue):
                said.append(sentence.text)
                yield sentence
        finally:
            dialogue.add(text, said)

    async def _route(self, text: str, turn: Turn, dialogue: Dialogue) -> AsyncGenerator[Sentence, None]:
        pending, dialogue.pending = dialogue.pending, None
        bare = text.lower().strip(" .!,")
        if bare in YES | NO:
            async for sentence in self._settle(pending if bare in YES else None, turn, dialogue):
                yield sentence
            return
        started = time.perf_counter()
        understood = self._intents.understand(text, turn.room)
        took_ms = (time.perf_counter() - started) * 1000
        if understood is not None:
            self._journal.write(turn.room, turn.id, Routed("intents", understood.reason, took_ms))
            async for sentence in self._do(understood, turn, dialogue):
                yield sentence
        elif self._converse is not None:
            self._journal.write(
                turn.room, turn.id, Routed("llm", "no intent matches the whole sentence", took_ms)
            )
            async for sentence in self._converse.answer(text, turn, tuple(dialogue.messages)):
                yield sentence
        else:
            self._journal.write(
                turn.room, turn.id, Routed("none", "no intent and no language model", took_ms)
            )
            yield Sentence(ONLY_COMMANDS)

    async def _settle(
        self, wanted: str | ToolCall | None, turn: Turn, dialogue: Dialogue
    ) -> AsyncGenerator[Sentence, None]:
        """A bare yes or no. Without a question before it, it means nothing and nothing is said."""
        self._journal.write(
            turn.room, turn.id, Routed("question", "yes" if wanted else "no, or nothing asked")
        )
        if isinstance(wanted, str):
            async for sentence in self._route(wanted, turn, dialogue):
                yield sentence
        elif wanted is not None:
            result = await self._toolbox.call(wanted, turn, confirmed=True)
            yield Sentence(result.say, result.asks)

    async def _do(
        self, understood: Understood, turn: Turn, dialogue: Dialogue
    ) -> AsyncGenerator[Sentence, None]:
        for call in understood.calls:
            result = await self._toolbox.call(call, turn)
            if "confirm" in result.values:
                dialogue.pending = call
            if result.say:
                yield Sentence(result.say, result.asks)
        if understood.question is not None:
            yield Sentence(understood.question, asks=True)
