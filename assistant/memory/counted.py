"""Timers: what is counted by the time that passes and can be paused."""

from assistant.memory.entries import Entry, Kind, Timer
from assistant.memory.rings import Rings


class CountedEntries(Rings):
    """The timers of the house. Awaited means on disk; every write may be a DiskError."""

    def timers(self) -> tuple[Timer, ...]:
        """What runs or is paused, the one that ends first at the front."""
        now_s = self._clocks.steady_s()
        seen = [entry.seen_at(now_s) for entry in self._kept.all() if entry.kind is Kind.TIMER]
        return tuple(sorted(seen, key=lambda timer: (timer.remaining_s, timer.id)))

    async def stored(self, timer_id: int) -> Timer | None:
        """A timer as the disk has it: what a confirmation is built from. None: it is gone."""
        entry = await self._kept.read(timer_id)
        return None if entry is None else entry.seen_at(self._clocks.steady_s())

    async def start(self, room: str, length_s: float, name: str = "") -> Timer:
        """Start one; it runs from this call on."""
        due_s = self._clocks.steady_s() + length_s
        entry = await self._kept.put(Entry(0, Kind.TIMER, room, name, length_s, due_s))
        return entry.seen_at(self._clocks.steady_s())

    async def adjust(self, timer_id: int, delta_s: float) -> Timer:
        """Move the end; at or below zero it is due at once. ToolError when it is not there."""
        entry = await self._kept.change(timer_id, lambda entry, _: entry.adjusted(delta_s))
        return entry.seen_at(self._clocks.steady_s())

    async def pause(self, timer_id: int) -> Timer:
        """Stop counting; a paused one stays as it is. ToolError when it is not there."""
        entry = await self._kept.change(timer_id, Entry.paused_at)
        return entry.seen_at(self._clocks.steady_s())

    async def resume(self, timer_id: int) -> Timer:
        """Count on; a running one stays as it is. ToolError when it is not there."""
        entry = await self._kept.change(timer_id, Entry.resumed_at)
        return entry.seen_at(self._clocks.steady_s())
