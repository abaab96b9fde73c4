import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.errors import ToolError
from assistant.memory import notes
from assistant.memory.database import Database
from assistant.memory.notes import KeptNotes
from assistant.memory.quiet import FOR_EVER, QuietRooms

SECRET = "xylophonewithaladder"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "hearth.db")
    await database.open()
    yield database
    await database.close()


def bytes_on_disk(database: Database) -> bytes:
    """Everything SQLite wrote: the file, its log, its index of the log."""
    assert database.path is not None
    return b"".join(file.read_bytes() for file in sorted(database.path.parent.iterdir()))


async def test_a_note_outlives_a_restart(database: Database) -> None:
    await KeptNotes(database).add("the bins go out on Tuesday", "kitchen")
    await database.close()
    await database.open()
    kept = await KeptNotes(database).all()
    assert [(note.text, note.room) for note in kept] == [("the bins go out on Tuesday", "kitchen")]


@pytest.mark.parametrize("size", [1, 40, 4000])
async def test_of_a_forgotten_note_no_byte_is_left(database: Database, size: int) -> None:
    kept = KeptNotes(database)
    texts = [f"{SECRET} {number} {'padding ' * (size // 8)}" for number in range(20)]
    for text in texts:
        await kept.add(text, "kitchen")
    await kept.add("the tea is green", "kitchen")
    assert SECRET.encode() in bytes_on_disk(database)
    gone = [note.id for note in kept.seen if SECRET in note.text]
    left = await kept.forget(gone)
    assert [note.text for note in left] == ["the tea is green"]
    assert kept.seen == left
    assert SECRET.encode() not in bytes_on_disk(database)
    assert b"the tea is green" in bytes_on_disk(database)


async def test_forgetting_everything_leaves_what_else_is_kept(database: Database) -> None:
    def milk(connection: sqlite3.Connection) -> object:
        return connection.execute("INSERT INTO list_items (list, key, item) VALUES ('shopping', 'm', 'milk')")

    await database.write(milk)
    kept = KeptNotes(database)
    await kept.add(SECRET, "kitchen")
    assert await kept.forget([note.id for note in kept.seen]) == ()
    assert SECRET.encode() not in bytes_on_disk(database)
    found = await database.read(lambda c: c.execute("SELECT item FROM list_items").fetchall())
    assert found == [("milk",)]


async def test_a_memory_that_is_full_says_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MOST_NOTES", 2)
    kept = KeptNotes(database)
    await kept.add("one", "kitchen")
    await kept.add("two", "kitchen")
    with pytest.raises(ToolError) as full:
        await kept.add("three", "kitchen")
    assert "can't remember any more" in full.value.spoken
    assert [note.text for note in await kept.all()] == ["one", "two"]


async def test_quiet_ends_by_the_wall_clock_and_outlives_a_restart(database: Database) -> None:
    wall_s = [1000.0]
    quiet = QuietRooms(database, lambda: wall_s[0])
    await quiet.keep("kitchen", 1060.0)
    await quiet.keep("bedroom", FOR_EVER)
    again = QuietRooms(database, lambda: wall_s[0])
    await again.open()
    assert (again.until("kitchen"), again.until("bedroom"), again.until("office")) == (1060.0, FOR_EVER, None)
    wall_s[0] = 1060.0
    assert [again.wants_quiet(room) for room in ("kitchen", "bedroom")] == [False, True]
    await again.keep("bedroom", None)
    assert not again.wants_quiet("bedroom")
