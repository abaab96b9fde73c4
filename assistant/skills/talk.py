"""About the talk itself: stop, say it again, what can you do."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from assistant.messages import Turn
from assistant.skills.skill import Outcome, tool

Stop: TypeAlias = Callable[[str], bool]
"""Silence what rings, plays or is said in a room; whether there was anything."""
LastReply: TypeAlias = Callable[[str], str]
"""What was last said in a room; empty when nothing was."""
Abilities: TypeAlias = Callable[[], Sequence[str]]
"""What the house can do, as words after "I can"."""


class Talk:
    """`abilities` is the toolbox's own, asked when help is."""

    def __init__(self, stop: Stop, last_reply: LastReply, abilities: Abilities) -> None:
        self._stop = stop
        self._last_reply = last_reply
        self._abilities = abilities

    @tool(writes=True, risk=0)
    async def stop(self, turn: Turn) -> Outcome:
        """Be quiet: stop what rings, plays or is being said."""
        stopped = self._stop(turn.room)
        # Silence is the answer; a word would be one more thing to stop.
        return Outcome("", {"stopped": stopped}, changed=stopped)

    @tool(writes=False, risk=0)
    async def repeat(self, turn: Turn) -> Outcome:
        """Say the last answer again."""
        return Outcome(self._last_reply(turn.room) or "I haven't said anything yet.")

    @tool(writes=False, risk=0)
    async def help(self, turn: Turn) -> Outcome:
        """Tell what this house can do."""
        can = list(self._abilities())
        if not can:
            return Outcome("Nothing is set up that I could do for you.")
        listed = can[0] if len(can) == 1 else f"{', '.join(can[:-1])}, and {can[-1]}"
        example = " Try: set a timer for ten minutes." if "set timers" in can else ""
        return Outcome(f"I can {listed}.{example}", {"can": [*can]})
