"""A toolbox that writes what it did into the ledger, whichever mind called it."""

from collections.abc import Sequence

from assistant.memory.turns import Turns
from assistant.messages import ToolCall, ToolResult, ToolSpec, Turn
from assistant.ports import Toolbox


class Recorded:
    """The same toolbox, every call with its result in the turn's row."""

    def __init__(self, toolbox: Toolbox, turns: Turns) -> None:
        self._toolbox = toolbox
        self._turns = turns

    def specs(self) -> Sequence[ToolSpec]:
        """As the toolbox tells them."""
        return self._toolbox.specs()

    async def call(self, call: ToolCall, turn: Turn, *, confirmed: bool = False) -> ToolResult:
        """As the toolbox does it."""
        result = await self._toolbox.call(call, turn, confirmed=confirmed)
        turn.when_committed(lambda: self._turns.add(turn, call, result))
        return result


_fits: type[Toolbox] = Recorded
