"""What falls due, and what becomes of it."""

from collections.abc import AsyncGenerator
from typing import Final

from assistant.errors import ToolError
from assistant.memory.clocks import Clocks, within
from assistant.memory.entries import Entry, Kind, Ring, Waiting
from assistant.memory.kept import OVER, KeptEntries

CHECK_S: Final = 1.0
"""Longest sleep: how soon a stepped wall clock, another zone or a box that slept is noticed."""
DOUBT_TOLD_S: Final = 120.0
"""A box gets so long to set its clock from the network before anybody is told that alarms wait."""


class Rings:
    """The entries of the house that are due. One reader of `due()`; `finish` or `snooze` each of them."""

    def __init__(self, kept: KeptEntries, clocks: Clocks) -> None:
        self._kept = kept
        self._clocks = clocks
        self._rings: dict[int, Ring] = {}
        self._doubt_told = False

    def ringing(self) -> tuple[Ring, ...]:
        """What is due and not finished."""
        return tuple(self._rings.values())

    async def finish(self, ring_id: int) -> bool:
        """A ring was heard or told: it will not come again; a recurring one waits for its next day.

        False when it was over already. Raises DiskError: then it may come again after a restart.
        """
        entry, now = self._kept.find(ring_id), self._kept.wall.now
        self._hush(ring_id)
        if entry is None:
            return False
        return await self._kept.end(ring_id, entry.rearmed(self._clocks.steady_s(), now.offset_s, now.zone))

    async def begin(self, ring_id: int) -> None:
        """A command is about to be carried out: if the house stops before `finish`, it rings as `begun`.

        ToolError when it is over already; or DiskError, and then it must not be carried out.
        """
        await self._kept.begin(ring_id)

    async def snooze(self, ring_id: int, seconds: float) -> None:
        """Let it ring again after so long. ToolError when it is over already; or DiskError."""
        entry = self._kept.find(ring_id)
        if ring_id not in self._rings or entry is None:
            raise ToolError(f"nothing rings as {ring_id}", spoken=OVER)
        self._hush(ring_id)
        await self._kept.end(ring_id, entry.snoozed_until(self._clocks.steady_s() + seconds))

    async def due(self) -> AsyncGenerator[Ring, None]:
        """Each entry as it falls due, for ever; what fell due while the house was off comes first."""
        while True:
            self._kept.changed.clear()
            await self._kept.heed_wall_clock()
            if (doubt := self._doubt()) is not None:
                yield doubt
            now_s = self._clocks.steady_s()
            while (entry := self._kept.first()) is not None and entry.due_s <= now_s:
                yield self._ring(self._kept.release(entry.id), now_s)
            left_s = CHECK_S if entry is None else entry.due_s - self._clocks.steady_s()
            await within(self._kept.changed.wait(), min(CHECK_S, left_s), self._clocks)

    def _ring(self, entry: Entry, now_s: float) -> Ring:
        now = self._kept.wall.now
        ring = self._rings[entry.id] = entry.ring_at(now_s, now.offset_s, now.zone)
        return ring

    def _seen(self, entry: Entry) -> Waiting:
        now = self._kept.wall.now
        return entry.waiting(self._clocks.steady_s(), now.offset_s, now.zone)

    def _hush(self, ring_id: int) -> None:
        if ring := self._rings.pop(ring_id, None):
            ring.over.set()

    def _doubt(self) -> Ring | None:
        """Once: word that the wall clock is not set, where something waits for it."""
        if self._doubt_told or self._kept.wall.doubted_s() < DOUBT_TOLD_S:
            return None
        held = next((entry for entry in self._kept.all() if entry.by_calendar), None)
        if held is None:
            return None
        self._doubt_told = True
        return Ring(0, held.room, "", Kind.CLOCK)
