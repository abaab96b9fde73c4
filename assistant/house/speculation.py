"""What is made of the pauses of one utterance: how long to wait for more, and an answer begun meanwhile.

Whoever pauses may be done. So at every pause the words so far are judged; they say how much silence ends the
utterance here, and an answer to them is begun under a turn that is not committed: nothing of it is heard, and
nothing is done, until it is. More speech, or other words at the end, throw it away.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self

from assistant.house.attention import Exchange
from assistant.house.pause_habits import PauseHabits
from assistant.house.understanding import Understanding, Weighed
from assistant.journal import Journal
from assistant.memory.entries import Ring
from assistant.messages import Discarded, Speculated, Spoken, Transcript, Turn


@dataclass(frozen=True, slots=True)
class Means:
    """What speculation works with in one room. `end_after(silence_ms, pause)` is the ear's."""

    understanding: Understanding
    end_after: Callable[[int, int], None]
    rings: Callable[[], tuple[Ring, ...]]

    @property
    def journal(self) -> Journal:
        return self.understanding.journal

    @property
    def habits(self) -> PauseHabits:
        return self.understanding.habits


Reply = Callable[[Transcript, Turn], Coroutine[Any, Any, Spoken]]


@dataclass(frozen=True, slots=True)
class Guess:
    """An answer under way."""

    words: Transcript
    turn: Turn
    reply: asyncio.Task[Spoken]
    state: object
    """What it builds on."""


class Speculation:
    """The pauses of one exchange. On leaving it, what was not taken is gone."""

    def __init__(self, exchange: Exchange, means: Means, reply: Reply) -> None:
        self._exchange = exchange
        self._means = means
        self._reply = reply
        self._guess: Guess | None = None
        self._considering: asyncio.Task[None] | None = None
        self._leaving: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop("the turn is over")
        if self._leaving:
            await asyncio.wait(self._leaving)

    @property
    def considering(self) -> bool:
        """A pause is being judged."""
        return self._considering is not None and not self._considering.done()

    def consider(self, reading: Transcript) -> None:
        """These are the words up to a pause."""
        if self._considering is not None:
            self._leave(self._considering)
        self._considering = asyncio.create_task(self._consider(reading))

    def drop(self, reason: str) -> None:
        """What was made of the last pause is void."""
        if self._considering is not None:
            self._leave(self._considering)
            self._considering = None
        guess, self._guess = self._guess, None
        if guess is not None:
            self._leave(guess.reply)
            self._means.journal.write(guess.turn.room, guess.turn.id, Discarded(reason))

    def taken(self, words: Transcript) -> Guess | None:
        """The answer to these words, if one is under way that still holds; it is the caller's now."""
        guess = self._guess
        if guess is None:
            return None
        if self._holds(guess, words):
            self._guess = None
            return guess
        if not _same(guess.words, words):
            self.drop("the words changed")
        elif guess.state != self._state():
            self.drop("something else was said or done")
        else:
            self.drop("it failed")
        return None

    async def _consider(self, reading: Transcript) -> None:
        exchange, habits, rings = self._exchange, self._means.habits, self._means.rings()
        understanding = self._means.understanding
        weighed = await understanding.weigh(reading, exchange, rings)
        words = weighed.words
        answering = habits.speculate and words is not None and not rings and not exchange.aside
        if answering and words is not None:
            self._begin(words, reading.at_pause)
        if habits.end_by_meaning:
            await self._wait_for_more(reading, weighed, answering=answering)

    def _begin(self, words: Transcript, pause: int) -> None:
        guess = self._guess
        if guess is not None and self._holds(guess, words):
            return
        if guess is not None:
            self.drop("newer words")
        turn = self._exchange.turn.revised(pause)
        reply = asyncio.create_task(self._reply(words, turn))
        self._guess = Guess(words, turn, reply, self._state())

    async def _wait_for_more(self, reading: Transcript, weighed: Weighed, *, answering: bool) -> None:
        exchange, habits = self._exchange, self._means.habits
        ending = await self._means.understanding.ending(weighed, exchange.turn.room)
        refused = weighed.words is None and not exchange.aside
        silence_ms = habits.silence_ms(ending, refused=refused)
        if refused or (silence_ms is None and not exchange.aside):
            over = await self._means.understanding.sounds_over(exchange)
            silence_ms = silence_ms if over is None else habits.sounding_ms(over, refused=refused)
        if silence_ms is not None:
            self._means.end_after(silence_ms, reading.at_pause)
        if not exchange.aside:
            told = Speculated(reading.at_pause, ending, silence_ms, answering)
            self._means.journal.write(exchange.turn.room, exchange.turn.id, told)

    def _holds(self, guess: Guess, words: Transcript) -> bool:
        """Whether it still answers these words."""
        return _same(guess.words, words) and guess.state == self._state() and not guess.reply.done()

    def _state(self) -> object:
        return self._means.understanding.answer.state(self._exchange.turn.room)

    def _leave(self, task: asyncio.Task[Any]) -> None:
        """End it, in its own time. What it fails with here it fails with again where it counts."""
        task.cancel()
        self._leaving.add(task)
        task.add_done_callback(partial(_forget, self._leaving))


def _forget(leaving: set[asyncio.Task[Any]], task: asyncio.Task[Any]) -> None:
    leaving.discard(task)
    if not task.cancelled():
        task.exception()


def _same(one: Transcript, other: Transcript) -> bool:
    return (one.text, one.refused, one.ask) == (other.text, other.refused, other.ask)
