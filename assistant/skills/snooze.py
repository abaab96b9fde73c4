"""Snooze: what rings rings again after a while."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Final

from pydantic import Field

from assistant.errors import ToolError
from assistant.memory.clocks import local_now
from assistant.memory.entries import Kind, Ring
from assistant.memory.schedule import Schedule
from assistant.messages import Turn
from assistant.skills.clock import Hours
from assistant.skills.skill import Outcome, tool
from assistant.skills.when_words import clock_words
from assistant.skills.wording import duration, sentence

MINUTES: Final = 10
NOTHING: Final = "Nothing is ringing."

Minutes = Annotated[int, Field(ge=1, le=720)]


class Snooze:
    """For alarms, reminders and timers alike."""

    def __init__(self, schedule: Schedule, *, hours: Hours = "12") -> None:
        self._schedule = schedule
        self._hours = hours

    @tool(writes=True, risk=1)
    async def snooze(self, turn: Turn, minutes: Minutes = MINUTES) -> Outcome:
        """Let what rings now ring again in some minutes (ten if none are said)."""
        rings = [ring for ring in self._schedule.ringing() if ring.kind is not Kind.COMMAND]
        here = [ring for ring in rings if ring.room == turn.room or ring.everyone] or rings
        if not here:
            return Outcome(NOTHING, ok=False)
        undo = [("entry_restore", {"version": self._schedule.note(ring.id)}) for ring in here]
        for ring in here:
            await self._schedule.snooze(ring.id, minutes * 60)
        left_s = [await self._left_s(ring) for ring in here]
        due = local_now(self._schedule.clocks) + timedelta(seconds=max(left_s))
        said = f"I'll {_again(here)} again in {duration(round(max(left_s) / 60) * 60)}"
        until = f", at {clock_words(due.time(), self._hours)}" if minutes >= 60 else ""
        return Outcome(sentence(said + until), {"minutes": minutes}, changed=True, undo=undo)

    async def _left_s(self, ring: Ring) -> float:
        waiting = await self._schedule.written(ring.id)
        if waiting is None or waiting.left_s <= 0:
            raise ToolError(f"entry {ring.id} does not wait", spoken="Sorry, I couldn't snooze it.")
        return waiting.left_s


def _again(rings: Sequence[Ring]) -> str:
    return "remind you" if all(ring.kind is Kind.REMINDER for ring in rings) else "ring"
