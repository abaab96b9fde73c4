"""Which microphones are to stay closed, also after a restart."""

import sqlite3

from assistant.memory.database import Database


class Mutes:
    """The muted rooms, on disk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rooms(self) -> frozenset[str]:
        """Those that are muted. Raises DiskError."""

        def read(connection: sqlite3.Connection) -> frozenset[str]:
            return frozenset(room for (room,) in connection.execute("SELECT room FROM muted_rooms"))

        return await self._database.read(read)

    async def keep(self, room: str, *, muted: bool) -> None:
        """From now on, and after a restart too. Raises DiskError."""
        if muted:
            change = "INSERT OR IGNORE INTO muted_rooms (room) VALUES (?)"
        else:
            change = "DELETE FROM muted_rooms WHERE room = ?"
        await self._database.write(lambda connection: connection.execute(change, (room,)))
