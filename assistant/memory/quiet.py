"""Which rooms are not to be disturbed, and until when; also after a restart."""

import sqlite3
import time
from collections.abc import Callable
from typing import Final

from assistant.memory.database import Database

FOR_EVER: Final = float("inf")


class QuietRooms:
    """Do not disturb, room by room. Ends by the wall clock, as people mean it: "until seven"."""

    def __init__(self, database: Database, wall_s: Callable[[], float] = time.time) -> None:
        self._database = database
        self._wall_s = wall_s
        self._until: dict[str, float] = {}

    async def open(self) -> None:
        """Take up what is on disk. Raises DiskError."""
        self._until = await self._database.read(_rooms)

    def until(self, room: str) -> float | None:
        """Seconds of the epoch until which the room wants quiet, inf: for good; None: it wants none."""
        end = self._until.get(room)
        return end if end is not None and end > self._wall_s() else None

    def wants_quiet(self, room: str) -> bool:
        """Whether nothing but what was asked for there should sound in the room now."""
        return self.until(room) is not None

    async def keep(self, room: str, until_wall_s: float | None) -> None:
        """From now on, and after a restart too; None: no longer. Read back from disk. Raises DiskError."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM quiet_rooms WHERE room = ?", (room,))
            if until_wall_s is not None:
                kept = None if until_wall_s == FOR_EVER else until_wall_s
                connection.execute("INSERT INTO quiet_rooms (room, until_wall_s) VALUES (?, ?)", (room, kept))

        await self._database.write(write)
        await self.open()


def _rooms(connection: sqlite3.Connection) -> dict[str, float]:
    rows = connection.execute("SELECT room, until_wall_s FROM quiet_rooms")
    return {room: FOR_EVER if until is None else until for room, until in rows}
