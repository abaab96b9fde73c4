"""The entries of the schedule, in memory and on disk, always in step."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final, TypeVar

from assistant.errors import DiskError, ToolError
from assistant.memory import entries
from assistant.memory.clocks import Clocks
from assistant.memory.database import Database
from assistant.memory.entries import Entry

STEP_S: Final = 1.0
"""The wall clock was set when it and the steady clock drifted apart by more than this."""

Result = TypeVar("Result")


class KeptEntries:
    """What waits to fall due. Awaited means on disk; a write that raises DiskError changed nothing."""

    def __init__(self, database: Database, clocks: Clocks) -> None:
        self.changed = asyncio.Event()
        self._database = database
        self._clocks = clocks
        self._entries: dict[int, Entry] = {}
        self._offset_s = 0.0
        self._writing = asyncio.Lock()
        self._under_way: set[asyncio.Task[Any]] = set()

    async def open(self) -> None:
        """Take up what is on disk."""
        self._offset_s = self._clocks.wall_s() - self._clocks.steady_s()
        kept = await self._database.read(lambda connection: entries.load(connection, self._offset_s))
        self._entries = {entry.id: entry for entry in kept}
        self.changed.set()

    async def close(self) -> None:
        """Let the changes under way end; the database is still needed for that."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def all(self) -> tuple[Entry, ...]:
        """In memory, running and paused."""
        return tuple(self._entries.values())

    def first(self) -> Entry | None:
        """The running entry that is due first."""
        running = (entry for entry in self._entries.values() if not entry.paused)
        return min(running, key=lambda entry: (entry.due_s, entry.id), default=None)

    def release(self, entry_id: int) -> None:
        """It is due: it stays on disk until it is deleted, but waits no more."""
        del self._entries[entry_id]

    async def read(self, entry_id: int) -> Entry | None:
        """As the disk has it; None when it is gone."""
        return await self._database.read(lambda c: entries.read(c, entry_id, self._offset_s))

    async def add(self, entry: Entry) -> Entry:
        """Keep a new one; the returned one has its id."""

        async def insert() -> Entry:
            kept = await self._database.write(lambda c: entries.insert(c, entry, self._offset_s))
            self._entries[kept.id] = kept
            return kept

        return await self._unbroken(insert())

    async def change(self, entry_id: int, change: Callable[[Entry, float], Entry]) -> Entry:
        """Keep `change(entry, now)` instead. ToolError when there is no such entry, or no more."""

        async def update() -> Entry:
            entry = self._entries.get(entry_id)
            if entry is None:
                raise ToolError(f"no entry {entry_id}", spoken="That timer is over already.")
            changed = change(entry, self._clocks.steady_s())
            if not await self._database.write(lambda c: entries.update(c, changed, self._offset_s)):
                raise ToolError(f"entry {entry_id} is not on disk")
            if entry_id not in self._entries:
                raise ToolError(f"entry {entry_id} fell due meanwhile", spoken="That timer is over already.")
            self._entries[entry_id] = changed
            return changed

        return await self._unbroken(update())

    async def delete(self, entry_id: int) -> bool:
        """Keep it no longer; False when it was not on disk."""

        async def delete() -> bool:
            found = await self._database.write(lambda c: entries.delete(c, entry_id))
            self._entries.pop(entry_id, None)
            return found

        return await self._unbroken(delete())

    async def heed_wall_clock(self) -> None:
        """After a step of the wall clock, write down where running entries now end.

        A box without a clock of its own boots in the past: what was read by that clock moves with the step.
        A disk that refuses must not end the rings: the old times stay in force and the next call tries again.
        """
        offset_s = self._clocks.wall_s() - self._clocks.steady_s()
        step_s = offset_s - self._offset_s
        if abs(step_s) <= STEP_S:
            return

        async def follow() -> None:
            moved = [
                replace(entry, due_s=entry.due_s - step_s) if entry.restored and not entry.paused else entry
                for entry in self._entries.values()
            ]

            def write(connection: sqlite3.Connection) -> None:
                for entry in moved:
                    entries.update(connection, entry, offset_s)

            await self._database.write(write)
            self._offset_s = offset_s
            self._entries.update({entry.id: entry for entry in moved})

        with contextlib.suppress(DiskError):
            await self._unbroken(follow())

    async def _unbroken(self, work: Coroutine[Any, Any, Result]) -> Result:
        """One change at a time, and whole: a caller that is cancelled leaves disk and memory in step."""

        async def whole() -> Result:
            async with self._writing:
                try:
                    return await work
                finally:
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
