"""Timers that cannot be lost: on disk before they are confirmed, counted on a steady clock while running."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from assistant.memory.clocks import Clocks, SystemClocks
from assistant.memory.database import Database
from assistant.memory.entries import Entry, Kind, Ring, Timer
from assistant.memory.kept import KeptEntries

CHECK_S: Final = 30.0
"""Longest sleep: how soon a stepped wall clock or a box that slept is noticed."""


class Schedule:
    """All entries of the house. `open()` before use; one reader of `due()`. Awaited means on disk."""

    def __init__(self, database: Database, clocks: Clocks | None = None) -> None:
        self._clocks: Clocks = clocks or SystemClocks()
        self._kept = KeptEntries(database, self._clocks)
        self._rings: dict[int, Ring] = {}

    async def open(self) -> None:
        """Take up what is on disk. Raises DiskError."""
        await self._kept.open()

    async def close(self) -> None:
        """Let the changes under way end; before the database is closed."""
        await self._kept.close()

    def timers(self) -> tuple[Timer, ...]:
        """What runs or is paused, the one that ends first at the front."""
        now_s = self._clocks.steady_s()
        seen = [entry.seen_at(now_s) for entry in self._kept.all()]
        return tuple(sorted(seen, key=lambda timer: (timer.remaining_s, timer.id)))

    def ringing(self) -> tuple[Ring, ...]:
        """What is due and not finished."""
        return tuple(self._rings.values())

    async def stored(self, timer_id: int) -> Timer | None:
        """An entry as the disk has it: what a confirmation is built from. None: it is gone."""
        entry = await self._kept.read(timer_id)
        return None if entry is None else entry.seen_at(self._clocks.steady_s())

    async def start(self, room: str, length_s: float, name: str = "", kind: Kind = Kind.TIMER) -> Timer:
        """Start one; it runs from this call on. Raises DiskError."""
        due_s = self._clocks.steady_s() + length_s
        entry = await self._kept.add(Entry(0, kind, room, name, length_s, due_s))
        return entry.seen_at(self._clocks.steady_s())

    async def adjust(self, timer_id: int, delta_s: float) -> Timer:
        """Move the end; at or below zero it is due at once. ToolError when it is not there, or DiskError."""
        entry = await self._kept.change(timer_id, lambda entry, _: entry.adjusted(delta_s))
        return entry.seen_at(self._clocks.steady_s())

    async def pause(self, timer_id: int) -> Timer:
        """Stop counting; a paused one stays as it is. ToolError when it is not there, or DiskError."""
        entry = await self._kept.change(timer_id, Entry.paused_at)
        return entry.seen_at(self._clocks.steady_s())

    async def resume(self, timer_id: int) -> Timer:
        """Count on; a running one stays as it is. ToolError when it is not there, or DiskError."""
        entry = await self._kept.change(timer_id, Entry.resumed_at)
        return entry.seen_at(self._clocks.steady_s())

    async def cancel(self, timer_id: int) -> bool:
        """Take an entry away, ringing or not; False when it was not there. Raises DiskError."""
        try:
            return await self._kept.delete(timer_id)
        finally:
            # Whoever wants it gone wants the noise gone, whatever the disk says.
            if ring := self._rings.pop(timer_id, None):
                ring.over.set()

    finish = cancel
    """A ring was heard or told: it will not come again. False when it was over already."""

    async def due(self) -> AsyncGenerator[Ring, None]:
        """Each entry as it falls due, for ever; what fell due while the house was off comes first."""
        while True:
            self._kept.changed.clear()
            await self._kept.heed_wall_clock()
            now_s = self._clocks.steady_s()
            while (entry := self._kept.first()) is not None and entry.due_s <= now_s:
                self._kept.release(entry.id)
                ring = self._rings[entry.id] = entry.ring_at(now_s)
                yield ring
            left_s = CHECK_S if entry is None else entry.due_s - self._clocks.steady_s()
            await _first_of(self._kept.changed, self._clocks, min(CHECK_S, left_s))


async def _first_of(changed: asyncio.Event, clocks: Clocks, limit_s: float) -> None:
    """Until something changed or the time is up."""
    waits = [asyncio.create_task(changed.wait()), asyncio.create_task(clocks.sleep(limit_s))]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
