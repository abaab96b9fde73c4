"""A process that keeps timers, alarms, reminders and commands until it is killed: `… keeper FILE SEED`.

It prints `try WORK NAME [MORE]` before each piece of work and `done` with the same once it is acknowledged.
"""

import asyncio
import random
import sys
from contextlib import aclosing
from datetime import time
from pathlib import Path

from assistant.memory.clocks import local_now
from assistant.memory.database import Database
from assistant.memory.entries import Kind, Ring, Waiting
from assistant.memory.recurrence import EVERY_DAY, Rule
from assistant.memory.schedule import Schedule, Wanted

LENGTH_S = 10_000_000
STEP_S = 100_000
SNOOZE_S = 5_000_000
MOST = 40
NEW = ("timer", "alarm", "recurring", "reminder", "command", "due")
"""What may be set; the `due` ones ring at once."""
ON_TIMERS = ("adjust", "pause", "resume")


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Keeper:
    """Works at random on a schedule; each entry has a name of its own."""

    def __init__(self, path: Path, seed: int) -> None:
        self.database = Database(path)
        self.schedule = Schedule(self.database)
        self._dice = random.Random(seed)
        self._seed = seed
        self._number = 0
        self._rings: dict[str, Ring] = {}

    async def work(self) -> None:
        """For ever."""
        await self.database.open()
        await self.schedule.open()
        ringing = asyncio.create_task(self._listen())
        await asyncio.sleep(0)
        while not ringing.done():
            waiting = [entry for entry in self.schedule.waiting() if entry.left_s > 0]
            if self._rings and self._dice.random() < 0.5:
                await self._on_ring(self._dice.choice(sorted(self._rings)))
            elif not waiting or (len(waiting) < MOST and self._dice.random() < 0.5):
                await self._set()
            else:
                await self._on_waiting(self._dice.choice(waiting))
            await asyncio.sleep(0)

    async def _listen(self) -> None:
        async with aclosing(self.schedule.due()) as due:
            async for ring in due:
                self._rings[ring.name] = ring
                tell(f"rings {ring.name}")

    async def _set(self) -> None:
        self._number += 1
        kind, name = self._dice.choice(NEW), f"{self._seed}-{self._number}"
        tell(f"try {kind} {name}")
        if kind in ("timer", "due"):
            await self.schedule.start("kitchen", 0 if kind == "due" else LENGTH_S, name)
        else:
            now = local_now(self.schedule.clocks)
            far = (now.hour + self._dice.randrange(2, 22)) % 24
            rule = Rule(time(far, now.minute), EVERY_DAY if kind == "recurring" else frozenset())
            what = {"reminder": Kind.REMINDER, "command": Kind.COMMAND}.get(kind, Kind.ALARM)
            wanted = Wanted(what, "kitchen", name, text=f"text of {name}")
            await self.schedule.keep(wanted, rule if what is Kind.ALARM else LENGTH_S)
        tell(f"done {kind} {name}")

    async def _on_waiting(self, entry: Waiting) -> None:
        choices = ("cancel", *ON_TIMERS) if entry.kind is Kind.TIMER else ("cancel", "move", "now")
        work = self._dice.choice(choices)
        tell(f"try {work} {entry.name}")
        if work == "cancel":
            await self.schedule.cancel(entry.id)
        elif work == "adjust":
            await self.schedule.adjust(entry.id, STEP_S)
        elif work == "pause":
            await self.schedule.pause(entry.id)
        elif work == "resume":
            await self.schedule.resume(entry.id)
        elif work == "move":
            await self.schedule.move(entry.id, 2 * LENGTH_S)
        else:
            now_s = self.schedule.clocks.steady_s()
            await self.schedule._kept.change(entry.id, lambda kept, _: kept.snoozed_until(now_s))
        tell(f"done {work} {entry.name}")

    async def _on_ring(self, name: str) -> None:
        ring = self._rings.pop(name)
        work = self._dice.choice(("finish", "snooze", "cancel"))
        tell(f"try {work} {name}")
        if work == "finish":
            await self.schedule.finish(ring.id)
        elif work == "snooze":
            await self.schedule.snooze(ring.id, SNOOZE_S)
        else:
            await self.schedule.cancel(ring.id)
        tell(f"done {work} {name}")


if __name__ == "__main__":
    asyncio.run(Keeper(Path(sys.argv[1]), int(sys.argv[2])).work())
