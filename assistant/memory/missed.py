"""What rang and nobody heard, until somebody is told; also after a restart."""

import sqlite3
from dataclasses import dataclass

from assistant.memory.database import Database


@dataclass(frozen=True, slots=True)
class MissedRing:
    """One thing to tell."""

    id: int
    room: str
    words: str
    """A clause with `{at}` where the time belongs: "your pasta timer rang {at}"."""
    wall_s: float
    """When it was due, in seconds of the epoch."""


class MissedRings:
    """Awaited means on disk; every call may be a DiskError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> tuple[MissedRing, ...]:
        """The oldest first."""

        def read(connection: sqlite3.Connection) -> tuple[MissedRing, ...]:
            rows = connection.execute("SELECT id, room, words, wall_s FROM missed_rings ORDER BY wall_s, id")
            return tuple(MissedRing(*row) for row in rows)

        return await self._database.read(read)

    async def add(self, room: str, words: str, wall_s: float) -> None:
        """Keep one until it is forgotten."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO missed_rings (room, words, wall_s) VALUES (?, ?, ?)", (room, words, wall_s)
            )

        await self._database.write(write)

    async def forget(self, up_to_id: int) -> None:
        """These were told."""
        await self._database.write(
            lambda connection: connection.execute("DELETE FROM missed_rings WHERE id <= ?", (up_to_id,))
        )
