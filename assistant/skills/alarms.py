"""Alarms: once or on days of the week, kept by the schedule; what is said is made from the disk."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date as calendar_date
from typing import Final

from assistant.errors import ToolError
from assistant.memory.clocks import local_now
from assistant.memory.entries import Kind, Waiting
from assistant.memory.recurrence import Rule
from assistant.memory.schedule import Schedule, Wanted
from assistant.messages import JsonValue, Turn
from assistant.skills.alarm_words import alike, called, clean, same_half
from assistant.skills.clock import Hours
from assistant.skills.entry_choice import (
    CLOCK_UNSET,
    NOT_CANCELLED,
    Entries,
    Id,
    Undo,
    at_time,
    cancelled,
    named,
    of_room,
    several,
    which,
    with_words,
)
from assistant.skills.entry_kept import day_of, keep, read_back
from assistant.skills.moments import ClockTime, Day, Days, EitherTime, at, numbers
from assistant.skills.recurring import Every, rule_of
from assistant.skills.skill import Outcome, Word, tool
from assistant.skills.when_words import due_words, rule_words
from assistant.skills.wording import counted, joined, sentence

MOST: Final = 30
NONE: Final = "No alarm is set."
NOT_KEPT: Final = "Sorry, I couldn't keep that alarm."


class Alarms:
    """Alarms of the whole house; the asking room's come first where it matters."""

    def __init__(self, schedule: Schedule, *, hours: Hours = "12") -> None:
        self._schedule = schedule
        self._hours = hours

    def abilities(self) -> Sequence[str]:
        return ["set alarms"]

    @tool(writes=True, risk=1)
    async def alarm_set(
        self,
        turn: Turn,
        time: ClockTime,
        days: Days | None = None,
        date: Day | None = None,
        name: Word | None = None,
        every: Every | None = None,
    ) -> Outcome:
        """Set an alarm at HH:MM (24 hours): once, on a date (YYYY-MM-DD), or again on days of the week."""
        if len(self._alarms()) >= MOST:
            raise ToolError("too many", spoken=f"Sorry, I can't keep more than {MOST} alarms.")
        rule = rule_of(time, days, every, date, local_now(self._schedule.clocks))
        on = day_of(rule, date)
        same = next((a for a in self._alarms() if alike(a, rule, on, clean(name))), None)
        if same is not None:
            return Outcome(f"You have that alarm already, {self._when(same)}.", _values(same))
        wanted = Wanted(Kind.ALARM, turn.room, clean(name))
        alarm = await keep(self._schedule, wanted, rule, date, sorry=NOT_KEPT)
        return self._told(alarm, undo=(("alarm_cancel", {"id": alarm.id}),))

    @tool(writes=False, risk=0)
    async def alarm_query(self, turn: Turn) -> Outcome:
        """Tell which alarms are set."""
        there = self._alarms()
        values: dict[str, JsonValue] = {"alarms": [_shown(alarm) for alarm in there]}
        if not there:
            ringing = any(ring.kind is Kind.ALARM for ring in self._schedule.ringing())
            return Outcome("Your alarm is ringing. No other is set." if ringing else NONE, values)
        told = [f"{f'{alarm.name}, ' if alarm.name else ''}{self._when(alarm)}" for alarm in there]
        said = f"You have {counted(len(there), 'alarm')}: {joined(told)}."
        if len(there) == 1:
            said = f"Your {called(there[0])} is set for {self._when(there[0])}."
        return Outcome(said + self._doubt(), values)

    @tool(writes=True, risk=1)
    async def alarm_cancel(
        self,
        turn: Turn,
        time: EitherTime | None = None,
        name: Word | None = None,
        date: Day | None = None,
        all: bool = False,
        id: Id | None = None,
    ) -> Outcome:
        """Cancel an alarm, or all of them; with a date (YYYY-MM-DD) only for that day."""
        if date is not None:
            return await self._skip(turn.room, calendar_date.fromisoformat(date), time)
        asked = time is not None or name is not None or id is not None or all
        rings = [ring for ring in self._schedule.ringing() if ring.kind is Kind.ALARM]
        if rings and not asked:
            for ring in rings:
                await self._schedule.finish(ring.id)
            return Outcome("The alarm is off.", changed=True)
        found = self._alarms() if all else self._meant(turn.room, time, name, id)
        if not found:
            return self._missing()
        if len(found) > 1 and not all:
            return which(found, "alarm_cancel", self._when, {})
        back = await cancelled(self._schedule, found)
        said = sentence(f"{several(found)} alarms are cancelled")
        if len(found) == 1:
            said = f"Your {called(found[0])} for {self._when(found[0])} is cancelled."
        return Outcome(said, {"cancelled": len(found)}, changed=True, undo=back)

    @tool(writes=True, risk=1)
    async def alarm_change(
        self,
        turn: Turn,
        to: EitherTime,
        time: EitherTime | None = None,
        date: Day | None = None,
        days: Days | None = None,
        name: Word | None = None,
        id: Id | None = None,
    ) -> Outcome:
        """Move an alarm (by its time or name) to another time, on other days or a date if given."""
        found = self._meant(turn.room, time, name, id)
        if not found:
            return self._missing()
        if len(found) > 1:
            more: dict[str, JsonValue] = {"to": to}
            if date is not None:
                more["date"] = date
            if days is not None:
                more["days"] = [*days]
            return which(found, "alarm_change", self._when, more)
        alarm = found[0]
        rule = Rule(at(same_half(to, alarm)), numbers(days))
        if alarm.rule is not None and date is None and not days:
            rule = replace(alarm.rule, at=rule.at)
        version = self._schedule.note(alarm.id)
        await self._schedule.move(alarm.id, rule, day_of(rule, date))
        moved = await read_back(self._schedule, alarm.id, sorry=NOT_KEPT)
        if moved.rule != rule:
            raise ToolError(f"alarm {alarm.id} did not move", spoken="Sorry, the alarm did not change.")
        return self._told(moved, undo=(("entry_restore", {"version": version}),))

    async def _skip(self, room: str, day: calendar_date, time: str | None) -> Outcome:
        """Cancel those of one day; a recurring one waits for its day after that."""
        found = tuple(alarm for alarm in self._meant(room, time, None, None) if alarm.due.date() == day)
        if not found:
            return self._missing()
        back: list[Undo] = []
        told = []
        for alarm in found:
            back.append(("entry_restore", {"version": self._schedule.note(alarm.id)}))
            following = await self._schedule.skip(alarm.id)
            stored = await self._schedule.written(alarm.id)
            if (following is None) is not (stored is None):
                raise ToolError(f"alarm {alarm.id} was not skipped", spoken=NOT_CANCELLED)
            now = local_now(self._schedule.clocks)
            said = f"your {called(alarm)} for {due_words(alarm.due, now, self._hours)} is cancelled"
            then = "" if stored is None else f"; it rings again at {due_words(stored.due, now, self._hours)}"
            told.append(sentence(said + then))
        return Outcome(" ".join(told), {"cancelled": len(found)}, changed=True, undo=back)

    # ── parts ────────────────────────────────────────────────────────────────────────────────────

    def _alarms(self) -> Entries:
        return self._schedule.waiting(Kind.ALARM)

    def _meant(self, room: str, time: str | None, name: str | None, id: int | None) -> Entries:
        found = self._alarms() if id is None else named(self._alarms(), id)
        found = found if time is None else at_time(found, time)
        if name is not None:
            found = with_words(found, clean(name)) or self._on_days(found, clean(name))
        return of_room(found, room) if len(found) > 1 else found

    def _on_days(self, found: Entries, said: str) -> Entries:
        """Those whose days these words name: `weekday`, `tuesday`."""
        wanted = {word.removesuffix("s") for word in said.split()} - {"every"}
        return tuple(
            alarm
            for alarm in found
            if wanted and wanted <= {word.removesuffix("s") for word in self._when(alarm).lower().split()}
        )

    def _missing(self) -> Outcome:
        there = self._alarms()
        if not there:
            return Outcome(NONE, ok=False)
        told = joined([self._when(alarm) for alarm in there[:5]])
        return Outcome(f"There is no such alarm. Set: {told}.", ok=False)

    def _when(self, alarm: Waiting) -> str:
        now = local_now(self._schedule.clocks)
        if alarm.snoozed:
            return f"{due_words(alarm.due, now, self._hours)}, snoozed"
        if alarm.rule is not None and alarm.rule.days:
            return rule_words(alarm.rule, self._hours)
        return due_words(alarm.due, now, self._hours)

    def _told(self, alarm: Waiting, undo: Sequence[Undo]) -> Outcome:
        said = sentence(f"your {called(alarm)} is set for {self._when(alarm)}")
        return Outcome(said + self._doubt(), _values(alarm), changed=True, undo=undo)

    def _doubt(self) -> str:
        return "" if self._schedule.clock_is_set else CLOCK_UNSET


def _values(alarm: Waiting) -> dict[str, JsonValue]:
    return {"alarm": _shown(alarm)}


def _shown(alarm: Waiting) -> JsonValue:
    return {"id": alarm.id, "due": f"{alarm.due:%Y-%m-%d %H:%M}", "name": alarm.name, "room": alarm.room}
