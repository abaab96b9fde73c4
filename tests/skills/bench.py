"""A toolbox at work in tests: real skills, real memory, a home in memory, a record of what happened."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count

from assistant.journal import Entry, Journal
from assistant.messages import Happening, JsonValue, ToolCall, ToolResult, Turn
from assistant.skills.policy import Policy
from assistant.skills.toolbox import SkillToolbox


def committed_turn(room: str = "kitchen") -> Turn:
    """A turn whose effects may happen at once."""
    turn = Turn(1, room)
    turn.committed.set()
    return turn


class Bench:
    """Calls tools as the road does."""

    def __init__(self, *skills: object, policy: Policy | None = None, time_limit_s: float = 5.0) -> None:
        self.entries: list[Entry] = []
        self.journal = Journal(lambda: 0.0)
        self._reading = ExitStack()
        self._reading.enter_context(self.journal.reading(self.entries.append))
        self.toolbox = SkillToolbox(skills, policy or Policy(), self.journal, time_limit_s=time_limit_s)
        self._ids: Iterator[int] = count(1)

    @property
    def happenings(self) -> list[Happening]:
        return [entry.happening for entry in self.entries]

    async def call(
        self,
        name: str,
        arguments: dict[str, JsonValue] | None = None,
        *,
        room: str = "kitchen",
        yes: bool = False,
    ) -> ToolResult:
        """Call a tool in a committed turn."""
        call = ToolCall(f"c{next(self._ids)}", name, arguments or {})
        return await self.toolbox.call(call, committed_turn(room), confirmed=yes)

    async def say(self, tool: str, /, room: str = "kitchen", **arguments: JsonValue) -> str:
        """What a call lets the house say."""
        return (await self.call(tool, arguments, room=room)).say


async def turns_of_the_loop(turns: int = 20) -> None:
    """Let everything that is ready run."""
    for _ in range(turns):
        await asyncio.sleep(0)
