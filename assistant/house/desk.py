"""What a page shows and does beside talking: timers, lists, turns, engines; changes use the toolbox."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.house.hosted import HostedEngine
from assistant.house.proving import Proving
from assistant.memory.database import Database
from assistant.memory.entries import Kind
from assistant.memory.lists import KeptLists
from assistant.memory.schedule import Schedule
from assistant.memory.turns import Turns
from assistant.messages import JsonValue
from assistant.ports import Toolbox
from assistant.skills.items import shown
from assistant.skills.timer_names import by_id


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of a house that are looked at from outside."""

    toolbox: Toolbox
    schedule: Schedule
    database: Database
    turns: Turns
    engines: Sequence[HostedEngine]
    proving: Proving

    def waiting(self) -> list[JsonValue]:
        """Timers, then alarms, reminders and later commands, each kind with the next one first."""
        timers: list[JsonValue] = [
            {
                "id": each.id,
                "kind": each.kind.value,
                "room": each.room,
                "name": each.name,
                "left_s": round(each.remaining_s),
                "paused": each.paused,
                "at": None,
                "cancel": {"tool": "timer_cancel", "arguments": {"name": by_id(each.id)}},
            }
            for each in self.schedule.timers()
        ]
        return timers + [
            {
                "id": each.id,
                "kind": each.kind.value,
                "room": each.room,
                "name": each.name or each.text,
                "left_s": round(each.left_s),
                "paused": False,
                "at": each.due.isoformat(timespec="minutes"),
                "cancel": {"tool": f"{each.kind}_cancel", "arguments": {"id": each.id}},
            }
            for each in self.schedule.waiting(Kind.ALARM, Kind.REMINDER, Kind.COMMAND)
        ]

    async def lists(self) -> dict[str, JsonValue]:
        """Every list that holds something, with its items as they are read out. Raises DiskError."""
        names = await self.database.read(_list_names)
        kept = KeptLists(self.database)
        return {name: [shown(item) for item in await kept.read(name)] for name in names}

    def recent(self, room: str) -> list[JsonValue]:
        """The room's turns, newest first: the words, which mind took them and why, the tools, the answer."""
        return [
            {
                "turn": row.turn_id,
                "text": row.text,
                "route": row.route,
                "reason": row.reason,
                "tools": [call.name for call, _ in row.calls],
                "said": " ".join(row.said),
            }
            for row in self.turns.rows(room)
        ]

    def health(self) -> list[JsonValue]:
        """The engines of other processes, and how they are."""
        return [{"name": each.name, "state": each.status.state.value} for each in self.engines]


def _list_names(connection: sqlite3.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT DISTINCT list FROM list_items ORDER BY list")]
