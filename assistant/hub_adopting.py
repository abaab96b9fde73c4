"""Rooms taken in, called otherwise, let go and tried out: for commands and for the page alike."""

import asyncio
from typing import Final

from assistant.devices.esphome.key_file import checked_key
from assistant.errors import AssistantError, SettingsError, WireError
from assistant.hub_known import KnownRooms
from assistant.hub_pairing import Pairings
from assistant.hub_rooms import HubRooms, RoomsHub, asked_room, room_file
from assistant.memory.mutes import Mutes
from assistant.paired.frames import Frame, Kind
from assistant.upkeep import room_satellite
from assistant.upkeep.setup_questions import room_name

TONE_S: Final = 6.0
HEARD_DB: Final = -60.0


class Adopting:
    """One for the hub; what it is asked to do it does to the settings, the keys and the links at once."""

    def __init__(self, hub: RoomsHub, rooms: HubRooms) -> None:
        self.hub = hub
        """Whose rooms they are."""
        self.known = KnownRooms(hub, rooms)
        self.pairings = Pairings(hub, rooms)
        self._rooms = rooms

    async def add(self, said: str, address: str = "", key: str = "") -> str:
        """A room more: of this box, or with a satellite that has an address. SettingsError, WrongAnswer."""
        room = room_name(said)
        if not address.strip():
            await self.hub.change_settings(room_file(self.hub).added(room))
            return f"{room} is a room now, with microphone and loudspeaker of this box"
        place = room_satellite.place_of(address)
        right_key = checked_key(key) if key.strip() else None
        what = await asyncio.to_thread(room_satellite.asked, place, right_key)
        key_file = None
        if right_key is not None:
            key_file = await asyncio.to_thread(
                room_satellite.keep_key, self.hub.settings_file().parent, room, place, right_key
            )
        await self.hub.change_settings(room_satellite.adopted(room_file(self.hub), room, place, key_file))
        return f"{room} is the room of {what}"

    async def rename(self, room: str, said: str) -> str:
        """A room is called otherwise, and so is where its satellite belongs. SettingsError, DiskError."""
        after = room_name(said)
        text = room_file(self.hub).renamed(room, after)
        if room in (house := await self.hub.house()).muting.muted:
            # Kept before the house opens anew: a room that hears nothing never does by another name.
            await Mutes(house.desk.database).keep(after, muted=True)
        known, paired = self._rooms.entrance.known, self._has_key(room)
        if paired:
            await asyncio.to_thread(known.rename, room, after)
        try:
            await self.hub.change_settings(text)
        except AssistantError:
            if paired:
                await asyncio.to_thread(known.rename, after, room)
            raise
        self._hang_up(room)
        return f"{room} is called {after} now"

    async def remove(self, room: str) -> str:
        """A room is let go; the key of its satellite counts no more. SettingsError, DiskError."""
        await self.hub.change_settings(room_file(self.hub).removed(room))
        if self._has_key(room):
            await asyncio.to_thread(self._rooms.entrance.known.remove, room)
        self._hang_up(room)
        return f"{room} is no room any more; its satellite, if it had one, is forgotten"

    async def test(self, room: str) -> str:
        """Let something sound there. SettingsError where nobody can hear it."""
        asked_room(self.hub, room)
        state = self.known.state(room)
        if state is not None and not state.there:
            raise SettingsError(f"the satellite of {room} is {state.told()}; switch it on, then try again")
        if (device := (await self.hub.house()).esphome.get(room)) is not None:
            known = device.line.known
            if known is None or not known.announces:
                raise SettingsError(f"{room}: its device only answers; it cannot be told anything unasked")
        if state is None or state.kind != "own":
            await (await self.hub.house()).announce(f"This is the {room}.", room)
            return f"{room}: it said “This is the {room}.”; heard nothing? Turn its loudspeaker up"
        return await self._tone(room)

    async def _tone(self, room: str) -> str:
        line = self.hub.lines.of(room)
        while not line.heard.empty():
            line.heard.get_nowait()
        await line.send(Frame(Kind.TONE))
        try:
            async with asyncio.timeout(TONE_S):
                level_db = await line.heard.get()
        except TimeoutError:
            raise WireError(f"{room}: its satellite played a tone, but told no level") from None
        well = level_db > HEARD_DB
        verdict = "it hears itself" if well else "it hears nothing: look at its microphone"
        return f"{room}: a tone was played, {level_db:.0f} dB were heard; {verdict}"

    def _has_key(self, room: str) -> bool:
        return room in self._rooms.entrance.known.rooms

    def _hang_up(self, room: str) -> None:
        """It comes back as what it is now, or is refused."""
        if (link := self.hub.lines.of(room).link) is not None:
            link.abort()
