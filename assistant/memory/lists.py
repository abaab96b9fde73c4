"""Lists the household keeps: any number, each by its name, items in the order they came."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.errors import ToolError
from assistant.memory.database import Database

MOST_ITEMS: Final = 500


@dataclass(frozen=True, slots=True)
class Item:
    """Something on a list."""

    key: str
    """What makes two items the same: `apple` for apples."""
    text: str
    """As it was said, without its count."""
    count: int | None = None
    """How many, when that was said."""


@dataclass(frozen=True, slots=True)
class Change:
    """A list before a write, and as it was read back after it."""

    before: tuple[Item, ...]
    after: tuple[Item, ...]

    def had(self, key: str) -> Item | None:
        """The item before the write."""
        return next((item for item in self.before if item.key == key), None)

    def has(self, key: str) -> Item | None:
        """The item after the write."""
        return next((item for item in self.after if item.key == key), None)


class KeptLists:
    """The lists in the database. Awaited means on disk; every method may raise DiskError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, name: str) -> tuple[Item, ...]:
        """The items of a list; a list nobody wrote on is empty."""
        return await self._database.read(lambda connection: _items(connection, name))

    async def add(self, name: str, items: Sequence[Item]) -> Change:
        """Put items on a list; a count adds to the count already there. ToolError when the list is full."""

        def insert(connection: sqlite3.Connection) -> None:
            for item in items:
                connection.execute(
                    "INSERT INTO list_items (list, key, item, count) VALUES (?, ?, ?, ?) "
                    "ON CONFLICT (list, key) DO UPDATE SET "
                    "count = CASE WHEN excluded.count IS NULL THEN count "
                    "ELSE coalesce(count, 0) + excluded.count END",
                    (name, item.key, item.text, item.count),
                )
            if len(_items(connection, name)) > MOST_ITEMS:
                raise ToolError(f"more than {MOST_ITEMS} items", spoken="Sorry, that list is full.")

        return await self._change(name, insert)

    async def remove(self, name: str, items: Sequence[Item]) -> Change:
        """Take items off; with a count below the one there, only so many."""

        def delete(connection: sqlite3.Connection) -> None:
            for item in items:
                fewer = connection.execute(
                    "UPDATE list_items SET count = count - ? WHERE list = ? AND key = ? AND count > ?",
                    (item.count, name, item.key, item.count),
                )
                if fewer.rowcount == 0:
                    connection.execute("DELETE FROM list_items WHERE list = ? AND key = ?", (name, item.key))

        return await self._change(name, delete)

    async def clear(self, name: str) -> Change:
        """Take everything off."""
        return await self._change(name, lambda c: c.execute("DELETE FROM list_items WHERE list = ?", (name,)))

    async def _change(self, name: str, change: Callable[[sqlite3.Connection], object]) -> Change:
        def write(connection: sqlite3.Connection) -> tuple[Item, ...]:
            before = _items(connection, name)
            change(connection)
            return before

        before = await self._database.write(write)
        return Change(before, await self.read(name))


def _items(connection: sqlite3.Connection, name: str) -> tuple[Item, ...]:
    rows = connection.execute("SELECT key, item, count FROM list_items WHERE list = ? ORDER BY id", (name,))
    return tuple(Item(*row) for row in rows)
