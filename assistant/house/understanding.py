"""Utterance → the words that count in a room, or none."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from functools import partial

from assistant.errors import AssistantError, EngineError
from assistant.hear.panel import OnResult
from assistant.hear.transcribe import Transcribe, to_nobody
from assistant.house.attention import Exchange
from assistant.house.pause_habits import PauseHabits
from assistant.journal import Journal
from assistant.memory.entries import Ring
from assistant.messages import Refused, Transcript
from assistant.ports import TurnJudge
from assistant.think.answer import Answer
from assistant.think.endings import Ending
from assistant.think.ring_commands import RingCommands

JUDGED_WITHIN_S = 0.5
"""A later verdict on a pause is no use: the usual silence has ended it."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a transcript comes to."""

    words: Transcript | None
    """The words to act on, or to ask about (`ask`)."""
    refused: Refused | None = None
    """Why there are none."""
    for_ring: bool = False
    """They are about what rings."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """How the words of an exchange are read, the same for every room of a house.

    `asks`: a doubt is asked about. `ring_commands`: what counts without the wake word while something rings.
    """

    transcribe: Transcribe
    answer: Answer
    journal: Journal
    ring_commands: RingCommands | None = None
    asks: bool = True
    habits: PauseHabits = field(default_factory=PauseHabits)
    turn: TurnJudge | None = None
    """Whether a speaker is done, by the sound."""

    async def words(
        self, exchange: Exchange, ringing: Callable[[], tuple[Ring, ...]], on_pause: OnResult = to_nobody
    ) -> Transcript | None:
        """The words to act on, or to ask about (`ask`); None: not a clear command. Raises AssistantError.

        `ringing()`: what rings in the room. What is said aside, and is not about that, is told to nobody.
        `on_pause`: hears the words up to each pause.
        """
        turn = exchange.turn
        held: list[Transcript] = []
        tell = held.append if exchange.aside else partial(self.journal.write, turn.room, turn.id)
        try:
            best = await self.transcribe(exchange.utterance, tell, on_pause)
        except AssistantError:
            await exchange.utterance.ended.wait()  # nobody is interrupted to hear that it was in vain
            raise
        await exchange.utterance.ended.wait()
        weighed = await self.weigh(best, exchange, ringing())
        if weighed.for_ring:
            for transcript in held:
                self.journal.write(turn.room, turn.id, transcript)
        if weighed.refused is not None:
            self.journal.write(turn.room, turn.id, weighed.refused)
        return weighed.words

    async def weigh(self, best: Transcript, exchange: Exchange, rings: tuple[Ring, ...]) -> Weighed:
        """What the ears' best transcript comes to, while these ring. Nothing is told of it."""
        room = exchange.turn.room
        if best.refused is None or best.ask:
            meant = await self._for_ring(best, room, rings)
            if meant is not None:
                return Weighed(meant, for_ring=True)
        if exchange.aside:
            return Weighed(None, Refused("", "not about what rings"))
        if best.refused is None:
            return Weighed(best)
        # A doubt is asked about once, and only what would be understood: never after a question of ours.
        may_ask = best.ask and self.asks and exchange.woken_at_sample is not None
        if may_ask and await self.answer.knows(best.text, room):
            return Weighed(best)
        return Weighed(None, Refused(best.text, best.refused))

    async def ending(self, weighed: Weighed, room: str) -> Ending:
        """How likely it is that more follows what was weighed at a pause."""
        if weighed.for_ring:
            return Ending.WHOLE
        if weighed.words is None or weighed.words.refused is not None:
            return Ending.UNKNOWN
        return await self.answer.ending(weighed.words.text, room)

    async def sounds_over(self, exchange: Exchange) -> float | None:
        """How likely it is, by the sound, that the speaker is done; None: nobody tells, or not in time."""
        if self.turn is None:
            return None
        with suppress(EngineError, TimeoutError):
            async with asyncio.timeout(JUDGED_WITHIN_S):
                async with aclosing(self.turn.judge(exchange.utterance.so_far().chunks())) as verdicts:
                    async for verdict in verdicts:
                        return verdict.probability
        return None

    async def _for_ring(self, heard: Transcript, room: str, ringing: tuple[Ring, ...]) -> Transcript | None:
        """What the words mean to something that rings here; a doubt is resolved in favour of silence."""
        if not ringing or self.ring_commands is None:
            return None
        command = await self.ring_commands.command(heard.text, room, ringing)
        return None if command is None else replace(heard, text=command, refused=None, ask=False)
