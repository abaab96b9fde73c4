"""One turn's words → what is done and said: an answer to a question, a command, or the LLM's part."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal, Protocol, TypeAlias

from assistant.journal import Journal
from assistant.memory.turns import Turns
from assistant.messages import ChatMessage, Routed, Sentence, ToolCall, ToolResult, Turn
from assistant.ports import Toolbox
from assistant.think.claims import asks_state
from assistant.think.context import Context
from assistant.think.dialogue import Dialogue
from assistant.think.endings import Ending, Next, ending, nobody_knows
from assistant.think.intents import Intents
from assistant.think.leads import Lead, at_once, led, nobody_leads
from assistant.think.meant import Meant
from assistant.think.questions import Question, question_of, said_no, said_thanks, said_yes
from assistant.think.recorded import Recorded
from assistant.think.why_not import why_not

ONLY_COMMANDS = "Sorry, I only know house commands until a language model is installed."
NOT_YET = "Sorry, I only know house commands until my language model is ready; it is still being built."
NOT_IN_THIS_ROOM = "Sorry, in this room I only do house commands."
LEFT = "Okay."
DID_YOU_SAY = "Did you say: {text}?"
_DO = re.compile(r"\W*do (?!(?:i|you|we|they|the|any|all)\b)|\W*do the same\b", re.IGNORECASE)
Sentences: TypeAlias = AsyncGenerator[Sentence, None]
Route: TypeAlias = Literal["intents", "llm", "question", "none"]


@dataclass(frozen=True, slots=True)
class RoomRules:
    """What the mind must know of its rooms."""

    llm: Callable[[str], bool] = lambda room: True
    """Whether the LLM may answer in a room."""
    late: Callable[[], bool] = lambda: False
    """Whether the LLM is still being built."""
    ringing: Callable[[], bool] = lambda: False
    """Whether something rings: then "ten more minutes" is said to that."""
    abroad: Mapping[str, Intents] = field(default_factory=dict)
    """What understands in the rooms that speak another language than the house."""


class Conversing(Protocol):
    """The LLM with its tools."""

    def answer(self, text: str, turn: Turn, history: Sequence[ChatMessage]) -> Sentences: ...

    async def warm(self, room: str, history: Sequence[ChatMessage] = ()) -> None: ...


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
        rules: RoomRules,
    ) -> None:
        self._intents = intents
        self._toolbox = Recorded(toolbox, turns)
        self._journal = journal
        self._converse = converse
        self._turns = turns
        self._clock = clock
        self._rules = rules
        self._context = Context(intents, rules.ringing)
        self.follows: Next = nobody_knows
        """What may follow the words said so far."""
        self.leads: Lead = nobody_leads
        """What the answer to a call begins with."""

    async def meaning(self, text: str, room: str, turn: Turn | None = None) -> Meant | None:
        """What a sentence means as a whole, in the light of what was done before `turn`."""
        rows = self._turns.fresh(room, turn)
        # Up to 10 ms of Python on a long sentence, and far more for the first: not on the event loop.
        return await asyncio.to_thread(self._context.understand, text, room, rows)

    async def ending(self, text: str, room: str) -> Ending:
        """How likely it is that more follows these words."""
        meant = await self.meaning(text, room)
        tools = None if meant is None or meant.asks else [call.name for call in meant.calls]
        named = self._intents.phrases.names
        names = [*(area.name for area in named.areas if area.name != room)][:1] + [*named.spoken()][:1]

        def means(said: str, where: str) -> object:
            found = self._intents.understand(said, where)
            return found and [(call.name, call.arguments) for call in found.calls]

        return await asyncio.to_thread(ending, text, room, tools, means, names, self.follows)

    async def to(self, text: str, turn: Turn, dialogue: Dialogue) -> Sentences:
        """Do what was said and yield what to say."""
        text = self._intents.heard(text)
        question = dialogue.taken(self._clock())
        answered = None if question is None else await self._answered(question, text, turn)
        if answered is not None:
            self._routed(turn, "question", "answered")
            steps = answered(dialogue)
        elif said_yes(text) or said_no(text) or said_thanks(text):
            self._routed(turn, "question", "answered" if question else "nothing was asked")
            return
        else:
            steps = self._understand(text, turn, dialogue)
        async with aclosing(steps) as sentences:
            async for sentence in sentences:
                yield replace(sentence, text=self._intents.told(sentence.text))

    async def due(self, text: str, turn: Turn, risk: int) -> AsyncGenerator[ToolResult | None, None]:
        """Make the calls of a command up to a risk class; None: it is not understood or too risky."""
        understood = await asyncio.to_thread(self._intents.understand, text, turn.room)
        risks = {spec.name: spec.risk for spec in self._toolbox.specs()}
        calls = () if understood is None else understood.calls
        if not calls or any(risks.get(call.name, risk + 1) > risk for call in calls):
            self._routed(turn, "none", "a command that fell due is not understood, or too risky")
            yield None
            return
        self._routed(turn, "intents", "a command that fell due")
        for call in calls:
            yield await self._toolbox.call(call, turn)

    async def _answered(
        self, question: Question, text: str, turn: Turn
    ) -> Callable[[Dialogue], Sentences] | None:
        """What to do about words that answer the question; None: they are something else."""
        if question.agreed(text) and question.call is not None:
            return partial(self._do, (question.call,), turn, confirmed=True)
        if question.agreed(text) and question.doubted:
            return partial(self._understand, question.doubted, turn)
        if question.agreed(text) and question.meant:
            return partial(self._do, question.meant, turn)
        if chosen := question.chosen(text):
            calls = await asyncio.to_thread(self._context.choosing.chosen, question, chosen, turn.room)
            return partial(self._do, calls, turn) if calls else None
        if question.declined(text):
            return partial(self._leave, question)
        if not question.unfinished:
            return None
        if await asyncio.to_thread(self._intents.understand, text, turn.room) is not None:
            return None
        meant = await asyncio.to_thread(self._context.choosing.filled, question, text, turn.room)
        return None if meant is None else partial(self._do, meant.calls, turn)

    async def _leave(self, question: Question, dialogue: Dialogue) -> Sentences:
        """Nothing is wanted. After a yes-or-no question silence says so."""
        if question.choices or question.unfinished:
            yield Sentence(LEFT)

    async def _understand(self, text: str, turn: Turn, dialogue: Dialogue) -> Sentences:
        started = time.perf_counter()
        meant = await self.meaning(text, turn.room, turn)
        if meant is not None and _only_asks(text) and self._writes(meant.calls):
            meant = None
        if meant is None:
            meant = await asyncio.to_thread(self._context.unclear, text, turn.room)
        llm = self._converse is not None and self._rules.llm(turn.room)
        why = ""
        if meant is None and not llm:
            why = await asyncio.to_thread(why_not, text, turn.room, self._intents)
        took_ms = (time.perf_counter() - started) * 1000
        if meant is not None:
            self._routed(turn, "intents", meant.reason, took_ms, meant.sentence)
            steps = self._follow(meant, turn, dialogue)
        elif self._converse is not None and not self._rules.llm(turn.room):
            self._routed(turn, "none", "no intent fits, and this room has no language model", took_ms)
            yield Sentence(why or (NOT_YET if self._rules.late() else NOT_IN_THIS_ROOM))
            return
        elif self._converse is not None:
            self._routed(turn, "llm", "no intent fits the whole sentence", took_ms)
            steps = self._by_llm(self._converse, text, turn, dialogue)
        else:
            self._routed(turn, "none", "no intent, no language model", took_ms)
            yield Sentence(why or ONLY_COMMANDS)
            return
        async with aclosing(steps) as sentences:
            async for sentence in sentences:
                yield sentence

    async def _by_llm(self, converse: Conversing, text: str, turn: Turn, dialogue: Dialogue) -> Sentences:
        """The LLM's part; what one of its tools asked can be answered like any question."""
        async with aclosing(converse.answer(text, turn, tuple(dialogue.messages))) as sentences:
            async for sentence in sentences:
                yield sentence
        turn.when_committed(lambda: self._put_last(turn, dialogue))

    def _put_last(self, turn: Turn, dialogue: Dialogue) -> None:
        """What the turn's last tool asked is the room's question now."""
        last = next((row for row in self._turns.rows(turn.room) if row.turn_id == turn.id), None)
        if last is not None and last.calls and (question := question_of(*last.calls[-1])) is not None:
            dialogue.put(question, self._clock())

    async def _follow(self, meant: Meant, turn: Turn, dialogue: Dialogue) -> Sentences:
        """Say, take back, do and ask what was meant."""
        if meant.says:
            yield Sentence(meant.says)
        async with aclosing(self._do((*meant.back, *meant.calls), turn, dialogue)) as sentences:
            async for sentence in sentences:
                yield sentence
        if meant.asks:
            if meant.question is not None:
                dialogue.put(meant.question, self._clock())
            yield Sentence(meant.asks, asks=True)

    async def _do(
        self, calls: Sequence[ToolCall], turn: Turn, dialogue: Dialogue, *, confirmed: bool = False
    ) -> Sentences:
        for at, call in enumerate(calls):
            lead = "" if at or confirmed or not turn.leads else await self.leads(call, turn)
            if lead:
                steps = led(lead, call, turn, self._toolbox)
            else:
                steps = at_once(call, turn, self._toolbox, confirmed=confirmed)
            async with aclosing(steps):
                async for step in steps:
                    if isinstance(step, Sentence):
                        yield step
                    elif (question := question_of(call, step)) is not None:
                        dialogue.put(question, self._clock())

    def told(self, sentence: str) -> str:
        """A sentence of the mind's own in the language of the house."""
        return self._intents.told(sentence)

    def _writes(self, calls: Sequence[ToolCall]) -> bool:
        """Whether something would be changed."""
        writes = {spec.name for spec in self._toolbox.specs() if spec.writes}
        return any(call.name in writes for call in calls)

    def _routed(self, turn: Turn, route: Route, reason: str, took_ms: float = 0, meant: str = "") -> None:
        turn.when_committed(lambda: self._turns.routed(turn, route, reason, meant))
        routed = Routed(route, reason, took_ms)
        turn.when_committed(lambda: self._journal.write(turn.room, turn.id, routed))


def _only_asks(text: str) -> bool:
    """Whether the words ask how things are; "do the same" and "do not disturb" wish something."""
    return asks_state(text) and not _DO.match(text)
