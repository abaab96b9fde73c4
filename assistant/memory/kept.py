"""The entries of the schedule, in memory and on disk, always in step."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final, TypeVar

from assistant.errors import DiskError, ToolError
from assistant.memory import entry_rows
from assistant.memory.clocks import Clocks
from assistant.memory.database import Database
from assistant.memory.entries import Entry
from assistant.memory.wall_clock import Reading, WallClock

SEEN_EVERY_S: Final = 300.0
"""How often the disk learns what the wall clock shows, while something waits."""
OVER: Final = "That is over already."

Result = TypeVar("Result")


class KeptEntries:
    """What waits to fall due, and what rings. Awaited means on disk; a DiskError changed nothing."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self.changed = asyncio.Event()
        self.wall = WallClock(clocks)
        self._database = database
        self._clocks = clocks
        self._entries: dict[int, Entry] = {}
        self._ringing: dict[int, Entry] = {}
        self._seen_s = clocks.steady_s()
        self._behind = False
        self._gone: set[int] = set()
        """What is over, and still on a disk that refused."""
        self._changing = 0
        """An entry that is just being written: it does not fall due before that is settled."""
        self._writing = asyncio.Lock()
        self._under_way: set[asyncio.Task[Any]] = set()

    async def open(self) -> None:
        """Take up what is on disk."""
        self.wall.open(await self._database.read(entry_rows.seen))
        now = self.wall.now
        kept = await self._database.read(lambda c: entry_rows.load(c, now.offset_s, now.zone))
        steady_s = self._clocks.steady_s()
        self._entries = {
            entry.id: entry.replanned(steady_s, now.offset_s, now.zone) if now.sure else entry
            for entry in kept
        }
        self.changed.set()

    async def close(self) -> None:
        """Let the changes under way end; the database is still needed for that."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def all(self) -> tuple[Entry, ...]:
        """In memory, running and paused; not what rings."""
        return tuple(self._entries.values())

    def find(self, entry_id: int) -> Entry | None:
        """As it is in memory, waiting or ringing."""
        return self._entries.get(entry_id) or self._ringing.get(entry_id)

    def first(self) -> Entry | None:
        """The running entry that is due first; by the calendar none is while the wall clock is in doubt."""
        sure = self.wall.now.sure
        running = (
            entry
            for entry in self._entries.values()
            if not entry.paused and (sure or not entry.by_calendar) and entry.id != self._changing
        )
        return min(running, key=lambda entry: (entry.due_s, entry.id), default=None)

    def release(self, entry_id: int) -> Entry:
        """It is due: it stays on disk as it is, but waits no more. Returns what to ring."""
        now = self.wall.now
        entry = self._entries.pop(entry_id).caught_up(self._clocks.steady_s(), now.offset_s, now.zone)
        self._ringing[entry_id] = entry
        return entry

    async def read(self, entry_id: int) -> Entry | None:
        """As the disk has it; None when it is gone."""
        now = self.wall.now
        return await self._database.read(lambda c: entry_rows.read(c, entry_id, now.offset_s, now.zone))

    async def put(self, entry: Entry) -> Entry:
        """Keep one, new (id 0) or back under its old id; the returned one has its id."""

        async def insert() -> Entry:
            kept = await self._write(lambda c, now: entry_rows.insert(c, entry, now.offset_s, now.zone))
            self._ringing.pop(kept.id, None)
            self._entries[kept.id] = kept
            return kept

        return await self._unbroken(insert())

    async def change(self, entry_id: int, change: Callable[[Entry, float], Entry]) -> Entry:
        """Keep `change(entry, now)` instead. ToolError when there is no such entry, or no more."""

        async def update() -> Entry:
            entry = self._entries.get(entry_id)
            if entry is None:
                raise ToolError(f"no entry {entry_id}", spoken=OVER)
            changed = change(entry, self._clocks.steady_s())
            self._changing = entry_id
            if not await self._write(lambda c, now: entry_rows.update(c, changed, now.offset_s, now.zone)):
                raise ToolError(f"entry {entry_id} is not on disk")
            self._entries[entry_id] = changed
            return changed

        return await self._unbroken(update())

    async def delete(self, entry_id: int) -> bool:
        """Keep it no longer; False when it was not on disk."""

        async def delete() -> bool:
            self._changing = entry_id
            found = await self._write(lambda c, _: entry_rows.delete(c, entry_id))
            self._entries.pop(entry_id, None)
            self._ringing.pop(entry_id, None)
            return found

        return await self._unbroken(delete())

    async def end(self, entry_id: int, following: Entry | None) -> bool:
        """A ring is over: `following` waits instead, or nothing does. False when it was over already.

        With a DiskError it is over all the same: the disk is told as soon as it listens again. Only after a
        restart before that does the ring come again.
        """

        async def end() -> bool:
            if self._ringing.pop(entry_id, None) is None:
                return False
            if following is not None:
                self._entries[entry_id] = following
            try:
                return await self._write(lambda c, now: _follow_up(c, entry_id, following, now))
            except DiskError:
                self._behind = True
                if following is None:
                    self._gone.add(entry_id)
                raise

        return await self._unbroken(end())

    async def begin(self, entry_id: int) -> None:
        """Write down that what rings is being carried out. ToolError when it is over; or DiskError."""

        async def begin() -> None:
            entry = self._ringing.get(entry_id)
            if entry is None:
                raise ToolError(f"nothing rings as {entry_id}", spoken=OVER)
            begun = replace(entry, begun=True)
            if not await self._write(lambda c, now: entry_rows.update(c, begun, now.offset_s, now.zone)):
                raise ToolError(f"entry {entry_id} is not on disk")
            self._ringing[entry_id] = begun

        await self._unbroken(begin())

    async def heed_wall_clock(self) -> None:
        """After a step of the wall clock, another zone or a refusal, write down where entries now end.

        What was read by a clock that was wrong moves with its correction, what is counted by the time that
        passes does not, and what goes by the calendar waits for what the clocks will show. A disk that
        refuses must not end the rings: they go by the new time, and the next call writes again.
        """
        if self.wall.look() is not self.wall.now or self._behind:
            with contextlib.suppress(DiskError):
                await self._unbroken(self._follow())
        elif self._entries and self._clocks.steady_s() - self._seen_s >= SEEN_EVERY_S:
            with contextlib.suppress(DiskError):
                await self._unbroken(self._write(lambda c, _: None))

    async def _follow(self) -> None:
        reading, steady_s = self.wall.look(), self._clocks.steady_s()
        step_s = reading.offset_s - self.wall.now.offset_s
        self.wall.take(reading)
        self._entries = {entry.id: _moved(entry, step_s, steady_s, reading) for entry in self.all()}
        self._behind = True
        held, gone = (*self._entries.values(), *self._ringing.values()), tuple(self._gone)

        def write(connection: sqlite3.Connection, now: Reading) -> None:
            for entry in held:
                entry_rows.update(connection, entry, now.offset_s, now.zone)
            for entry_id in gone:
                entry_rows.delete(connection, entry_id)

        await self._write(write)
        self._behind = False
        self._gone.clear()

    async def _write(self, work: Callable[[sqlite3.Connection, Reading], Result]) -> Result:
        """One transaction, with what the wall clock shows."""
        now = self.wall.now
        self._seen_s = self._clocks.steady_s()
        wall_s = self._seen_s + now.offset_s

        def write(connection: sqlite3.Connection) -> Result:
            entry_rows.see(connection, wall_s)
            return work(connection, now)

        return await self._database.write(write)

    async def _unbroken(self, work: Coroutine[Any, Any, Result]) -> Result:
        """One change at a time, and whole: a caller that is cancelled leaves disk and memory in step."""

        async def whole() -> Result:
            async with self._writing:
                try:
                    return await work
                finally:
                    self._changing = 0
                    self.changed.set()

        def ended(task: asyncio.Task[Result]) -> None:
            self._under_way.discard(task)
            if not task.cancelled():
                # Told to the caller; when that one was cancelled there is nobody left to tell.
                task.exception()

        task = asyncio.create_task(whole())
        self._under_way.add(task)
        task.add_done_callback(ended)
        return await asyncio.shield(task)


def _moved(entry: Entry, step_s: float, steady_s: float, reading: Reading) -> Entry:
    """After a step of the wall clock."""
    if entry.by_calendar:
        return entry.replanned(steady_s, reading.offset_s, reading.zone) if reading.sure else entry
    return replace(entry, due_s=entry.due_s - step_s) if entry.restored and not entry.paused else entry


def _follow_up(connection: sqlite3.Connection, entry_id: int, following: Entry | None, now: Reading) -> bool:
    if following is None:
        return entry_rows.delete(connection, entry_id)
    return entry_rows.update(connection, following, now.offset_s, now.zone)
