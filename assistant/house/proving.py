"""Matters of security at the house's desk: what waits for its proof, and doing it once that was given."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from assistant.memory.turns import Turns
from assistant.messages import JsonValue, ToolResult, Turn
from assistant.ports import Toolbox
from assistant.skills.proof import Proofs, Unproven

REASON: Final = "the PIN was typed on the page"


@dataclass(frozen=True, slots=True)
class Proving:
    """What a page needs to bring a proof."""

    proofs: Proofs
    proven: Toolbox
    """Does what was proved, and reads it back."""
    turns: Turns

    def waiting(self) -> Sequence[JsonValue]:
        """What waits: its id, room, words, what it would move, and the seconds left."""
        return [
            {
                "id": each.id,
                "room": each.room,
                "words": each.words,
                "targets": list(each.targets),
                "left_s": round(self.proofs.left_s(each)),
            }
            for each in self.proofs.waiting()
        ]

    async def do(self, unproven: Unproven, turn: Turn) -> ToolResult:
        """Do what was taken out of the waiting, in a turn of its own that the ledger keeps."""
        self.turns.begin(turn, unproven.words)
        self.turns.routed(turn, "question", REASON)
        result = await self.proven.call(unproven.call, turn)
        self.turns.add(turn, unproven.call, result)
        self.turns.say(turn, result.say)
        return result
