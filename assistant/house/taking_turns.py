"""One room among several that hear the same words: what it does while the turn is its own, and when not."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from assistant.house.attention import Attention, Exchange
from assistant.house.choosing import Choosing, Part
from assistant.house.nearest import Claim
from assistant.journal import Journal
from assistant.messages import BUTTON, EAR_RATE_HZ, Woken, Yielded


@dataclass(frozen=True, slots=True)
class TakingTurns:
    """`begin(exchange)`: read and answer it; `let_be()`: all in the room is as if nothing had been said."""

    room: str
    attention: Attention
    journal: Journal
    choosing: Choosing | None
    """None: there is no other room."""
    begin: Callable[[Exchange], None]
    let_be: Callable[[], None]

    def woken(self, exchange: Exchange, event: Woken) -> None:
        """The wake word was said to the room, or to one beside it."""
        pressed = event.word == BUTTON
        claim = Claim(self.room, 0.0, event.score, event.level_db, event.noise_db, asked=pressed)
        self._enter(exchange, claim, event.late_samples / EAR_RATE_HZ)

    def spoken(self, exchange: Exchange, *, asked: bool) -> None:
        """Something was said without it; `asked`: as an answer."""
        self._enter(exchange, Claim(self.room, 0.0, asked=asked), 0.0)

    def _enter(self, exchange: Exchange, claim: Claim, late_s: float) -> None:
        if self.attention.hearing is not None:
            self.attention.hearing.withdraw()
        self.attention.hear(exchange)
        if self.choosing is not None:
            part = Part(exchange.utterance, partial(self._lead, exchange), partial(self._give_way, exchange))
            exchange.bid = self.choosing.enter(claim, late_s, part)

    def _lead(self, exchange: Exchange) -> None:
        """It is this room's turn after all."""
        self.attention.turn_over(exchange, yielded=False)
        if exchange.utterance.voiced:
            self.begin(exchange)

    def _give_way(self, exchange: Exchange, to: str) -> None:
        """Another room is nearer."""
        if not exchange.yielded:
            self.attention.turn_over(exchange, yielded=True)
            self.let_be()
            self.journal.write(self.room, exchange.turn.id, Yielded(to))
