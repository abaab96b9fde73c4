"""What the house was asked to keep, in SQLite. Awaited means committed: it outlives a kill or power cut."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from assistant.errors import DiskError

Result = TypeVar("Result")
Work = Callable[[sqlite3.Connection], Result]

MOST_WAITING: Final = 64
"""Pieces of work accepted at once; the next caller waits its turn."""

MIGRATIONS: Final = (
    """
    CREATE TABLE schedule (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        room TEXT NOT NULL,
        name TEXT NOT NULL,
        length_s REAL NOT NULL,
        due_wall_s REAL,
        left_s REAL,
        CHECK ((due_wall_s IS NULL) != (left_s IS NULL))
    ) STRICT;
    CREATE TABLE list_items (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        list TEXT NOT NULL,
        key TEXT NOT NULL,
        item TEXT NOT NULL,
        count INTEGER CHECK (count > 0),
        UNIQUE (list, key)
    ) STRICT;
    """,
    "CREATE TABLE muted_rooms (room TEXT PRIMARY KEY) STRICT;",
    """
    ALTER TABLE schedule ADD COLUMN text TEXT NOT NULL DEFAULT '';
    ALTER TABLE schedule ADD COLUMN everyone INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE schedule ADD COLUMN at_minute INTEGER;
    ALTER TABLE schedule ADD COLUMN days INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE schedule ADD COLUMN day TEXT;
    ALTER TABLE schedule ADD COLUMN rung_on TEXT;
    ALTER TABLE schedule ADD COLUMN snoozed INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE schedule ADD COLUMN zone TEXT NOT NULL DEFAULT '';
    CREATE TABLE clock_seen (id INTEGER PRIMARY KEY CHECK (id = 1), wall_s REAL NOT NULL) STRICT;
    """,
    """
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        text TEXT NOT NULL,
        room TEXT NOT NULL
    ) STRICT;
    CREATE TABLE quiet_rooms (room TEXT PRIMARY KEY, until_wall_s REAL) STRICT;
    """,
    """
    CREATE TABLE missed_rings (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        room TEXT NOT NULL,
        words TEXT NOT NULL,
        wall_s REAL NOT NULL
    ) STRICT;
    """,
    """
    ALTER TABLE schedule ADD COLUMN weeks INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE schedule ADD COLUMN begun INTEGER NOT NULL DEFAULT 0;
    """,
    """
    CREATE TABLE room_volumes (
        room TEXT PRIMARY KEY,
        percent INTEGER NOT NULL,
        of_settings INTEGER NOT NULL
    ) STRICT;
    """,
)
"""One script a schema version; a script that was released never changes."""


class Database:
    """One connection, owned by one thread. `path=None` keeps everything in memory (tests, private hubs)."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._thread: ThreadPoolExecutor | None = None
        self._turns = asyncio.Semaphore(MOST_WAITING)
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open or create the file and bring its schema up to date. Raises DiskError."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        try:
            self._connection = await self._run(self._connect)
        except DiskError:
            self._end_thread()
            raise

    async def close(self) -> None:
        """Finish what was accepted, then close. Closing twice is fine."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._run(connection.close)
        self._end_thread()

    async def read(self, work: Work[Result]) -> Result:
        """Run `work` on the database thread. Raises DiskError."""
        connection = self._opened()
        return await self._run(lambda: work(connection))

    async def write(self, work: Work[Result]) -> Result:
        """Run `work` in one transaction; when this returns, it is on disk. Raises DiskError, all undone."""

        connection = self._opened()

        def transaction() -> Result:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                return work(connection)

        return await self._run(transaction)

    async def _run(self, work: Callable[[], Result]) -> Result:
        async with self._turns:
            if self._thread is None:
                raise self._not_open()
            try:
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
            except sqlite3.Error as error:
                raise DiskError(f"{self.path or 'memory'}: {error}") from error

    def _end_thread(self) -> None:
        if self._thread is not None:
            self._thread.shutdown(wait=False)
            self._thread = None

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise self._not_open()
        return self._connection

    def _not_open(self) -> DiskError:
        return DiskError(f"{self.path or 'memory'}: the database is not open")

    def _connect(self) -> sqlite3.Connection:
        if self.path is not None:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self.path.touch(mode=0o600)
            except OSError as error:
                raise DiskError(
                    f"{self.path}: cannot be written ({error.strerror}); check the folder's owner"
                ) from error
        connection = sqlite3.connect(self.path or ":memory:", isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA busy_timeout = 2000")
            connection.execute("PRAGMA secure_delete = ON")
            self._migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise DiskError(
                f"{self.path}: was written by a newer version (schema {version}, this one knows "
                f"{len(MIGRATIONS)}); update the assistant or name another data folder"
            )
        for number, script in enumerate(MIGRATIONS[version:], version + 1):
            connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")
