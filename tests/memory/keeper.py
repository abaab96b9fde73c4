"""A process that keeps timers until it is killed: `python -m tests.memory.keeper FILE SEED`.

It prints `try WORK` before each piece of work and `done WORK` once that is acknowledged.
"""

import asyncio
import random
import sys
from pathlib import Path

from assistant.memory.database import Database
from assistant.memory.schedule import Schedule

LENGTH_S = 100_000
STEP_S = 1_000


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def keep(path: Path, seed: int) -> None:
    """Start, adjust, pause, resume and cancel timers for ever."""
    dice = random.Random(seed)
    database = Database(path)
    await database.open()
    schedule = Schedule(database)
    await schedule.open()
    number = 0
    while True:
        timers = schedule.timers()
        work = dice.choice(("start", "start", "adjust", "pause", "resume", "cancel")) if timers else "start"
        if work == "start":
            number += 1
            name = f"{seed}-{number}"
            tell(f"try start {name}")
            await schedule.start("kitchen", LENGTH_S, name)
        else:
            timer = dice.choice(timers)
            name = timer.name
            tell(f"try {work} {name}")
            if work == "adjust":
                await schedule.adjust(timer.id, STEP_S)
            elif work == "pause":
                await schedule.pause(timer.id)
            elif work == "resume":
                await schedule.resume(timer.id)
            else:
                await schedule.cancel(timer.id)
        tell(f"done {work} {name}")


if __name__ == "__main__":
    asyncio.run(keep(Path(sys.argv[1]), int(sys.argv[2])))
