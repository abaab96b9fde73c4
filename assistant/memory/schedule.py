"""Timers, alarms, reminders and later commands that cannot be lost: on disk before they are confirmed."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from assistant.errors import ToolError
from assistant.memory.clocks import Clocks, SystemClocks
from assistant.memory.database import Database
from assistant.memory.entries import Entry, Kind, Plan, Waiting
from assistant.memory.kept import KeptEntries
from assistant.memory.noted import NotedEntries
from assistant.memory.recurrence import Rule, moment, next_day

PAST: Final = "That time is over already."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to keep."""

    kind: Kind
    room: str
    name: str = ""
    text: str = ""
    everyone: bool = False


class Schedule(NotedEntries):
    """All entries of the house. `open()` before use. Awaited means on disk; any write may be a DiskError."""

    def __init__(self, database: Database, clocks: Clocks | None = None) -> None:
        self.clocks: Clocks = clocks or SystemClocks()
        super().__init__(KeptEntries(database, self.clocks), self.clocks)

    async def open(self) -> None:
        """Take up what is on disk."""
        await self._kept.open()

    async def close(self) -> None:
        """Let the changes under way end; before the database is closed."""
        await self._kept.close()

    @property
    def clock_is_set(self) -> bool:
        """Whether the wall clock can be believed; until then what goes by it waits."""
        return self._kept.wall.now.sure

    def waiting(self, *kinds: Kind) -> tuple[Waiting, ...]:
        """What waits, of these kinds or of all, the one that is due first at the front."""
        seen = [self._seen(entry) for entry in self._kept.all() if not kinds or entry.kind in kinds]
        return tuple(sorted(seen, key=lambda entry: (entry.left_s, entry.id)))

    async def written(self, entry_id: int) -> Waiting | None:
        """An entry of any kind as the disk has it: what a confirmation is built from. None: it is gone."""
        entry = await self._kept.read(entry_id)
        return None if entry is None else self._seen(entry)

    async def keep(self, wanted: Wanted, when: float | Rule, day: date | None = None) -> Waiting:
        """Keep something for `when`: so many seconds from this call on, or a time of day.

        A time of day is meant for `day`, else for the next day that still has it to come. ToolError where
        `day` has it no more.
        """
        what = (wanted.kind, wanted.room, wanted.name)
        entry = Entry(0, *what, 0.0, text=wanted.text, everyone=wanted.everyone)
        return self._seen(await self._kept.put(self._timed(entry, when, day)))

    async def move(self, entry_id: int, when: float | Rule, day: date | None = None) -> Waiting:
        """Let a waiting entry be due then instead. ToolError as `keep`, or when it is not there."""
        return self._seen(await self._kept.change(entry_id, lambda entry, _: self._timed(entry, when, day)))

    async def skip(self, entry_id: int) -> Waiting | None:
        """Leave its next time out: a recurring one waits for the one after; else it is gone, and None."""
        entry, now = self._kept.find(entry_id), self._kept.wall.now
        following = None if entry is None else entry.rearmed(self._clocks.steady_s(), now.offset_s, now.zone)
        if following is None:
            await self.cancel(entry_id)
            return None
        kept = following
        return self._seen(await self._kept.change(entry_id, lambda *_: kept))

    async def cancel(self, entry_id: int) -> bool:
        """Take an entry away for good, ringing or not; False when it was not there."""
        try:
            return await self._kept.delete(entry_id)
        finally:
            # Whoever wants it gone wants the noise gone, whatever the disk says.
            self._hush(entry_id)

    def _timed(self, entry: Entry, when: float | Rule, day: date | None) -> Entry:
        now_s, now = self._clocks.steady_s(), self._kept.wall.now
        if not isinstance(when, Rule):
            return replace(entry, length_s=when, due_s=now_s + when, left_s=None, plan=None, restored=False)
        if day is None:
            day = next_day(when, now_s + now.offset_s, now.zone)
        elif moment(day, when.at, now.zone) <= now_s + now.offset_s:
            raise ToolError(f"{day} {when.at} is past", spoken=PAST)
        entry = replace(entry, plan=Plan(when, day), left_s=None).planned(now.offset_s, now.zone)
        return replace(entry, length_s=entry.due_s - now_s)
