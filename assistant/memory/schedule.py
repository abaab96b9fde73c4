"""Timers that cannot be lost: on disk before they are confirmed, counted on a steady clock while running."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncGenerator, Callable, Coroutine
from dataclasses import replace
from typing import Any, Final, TypeVar

from assistant.errors import DiskError, ToolError
from assistant.memory import entries
from assistant.memory.clocks import Clocks, SystemClocks
from assistant.memory.database import Database
from assistant.memory.entries import Entry, Kind, Ring, Timer

CHECK_S: Final = 30.0
"""Longest sleep: how soon a stepped wall clock or a box that slept is noticed."""
STEP_S: Final = 1.0
"""The wall clock was set when it and the steady clock drifted apart by more than this."""

Result = TypeVar("Result")


class Schedule:
    """All entries of the house. `open()` before use; one reader of `due()`. Awaited means on disk."""

    def __init__(self, database: Database, clocks: Clocks | None = None) -> None:
        self._database = database
        self._clocks: Clocks = clocks or SystemClocks()
        self._entries: dict[int, Entry] = {}
        self._rings: dict[int, Ring] = {}
        self._offset_s = 0.0
        self._changed = asyncio.Event()
        self._writing = asyncio.Lock()

    async def open(self) -> None:
        """Take up what is on disk. Raises DiskError."""
        self._offset_s = self._clocks.wall_s() - self._clocks.steady_s()
        kept = await self._database.read(lambda connection: entries.load(connection, self._offset_s))
        self._entries = {entry.id: entry for entry in kept}
        self._changed.set()

    def timers(self) -> tuple[Timer, ...]:
        """What runs or is paused, the one that ends first at the front."""
        now_s = self._clocks.steady_s()
        seen = [entry.seen_at(now_s) for entry in self._entries.values()]
        return tuple(sorted(seen, key=lambda timer: (timer.remaining_s, timer.id)))

    def ringing(self) -> tuple[Ring, ...]:
        """What is due and not finished."""
        return tuple(self._rings.values())

    async def stored(self, timer_id: int) -> Timer | None:
        """An entry as the disk has it: what a confirmation is built from. None: it is gone."""
        entry = await self._database.read(lambda c: entries.read(c, timer_id, self._offset_s))
        return None if entry is None else entry.seen_at(self._clocks.steady_s())

    async def start(self, room: str, length_s: float, name: str = "", kind: Kind = Kind.TIMER) -> Timer:
        """Start one; it runs from this call on. Raises DiskError."""
        asked = Entry(0, kind, room, name, length_s, self._clocks.steady_s() + length_s)

        async def insert() -> Timer:
            entry = await self._database.write(lambda c: entries.insert(c, asked, self._offset_s))
            self._entries[entry.id] = entry
            return entry.seen_at(self._clocks.steady_s())

        return await self._unbroken(insert())

    async def adjust(self, timer_id: int, delta_s: float) -> Timer:
        """Move the end; at or below zero it is due at once. ToolError when it is not there, or DiskError."""
        return await self._change(timer_id, lambda entry, _: entry.adjusted(delta_s))

    async def pause(self, timer_id: int) -> Timer:
        """Stop counting; a paused one stays as it is. ToolError when it is not there, or DiskError."""
        return await self._change(timer_id, Entry.paused_at)

    async def resume(self, timer_id: int) -> Timer:
        """Count on; a running one stays as it is. ToolError when it is not there, or DiskError."""
        return await self._change(timer_id, Entry.resumed_at)

    async def cancel(self, timer_id: int) -> bool:
        """Take an entry away, ringing or not; False when it was not there. Raises DiskError."""

        async def delete() -> bool:
            found = await self._database.write(lambda c: entries.delete(c, timer_id))
            self._entries.pop(timer_id, None)
            if ring := self._rings.pop(timer_id, None):
                ring.over.set()
            return found

        return await self._unbroken(delete())

    async def finish(self, timer_id: int) -> bool:
        """A ring was heard or told: it will not come again. False when it was over already."""
        return await self.cancel(timer_id)

    async def due(self) -> AsyncGenerator[Ring, None]:
        """Each entry as it falls due, for ever; what fell due while the house was off comes first."""
        while True:
            self._changed.clear()
            await self._heed_wall_clock()
            now_s = self._clocks.steady_s()
            while (entry := self._next()) is not None and entry.due_s <= now_s:
                del self._entries[entry.id]
                ring = self._rings[entry.id] = entry.ring_at(now_s)
                yield ring
            left_s = CHECK_S if entry is None else entry.due_s - self._clocks.steady_s()
            await self._wait(min(CHECK_S, left_s))

    def _next(self) -> Entry | None:
        """The running entry that is due first."""
        running = (entry for entry in self._entries.values() if not entry.paused)
        return min(running, key=lambda entry: (entry.due_s, entry.id), default=None)

    async def _change(self, timer_id: int, change: Callable[[Entry, float], Entry]) -> Timer:
        async def update() -> Timer:
            now_s = self._clocks.steady_s()
            entry = self._entries.get(timer_id)
            if entry is None:
                raise ToolError(f"no entry {timer_id}", spoken="That timer is over already.")
            changed = change(entry, now_s)
            if not await self._database.write(lambda c: entries.update(c, changed, self._offset_s)):
                raise ToolError(f"entry {timer_id} is not on disk")
            if timer_id not in self._entries:
                raise ToolError(f"entry {timer_id} fell due meanwhile", spoken="That timer is over already.")
            self._entries[timer_id] = changed
            return changed.seen_at(now_s)

        return await self._unbroken(update())

    async def _unbroken(self, work: Coroutine[Any, Any, Result]) -> Result:
        """One change at a time, and whole: a caller that is cancelled leaves disk and memory in step."""

        async def whole() -> Result:
            async with self._writing:
                try:
                    return await work
                finally:
                    self._changed.set()

        return await asyncio.shield(asyncio.create_task(whole()))

    async def _heed_wall_clock(self) -> None:
        """After a step of the wall clock, write down where running entries now end."""
        offset_s = self._clocks.wall_s() - self._clocks.steady_s()
        step_s = offset_s - self._offset_s
        if abs(step_s) <= STEP_S:
            return

        async def follow() -> None:
            # A box without a clock of its own boots in the past: what was read by that clock moves with it.
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

        # A disk that refuses must not end the rings: the old times stay in force and this is tried again.
        with contextlib.suppress(DiskError):
            await self._unbroken(follow())

    async def _wait(self, limit_s: float) -> None:
        """Until something changed or the time is up."""
        waits = [asyncio.create_task(self._changed.wait()), asyncio.create_task(self._clocks.sleep(limit_s))]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
