"""What a start owes to updates: its word for a release on trial, and a memory that an older one can read."""

import asyncio
import os
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from assistant.memory.database import MIGRATIONS
from assistant.upkeep.release_place import LISTENED, Place, listened
from assistant.upkeep.update_start import FRESH_S, SNAPSHOT, put_memory_back, stand_trial, take_snapshot

KNOWN = len(MIGRATIONS)
HERE = Path(sys.prefix).resolve()


def keep(database: Path, schema: int, word: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS said (word)")
        connection.execute("INSERT INTO said VALUES (?)", (word,))
        connection.execute(f"PRAGMA user_version = {schema}")


def kept(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM said")]


def test_after_a_return_the_memory_of_before_is_put_back_and_the_newer_one_kept(tmp_path: Path) -> None:
    database, lines = tmp_path / "hearth.db", list[str]()
    keep(database, KNOWN, "before")
    take_snapshot(database)
    keep(database, KNOWN + 1, "after")
    put_memory_back(database, lines.append)
    assert kept(database) == ["before"]
    assert kept(tmp_path / "hearth.db.of-a-newer-release") == ["before", "after"]
    assert "as it was before the update" in lines[0]
    put_memory_back(database, lines.append)
    assert len(lines) == 1


def test_a_memory_this_release_can_read_is_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "hearth.db"
    keep(database, KNOWN, "before")
    take_snapshot(database)
    keep(database, KNOWN, "after")
    put_memory_back(database, lambda line: None)
    assert kept(database) == ["before", "after"]


def test_an_old_snapshot_never_takes_the_place_of_what_was_kept_since(tmp_path: Path) -> None:
    database = tmp_path / "hearth.db"
    keep(database, KNOWN, "before")
    take_snapshot(database)
    keep(database, KNOWN + 1, "after")
    old_s = time.time() - FRESH_S - 60
    os.utime(tmp_path / SNAPSHOT, (old_s, old_s))
    put_memory_back(database, lambda line: None)
    assert kept(database) == ["before", "after"]


def test_a_damaged_snapshot_is_told_and_changes_nothing(tmp_path: Path) -> None:
    database, lines = tmp_path / "hearth.db", list[str]()
    keep(database, KNOWN + 1, "after")
    (tmp_path / SNAPSHOT).write_bytes(b"rubbish" * 1000)
    put_memory_back(database, lines.append)
    assert kept(database) == ["after"]
    assert "could not be put back" in lines[0]


def test_without_a_memory_there_is_nothing_to_copy(tmp_path: Path) -> None:
    take_snapshot(tmp_path / "hearth.db")
    put_memory_back(tmp_path / "hearth.db", lambda line: None)
    assert not list(tmp_path.iterdir())


async def test_a_release_on_trial_is_vouched_for_once_the_house_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARTH_RELEASES", str(tmp_path / "releases"))
    monkeypatch.setenv("HEARTH_DATA", str(tmp_path))
    place, opened = Place(tmp_path / "releases"), asyncio.Event()
    await stand_trial(opened.wait, listens_s=0)  # no trial: nothing is waited for
    place.adopt(tmp_path / "old")
    place.switch(HERE)
    vouching = asyncio.create_task(stand_trial(opened.wait, listens_s=0))
    await asyncio.sleep(0)
    assert not (tmp_path / LISTENED).exists()
    opened.set()
    await vouching
    assert listened(place.folder, tmp_path)
