"""Taking changes of the schedule back; called by "undo", never offered to a mind."""

from typing import Annotated

from pydantic import Field

from assistant.errors import ToolError
from assistant.memory.clocks import local_now
from assistant.memory.entries import Kind, Waiting
from assistant.memory.schedule import Schedule
from assistant.messages import Turn
from assistant.skills.clock import Hours
from assistant.skills.skill import Outcome, tool
from assistant.skills.timer_names import called
from assistant.skills.when_words import in_or_at
from assistant.skills.wording import sentence, time_left


class EntryUndo:
    """Brings entries back as they were."""

    def __init__(self, schedule: Schedule, *, hours: Hours = "12") -> None:
        self._schedule = schedule
        self._hours = hours

    def offers(self, tool: str) -> bool:
        """A mind has no use for it."""
        return False

    @tool(writes=True, risk=1)
    async def entry_restore(self, turn: Turn, version: Annotated[int, Field(ge=1)]) -> Outcome:
        """Bring a timer, alarm or reminder back as it was."""
        back = await self._schedule.bring_back(version)
        entry = await self._schedule.written(back.id)
        if entry is None:
            raise ToolError(f"entry {back.id} is not on disk", spoken="Sorry, I couldn't bring it back.")
        return Outcome(sentence(await self._words(entry)), {"id": entry.id}, changed=True)

    async def _words(self, entry: Waiting) -> str:
        if entry.kind is Kind.TIMER:
            timer = await self._schedule.stored(entry.id)
            held = " paused" if timer is not None and timer.paused else ""
            length_s = entry.left_s if timer is None else timer.length_s
            return f"the {called(entry.name, length_s)} is back{held} with {time_left(entry.left_s)} left"
        when = in_or_at(entry, local_now(self._schedule.clocks), self._hours)
        what = f" ({entry.text})" if entry.text else ""
        return f"the {entry.kind.value}{what} is back, {when}"
