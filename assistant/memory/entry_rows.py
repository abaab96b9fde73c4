"""Entries on disk. The end of a running one is wall time (`offset_s` = wall minus steady clock).

What goes by the calendar keeps its rule and the day it waits for; when that is, is worked out anew each time
it is read, by the zone and its rules of that day.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, tzinfo
from typing import Any, Final

from assistant.memory.entries import Entry, Kind, Plan
from assistant.memory.recurrence import Rule

_COLUMNS: Final = (
    "id, kind, room, name, length_s, due_wall_s, left_s, text, everyone,"
    " at_minute, days, day, rung_on, snoozed, zone, weeks, begun"
)


def load(connection: sqlite3.Connection, offset_s: float, zone: tzinfo) -> list[Entry]:
    """Every entry kept."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM schedule ORDER BY id")
    return [_entry(row, offset_s, zone) for row in rows]


def read(connection: sqlite3.Connection, entry_id: int, offset_s: float, zone: tzinfo) -> Entry | None:
    """One entry, or None when it is not there."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM schedule WHERE id = ?", (entry_id,)).fetchone()
    return None if row is None else _entry(row, offset_s, zone)


def insert(connection: sqlite3.Connection, entry: Entry, offset_s: float, zone: tzinfo) -> Entry:
    """Write an entry, new (id 0) or back under its old id; the returned one has its id."""
    values = _values(entry, offset_s, zone)
    marks = ", ".join("?" * len(values))
    cursor = connection.execute(f"INSERT OR REPLACE INTO schedule ({_COLUMNS}) VALUES ({marks})", values)
    return replace(entry, id=entry.id or int(cursor.lastrowid or 0))


def update(connection: sqlite3.Connection, entry: Entry, offset_s: float, zone: tzinfo) -> bool:
    """Write an entry as it is now; False when it is not there."""
    values = _values(entry, offset_s, zone)
    marks = ", ".join("?" * len(values))
    cursor = connection.execute(
        f"UPDATE schedule SET ({_COLUMNS}) = ({marks}) WHERE id = ?", (*values, entry.id)
    )
    return cursor.rowcount == 1


def delete(connection: sqlite3.Connection, entry_id: int) -> bool:
    """Take an entry away; False when it is not there."""
    return connection.execute("DELETE FROM schedule WHERE id = ?", (entry_id,)).rowcount == 1


def see(connection: sqlite3.Connection, wall_s: float) -> None:
    """Keep what the wall clock showed."""
    connection.execute("INSERT OR REPLACE INTO clock_seen (id, wall_s) VALUES (1, ?)", (wall_s,))


def seen(connection: sqlite3.Connection) -> float | None:
    """What the wall clock was last seen to show."""
    row = connection.execute("SELECT wall_s FROM clock_seen").fetchone()
    return None if row is None else float(row[0])


def _values(entry: Entry, offset_s: float, zone: tzinfo) -> Sequence[object]:
    due_wall_s = entry.due_s + offset_s if entry.left_s is None else None
    plan = entry.plan
    calendar: tuple[object, ...] = (None, 0, None, None, 0, "", 1)
    if plan is not None:
        calendar = (
            plan.rule.at.hour * 60 + plan.rule.at.minute,
            sum(1 << day for day in plan.rule.days),
            plan.day.isoformat(),
            None if plan.rung_on is None else plan.rung_on.isoformat(),
            int(plan.snoozed),
            str(zone),
            plan.rule.weeks,
        )
    what = (entry.kind.value, entry.room, entry.name, entry.length_s)
    how = (due_wall_s, entry.left_s, entry.text, int(entry.everyone))
    return (entry.id or None, *what, *how, *calendar, int(entry.begun))


def _entry(row: tuple[Any, ...], offset_s: float, zone: tzinfo) -> Entry:
    entry_id, kind, room, name, length_s, due_wall_s, left_s, text, everyone = row[:9]
    due_s = 0.0 if due_wall_s is None else due_wall_s - offset_s
    entry = Entry(entry_id, Kind(kind), room, name, length_s, due_s, left_s, True, text, bool(everyone))
    return replace(entry, plan=_plan(row[9:16]), begun=bool(row[16])).planned(offset_s, zone)


def _plan(row: Sequence[Any]) -> Plan | None:
    at_minute, days, day, rung_on, snoozed, _, weeks = row
    if at_minute is None:
        return None
    on = frozenset(number for number in range(7 * weeks) if days >> number & 1)
    rule = Rule(time(*divmod(at_minute, 60)), on, weeks)
    rung = None if rung_on is None else date.fromisoformat(rung_on)
    return Plan(rule, date.fromisoformat(day), rung, bool(snoozed))
