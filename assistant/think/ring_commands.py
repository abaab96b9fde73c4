"""What may be said to something that rings without the wake word: a few words, and nothing else counts."""

import asyncio
from collections.abc import Iterable
from typing import Final

from assistant.memory.entries import Ring
from assistant.think.intents import Intents
from assistant.think.numbers import plain
from assistant.think.phrases import Phrases

SPOKEN: Final = "ring_words"
"""The list of the phrase files that the narrow ear hears too; each entry means a command."""
TYPED: Final = "also_ring_words"
"""More of them, for an ear that hears any words."""
_TOOLS: Final = frozenset({"stop", "snooze"})
_NAMED: Final = frozenset({"timer_cancel", "alarm_cancel", "reminder_cancel"})


class RingCommands:
    """The words of one language and house that end or put off a ring."""

    def __init__(self, phrases: Phrases, intents: Intents) -> None:
        self._meant = {**phrases.meanings(TYPED), **phrases.meanings(SPOKEN)}
        self._intents = intents

    async def command(self, text: str, room: str, ringing: Iterable[Ring]) -> str | None:
        """The command that `text` is while these ring in `room`; None: it has nothing to do with them."""
        if (meant := self._meant.get(plain(text))) is not None:
            return meant
        understood = await asyncio.to_thread(self._intents.understand, text, room)
        if understood is None or not understood.calls:
            return None
        names = {plain(ring.name) for ring in ringing if ring.name}
        for call in understood.calls:
            named = call.name in _NAMED and plain(str(call.arguments.get("name", ""))) in names
            if call.name not in _TOOLS and not named:
                return None
        return text
