"""Announcements by voice: the rooms that can be told something, as the skill sees them."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from assistant.errors import AssistantError
from assistant.house.room import Room
from assistant.journal import Journal
from assistant.skills.announce import Heard

WAIT_S: Final = 3.0
"""So long the room that asked waits for the others; what takes longer is still being said."""


class Announcer:
    """Says a text in several rooms at once."""

    def __init__(self, rooms: Mapping[str, Room], journal: Journal) -> None:
        self._rooms = rooms
        self._journal = journal
        self._speaking: set[asyncio.Task[None]] = set()

    def speaking(self) -> Sequence[str]:
        """Rooms with a loudspeaker."""
        return tuple(self._rooms)

    async def say(self, rooms: Sequence[str], text: str) -> dict[str, Heard]:
        """Say it; what is not over after three seconds goes on."""
        tasks = {
            name: asyncio.create_task(
                self._rooms[name].mouth.announce(text, chime=True), name=f"announce {name}"
            )
            for name in rooms
            if name in self._rooms
        }
        for name, task in tasks.items():
            self._speaking.add(task)
            task.add_done_callback(partial(self._ended, name))
        if tasks:
            await asyncio.wait(tasks.values(), timeout=WAIT_S)
        return {name: _heard(task) for name, task in tasks.items()}

    async def close(self) -> None:
        """Cut off what is still being said."""
        for task in self._speaking:
            task.cancel()
        await asyncio.gather(*self._speaking, return_exceptions=True)

    def _ended(self, room: str, task: asyncio.Task[None]) -> None:
        self._speaking.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), AssistantError):
            self._journal.failed(room, 0, error, "")


def _heard(task: asyncio.Task[None]) -> Heard:
    if not task.done():
        return Heard.SAYING
    return Heard.FAILED if task.cancelled() or task.exception() else Heard.SAID
