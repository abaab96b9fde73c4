"""How loud rooms were made by voice, also after a restart."""

import sqlite3
from collections.abc import Sequence

from assistant.memory.database import Database

Row = tuple[str, int, int]
"""A room, its percent by voice, and the percent its settings said then."""


class Volumes:
    """The rooms' volumes, on disk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rows(self) -> Sequence[Row]:
        """All that are kept. Raises DiskError."""

        def read(connection: sqlite3.Connection) -> Sequence[Row]:
            return connection.execute("SELECT room, percent, of_settings FROM room_volumes").fetchall()

        return await self._database.read(read)

    async def keep(self, row: Row) -> None:
        """From now on, and after a restart too. Raises DiskError."""
        change = "INSERT OR REPLACE INTO room_volumes (room, percent, of_settings) VALUES (?, ?, ?)"
        await self._database.write(lambda connection: connection.execute(change, row))
