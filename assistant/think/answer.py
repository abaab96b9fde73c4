"""Transcript → Sentences: intents first, the LLM for the rest, both through one toolbox and one history."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Protocol

from assistant.journal import Journal
from assistant.messages import ChatMessage, Routed, Sentence, ToolCall, Turn
from assistant.ports import Toolbox
from assistant.think.intents import Intents, Understood
from assistant.think.questions import Question, question_of, said_no, said_yes

HISTORY = 16
"""Messages kept of a room's dialogue, in memory only."""
ONLY_COMMANDS = "Sorry, I only know house commands until a language model is installed."


class Conversing(Protocol):
    """The LLM with its tools."""

    def answer(
        self, text: str, turn: Turn, history: Sequence[ChatMessage]
    ) -> AsyncGenerator[Sentence, None]: ...

    async def warm(self, room: str) -> None: ...


@dataclass
class Dialogue:
    """What was said in one room, by either mind."""

    messages: deque[ChatMessage] = field(default_factory=lambda: deque(maxlen=HISTORY))
    question: Question | None = None
    """What was asked; only the next words can answer it, and not for long."""

    def add(self, asked: str, replied: Sequence[str]) -> None:
        """One exchange."""
        self.messages.append(ChatMessage("user", asked))
        if replied:
            self.messages.append(ChatMessage("assistant", " ".join(replied)))


class Answer:
    """The mind of the house. `clock()`: seconds, by which a question grows old."""

    def __init__(
        self,
        intents: Intents,
        toolbox: Toolbox,
        journal: Journal,
        converse: Conversing | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._intents = intents
        self._toolbox = toolbox
        self._journal = journal
        self._converse = converse
        self._clock = clock
        self._dialogues: dict[str, Dialogue] = {}

    def dialogue(self, room: str) -> Dialogue:
        """The room's own thread of talk."""
        return self._dialogues.setdefault(room, Dialogue())

    async def warm(self, room: str) -> None:
        """Have the LLM, if there is one, read ahead what does not change. Raises what it says against it."""
        if self._converse is not None:
            await self._converse.warm(room)

    def wait_for_yes(self, call: ToolCall, room: str) -> None:
        """The room is being asked about this call: a yes makes it."""
        self._put(self.dialogue(room), Question(call=call))

    def question_was_heard(self, room: str) -> None:
        """The room's question has just been said to its end: the time for an answer counts from now."""
        dialogue = self.dialogue(room)
        if dialogue.question is not None:
            self._put(dialogue, dialogue.question)

    def _put(self, dialogue: Dialogue, question: Question) -> None:
        dialogue.question = replace(question, heard_s=self._clock())

    def _taken(self, dialogue: Dialogue) -> Question | None:
        """The question that these words may answer; no later ones can."""
        question, dialogue.question = dialogue.question, None
        return question if question is not None and question.open_at(self._clock()) else None

    def last_reply(self, room: str) -> str:
        """What was last said in the room; empty when nothing was."""
        said = [message.content for message in self.dialogue(room).messages if message.role == "assistant"]
        return said[-1] if said else ""

    async def knows(self, text: str, room: str) -> bool:
        """Whether the intents understand the sentence whole, as something to do."""
        if said_yes(text) or said_no(text):
            return False
        return await self._meaning(text, room) is not None

    async def _meaning(self, text: str, room: str) -> Understood | None:
        # Up to 10 ms of Python on a long sentence, and far more for the first: not on the event loop.
        return await asyncio.to_thread(self._intents.understand, text, room)

    async def doubt(self, text: str, turn: Turn) -> AsyncGenerator[Sentence, None]:
        """Ask whether these words were said; a yes answers them."""
        self._journal.write(turn.room, turn.id, Routed("question", "not sure enough of the words"))
        self._put(self.dialogue(turn.room), Question(doubted=text))
        yield Sentence(f"Did you say: {text}?", asks=True)

    async def answer(self, text: str, turn: Turn) -> AsyncGenerator[Sentence, None]:
        """Do what was asked and yield what to say, sentence by sentence."""
        said: list[str] = []
        dialogue = self.dialogue(turn.room)
        try:
            async with aclosing(self._route(text, turn, dialogue)) as sentences:
                async for sentence in sentences:
                    said.append(sentence.text)
                    yield sentence
        finally:
            dialogue.add(text, said)

    async def _route(self, text: str, turn: Turn, dialogue: Dialogue) -> AsyncGenerator[Sentence, None]:
        question = self._taken(dialogue)
        choice = None if question is None else question.chosen(text)
        if choice is not None or said_yes(text) or said_no(text):
            steps = self._settle(text, question, choice, turn, dialogue)
        else:
            steps = self._understand(text, turn, dialogue)
        async with aclosing(steps) as sentences:
            async for sentence in sentences:
                yield sentence

    async def _settle(
        self, text: str, question: Question | None, choice: ToolCall | None, turn: Turn, dialogue: Dialogue
    ) -> AsyncGenerator[Sentence, None]:
        """A bare yes or no, or one of what was offered. Where nothing was asked, nothing is said."""
        yes = said_yes(text)
        self._journal.write(
            turn.room, turn.id, Routed("question", "answered" if question else "nothing was asked")
        )
        if question is None:
            return
        if choice is not None:
            steps = self._do((choice,), turn, dialogue)
        elif yes and question.call is not None:
            steps = self._do((question.call,), turn, dialogue, confirmed=True)
        elif yes and question.doubted:
            steps = self._understand(question.doubted, turn, dialogue)
        else:
            return
        async with aclosing(steps) as sentences:
            async for sentence in sentences:
                yield sentence

    async def _understand(self, text: str, turn: Turn, dialogue: Dialogue) -> AsyncGenerator[Sentence, None]:
        started = time.perf_counter()
        understood = await self._meaning(text, turn.room)
        took_ms = (time.perf_counter() - started) * 1000
        if understood is not None:
            self._journal.write(turn.room, turn.id, Routed("intents", understood.reason, took_ms))
            async with aclosing(self._do(understood.calls, turn, dialogue)) as sentences:
                async for sentence in sentences:
                    yield sentence
            if understood.question is not None:
                yield Sentence(understood.question, asks=True)
        elif self._converse is not None:
            self._journal.write(
                turn.room, turn.id, Routed("llm", "no intent fits the whole sentence", took_ms)
            )
            async with aclosing(self._converse.answer(text, turn, tuple(dialogue.messages))) as sentences:
                async for sentence in sentences:
                    yield sentence
        else:
            self._journal.write(turn.room, turn.id, Routed("none", "no intent, no language model", took_ms))
            yield Sentence(ONLY_COMMANDS)

    async def _do(
        self, calls: Sequence[ToolCall], turn: Turn, dialogue: Dialogue, *, confirmed: bool = False
    ) -> AsyncGenerator[Sentence, None]:
        for call in calls:
            result = await self._toolbox.call(call, turn, confirmed=confirmed)
            if (question := question_of(call, result)) is not None:
                self._put(dialogue, question)
            if result.say:
                yield Sentence(result.say, result.asks)
