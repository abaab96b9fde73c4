"""Reminders: to a room or to everyone, once or on days of the week, kept by the schedule."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final

from pydantic import Field

from assistant.errors import ToolError
from assistant.memory.clocks import local_now
from assistant.memory.entries import Kind, Waiting
from assistant.memory.schedule import Schedule, Wanted
from assistant.messages import JsonValue, Turn
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
from assistant.skills.wording import counted, joined, number, sentence

MOST: Final = 100
LONGEST_S: Final = 366 * 24 * 3600
NONE: Final = "You have no reminders."
NO_TIME: Final = "When should I remind you?"
NOT_KEPT: Final = "Sorry, I couldn't keep that reminder."

Seconds = Annotated[int, Field(ge=1, le=LONGEST_S)]
Text = Annotated[str, Field(min_length=1, max_length=300)]


class Reminders:
    """Reminders of the whole house. `rooms()`: the rooms there are."""

    def __init__(
        self, schedule: Schedule, rooms: Callable[[], Sequence[str]] = tuple, *, hours: Hours = "12"
    ) -> None:
        self._schedule = schedule
        self._rooms = rooms
        self._hours = hours

    def abilities(self) -> Sequence[str]:
        return ["remind you of things"]

    @tool(writes=True, risk=1)
    async def reminder_set(
        self,
        turn: Turn,
        text: Text,
        delay_s: Seconds | None = None,
        time: ClockTime | None = None,
        date: Day | None = None,
        days: Days | None = None,
        room: Word | None = None,
        everyone: bool = False,
        every: Every | None = None,
    ) -> Outcome:
        """Remind of something in delay_s seconds, or at HH:MM (24 hours), on a date or days of the week."""
        if (delay_s is None) is (time is None):
            return Outcome(NO_TIME, ok=False, asks=True)
        if len(self._reminders()) >= MOST:
            raise ToolError("too many", spoken=f"Sorry, I can't keep more than {MOST} reminders.")
        wanted = Wanted(Kind.REMINDER, self._room(room, turn), text=text.strip(" .!"), everyone=everyone)
        now = local_now(self._schedule.clocks)
        when = float(delay_s or 0) if time is None else rule_of(time, days, every, date, now)
        reminder = await keep(self._schedule, wanted, when, date, sorry=NOT_KEPT)
        said = f"{self._when(reminder)} I'll remind {_whom(reminder, turn.room)}: {reminder.text}"
        unset = "" if self._schedule.clock_is_set or time is None else CLOCK_UNSET
        return Outcome(
            sentence(said) + unset,
            {"reminder": _shown(reminder)},
            changed=True,
            undo=[("reminder_cancel", {"id": reminder.id})],
        )

    @tool(writes=False, risk=0)
    async def reminder_query(self, turn: Turn) -> Outcome:
        """Tell which reminders are set."""
        there = self._reminders()
        values: dict[str, JsonValue] = {"reminders": [_shown(reminder) for reminder in there]}
        if not there:
            return Outcome(NONE, values)
        told = [f"{reminder.text} {self._when(reminder)}" for reminder in there[:10]]
        more = [f"{number(len(there) - 10)} more"] if len(there) > 10 else []
        return Outcome(f"You have {counted(len(there), 'reminder')}: {joined(told + more)}.", values)

    @tool(writes=True, risk=1)
    async def reminder_cancel(
        self, turn: Turn, text: Word | None = None, all: bool = False, id: Id | None = None
    ) -> Outcome:
        """Cancel a reminder by some of its words, or all of them."""
        there = self._reminders() if id is None else named(self._reminders(), id)
        if not there:
            return Outcome(NONE if id is None else "That reminder is gone already.", ok=False)
        found = there if text is None else with_words(there, text)
        if not found:
            told = joined([reminder.text for reminder in there[:5]])
            return Outcome(f"There is no such reminder. I have: {told}.", ok=False)
        if not all and len(found := of_room(found, turn.room)) > 1:
            return which(found, "reminder_cancel", lambda reminder: reminder.text, {})
        back = await cancelled(self._schedule, found)
        said = sentence(f"{several(found)} reminders are cancelled")
        if len(found) == 1:
            said = f"I won't remind you: {found[0].text}."
        return Outcome(said, {"cancelled": len(found)}, changed=True, undo=back)

    # ── parts ────────────────────────────────────────────────────────────────────────────────────

    def _reminders(self) -> Entries:
        return self._schedule.waiting(Kind.REMINDER)

    def _room(self, wanted: str | None, turn: Turn) -> str:
        if wanted is None:
            return turn.room
        rooms = self._rooms()
        room = wanted.strip().lower().removeprefix("the ")
        if rooms and room not in rooms:
            raise ToolError(f"no room {wanted!r}", spoken=f"I have no loudspeaker in the {room}.")
        return room

    def _when(self, reminder: Waiting) -> str:
        return in_or_at(reminder, local_now(self._schedule.clocks), self._hours)


def _whom(reminder: Waiting, here: str) -> str:
    if reminder.everyone:
        return "everyone"
    return "you" if reminder.room == here else f"the {reminder.room}"


def _shown(reminder: Waiting) -> JsonValue:
    return {
        "id": reminder.id,
        "text": reminder.text,
        "due": f"{reminder.due:%Y-%m-%d %H:%M}",
        "room": "everyone" if reminder.everyone else reminder.room,
    }
