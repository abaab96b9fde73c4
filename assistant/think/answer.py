"""Transcript → Sentences: intents first, the LLM for the rest, both through one toolbox and one history."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial

from assistant.errors import AssistantError
from assistant.journal import Journal
from assistant.memory.turns import FRESH_S, Turns
from assistant.messages import Routed, Sentence, ToolCall, Turn
from assistant.ports import Toolbox
from assistant.think.dialogue import Dialogue
from assistant.think.endings import Ending, Next
from assistant.think.intents import Intents
from assistant.think.leads import Lead
from assistant.think.questions import Question, said_no, said_thanks, said_yes
from assistant.think.respond import DID_YOU_SAY, ONLY_COMMANDS, Conversing, Respond, RoomRules

__all__ = ["ONLY_COMMANDS", "Answer", "Conversing", "RoomRules"]

NOT_DUE = "It was time for something that I don't understand any more: {}."
NEEDS_YES = "It was time for this, but I may not do it without a yes: {}."
HIGHEST_DUE_RISK = 1
"""A command that falls due asks nobody, so it may only do what is easily taken back."""


class Answer:
    """The mind of the house. `clock()`: seconds, by which a question grows old.

    `turns`: the ledger, where the LLM's tools are recorded too (`think/recorded.py`); None: one of its own.
    """

    def __init__(
        self,
        intents: Intents,
        toolbox: Toolbox,
        journal: Journal,
        converse: Conversing | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        turns: Turns | None = None,
        rules: RoomRules | None = None,
    ) -> None:
        self.turns = turns or Turns(clock)
        self._journal = journal
        self._converse = converse
        self._clock = clock
        rules = rules or RoomRules()

        def respond(understands: Intents) -> Respond:
            return Respond(understands, toolbox, journal, converse, self.turns, clock, rules)

        self._respond = respond(intents)
        others = {id(each): respond(each) for each in rules.abroad.values()}
        self._abroad = {room: others[id(each)] for room, each in rules.abroad.items()}
        self._dialogues: dict[str, Dialogue] = {}

    @property
    def talks(self) -> bool:
        """There is a language model for what is no house command."""
        return self._converse is not None

    def _in(self, room: str) -> Respond:
        """What responds in the language of a room."""
        return self._abroad.get(room, self._respond)

    def dialogue(self, room: str) -> Dialogue:
        """The room's own thread of talk."""
        return self._dialogues.setdefault(room, Dialogue())

    async def warm(self, room: str) -> None:
        """Have the LLM, if there is one, read ahead all but the words. Raises what it says against it."""
        if self._converse is not None:
            await self._converse.warm(room, tuple(self.dialogue(room).messages))

    def wait_for_yes(self, call: ToolCall, room: str) -> None:
        """The room is being asked about this call: a yes makes it."""
        self.dialogue(room).put(Question(call=call), self._clock())

    def question_was_heard(self, room: str) -> None:
        """The room's question has just been said to its end: the time for an answer counts from now."""
        dialogue = self.dialogue(room)
        if dialogue.question is not None:
            dialogue.put(dialogue.question, self._clock())

    def last_reply(self, room: str) -> str:
        """What was last said in the room; empty when nothing was."""
        return self.dialogue(room).last_reply

    def move(self, here: str, there: str) -> str:
        """The talk of one room goes on in another; the words to go on with, empty where it is long over."""
        talk, now_s = self.dialogue(here), self._clock()
        if not 0 <= now_s - talk.last_s <= FRESH_S or not talk.messages:
            return ""
        moved = self._dialogues[there] = talk.draft()
        talk.messages.clear()
        if moved.taken_up is not None and moved.taken_up.open_at(now_s):
            moved.put(moved.taken_up, now_s)
        moved.changes += 1
        self.turns.move(here, there)
        return moved.last_reply

    async def knows(self, text: str, room: str) -> bool:
        """Whether the intents understand the sentence whole, as something to do."""
        if said_yes(text) or said_no(text) or said_thanks(text):
            return False
        return await self._in(room).meaning(text, room) is not None

    def know_beginnings(self, follows: Next) -> None:
        """`follows(words)`: what may come next in a sentence of the house."""
        self._respond.follows = follows

    def lead_with(self, leads: Lead) -> None:
        """`leads(call, turn)`: what the answer to a call begins with; spoken answers begin so."""
        for respond in (self._respond, *self._abroad.values()):
            respond.leads = leads

    async def ending(self, text: str, room: str) -> Ending:
        """How likely it is that more follows these words, said in a room up to a pause."""
        question = self.dialogue(room).question
        if question is not None and question.open_at(self._clock()) and question.settled_by(text):
            return Ending.WHOLE
        if said_yes(text) or said_no(text) or said_thanks(text):
            return Ending.UNKNOWN  # to nothing that was asked: often the sound of something else
        return await self._in(room).ending(text, room)

    async def doubt(self, text: str, turn: Turn) -> AsyncGenerator[Sentence, None]:
        """Ask whether these words were said; a yes answers them."""
        routed = Routed("question", "not sure enough of the words")
        turn.when_committed(lambda: self._journal.write(turn.room, turn.id, routed))
        asked = Question(doubted=text)
        turn.when_committed(lambda: self.dialogue(turn.room).put(asked, self._clock()))
        yield Sentence(self._in(turn.room).told(DID_YOU_SAY).format(text=text), asks=True)

    async def answer(self, text: str, turn: Turn) -> AsyncGenerator[Sentence, None]:
        """Do what was asked and yield what to say, sentence by sentence.

        Before the turn is committed nothing is done and nothing remembered; if it never is, nothing was.
        """
        said: list[str] = []
        dialogue = self.dialogue(turn.room)
        if not turn.committed.is_set():
            dialogue = dialogue.draft()
            turn.when_committed(partial(self._dialogues.__setitem__, turn.room, dialogue))
        if not self.turns.remembers(turn.room):
            dialogue.forget_stale(self._clock())
        turn.when_committed(lambda: self.turns.begin(turn, text))
        try:
            async with aclosing(self._in(turn.room).to(text, turn, dialogue)) as sentences:
                async for sentence in sentences:
                    if not (sentence.filler or sentence.begins):
                        said.append(sentence.text)
                    if not sentence.begins:
                        turn.when_committed(partial(self.turns.say, turn, sentence.text))
                    yield sentence
        finally:
            dialogue.add(text, said, self._clock())

    def state(self, room: str) -> tuple[int, int]:
        """Changes with all that an answer in the room builds on: what was said and done there."""
        return self.dialogue(room).changes, self.turns.changes[room]

    async def carry_out(self, text: str, room: str) -> AsyncGenerator[Sentence, None]:
        """Do a command that fell due: intents only, nothing asked, nothing above `HIGHEST_DUE_RISK`.

        Whatever keeps it from being done is told; AssistantError never leaves here.
        """
        turn = Turn(0, room)
        turn.committed.set()
        self.turns.begin(turn, text)
        try:
            async with aclosing(self._in(room).due(text, turn, HIGHEST_DUE_RISK)) as results:
                async for result in results:
                    if result is None:
                        yield Sentence(NOT_DUE.format(text))
                    elif result.asks:
                        yield Sentence(NEEDS_YES.format(text))
                    elif result.say:
                        yield Sentence(result.say)
        except AssistantError as error:
            self._journal.failed(room, 0, error, error.spoken)
            yield Sentence(error.spoken)
