"""The hub's part on rooms with satellites of its own: their door, their keys, what rings there without it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from assistant.devices.own_satellite import OwnLine, OwnLines
from assistant.errors import AssistantError, DiskError, SettingsError
from assistant.house.house import House
from assistant.paired.keys import fingerprint, identity
from assistant.satellites.own_announce import announce, home_addresses
from assistant.satellites.own_copies import alike, copies, copies_frame, ended_there
from assistant.satellites.own_door import OwnDoor
from assistant.satellites.own_known import KnownSatellites
from assistant.satellites.own_pairing import PairingDesk, PairingRefused
from assistant.settings import PAIRED, RoomSettings, Settings
from assistant.upkeep.room_file import RoomFile

Out = Callable[[str], None]
COPY_S = 1.0
"""How often what is to ring is compared with what the satellite was told."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """The keys, and the door they belong to."""

    certificate: bytes
    known: KnownSatellites
    pairing: PairingDesk
    door: OwnDoor


class Refused(AssistantError):
    """Somebody who is no satellite of this house was not let in."""


class RoomsHub(Protocol):
    """What rooms and their satellites need of the hub."""

    lines: OwnLines

    @property
    def house_now(self) -> House | None:
        """The house, where it is open."""

    async def house(self) -> House:
        """The house, once it is open. WireError where that takes too long."""

    def settings(self) -> Settings:
        """Those in force."""

    def settings_file(self) -> Path:
        """Where the owner's file is, or would be."""

    def settings_text(self) -> str:
        """The owner's file, empty where there is none."""

    async def change_settings(self, text: str) -> None:
        """Check, keep and apply a new text. SettingsError: nothing was changed."""

    def failed(self, room: str, error: AssistantError) -> None:
        """Something went wrong that the owner should find in the record."""


def asked_room(hub: RoomsHub, name: str) -> RoomSettings:
    """The settings of the room that somebody named. SettingsError: there is none of that name."""
    room = hub.settings().rooms.get(name)
    if room is None:
        raise SettingsError(f'there is no room "{name}" (assistant rooms list)')
    return room


def room_file(hub: RoomsHub) -> RoomFile:
    """The owner's file, for changes to its rooms."""
    return RoomFile(hub.settings_text(), tuple(hub.settings().rooms), str(hub.settings_file()))


class HubRooms:
    """Opened with the hub, closed with it."""

    def __init__(self, hub: RoomsHub, out: Out) -> None:
        self._hub = hub
        self._out = out
        self._opened: Entrance | None = None
        self._announcing: asyncio.Future[None] | None = None
        hub.lines.on_line = self._copy_timers

    @property
    def entrance(self) -> Entrance:
        """Keys are made and read when the first room needs them. DiskError."""
        if self._opened is None:
            loop = asyncio.get_running_loop()
            folder: Path = self._hub.settings().data_folder / "satellites"
            own = identity(folder / "hub.pem")
            known = KnownSatellites(folder / "known.json")
            pairing = PairingDesk(own.certificate, known, loop.time, self._alarm)
            door = OwnDoor(self._hub.lines, known, own, pairing, self._out)
            door.on_refused = lambda line: self._hub.failed("", Refused(line))
            self._opened = Entrance(own.certificate, known, pairing, door)
        return self._opened

    def refused(self) -> tuple[str, ...]:
        """Who was not let in since the hub began, a line each."""
        return () if self._opened is None else self._opened.door.refused()

    def close(self) -> None:
        """Shut the door."""
        if self._announcing is not None:
            self._announcing.cancel()
        if self._opened is not None:
            self._opened.door.close()

    def open_if_wanted(self) -> None:
        """A house without such rooms keeps its door shut. SettingsError, DiskError."""
        if any(room.satellite == PAIRED for room in self._hub.settings().rooms.values()):
            self.open()

    def open(self) -> None:
        """Let satellites come. SettingsError, DiskError."""
        chosen = self._hub.settings().satellites
        if not chosen.enabled:
            raise SettingsError("satellites are switched off in the settings (satellites.enabled)")
        door = self.entrance.door
        door.open(chosen.address, chosen.port)
        if self._announcing is None:
            key = fingerprint(self.entrance.certificate)
            addresses = home_addresses(chosen.address)
            self._announcing = asyncio.ensure_future(announce(key, addresses, door.port))

    def _alarm(self, refused: PairingRefused) -> None:
        self._out(f"pairing refused: {refused}")
        self._hub.failed("", refused)
        self._saying = asyncio.ensure_future(self._say(refused.spoken))

    async def _say(self, words: str) -> None:
        """Aloud in the first room; where that can't be, the record and the page tell it."""
        try:
            await (await self._hub.house()).announce(words, None)
        except AssistantError as error:
            self._hub.failed("", error)

    # ── what rings there without us ──────────────────────────────────────────────────────────────

    async def _copy_timers(self, line: OwnLine, room: str) -> None:
        """Tell the satellite what is to ring in its room, again with each change."""
        line.over = partial(self._stopped, room)
        told: Mapping[int, float] | None = None
        while True:
            if (house := self._hub.house_now) is not None:
                now_s = asyncio.get_running_loop().time()
                timers = copies(house, room)
                due = {each: now_s + left_s for each, left_s in timers.items()}
                if told is None or not alike(due, told):
                    await line.send(copies_frame(timers))
                    told = due
            await asyncio.sleep(COPY_S)

    def _stopped(self, room: str, ring_id: int) -> None:
        self._ending = asyncio.ensure_future(self._end(room, ring_id))

    async def _end(self, room: str, ring_id: int) -> None:
        house = await self._hub.house()
        try:
            await ended_there(house, room, ring_id)
        except DiskError as error:
            house.journal.failed(room, 0, error, "")
