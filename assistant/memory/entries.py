"""What the schedule holds: an entry, its arithmetic (pure, on a steady clock) and its row on disk."""

import asyncio
import sqlite3
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Self

LATE_S: Final = 15 * 60
"""What fell due while the house was off still rings within this time; later it is only told."""


class Kind(StrEnum):
    """What an entry is for."""

    TIMER = "timer"
    ALARM = "alarm"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Timer:
    """An entry seen from outside, with the time that is left."""

    id: int
    kind: Kind
    room: str
    name: str
    """Empty: unnamed."""
    length_s: float
    """As first set."""
    remaining_s: float
    """Never below 0."""
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Ring:
    """Something is due. It stays due, also over a restart, until `Schedule.finish(id)`."""

    id: int
    room: str
    name: str
    kind: Kind
    length_s: float = 0.0
    late_s: float = 0.0
    """How long ago it was due."""
    over: asyncio.Event = field(default_factory=asyncio.Event, compare=False, repr=False)
    """Set once it was finished or cancelled: stop ringing."""

    @property
    def missed(self) -> bool:
        """Too late to ring: only tell it."""
        return self.late_s > LATE_S


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to ring. Running: `due_s` counts; paused: `left_s` does."""

    id: int
    kind: Kind
    room: str
    name: str
    length_s: float
    due_s: float = 0.0
    """On the steady clock."""
    left_s: float | None = None
    restored: bool = False
    """Taken up from disk by the wall clock, so a correction of that clock moves it."""

    @property
    def paused(self) -> bool:
        return self.left_s is not None

    def remaining_s(self, now_s: float) -> float:
        """Time left, never below 0."""
        return max(0.0, self.due_s - now_s if self.left_s is None else self.left_s)

    def adjusted(self, delta_s: float) -> Self:
        """With the end moved; a paused one never below 0."""
        if self.left_s is None:
            return replace(self, due_s=self.due_s + delta_s)
        return replace(self, left_s=max(0.0, self.left_s + delta_s))

    def paused_at(self, now_s: float) -> Self:
        """Counting stops; a paused one stays as it is."""
        return self if self.paused else replace(self, left_s=self.remaining_s(now_s))

    def resumed_at(self, now_s: float) -> Self:
        """Counting goes on; a running one stays as it is."""
        if self.left_s is None:
            return self
        return replace(self, due_s=now_s + self.left_s, left_s=None, restored=False)

    def seen_at(self, now_s: float) -> Timer:
        """From outside."""
        left_s = self.remaining_s(now_s)
        return Timer(self.id, self.kind, self.room, self.name, self.length_s, left_s, self.paused)

    def ring_at(self, now_s: float) -> Ring:
        """It is due."""
        return Ring(self.id, self.room, self.name, self.kind, self.length_s, max(0.0, now_s - self.due_s))


# ── on disk: the end of a running entry is wall time (`offset_s` = wall minus steady clock) ──────────────


def load(connection: sqlite3.Connection, offset_s: float) -> list[Entry]:
    """Every entry kept."""
    return [_entry(row, offset_s) for row in connection.execute("SELECT * FROM schedule ORDER BY id")]


def read(connection: sqlite3.Connection, entry_id: int, offset_s: float) -> Entry | None:
    """One entry, or None when it is not there."""
    row = connection.execute("SELECT * FROM schedule WHERE id = ?", (entry_id,)).fetchone()
    return None if row is None else _entry(row, offset_s)


def insert(connection: sqlite3.Connection, entry: Entry, offset_s: float) -> Entry:
    """Write a new entry; the returned one has its id."""
    cursor = connection.execute(
        "INSERT INTO schedule (kind, room, name, length_s, due_wall_s, left_s) VALUES (?, ?, ?, ?, ?, ?)",
        (entry.kind.value, entry.room, entry.name, entry.length_s, *_end(entry, offset_s)),
    )
    return replace(entry, id=int(cursor.lastrowid or 0))


def update(connection: sqlite3.Connection, entry: Entry, offset_s: float) -> bool:
    """Write when an entry ends; False when it is not there."""
    cursor = connection.execute(
        "UPDATE schedule SET due_wall_s = ?, left_s = ? WHERE id = ?", (*_end(entry, offset_s), entry.id)
    )
    return cursor.rowcount == 1


def delete(connection: sqlite3.Connection, entry_id: int) -> bool:
    """Take an entry away; False when it is not there."""
    return connection.execute("DELETE FROM schedule WHERE id = ?", (entry_id,)).rowcount == 1


def _end(entry: Entry, offset_s: float) -> tuple[float | None, float | None]:
    return (entry.due_s + offset_s, None) if entry.left_s is None else (None, entry.left_s)


def _entry(row: tuple[int, str, str, str, float, float | None, float | None], offset_s: float) -> Entry:
    entry_id, kind, room, name, length_s, due_wall_s, left_s = row
    due_s = 0.0 if due_wall_s is None else due_wall_s - offset_s
    return Entry(entry_id, Kind(kind), room, name, length_s, due_s, left_s, restored=True)
