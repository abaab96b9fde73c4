"""How loud each room was made by voice; kept over a restart, until the settings say otherwise."""

import asyncio
from collections.abc import Mapping

from assistant.errors import DiskError
from assistant.house.open_rooms import Rooms
from assistant.journal import Journal
from assistant.memory.volumes import Volumes
from assistant.settings import RoomSettings


class KeptVolumes:
    """Follows `rooms` from `restore` to `close`. A device that keeps its own volume is left to it."""

    def __init__(
        self, rooms: Rooms, settings: Mapping[str, RoomSettings], volumes: Volumes, journal: Journal
    ) -> None:
        self._rooms = rooms
        self._settings = {name: room for name, room in settings.items() if not room.is_esphome}
        self._volumes = volumes
        self._journal = journal
        self._unwritten: dict[str, int] = {}
        self._writing: asyncio.Task[None] | None = None

    async def restore(self) -> None:
        """As loud as they were, where their settings are as they were too. Raises DiskError."""
        for name, percent, of_settings in await self._volumes.rows():
            room = self._settings.get(name)
            if room is not None and name in self._rooms and room.volume_percent == of_settings:
                self._rooms.set_volume(name, percent)
        self._rooms.on_volume = self._changed

    async def close(self) -> None:
        """All that was said is on disk."""
        self._rooms.on_volume = lambda room, percent: None
        if self._writing is not None:
            await asyncio.wait([self._writing])

    def _changed(self, room: str, percent: int) -> None:
        if room in self._settings:
            self._unwritten[room] = percent
            if self._writing is None or self._writing.done():
                self._writing = asyncio.create_task(self._write(), name="volumes")

    async def _write(self) -> None:
        while self._unwritten:
            room, percent = self._unwritten.popitem()
            row = (room, percent, self._settings[room].volume_percent)
            try:
                await self._volumes.keep(row)
            except DiskError as error:
                self._journal.failed(room, 0, error, "")
