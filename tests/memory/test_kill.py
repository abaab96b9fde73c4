"""What was acknowledged survives kill -9 at any moment, whatever is kept."""

import logging
import random
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from assistant.memory import entry_rows
from assistant.memory.database import Database
from assistant.memory.entries import Entry
from assistant.memory.schedule import Schedule
from tests.memory.keeper import LENGTH_S, NEW, SNOOZE_S, STEP_S

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Known:
    """An entry as what was acknowledged says it is."""

    state: str
    """`waits`, `paused`, `snoozed` or `due`: it rings, or has rung and nobody ended it."""
    length_s: int = 0
    """For what counts time: how long in all, adjustments included."""
    planned: bool = False
    """It has a time of day."""
    recurring: bool = False


Kept = dict[str, Known]


def done(kept: Kept, work: str, name: str) -> Kept:
    """The entries after a piece of work."""
    if work in NEW:
        return {**kept, name: _new(work)}
    was, rest = kept[name], {other: known for other, known in kept.items() if other != name}
    if work == "cancel" or (work == "finish" and not was.recurring):
        return rest
    if work == "finish":
        return {**rest, name: replace(was, state="waits", length_s=0)}
    if work == "now":
        return {**rest, name: replace(was, state="due", length_s=0)}
    if work == "snooze":
        return {**rest, name: replace(was, state="snoozed" if was.planned else "waits", length_s=SNOOZE_S)}
    if work == "adjust":
        return {**rest, name: replace(was, length_s=was.length_s + STEP_S)}
    if work == "move":
        return {**rest, name: Known("waits", 2 * LENGTH_S)}
    return {**rest, name: replace(was, state="paused" if work == "pause" else "waits")}


def _new(work: str) -> Known:
    if work in ("timer", "reminder", "command"):
        return Known("waits", LENGTH_S)
    if work == "due":
        return Known("due")
    return Known("waits", planned=True, recurring=work == "recurring")


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
    """What a house finds that opens this file."""
    database = Database(path)
    await database.open()
    schedule = Schedule(database)
    await schedule.open()
    entries = schedule._kept.all()
    found = {entry.name: _known(entry, entry.remaining_s(schedule.clocks.steady_s())) for entry in entries}
    rows = await database.read(lambda c: entry_rows.load(c, 0.0, schedule.clocks.zone()))
    await database.close()
    assert len(found) == len(entries) == len(rows)
    return found


def _known(entry: Entry, left_s: float) -> Known:
    planned = entry.plan is not None
    recurring = entry.plan is not None and bool(entry.plan.rule.days)
    if left_s == 0:
        return Known("due", 0, planned, recurring)
    if entry.by_calendar:
        return Known("waits", 0, planned, recurring)
    state = "paused" if entry.paused else "snoozed" if planned else "waits"
    return Known(state, _rounded(left_s), planned, recurring)


def _rounded(left_s: float) -> int:
    """A run takes seconds; lengths and steps are thousands of them."""
    return round((left_s + STEP_S / 4) / STEP_S) * STEP_S


async def survive(path: Path, rounds: int) -> int:
    """Kill that often; how many pieces of work were acknowledged in all."""
    dice = random.Random(4)
    kept: Kept = {}
    acknowledged = 0
    for seed in range(rounds):
        possible = [kept]
        for line in kill_after(dice.uniform(0, 0.15), path, seed):
            stage, *work = line.split()
            if stage == "try":
                possible = [possible[0], done(possible[0], *work)]
            elif stage == "done":
                possible = possible[-1:]
                acknowledged += 1
        kept = await on_disk(path)
        assert kept in possible, seed
    return acknowledged


async def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    assert await survive(tmp_path / "house.db", 8) > 20


@pytest.mark.slow
async def test_nothing_acknowledged_is_lost_in_sixty_kills(tmp_path: Path) -> None:
    await survive(tmp_path / "house.db", 60)


@pytest.mark.soak
async def test_nothing_acknowledged_is_lost_in_a_thousand_kills(tmp_path: Path) -> None:
    acknowledged = await survive(tmp_path / "house.db", 1000)
    log.info("1000 kills, %d acknowledged pieces of work, none lost, none twice", acknowledged)
