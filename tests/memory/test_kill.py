"""What was acknowledged survives kill -9 at any moment."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.memory.database import Database
from assistant.memory.schedule import Schedule
from tests.memory.keeper import LENGTH_S, STEP_S

Kept = dict[str, tuple[int, bool]]
"""By name: how often it was adjusted, whether it is paused."""


def done(kept: Kept, work: str, name: str) -> Kept:
    """The timers after a piece of work."""
    after = dict(kept)
    if work == "start":
        after[name] = (0, False)
    elif work == "cancel":
        del after[name]
    else:
        steps, paused = after[name]
        after[name] = (steps + (work == "adjust"), paused if work == "adjust" else work == "pause")
    return after


def kill_after(seconds: float, path: Path, seed: int) -> list[str]:
    """Run a keeper, kill it that long after its first word, and return all it said."""
    command = [sys.executable, "-m", "tests.memory.keeper", str(path), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0) as keeper:
        assert keeper.stdout is not None
        # Unbuffered, so that nothing is read ahead of what `communicate` collects.
        first = keeper.stdout.readline()
        try:
            rest, _ = keeper.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            keeper.kill()
            rest, _ = keeper.communicate()
        assert keeper.returncode == -signal.SIGKILL
    return (first + rest).decode().splitlines()


async def on_disk(path: Path) -> Kept:
    database = Database(path)
    await database.open()
    schedule = Schedule(database)
    await schedule.open()
    timers = schedule.timers()
    await database.close()
    assert len({timer.name for timer in timers}) == len(timers)
    return {t.name: (round((t.remaining_s - LENGTH_S) / STEP_S), t.paused) for t in timers}


async def survive(path: Path, rounds: int) -> None:
    dice = random.Random(4)
    kept: Kept = {}
    for seed in range(rounds):
        said = kill_after(dice.uniform(0, 0.15), path, seed)
        possible = [kept]
        for line in said:
            stage, work, name = line.split()
            after = done(possible[0], work, name) if stage == "try" else possible[-1]
            possible = [possible[0], after] if stage == "try" else [after]
        found = await on_disk(path)
        assert found in possible
        kept = found


async def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    await survive(tmp_path / "house.db", 8)


@pytest.mark.slow
async def test_nothing_acknowledged_is_lost_in_many_kills(tmp_path: Path) -> None:
    await survive(tmp_path / "house.db", 100)
