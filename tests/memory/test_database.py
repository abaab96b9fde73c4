import asyncio
import functools
import sqlite3
from pathlib import Path

import pytest

from assistant.errors import DiskError
from assistant.memory.database import MIGRATIONS, MOST_WAITING, Database


def insert(connection: sqlite3.Connection, item: str = "milk") -> None:
    connection.execute("INSERT INTO list_items (list, key, item) VALUES ('shopping', ?, ?)", (item, item))


def count(connection: sqlite3.Connection) -> int:
    (found,) = connection.execute("SELECT count(*) FROM list_items").fetchone()
    return int(found)


async def opened(path: Path | None) -> Database:
    database = Database(path)
    await database.open()
    return database


async def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "house.db"
    database = await opened(file)
    await database.write(insert)
    await database.close()
    database = await opened(file)
    assert await database.read(count) == 1
    await database.close()


async def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    database = await opened(tmp_path / "house.db")
    await database.write(insert)
    modes = await asyncio.to_thread(lambda: {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()})
    assert modes == {0}
    await database.close()


async def test_commits_wait_for_the_disk(tmp_path: Path) -> None:
    database = await opened(tmp_path / "house.db")
    assert await database.read(lambda c: c.execute("PRAGMA journal_mode").fetchone()) == ("wal",)
    full = 2
    assert await database.read(lambda c: c.execute("PRAGMA synchronous").fetchone()) == (full,)
    await database.close()


async def test_a_write_is_whole_or_not_at_all() -> None:
    database = await opened(None)

    def half(connection: sqlite3.Connection) -> None:
        insert(connection)
        raise LookupError("broken in the middle")

    with pytest.raises(LookupError):
        await database.write(half)
    assert await database.read(count) == 0
    await database.write(insert)
    assert await database.read(count) == 1
    await database.close()


async def test_sql_errors_are_ours() -> None:
    database = await opened(None)
    with pytest.raises(DiskError, match="no such table"):
        await database.write(lambda c: c.execute("INSERT INTO nowhere VALUES (1)"))
    await database.write(insert)
    with pytest.raises(DiskError, match="UNIQUE"):
        await database.write(insert)
    await database.close()


async def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "house.db"
    file.write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(DiskError, match=r"house\.db.*not a database"):
        await opened(file)


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DiskError, match=r"cannot be written.*check the folder"):
        await opened(tmp_path / "file" / "house.db")


async def test_a_newer_schema_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "house.db"
    with sqlite3.connect(file) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(DiskError, match="newer version"):
        await opened(file)


async def test_closed_is_told_and_closing_twice_is_fine() -> None:
    database = await opened(None)
    await database.close()
    await database.close()
    with pytest.raises(DiskError, match="not open"):
        await database.read(count)
    with pytest.raises(DiskError, match="not open"):
        await Database(None).write(insert)


async def test_more_than_the_queue_holds_waits_and_all_of_it_is_done() -> None:
    database = await opened(None)
    items = [f"item {number}" for number in range(MOST_WAITING * 3)]
    await asyncio.gather(*(database.write(functools.partial(insert, item=item)) for item in items))
    assert await database.read(count) == len(items)
    await database.close()


async def test_what_was_accepted_before_closing_is_done_and_the_rest_is_told() -> None:
    database = await opened(None)
    accepted = [
        asyncio.create_task(database.write(functools.partial(insert, item=f"item {n}")))
        for n in range(MOST_WAITING + 5)
    ]
    await asyncio.sleep(0)
    await database.close()
    results = await asyncio.gather(*accepted, return_exceptions=True)
    assert all(result is None or isinstance(result, DiskError) for result in results)
    assert results[:MOST_WAITING] == [None] * MOST_WAITING


async def test_it_can_be_opened_again(tmp_path: Path) -> None:
    database = await opened(tmp_path / "house.db")
    await database.write(insert)
    await database.close()
    await database.open()
    assert await database.read(count) == 1
    await database.close()
