"""Satellites of the house's own taken in by a code: begun on the page, or by a command that waits."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from assistant.errors import AssistantError, SettingsError
from assistant.hub_rooms import HubRooms, RoomsHub, room_file
from assistant.paired.keys import fingerprint
from assistant.satellites.own_pairing import VALID_S, Offer
from assistant.settings_rooms import PAIRED
from assistant.upkeep import room_satellite
from assistant.upkeep.setup_questions import room_name


@dataclass(slots=True)
class Pairing:
    """A pairing that was begun on the page."""

    offer: Offer
    told: str = ""
    """What became of it; empty: it waits for its satellite."""
    paired: bool = False


class Pairings:
    """One at a time."""

    def __init__(self, hub: RoomsHub, rooms: HubRooms) -> None:
        self._hub = hub
        self._rooms = rooms
        self.now: Pairing | None = None
        """The one that was begun last on the page."""
        self._finishing: asyncio.Task[None] | None = None

    async def pair(self, said: str) -> Pairing:
        """Offer a code for a room's satellite, and take it in once it comes. SettingsError, WrongAnswer."""
        offer = self._offer(said)
        self.end()
        self.now = pairing = Pairing(offer)
        self._finishing = asyncio.create_task(self._finish(pairing), name="pairing")
        return pairing

    async def pair_and_tell(self, said: str, *, aloud: bool) -> AsyncGenerator[str, None]:
        """The same for who waits for it, line by line."""
        offer = self._offer(said)
        yield f"code: {offer.code[:3]} {offer.code[3:]}   (five minutes, six tries)"
        yield f"on the satellite: {self.command(offer)}"
        try:
            if aloud:
                house = await self._hub.house()
                await house.announce("The code is " + ", ".join(offer.code) + ".", None)
            yield await self._paired(offer)
        finally:
            self._rooms.entrance.pairing.end(offer)

    def command(self, offer: Offer) -> str:
        """What is typed on the satellite."""
        return f"assistant satellite pair ADDRESS-OF-THIS-HUB:{self._rooms.entrance.door.port} {offer.code}"

    def end(self) -> None:
        """The code counts no more."""
        if self._finishing is not None:
            self._finishing.cancel()
        if self.now is not None:  # a task that has not begun yet ends nothing
            self._rooms.entrance.pairing.end(self.now.offer)
        self.now = self._finishing = None

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
        await self._hub.change_settings(self._adopted(offer.room))
        return f"paired: {offer.room} is the room of the satellite with the key {fingerprint(certificate)}"

    def _adopted(self, room: str) -> str:
        """The settings with the satellite as the room's microphone and speaker."""
        return room_satellite.adopted(room_file(self._hub), room, PAIRED)
