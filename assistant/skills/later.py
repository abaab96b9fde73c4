"""Commands that wait: kept as words, and carried out when they fall due as if they were said then.

Only what is understood whole now, changes something, and is of risk class 1 at most may wait.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from assistant.errors import ToolError
from assistant.memory.clocks import local_now
from assistant.memory.entries import Kind, Waiting
from assistant.memory.schedule import Schedule, Wanted
from assistant.messages import JsonValue, ToolCall, Turn
from assistant.skills.clock import Hours
from assistant.skills.entry_choice import (
    CLOCK_UNSET,
    Entries,
    Id,
    cancelled,
    named,
    of_room,
    several,
    which,
    with_words,
)
from assistant.skills.entry_kept import keep
from assistant.skills.moments import ClockTime, Day, Days
from assistant.skills.recurring import Every, rule_of
from assistant.skills.skill import Outcome, Word, tool
from assistant.skills.when_words import in_or_at
from assistant.skills.wording import counted, joined, sentence

MOST: Final = 30
HIGHEST_RISK: Final = 1
NONE: Final = "No command is waiting."
NOT_UNDERSTOOD: Final = "Sorry, I don't know how to do that later."
TOO_RISKY: Final = "Sorry, I don't do that later on my own. It has to be asked for when it is done."
NO_TIME: Final = "When should I do that?"
_KEEPERS: Final = ("timer_", "alarm_", "reminder_", "command_", "entry_")
"""What keeps a time itself can't be kept for later."""

Seconds = Annotated[int, Field(ge=1, le=366 * 24 * 3600)]
Command = Annotated[str, Field(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the skill asks of the rest of the house."""

    calls: Callable[[str, str], Awaitable[Sequence[ToolCall] | None]]
    """What words said in a room mean, whole; None or empty: nothing."""
    risk: Callable[[ToolCall, str], Awaitable[int | None]]
    """The risk class of a call in a room; None where it can't be made, or changes nothing."""


class Later:
    """Commands of the whole house that wait."""

    def __init__(self, schedule: Schedule, understanding: Understanding, *, hours: Hours = "12") -> None:
        self._schedule = schedule
        self._understanding = understanding
        self._hours = hours

    def abilities(self) -> Sequence[str]:
        return ["do things later"]

    @tool(writes=True, risk=1)
    async def command_later(
        self,
        turn: Turn,
        command: Command,
        delay_s: Seconds | None = None,
        at: ClockTime | None = None,
        date: Day | None = None,
        days: Days | None = None,
        every: Every | None = None,
    ) -> Outcome:
        """Do a house command (in plain words: turn off the fan) in delay_s seconds or at HH:MM (24 hours); on
        days of the week it is done again and again."""
        if (delay_s is None) is (at is None):
            return Outcome(NO_TIME, ok=False)
        if len(self._commands()) >= MOST:
            raise ToolError("too many", spoken=f"Sorry, I can't keep more than {MOST} commands.")
        await self._check(command, turn.room)
        wanted = Wanted(Kind.COMMAND, turn.room, text=command)
        now = local_now(self._schedule.clocks)
        when = float(delay_s or 0) if at is None else rule_of(at, days, every, date, now)
        stored = await keep(self._schedule, wanted, when, date, sorry="Sorry, I couldn't keep that.")
        unset = "" if self._schedule.clock_is_set or at is None else CLOCK_UNSET
        return Outcome(
            sentence(f"{self._when(stored)} I'll do this: {stored.text}") + unset,
            {"command": _shown(stored)},
            changed=True,
            undo=[("command_cancel", {"id": stored.id})],
        )

    @tool(writes=False, risk=0)
    async def command_query(self, turn: Turn) -> Outcome:
        """Tell which commands wait to be done later."""
        there = self._commands()
        values: dict[str, JsonValue] = {"commands": [_shown(command) for command in there]}
        if not there:
            return Outcome(NONE, values)
        told = [f"{command.text} {self._when(command)}" for command in there]
        return Outcome(f"{counted(len(there), 'command')} waiting: {joined(told)}.".capitalize(), values)

    @tool(writes=True, risk=1)
    async def command_cancel(
        self, turn: Turn, command: Word | None = None, all: bool = False, id: Id | None = None
    ) -> Outcome:
        """Cancel a command that waits, by some of its words, or all of them."""
        there = self._commands() if id is None else named(self._commands(), id)
        if not there:
            return Outcome(NONE, ok=False)
        found = there if command is None else with_words(there, command)
        if not found:
            told = joined([waiting.text for waiting in there[:5]])
            return Outcome(f"That is not planned. Planned: {told}.", ok=False)
        if not all and len(found := of_room(found, turn.room)) > 1:
            return which(found, "command_cancel", lambda waiting: waiting.text, {})
        back = await cancelled(self._schedule, found)
        said = found[0].text if len(found) == 1 else f"{several(found)} commands"
        return Outcome(f"I won't do it: {said}.", {"cancelled": len(found)}, changed=True, undo=back)

    # ── parts ────────────────────────────────────────────────────────────────────────────────────

    def _commands(self) -> Entries:
        return self._schedule.waiting(Kind.COMMAND)

    async def _check(self, command: str, room: str) -> None:
        calls = await self._understanding.calls(command, room)
        if not calls or any(call.name.startswith(_KEEPERS) for call in calls):
            raise ToolError(f"{command!r} is no command", spoken=NOT_UNDERSTOOD)
        for call in calls:
            risk = await self._understanding.risk(call, room)
            if risk is None:
                raise ToolError(f"{call.name} changes nothing", spoken=NOT_UNDERSTOOD)
            if risk > HIGHEST_RISK:
                raise ToolError(f"{call.name} is of class {risk}", spoken=TOO_RISKY)

    def _when(self, command: Waiting) -> str:
        return in_or_at(command, local_now(self._schedule.clocks), self._hours)


def _shown(command: Waiting) -> JsonValue:
    return {"id": command.id, "command": command.text, "due": f"{command.due:%Y-%m-%d %H:%M}"}
