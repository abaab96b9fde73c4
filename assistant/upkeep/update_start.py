"""What a start owes to updates: word that a release on trial listens, and a way back for the memory."""

import asyncio
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from assistant import paths
from assistant.errors import WireError
from assistant.memory.database import MIGRATIONS
from assistant.upkeep.on_disk import give, write_whole
from assistant.upkeep.release_place import say_that_it_listens

Out = Callable[[str], None]
LISTENS_S: Final = 60.0
"""A release on trial that listens so long stands it."""
SNAPSHOT: Final = "before-update.db"
"""The memory as it was before the last update."""
FRESH_S: Final = 24 * 3600.0
"""An older snapshot never takes the place of what was kept since."""


async def stand_trial(opened: Callable[[], Awaitable[object]], *, listens_s: float = LISTENS_S) -> None:
    """Once the house was open for a while, say so, where the release that runs is on trial."""
    place = paths.releases_folder()
    if not (place / "trial").exists():
        return
    while True:
        try:
            await opened()
        except WireError:
            continue  # it takes its time; the launcher counts, not we
        break
    await asyncio.sleep(listens_s)
    await asyncio.to_thread(say_that_it_listens, place, paths.data_folder(), Path(sys.prefix))


def take_snapshot(database: Path) -> None:
    """Copy the memory as it is now, also while the hub writes. Raises OSError, sqlite3.Error."""
    if not database.exists():
        return
    target = database.with_name(SNAPSHOT)
    staged = target.with_name(f".{SNAPSHOT}")
    staged.unlink(missing_ok=True)
    source = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(staged)) as copy:
        source.backup(copy)
    staged.chmod(0o600)
    give(staged, database.stat())
    staged.replace(target)


def put_memory_back(database: Path, out: Out) -> None:
    """After a return to an older release: the memory it can read, where the newer one had changed it.

    What the newer release wrote is kept beside it. Only a fresh snapshot counts: with an old one the house
    rather says what is wrong. Raises nothing; the house opens its database afterwards and tells.
    """
    snapshot = database.with_name(SNAPSHOT)
    try:
        if not snapshot.exists() or not database.exists() or _schema(database) <= len(MIGRATIONS):
            return
        if _schema(snapshot) > len(MIGRATIONS) or time.time() - snapshot.stat().st_mtime > FRESH_S:
            return
        kept = database.with_name(f"{database.name}.of-a-newer-release")
        source = sqlite3.connect(database)
        with closing(source):
            source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        write_whole(kept, database.read_bytes())
        for ending in ("-wal", "-shm"):
            Path(f"{database}{ending}").unlink(missing_ok=True)
        write_whole(database, snapshot.read_bytes())
    except (OSError, sqlite3.Error) as error:
        out(f"{snapshot}: could not be put back ({error})")
        return
    out(f"the memory is as it was before the update; what the newer release wrote is in {kept}")


def _schema(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
