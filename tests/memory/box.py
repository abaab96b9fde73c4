"""A box with clocks and a disk, in virtual time."""

import asyncio
from contextlib import aclosing
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path

from assistant.memory.database import Database
from assistant.memory.entries import Kind, Ring, Waiting
from assistant.memory.recurrence import Rule
from assistant.memory.schedule import Schedule, Wanted
from tests.memory.clocks import ManualClocks


class Box:
    """A box with clocks and a disk that can be switched off and on."""

    def __init__(self, path: Path, zone: tzinfo = UTC) -> None:
        self.path = path
        self.clocks = ManualClocks(zone=zone)
        self.rings: list[Ring] = []
        self._listening: asyncio.Task[None] | None = None

    async def on(self) -> None:
        self.database = Database(self.path)
        await self.database.open()
        self.schedule = Schedule(self.database, self.clocks)
        await self.schedule.open()
        self._listening = asyncio.create_task(self._listen())

    async def off(self) -> None:
        assert self._listening is not None
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        await self.database.close()

    async def off_for(self, seconds: float) -> None:
        """Restart: the steady clock starts anew, the wall clock went on."""
        await self.off()
        self.clocks = ManualClocks(self.clocks.wall_s() + seconds, steady_s=7.0, zone=self.clocks.place)
        self.rings.clear()
        await self.on()
        await self.settle()

    async def until(self, shown: str) -> list[str]:
        """Let time pass until the clocks show `2026-11-23 07:00`; the names that rang in it."""
        due = datetime.fromisoformat(shown).replace(tzinfo=self.clocks.place)
        return await self.passes(due.timestamp() - self.clocks.wall_s())

    async def keep(self, at: str, days: str = "", on: str = "", name: str = "alarm") -> Waiting:
        """An alarm at `07:00`, on `0123456` (Monday is 0) or on a date."""
        rule = Rule(time.fromisoformat(at), frozenset(int(day) for day in days))
        day = date.fromisoformat(on) if on else None
        kept = await self.schedule.keep(Wanted(Kind.ALARM, "bedroom", name), rule, day)
        await self.settle()
        return kept

    def due(self) -> list[str]:
        """When what waits is due, as the clocks of the house will show it."""
        return [f"{entry.due:%Y-%m-%d %H:%M}" for entry in self.schedule.waiting()]

    async def passes(self, seconds: float) -> list[str]:
        """Let time pass; the names that rang in it."""
        self.rings.clear()
        self.clocks.advance(seconds)
        await self.settle()
        return [ring.name for ring in self.rings]

    async def settle(self) -> None:
        """Let the schedule do what is due now, disk included."""
        for _ in range(3):
            for _ in range(20):
                await asyncio.sleep(0)
            await self.database.read(lambda connection: None)

    def left_s(self) -> dict[str, float]:
        return {timer.name: round(timer.remaining_s, 6) for timer in self.schedule.timers()}

    async def _listen(self) -> None:
        async with aclosing(self.schedule.due()) as due:
            async for ring in due:
                self.rings.append(ring)
