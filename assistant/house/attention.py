"""What one room attends to: who is being heard, what is being answered, and when there is neither."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from assistant.hear.heard import Utterance
from assistant.house.answered import Answered
from assistant.house.choosing import Bid
from assistant.messages import Turn


class Speculating(Protocol):
    """What is made of a pause before the speaker has ended (`house/speculation.py`)."""

    @property
    def considering(self) -> bool:
        """A pause is being judged."""

    def drop(self, reason: str) -> None:
        """What was made of the last pause is void."""


@dataclass(slots=True)
class Exchange:
    """One turn while it is heard."""

    turn: Turn
    utterance: Utterance
    woken_at_sample: int | None
    """End of the wake word; None: said without it, as an answer to a question of ours."""
    aside: bool = False
    """Said without the wake word, in the gap of what rings."""
    chimed: bool = False
    ended_s: float = 0.0
    """Loop time at which the speaker stopped talking."""
    task: asyncio.Task[None] | None = None
    """What reads and answers it, from the first voice on."""
    accepted: bool = False
    """Its words count."""
    speculation: Speculating | None = None
    """What is made of its pauses."""
    paused_s: float = 0.0
    """Loop time of its last pause."""
    bid: Bid | None = None
    """Whether it is this room that answers; None: no other room could."""
    yielded: bool = False
    """Another room answers; it is only heard to its end."""

    @property
    def ours(self) -> bool:
        """It is this room's to read and to answer, as far as is known."""
        return not self.yielded and (self.bid is None or self.bid.leads)

    def cancel(self) -> None:
        """Nobody wants it any more."""
        if self.task is not None:
            self.task.cancel()

    def withdraw(self) -> None:
        """Nobody wants it any more, here; another room that heard it may."""
        self.cancel()
        if self.bid is not None:
            self.bid.withdraw()

    def answers_now(self) -> bool:
        """Whether this room may be heard on account of it."""
        return self.bid is None or self.bid.take_now()


class Attention:
    """The exchanges of one room. `on_change(wanted)`: whether someone speaks to the room or waits for it."""

    def __init__(self) -> None:
        self.hearing: Exchange | None = None
        self.answering: list[Exchange] = []
        """Heard to their end and not done with, oldest first."""
        self.asked: Answered | None = None
        """Another room put a question here, and waits for what is said next."""
        self.accepted = 0
        """Exchanges whose words counted, so far."""
        self.on_change: Callable[[bool], None] = lambda wanted: None
        self._sensed = False
        self._wanted = False
        self._changed = asyncio.Event()

    def sense(self, *, sensed: bool) -> None:
        """A wake word may have been said; or it was none."""
        self._sensed = sensed
        self._change()

    def hear(self, exchange: Exchange | None) -> None:
        """Someone begins to speak (whoever was being heard is not any more), or nobody does any more."""
        self._sensed = False
        if self.hearing is not None and exchange is not None:
            self.hearing.cancel()
        self.hearing = exchange
        self._change()

    @property
    def spoken_to(self) -> bool:
        """Someone is speaking to this room now, not to another one."""
        return self.hearing is not None and not self.hearing.yielded

    def heard(self, exchange: Exchange) -> None:
        """It was heard to its end and is to be answered."""
        self.answering.append(exchange)
        self.hear(None)

    def turn_over(self, exchange: Exchange, *, yielded: bool) -> None:
        """Another room answers it, or this one does after all."""
        exchange.yielded = yielded
        if yielded:
            exchange.cancel()
            exchange.task = exchange.speculation = None
            self.done(exchange)
        elif exchange.utterance.ended.is_set():
            self.answering.append(exchange)
        self._change()

    def accept(self, exchange: Exchange) -> list[Exchange]:
        """Its words count; the exchanges that came before it."""
        exchange.accepted = True
        self.accepted += 1
        return self.answering[: self.answering.index(exchange)] if exchange in self.answering else []

    def done(self, exchange: Exchange) -> None:
        """It was answered, or led to nothing."""
        if exchange in self.answering:
            self.answering.remove(exchange)
        self._change()

    async def nobody_speaks(self) -> None:
        """Wait until nobody is being heard."""
        await self._until(lambda: not self._sensed and self.hearing is None)

    async def free(self) -> None:
        """Wait until nobody is being heard and everything is answered."""
        await self._until(lambda: not (self._sensed or self.hearing or self.answering))

    async def _until(self, reached: Callable[[], bool]) -> None:
        while not reached():
            self._changed.clear()
            await self._changed.wait()

    def _change(self) -> None:
        self._changed.set()
        exchanges = [*self.answering, *([self.hearing] if self.hearing else [])]
        # Talk in a gap may be a television's: it is wanted only once its words count.
        wanted = self._sensed or any(
            (not each.aside or each.accepted) and not each.yielded for each in exchanges
        )
        if wanted != self._wanted:
            self._wanted = wanted
            self.on_change(wanted)
