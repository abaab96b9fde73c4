"""Utterance → the words that count in a room, or none."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from assistant.errors import AssistantError
from assistant.hear.transcribe import Transcribe
from assistant.house.attention import Exchange
from assistant.journal import Journal
from assistant.memory.entries import Ring
from assistant.messages import Refused, Transcript
from assistant.think.answer import Answer
from assistant.think.ring_commands import RingCommands


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

    async def words(self, exchange: Exchange, ringing: Callable[[], tuple[Ring, ...]]) -> Transcript | None:
        """The words to act on, or to ask about (`ask`); None: not a clear command. Raises AssistantError.

        `ringing()`: what rings in the room. What is said aside, and is not about that, is told to nobody.
        """
        turn = exchange.turn
        held: list[Transcript] = []
        tell = held.append if exchange.aside else partial(self.journal.write, turn.room, turn.id)
        try:
            best = await self.transcribe(exchange.utterance, tell)
        except AssistantError:
            await exchange.utterance.ended.wait()  # nobody is interrupted to hear that it was in vain
            raise
        await exchange.utterance.ended.wait()
        if best.refused is None or best.ask:
            meant = await self._for_ring(best, turn.room, ringing())
            if meant is not None:
                for transcript in held:
                    self.journal.write(turn.room, turn.id, transcript)
                return meant
        if exchange.aside:
            self.journal.write(turn.room, turn.id, Refused("", "not about what rings"))
            return None
        if best.refused is None:
            return best
        # A doubt is asked about once, and only what would be understood: never after a question of ours.
        may_ask = best.ask and self.asks and exchange.woken_at_sample is not None
        if may_ask and await self.answer.knows(best.text, turn.room):
            return best
        self.journal.write(turn.room, turn.id, Refused(best.text, best.refused))
        return None

    async def _for_ring(self, heard: Transcript, room: str, ringing: tuple[Ring, ...]) -> Transcript | None:
        """What the words mean to something that rings here; a doubt is resolved in favour of silence."""
        if not ringing or self.ring_commands is None:
            return None
        command = await self.ring_commands.command(heard.text, room, ringing)
        return None if command is None else replace(heard, text=command, refused=None, ask=False)
