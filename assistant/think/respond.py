"""One turn's words → what is done and said: an answer to a question, a command, or the LLM's part."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import Literal, Protocol

from assistant.journal import Journal
from assistant.memory.turns import Turns
from assistant.messages import ChatMessage, Routed, Sentence, ToolCall, ToolResult, Turn
from assistant.ports import Toolbox
from assistant.think.dialogue import Dialogue
from assistant.think.intents import Intents, Understood
from assistant.think.questions import Question, question_of, said_no, said_yes
from assistant.think.recorded import Recorded

ONLY_COMMANDS = "Sorry, I only know house commands until a language model is installed."
Sentences = AsyncGenerator[Sentence, None]


class Conversing(Protocol):
    """The LLM with its tools."""

    def answer(self, text: str, turn: Turn, history: Sequence[ChatMessage]) -> Sentences: ...

    async def warm(self, room: str) -> None: ...


class Respond:
    """Both minds at one toolbox; every call and its result go into the ledger."""

    def __init__(
        self,
        intents: Intents,
        toolbox: Toolbox,
        journal: Journal,
        converse: Conversing | None,
        turns: Turns,
        clock: Callable[[], float],
    ) -> None:
        self._intents = intents
        self._toolbox = Recorded(toolbox, turns)
        self._journal = journal
        self._converse = converse
        self._turns = turns
        self._clock = clock

    async def meaning(self, text: str, room: str) -> Understood | None:
        """What the intents make of a whole sentence."""
        # Up to 10 ms of Python on a long sentence, and far more for the first: not on the event loop.
        return await asyncio.to_thread(self._intents.understand, text, room)

    async def to(self, text: str, turn: Turn, dialogue: Dialogue) -> Sentences:
        """Do what was said and yield what to say."""
        question = dialogue.taken(self._clock())
        choice = None if question is None else question.chosen(text)
        if choice is not None or said_yes(text) or said_no(text):
            steps = self._settle(text, question, choice, turn, dialogue)
        else:
            steps = self._understand(text, turn, dialogue)
        async with aclosing(steps) as sentences:
            async for sentence in sentences:
                yield sentence

    async def due(self, text: str, turn: Turn, risk: int) -> AsyncGenerator[ToolResult | None, None]:
        """Make the calls of a command up to a risk class; None: it is not understood or too risky."""
        understood = await self.meaning(text, turn.room)
        risks = {spec.name: spec.risk for spec in self._toolbox.specs()}
        calls = () if understood is None else understood.calls
        if not calls or any(risks.get(call.name, risk + 1) > risk for call in calls):
            self._routed(turn, "none", "a command that fell due is not understood, or too risky")
            yield None
            return
        self._routed(turn, "intents", "a command that fell due")
        for call in calls:
            yield await self._toolbox.call(call, turn)

    async def _settle(
        self, text: str, question: Question | None, choice: ToolCall | None, turn: Turn, dialogue: Dialogue
    ) -> Sentences:
        """A bare yes or no, or one of what was offered. Where nothing was asked, nothing is said."""
        yes = said_yes(text)
        self._routed(turn, "question", "answered" if question else "nothing was asked")
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

    async def _understand(self, text: str, turn: Turn, dialogue: Dialogue) -> Sentences:
        started = time.perf_counter()
        understood = await self.meaning(text, turn.room)
        took_ms = (time.perf_counter() - started) * 1000
        if understood is not None:
            self._routed(turn, "intents", understood.reason, took_ms)
            async with aclosing(self._do(understood.calls, turn, dialogue)) as sentences:
                async for sentence in sentences:
                    yield sentence
            if understood.question is not None:
                yield Sentence(understood.question, asks=True)
        elif self._converse is not None:
            self._routed(turn, "llm", "no intent fits the whole sentence", took_ms)
            async with aclosing(self._converse.answer(text, turn, tuple(dialogue.messages))) as sentences:
                async for sentence in sentences:
                    yield sentence
        else:
            self._routed(turn, "none", "no intent, no language model", took_ms)
            yield Sentence(ONLY_COMMANDS)

    async def _do(
        self, calls: Sequence[ToolCall], turn: Turn, dialogue: Dialogue, *, confirmed: bool = False
    ) -> Sentences:
        for call in calls:
            result = await self._toolbox.call(call, turn, confirmed=confirmed)
            if (question := question_of(call, result)) is not None:
                dialogue.put(question, self._clock())
            if result.say:
                yield Sentence(result.say, result.asks)

    def _routed(
        self,
        turn: Turn,
        route: Literal["intents", "llm", "question", "none"],
        reason: str,
        took_ms: float = 0,
    ) -> None:
        self._turns.routed(turn, route, reason)
        self._journal.write(turn.room, turn.id, Routed(route, reason, took_ms))
