"""What the schedule holds: an entry, its arithmetic (pure) and how it is seen from outside."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Final, Self

from assistant.memory.recurrence import Rule, latest_day, moment, next_day

LATE_S: Final = 15 * 60
"""What fell due while the house was off still rings within this time; later it is only told."""

FIRST_DAY: Final = date(2026, 1, 1)
"""No clock that is right shows an earlier one."""


class Kind(StrEnum):
    """What an entry is for."""

    TIMER = "timer"
    ALARM = "alarm"
    REMINDER = "reminder"
    COMMAND = "command"
    """Words to be carried out as if they were said in the room then."""
    CLOCK = "clock"
    """Never kept: word that the wall clock is not set, so that what goes by it waits."""


@dataclass(frozen=True, slots=True)
class Timer:
    """An entry seen as a time that is left."""

    id: int
    kind: Kind
    room: str
    name: str
    """Empty: unnamed."""
    length_s: float
    """As first set."""
    remaining_s: float
    """Never below 0."""
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry seen as a moment to come."""

    id: int
    kind: Kind
    room: str
    name: str
    text: str
    """What a reminder says, or the words of a command."""
    everyone: bool
    due: datetime
    """Where the clocks of the house will stand, in its zone; the next of a recurring one."""
    left_s: float
    """Never below 0."""
    rule: Rule | None = None
    """None: it goes by the time that passes, not by the calendar."""
    snoozed: bool = False


@dataclass(frozen=True, slots=True)
class Ring:
    """Something is due. It stays due, also over a restart, until `Schedule.finish(id)` or `snooze`.

    What is to be said is `ring_sentence(ring)`. TIMER, ALARM and REMINDER ring in `room`, or in every room
    where `everyone`. A COMMAND is carried out (`text`, in `room`) and then finished; where it is `missed`,
    it is only told. CLOCK has id 0, is told once and needs no finish.
    """

    id: int
    room: str
    name: str
    kind: Kind
    length_s: float = 0.0
    late_s: float = 0.0
    """How long ago it was due."""
    over: asyncio.Event = field(default_factory=asyncio.Event, compare=False, repr=False)
    """Set once it was finished, snoozed or cancelled: stop ringing."""
    text: str = ""
    """What a reminder says, or the words of a command."""
    everyone: bool = False
    due: datetime | None = None
    """Where the clocks of the house stood, or should have."""
    begun: bool = False
    """A COMMAND whose carrying out was cut off before its end was written down: it may have been done."""

    @property
    def missed(self) -> bool:
        """Only tell it: too late to ring, or perhaps done already."""
        return self.late_s > LATE_S or self.begun or self.kind is Kind.CLOCK


@dataclass(frozen=True, slots=True)
class Plan:
    """The calendar of an entry, and the day it waits for."""

    rule: Rule
    day: date
    rung_on: date | None = None
    """The day it last rang: never twice on one, wherever the clock is set to."""
    snoozed: bool = False
    """It waits for a time to pass; the calendar counts again once that is over."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to ring. Running: `due_s` counts; paused: `left_s` does."""

    id: int
    kind: Kind
    room: str
    name: str
    length_s: float
    due_s: float = 0.0
    """On the steady clock."""
    left_s: float | None = None
    restored: bool = False
    """Taken up from disk by the wall clock, so a correction of that clock moves it."""
    text: str = ""
    everyone: bool = False
    plan: Plan | None = None
    begun: bool = False
    """A command that is just being carried out, or was when the house stopped."""

    @property
    def paused(self) -> bool:
        return self.left_s is not None

    @property
    def by_calendar(self) -> bool:
        """Whether the wall clock says when it is due."""
        return self.plan is not None and not self.plan.snoozed

    def remaining_s(self, now_s: float) -> float:
        """Time left, never below 0."""
        return max(0.0, self.due_s - now_s if self.left_s is None else self.left_s)

    def adjusted(self, delta_s: float) -> Self:
        """With the end moved; a paused one never below 0."""
        if self.left_s is None:
            return replace(self, due_s=self.due_s + delta_s)
        return replace(self, left_s=max(0.0, self.left_s + delta_s))

    def paused_at(self, now_s: float) -> Self:
        """Counting stops; a paused one stays as it is."""
        return self if self.paused else replace(self, left_s=self.remaining_s(now_s))

    def resumed_at(self, now_s: float) -> Self:
        """Counting goes on; a running one stays as it is."""
        if self.left_s is None:
            return self
        return replace(self, due_s=now_s + self.left_s, left_s=None, restored=False)

    def snoozed_until(self, due_s: float) -> Self:
        """Due again then, by the steady clock."""
        plan = None if self.plan is None else replace(self.plan, snoozed=True)
        return replace(self, due_s=due_s, left_s=None, restored=False, plan=plan)

    # ── by the calendar: `offset_s` is wall minus steady clock ───────────────────────────────────

    def planned(self, offset_s: float, zone: tzinfo) -> Self:
        """With `due_s` where the calendar puts it; others stay as they are."""
        if self.plan is None or self.plan.snoozed:
            return self
        return replace(self, due_s=moment(self.plan.day, self.plan.rule.at, zone) - offset_s)

    def replanned(self, now_s: float, offset_s: float, zone: tzinfo) -> Self:
        """After the wall clock or the zone was set: what is still to come waits for its next day."""
        again = self.planned(offset_s, zone)
        if again.plan is None or again.plan.snoozed:
            return again
        # A day that no right clock has shown was set by a clock that was not set.
        if again.plan.day >= FIRST_DAY and (not again.plan.rule.days or again.due_s <= now_s):
            return again
        day = next_day(again.plan.rule, now_s + offset_s, zone, not_on=again.plan.rung_on)
        return replace(again, plan=replace(again.plan, day=day)).planned(offset_s, zone)

    def caught_up(self, now_s: float, offset_s: float, zone: tzinfo) -> Self:
        """The last of the times that have come by now."""
        if self.plan is None or self.plan.snoozed:
            return self
        day = latest_day(self.plan.rule, self.plan.day, now_s + offset_s, zone)
        return replace(self, plan=replace(self.plan, day=day)).planned(offset_s, zone)

    def rearmed(self, now_s: float, offset_s: float, zone: tzinfo) -> Self | None:
        """After it rang: waiting for its next day, or None where it comes once."""
        if self.plan is None or not self.plan.rule.days:
            return None
        rang_s = moment(self.plan.day, self.plan.rule.at, zone)
        after_s = max(rang_s, now_s + offset_s)
        day = next_day(self.plan.rule, after_s, zone, not_on=self.plan.day)
        plan = Plan(self.plan.rule, day, rung_on=self.plan.day)
        again = replace(self, plan=plan, restored=False, begun=False).planned(offset_s, zone)
        return replace(again, length_s=again.due_s - now_s)

    # ── from outside ─────────────────────────────────────────────────────────────────────────────

    def seen_at(self, now_s: float) -> Timer:
        """The time that is left."""
        left_s = self.remaining_s(now_s)
        return Timer(self.id, self.kind, self.room, self.name, self.length_s, left_s, self.paused)

    def waiting(self, now_s: float, offset_s: float, zone: tzinfo) -> Waiting:
        """The moment to come."""
        rule, snoozed = (None, False) if self.plan is None else (self.plan.rule, self.plan.snoozed)
        left_s = self.remaining_s(now_s)
        due = datetime.fromtimestamp(now_s + left_s + offset_s, zone)
        return Waiting(
            self.id, self.kind, self.room, self.name, self.text, self.everyone, due, left_s, rule, snoozed
        )

    def ring_at(self, now_s: float, offset_s: float, zone: tzinfo) -> Ring:
        """It is due."""
        return Ring(
            self.id,
            self.room,
            self.name,
            self.kind,
            self.length_s,
            max(0.0, now_s - self.due_s),
            text=self.text,
            everyone=self.everyone,
            due=datetime.fromtimestamp(self.due_s + offset_s, zone),
            begun=self.begun,
        )
