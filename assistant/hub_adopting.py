"""Rooms taken in, called otherwise, let go and tried out: for commands and for the page alike."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import asdict, dataclass
from typing import Final

from assistant.devices.esphome.key_file import checked_key
from assistant.errors import AssistantError, SettingsError, WireError
from assistant.house.satellite_state import SatelliteState, state_of
from assistant.hub_rooms import HubRooms, RoomsHub
from assistant.memory.mutes import Mutes
from assistant.messages import JsonValue
from assistant.paired.frames import Frame, Kind
from assistant.paired.keys import fingerprint
from assistant.satellites.own_pairing import VALID_S, Offer
from assistant.settings_rooms import PAIRED, RoomSettings
from assistant.upkeep import room_satellite
from assistant.upkeep.room_file import RoomFile
from assistant.upkeep.setup_questions import room_name

TONE_S: Final = 6.0
HEARD_DB: Final = -60.0


@dataclass(slots=True)
class Pairing:
    """A pairing that was begun on the page."""

    offer: Offer
    told: str = ""
    """What became of it; empty: it waits for its satellite."""
    paired: bool = False


class Adopting:
    """One for the hub; what it is asked to do it does to the settings, the keys and the links at once."""

    def __init__(self, hub: RoomsHub, rooms: HubRooms) -> None:
        self.hub = hub
        """Whose rooms they are."""
        self._rooms = rooms
        self.pairing: Pairing | None = None
        """The one that was begun last on the page."""
        self._finishing: asyncio.Task[None] | None = None

    # ── what is known ────────────────────────────────────────────────────────────────────────────

    def state(self, name: str) -> SatelliteState | None:
        """Of a room's satellite; None: it has none."""
        room = self.hub.settings().rooms.get(name, RoomSettings())
        return state_of(name, room, self.hub.house_now, self.hub.lines)

    def key(self, name: str) -> str:
        """The fingerprint of the satellite paired with a room; empty: none is."""
        if self.hub.settings().rooms[name].satellite != PAIRED:
            return ""
        found = self._rooms.entrance.known.rooms.get(name)
        return "" if found is None else fingerprint(found)

    def lines(self) -> list[str]:
        """A line a room, and one an address that was not let in, for `assistant rooms list`."""
        rooms = [f"{name}: {self._told(name)}" for name in self.hub.settings().rooms]
        return [*rooms, *(f"not let in: {line}" for line in self.refused())]

    def refused(self) -> tuple[str, ...]:
        """Who was not let in as a satellite since the hub began, a line each."""
        return self._rooms.refused()

    def states(self) -> dict[str, JsonValue]:
        """Of every room with a satellite, for programs."""
        found: dict[str, JsonValue] = {}
        for name in self.hub.settings().rooms:
            if (state := self.state(name)) is not None:
                plain = {key: value for key, value in asdict(state).items() if key != "words"}
                paired = state.kind != "own" or bool(self.key(name))
                found[name] = {**plain, "words": list(state.words), "told": state.told(), "paired": paired}
        return found

    def _told(self, name: str) -> str:
        room, state = self.hub.settings().rooms[name], self.state(name)
        if state is None:
            return "microphone and loudspeaker of this box"
        if state.kind != "own":
            sort = "the Wyoming satellite" if state.kind == "wyoming" else "the ESPHome device"
            return f"{sort} at {room.satellite}; {state.told()}"
        if not (key := self.key(name)):
            return f"no satellite is paired yet: assistant rooms pair {name}"
        return f"its satellite (key {key}) is {state.told()}"

    # ── pairing ──────────────────────────────────────────────────────────────────────────────────

    async def pair(self, said: str) -> Pairing:
        """Offer a code for a room's satellite, and take it in once it comes. SettingsError, WrongAnswer."""
        offer = self._offer(said)
        self.end_pairing()
        self.pairing = pairing = Pairing(offer)
        self._finishing = asyncio.create_task(self._finish(pairing), name="pairing")
        return pairing

    async def pair_and_tell(self, said: str, *, aloud: bool) -> AsyncGenerator[str, None]:
        """The same for who waits for it, line by line."""
        offer = self._offer(said)
        yield f"code: {offer.code[:3]} {offer.code[3:]}   (five minutes, six tries)"
        yield f"on the satellite: {self.command(offer)}"
        try:
            if aloud:
                house = await self.hub.house()
                await house.announce("The code is " + ", ".join(offer.code) + ".", None)
            yield await self._paired(offer)
        finally:
            self._rooms.entrance.pairing.end(offer)

    def command(self, offer: Offer) -> str:
        """What is typed on the satellite."""
        return f"assistant satellite pair ADDRESS-OF-THIS-HUB:{self._rooms.entrance.door.port} {offer.code}"

    def end_pairing(self) -> None:
        """The code counts no more."""
        if self._finishing is not None:
            self._finishing.cancel()
        if self.pairing is not None:  # a task that has not begun yet ends nothing
            self._rooms.entrance.pairing.end(self.pairing.offer)
        self.pairing = self._finishing = None

    def _offer(self, said: str) -> Offer:
        room = room_name(said)
        self._rooms.open()
        self._adopted(room)  # a name that cannot be is refused before, not after
        return self._rooms.entrance.pairing.offer(room)

    async def _finish(self, pairing: Pairing) -> None:
        try:
            pairing.told = await self._paired(pairing.offer)
            pairing.paired = True
        except AssistantError as error:
            pairing.told = str(error)
        finally:
            self._rooms.entrance.pairing.end(pairing.offer)

    async def _paired(self, offer: Offer) -> str:
        try:
            async with asyncio.timeout(VALID_S):
                certificate = await asyncio.shield(offer.done)
        except TimeoutError:
            raise SettingsError("nobody came within five minutes; the code counts no more") from None
        await self.hub.change_settings(self._adopted(offer.room))
        return f"paired: {offer.room} is the room of the satellite with the key {fingerprint(certificate)}"

    def _adopted(self, room: str) -> str:
        """The settings with the satellite as the room's microphone and speaker."""
        return room_satellite.adopted(self._file(), room, PAIRED)

    # ── rooms ────────────────────────────────────────────────────────────────────────────────────

    async def add(self, said: str, address: str = "", key: str = "") -> str:
        """A room more: of this box, or with a satellite that has an address. SettingsError, WrongAnswer."""
        room = room_name(said)
        if not address.strip():
            await self.hub.change_settings(self._file().added(room))
            return f"{room} is a room now, with microphone and loudspeaker of this box"
        place = room_satellite.place_of(address)
        right_key = checked_key(key) if key.strip() else None
        what = await asyncio.to_thread(room_satellite.asked, place, right_key)
        key_file = None
        if right_key is not None:
            key_file = await asyncio.to_thread(
                room_satellite.keep_key, self.hub.settings_file().parent, room, place, right_key
            )
        await self.hub.change_settings(room_satellite.adopted(self._file(), room, place, key_file))
        return f"{room} is the room of {what}"

    async def rename(self, room: str, said: str) -> str:
        """A room is called otherwise, and so is where its satellite belongs. SettingsError, DiskError."""
        after = room_name(said)
        text = self._file().renamed(room, after)
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
        await self.hub.change_settings(self._file().removed(room))
        if self._has_key(room):
            await asyncio.to_thread(self._rooms.entrance.known.remove, room)
        self._hang_up(room)
        return f"{room} is no room any more; its satellite, if it had one, is forgotten"

    async def test(self, room: str) -> str:
        """Let something sound there. SettingsError where nobody can hear it."""
        if room not in self.hub.settings().rooms:
            raise SettingsError(f'there is no room "{room}" (assistant rooms list)')
        state = self.state(room)
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

    def _file(self) -> RoomFile:
        rooms = tuple(self.hub.settings().rooms)
        return RoomFile(self.hub.settings_text(), rooms, str(self.hub.settings_file()))
