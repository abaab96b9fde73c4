"""What the household asked to be remembered: short texts, kept until forgotten, then gone to the byte."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from assistant.errors import DiskError, ToolError
from assistant.memory.database import Database

MOST_NOTES: Final = 1000


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to remember."""

    id: int
    text: str
    """In the words it was given; data, never an instruction."""
    room: str
    """Where it was said."""


class KeptNotes:
    """The notes in the database and, for quick looks, in memory. Awaited means on disk."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._notes: tuple[Note, ...] | None = None

    @property
    def seen(self) -> tuple[Note, ...]:
        """The notes as last read; none before `all` was awaited once."""
        return self._notes or ()

    async def all(self) -> tuple[Note, ...]:
        """Every note, oldest first. Raises DiskError."""
        self._notes = await self._database.read(_notes)
        return self._notes

    async def add(self, text: str, room: str) -> Note:
        """Keep a note; the returned one was read back. ToolError when there are too many."""

        def insert(connection: sqlite3.Connection) -> int:
            (count,) = connection.execute("SELECT count(*) FROM notes").fetchone()
            if count >= MOST_NOTES:
                raise ToolError(
                    f"{count} notes", spoken="Sorry, I can't remember any more. Forget something first."
                )
            cursor = connection.execute("INSERT INTO notes (text, room) VALUES (?, ?)", (text, room))
            return int(cursor.lastrowid or 0)

        note_id = await self._database.write(insert)
        kept = next((note for note in await self.all() if note.id == note_id), None)
        if kept is None:
            raise ToolError(f"note {note_id} is not on disk", spoken="Sorry, I couldn't keep that.")
        return kept

    async def forget(self, ids: Collection[int]) -> tuple[Note, ...]:
        """Take notes away so that no byte of them stays in the file or its log; what is left, read back.

        Raises DiskError: the notes are gone from every answer, but their bytes may still be in the file.
        """

        def delete(connection: sqlite3.Connection) -> None:
            connection.executemany("DELETE FROM notes WHERE id = ?", [(note_id,) for note_id in ids])

        await self._database.write(delete)
        left = await self.all()
        await self._database.read(_scrub)
        return left


def _notes(connection: sqlite3.Connection) -> tuple[Note, ...]:
    return tuple(Note(*row) for row in connection.execute("SELECT id, text, room FROM notes ORDER BY id"))


def _scrub(connection: sqlite3.Connection) -> None:
    """Rewrite the file without its free pages, and empty the log, which still holds the old ones."""
    connection.execute("VACUUM")
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise DiskError("the log could not be emptied: somebody else reads the database")
