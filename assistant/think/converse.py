"""Words → Sentence…, from the LLM and its tools, within limits and without untrue claims.

A sentence goes out as soon as it is whole. Tools run after the round that asked for them, and what they say
of a change goes out as it is; the LLM's own claims of an action never do. Every failure ends in one honest
sentence.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

from assistant.errors import AssistantError, EngineTimeout
from assistant.journal import Journal
from assistant.messages import (
    ChatMessage,
    LlmItem,
    LlmUsage,
    Prompt,
    Sentence,
    TextDelta,
    ToolCall,
    ToolResult,
    Turn,
)
from assistant.ports import Llm, Toolbox
from assistant.think.asking import NOT_ASKED, asking, offered_risk, report
from assistant.think.bridge import bridged
from assistant.think.claims import asks_state, claims, denies
from assistant.think.early_clause import EarlyClause
from assistant.think.exchange import Exchange, Limits
from assistant.think.prefilled import read_for
from assistant.think.prompt import Surroundings, offered, prompt
from assistant.think.recall import Recall
from assistant.think.retrieve import asked_for
from assistant.think.sentences import SentenceCutter

BROKEN_OFF = "Sorry, I lost my train of thought."
TOO_SLOW = "Sorry, that takes me too long."
ONLY_ASKED = "Nothing was changed: the person only asked how things are."
ALREADY = "This was already done in this turn."
LONGEST_PIECE = 2_000
"""Characters of one piece of text; a model that sends more at once is not talking."""
_UNSPEAKABLE = re.compile(r"[{}<>]|\[\[|```|\w=\w|\":")
"""What is written for machines is no sentence."""

AskBack = Callable[[ToolCall, Turn], None]


class Converse:
    """The LLM as the house's second mind."""

    def __init__(
        self,
        llm: Llm,
        toolbox: Toolbox,
        house_text: Callable[[str], Surroundings | str],
        *,
        limits: Limits | None = None,
        journal: Journal | None = None,
        ask_back: AskBack | None = None,
        english: Callable[[str], bool] = lambda room: True,
    ) -> None:
        """`house_text(room)`: what a prompt tells of the house. `ask_back`: this call waits for a yes.

        `english(room)`: a person's words there can be held against what the tools say of themselves.
        """
        self._llm = llm
        self._toolbox = toolbox
        self._house_text = house_text
        self._limits = limits or Limits()
        self._journal = journal
        self.ask_back = ask_back
        self._english = english
        self._recall = Recall()

    async def answer(
        self, text: str, turn: Turn, history: Sequence[ChatMessage]
    ) -> AsyncGenerator[Sentence, None]:
        """Say what the LLM has to say to these words, doing what it asks tools for."""
        turned = self._turn(text, turn, history)
        waits = bridged(turned, self._limits.silence_s, turn.committed)
        async with aclosing(turned), aclosing(waits) as sentences:
            async for sentence in sentences:
                yield sentence

    async def _turn(
        self, text: str, turn: Turn, history: Sequence[ChatMessage]
    ) -> AsyncGenerator[Sentence, None]:
        talk = Exchange(
            text, self._around(turn.room), asks_state(text), self._limits.tokens, self._limits.seconds
        )
        recalled = self._recall.part(turn.room, history)
        try:
            for _ in range(self._limits.rounds):
                calls: list[ToolCall] = []
                async with aclosing(self._round(talk, turn, recalled, calls)) as sentences:
                    async for sentence in sentences:
                        yield sentence
                if not calls or talk.full:
                    break
                async with aclosing(self._use(talk, turn, calls)) as sentences:
                    async for sentence in sentences:
                        yield sentence
                if talk.asked_back:
                    return
        except AssistantError as error:
            spoken = error.apology(acted=turn.acted.is_set())
            if talk.told and not isinstance(error, EngineTimeout):
                spoken = BROKEN_OFF
            self._failed(turn, error, spoken)
            yield Sentence(spoken)
            return
        if talk.wished is not None and not talk.told and not talk.done and self.ask_back is not None:
            self.ask_back(talk.wished, turn)
            yield Sentence(asking(talk.wished, self._toolbox.specs()), asks=True)
        elif last := talk.last_word():
            yield Sentence(last)

    def _failed(self, turn: Turn, error: AssistantError, spoken: str) -> None:
        if (journal := self._journal) is not None:
            turn.when_committed(lambda: journal.failed(turn.room, turn.id, error, spoken))

    async def warm(self, room: str, history: Sequence[ChatMessage] = ()) -> None:
        """Have the LLM read what the next prompt of this room begins with, up to the words."""
        talk = Exchange("Hello.", self._around(room), True, 1, self._limits.seconds)
        asked = replace(self._prompt(talk, self._recall.part(room, history)), max_tokens=0)
        async with aclosing(self._items(asked, talk)) as items:
            async for _ in items:
                pass

    def _around(self, room: str) -> Surroundings:
        told = self._house_text(room)
        return Surroundings(things=told, room=room) if isinstance(told, str) else told

    async def _round(
        self, talk: Exchange, turn: Turn, history: Sequence[ChatMessage], calls: list[ToolCall]
    ) -> AsyncGenerator[Sentence, None]:
        """Ask once; yield what may be said; collect the calls."""
        cutter = SentenceCutter()
        said: list[str] = []
        most = talk.tokens
        asked = self._items(self._prompt(talk, history), talk)
        early = EarlyClause(wanted=turn.leads and self._limits.early and talk.chats)
        async with aclosing(asked), aclosing(read_for(turn, asked, self._journal)) as items:
            async for item in items:
                if isinstance(item, ToolCall):
                    calls.append(item)
                elif isinstance(item, TextDelta):
                    piece = item.text[:LONGEST_PIECE]
                    said.append(piece)
                    talk.tokens -= 1 + len(item.text) // LONGEST_PIECE
                    whole = map(early.whole, self._sayable(cutter.feed(piece), talk))
                    for sentence in (*whole, *early.begin(cutter.under_way)):
                        yield sentence
                elif isinstance(item, LlmUsage):
                    talk.tokens = min(talk.tokens, most - item.generated_tokens)
                if talk.full or len(calls) > self._limits.calls:
                    break
        if talk.tokens > 0 or not talk.told:
            for sentence in self._sayable(cutter.finish(), talk):
                yield early.whole(sentence)
        if calls:
            talk.since.append(ChatMessage("assistant", "".join(said).strip(), tuple(calls)))

    def _prompt(self, talk: Exchange, history: Sequence[ChatMessage]) -> Prompt:
        tools = offered(self._toolbox.specs(), self._limits.risk)
        made = prompt(talk.words, talk.around, history, tools, talk.tokens)
        talk.offered = frozenset(tool.name for tool in made.every_tool)
        talk.asked_for = asked_for(talk.words, tools)
        return replace(made, messages=(*made.messages, *talk.since))

    async def _items(self, asked: Prompt, talk: Exchange) -> AsyncGenerator[LlmItem, None]:
        """The LLM's items, none waited for longer than the turn has left."""
        loop = asyncio.get_running_loop()
        async with aclosing(self._llm.converse(asked)) as items:
            while True:
                started = loop.time()
                try:
                    async with asyncio.timeout(talk.seconds):
                        item = await anext(items, None)
                except TimeoutError as error:
                    raise EngineTimeout("the LLM took longer than a turn may", spoken=TOO_SLOW) from error
                talk.seconds -= loop.time() - started
                if item is None:
                    return
                yield item

    def _sayable(self, texts: Sequence[str], talk: Exchange) -> list[Sentence]:
        """Without what claims an action: the tools tell that themselves."""
        sentences = []
        for text in texts:
            text = text.replace("\ufffd", "").strip()
            if not text or _UNSPEAKABLE.search(text):
                continue
            # A state is news, not a claim, to one who asked for it, and where a tool has just read one.
            has_read = any(result.ok for result in talk.untold.values())
            if (talk.wished and not talk.done and not has_read) or claims(
                text, asked_state=talk.only_reads or has_read
            ):
                talk.held = True
            elif len(talk.told) < self._limits.sentences:
                talk.told.append(text)
                admits = denies(text)
                talk.untold = {name: r for name, r in talk.untold.items() if not (r.ok or admits)}
                sentences.append(Sentence(text, asks=text.rstrip("\"')* ").endswith("?")))
        return sentences

    async def _use(
        self, talk: Exchange, turn: Turn, calls: Sequence[ToolCall]
    ) -> AsyncGenerator[Sentence, None]:
        """Make the calls; a write that took effect, and a question back, go out in the tool's own words."""
        writes = {spec.name for spec in self._toolbox.specs() if spec.writes}
        read = False
        for call in calls:
            result = await self._call(talk, turn, call, write=call.name in writes)
            talk.since.append(ChatMessage("tool", report(result), call_id=call.id, name=call.name))
            if result.asks:
                talk.asked_back = True
                if "confirm" in result.values and self.ask_back is not None:
                    self.ask_back(call, turn)
                yield Sentence(result.say, asks=True)
                return
            read = read or not result.changed
            if result.changed and result.say:
                talk.told.append(result.say)
                yield Sentence(result.say)
        talk.tainted = talk.tainted or read

    async def _call(self, talk: Exchange, turn: Turn, call: ToolCall, *, write: bool) -> ToolResult:
        talk.calls += 1
        if talk.calls > self._limits.calls:
            return ToolResult(call.id, ok=False, say="")
        if write and talk.only_reads:
            return ToolResult(call.id, ok=False, say=ONLY_ASKED)
        if self._unasked(talk, call.name):
            return ToolResult(call.id, ok=False, say=NOT_ASKED)
        guards = self._english(turn.room) and offered_risk(call, self._toolbox.specs()) <= self._limits.risk
        if write and guards and not talk.speaks_of(call):
            talk.wished = talk.wished or talk.spelled_out(call)
            return ToolResult(call.id, ok=False, say=NOT_ASKED)
        call = talk.spelled_out(call)
        if any((call.name, call.arguments) == (done.name, done.arguments) for done in talk.done):
            return ToolResult(call.id, ok=True, say=ALREADY)
        result = await self._toolbox.call(call, turn)
        if result.ok and result.changed:
            talk.done.append(call)
            talk.untold.pop(call.name, None)
        else:
            talk.untold[call.name] = result
        return result

    def _unasked(self, talk: Exchange, name: str) -> bool:
        """Whether the person's own words don't speak of a write that lasts, or comes after others' text."""
        spec = next((spec for spec in self._toolbox.specs() if spec.name == name), None)
        if spec is None or spec.risk > self._limits.risk:
            return False  # the toolbox says why
        wary = spec.writes and (talk.tainted or spec.risk >= 2)
        return name not in talk.offered or (wary and name not in talk.asked_for)
