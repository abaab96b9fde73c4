"""Which rooms hear nothing: their microphones are closed, also after a restart."""

import asyncio
from collections.abc import Iterable, Mapping

from assistant.house.room import Room
from assistant.memory.mutes import Mutes

CLOSES_WITHIN_S = 5.0
"""A sound server that hangs may keep a device longer than this; that is told, not waited for."""


class Muting:
    """Closes and opens the ears of the rooms, and keeps which are closed."""

    def __init__(self, rooms: Mapping[str, Room], mutes: Mutes) -> None:
        self._rooms = rooms
        self._mutes = mutes

    @property
    def muted(self) -> tuple[str, ...]:
        """The rooms whose microphone is closed."""
        return tuple(name for name, room in self._rooms.items() if room.ear.muted)

    def listening(self) -> tuple[str, ...]:
        """The rooms whose microphone is open, or not closed yet."""
        return tuple(name for name, room in self._rooms.items() if not (room.ear.muted and room.ear.closed))

    async def restore(self) -> None:
        """Close the ears that were muted; before any microphone is opened. Raises DiskError."""
        muted = await self._mutes.rooms()
        for name, room in self._rooms.items():
            room.ear.muted = name in muted

    async def change(self, names: Iterable[str], *, muted: bool) -> None:
        """Close or open these microphones; one that is still open afterwards is in `listening`.

        DiskError: it is not kept, and none was opened.
        """
        chosen = [self._rooms[name] for name in names if name in self._rooms]
        if muted:  # closed at once, whatever the disk says; opened only once that is kept
            for room in chosen:
                room.ear.muted = True
        for room in chosen:
            await self._mutes.keep(room.name, muted=muted)
        for room in chosen:
            room.ear.muted = muted
        if muted and chosen:
            closing = [asyncio.ensure_future(room.ear.wait_closed()) for room in chosen]
            _, open_still = await asyncio.wait(closing, timeout=CLOSES_WITHIN_S)
            for waiting in open_still:
                waiting.cancel()
