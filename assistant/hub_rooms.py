"""The hub's part on rooms with satellites of its own: their door, pairing, what commands ask about rooms."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from assistant.control import Line
from assistant.devices.own_satellite import OwnLine
from assistant.errors import AssistantError, DiskError, SettingsError
from assistant.hub import Hub
from assistant.memory.mutes import Mutes
from assistant.paired.frames import Frame, Kind
from assistant.paired.keys import fingerprint, identity
from assistant.satellites.own_announce import announce, home_addresses
from assistant.satellites.own_copies import alike, copies, copies_frame, ended_there
from assistant.satellites.own_door import OwnDoor
from assistant.satellites.own_known import KnownSatellites
from assistant.satellites.own_pairing import VALID_S, Offer, PairingDesk, PairingRefused
from assistant.settings_tree import PAIRED
from assistant.upkeep import setup_file
from assistant.upkeep.room_file import RoomFile

Out = Callable[[str], None]
COPY_S = 1.0
"""How often what is to ring is compared with what the satellite was told."""
TONE_S = 6.0


@dataclass(frozen=True, slots=True)
class _Entrance:
    """The keys, and the door they belong to."""

    certificate: bytes
    known: KnownSatellites
    pairing: PairingDesk
    door: OwnDoor


class HubRooms:
    """Opened with the hub, closed with it."""

    def __init__(self, hub: Hub, out: Out) -> None:
        self._hub = hub
        self._out = out
        self._opened: _Entrance | None = None
        self._announcing: asyncio.Future[None] | None = None
        hub.lines.on_line = self._copy_timers

    @property
    def _entrance(self) -> _Entrance:
        """Keys are made and read when the first room needs them. DiskError."""
        if self._opened is None:
            loop = asyncio.get_running_loop()
            folder: Path = self._hub.settings().data_folder / "satellites"
            own = identity(folder / "hub.pem")
            known = KnownSatellites(folder / "known.json")
            pairing = PairingDesk(own.certificate, known, loop.time, self._alarm)
            self._opened = _Entrance(
                own.certificate, known, pairing, OwnDoor(self._hub.lines, known, own, pairing, self._out)
            )
        return self._opened

    def close(self) -> None:
        """Shut the door."""
        if self._announcing is not None:
            self._announcing.cancel()
        if self._opened is not None:
            self._opened.door.close()

    def open_if_wanted(self) -> None:
        """A house without such rooms keeps its door shut. SettingsError, DiskError."""
        if any(room.satellite == PAIRED for room in self._hub.settings().rooms.values()):
            self._open()

    def _open(self) -> None:
        chosen = self._hub.settings().satellites
        if not chosen.enabled:
            raise SettingsError("satellites are switched off in the settings (satellites.enabled)")
        door = self._entrance.door
        door.open(chosen.address, chosen.port)
        if self._announcing is None:
            key = fingerprint(self._entrance.certificate)
            addresses = home_addresses(chosen.address)
            self._announcing = asyncio.ensure_future(announce(key, addresses, door.port))

    def _alarm(self, refused: PairingRefused) -> None:
        self._out(f"pairing refused: {refused}")
        self._hub.failed("", refused)

    # ── what commands ask ────────────────────────────────────────────────────────────────────────

    async def handle(self, request: Line) -> AsyncGenerator[Line, None]:
        """`what`: list, pair, rename, remove or test. AssistantError says why not."""
        match request:
            case {"what": "list"}:
                for line in self._list():
                    yield {"line": line}
            case {"what": "pair", "room": str(room), "aloud": bool(aloud)}:
                async with aclosing(self._pair(" ".join(room.lower().split()), aloud=aloud)) as lines:
                    async for line in lines:
                        yield {"line": line}
            case {"what": "rename", "room": str(room), "to": str(after)}:
                yield {"line": await self._rename(room, " ".join(after.lower().split()))}
            case {"what": "remove", "room": str(room)}:
                yield {"line": await self._remove(room)}
            case {"what": "test", "room": str(room)}:
                yield {"line": await self._test(room)}
            case _:
                raise SettingsError("name a room: assistant rooms --help")

    def _list(self) -> list[str]:
        lines = []
        for name, room in self._hub.settings().rooms.items():
            if room.satellite is None:
                lines.append(f"{name}: microphone and loudspeaker of this box")
            elif room.satellite != PAIRED:
                lines.append(f"{name}: the Wyoming satellite at {room.satellite}")
            else:
                lines.append(f"{name}: {self._state(name)}")
        return lines

    def _state(self, room: str) -> str:
        if room not in self._entrance.known.rooms:
            return f"no satellite is paired yet: assistant rooms pair {room}"
        line = self._hub.lines.of(room)
        key = fingerprint(self._entrance.known.rooms[room])
        if line.link is None:
            return f"its satellite (key {key}) is not there; lost {line.losses} times, faults {line.faults}"
        muted = ", muted there" if line.muted else ""
        told = f"lost {line.losses} times, faults {line.faults}"
        return f"its satellite (key {key}) is there at {line.link.address}{muted}; {told}"

    async def _pair(self, room: str, *, aloud: bool) -> AsyncGenerator[str, None]:
        self._open()
        self._adopted(room)  # a name that cannot be is refused before, not after
        offer = self._entrance.pairing.offer(room)
        spoken = f"{offer.code[:3]} {offer.code[3:]}"
        yield f"code: {spoken}   (five minutes, six tries)"
        port = self._entrance.door.port
        yield f"on the satellite: assistant satellite pair ADDRESS-OF-THIS-HUB:{port} {offer.code}"
        try:
            if aloud:
                house = await self._hub.house()
                await house.announce("The code is " + ", ".join(offer.code) + ".", None)
            yield await self._paired(offer)
        finally:
            self._entrance.pairing.end(offer)

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
        file = self._file()
        text = file.text if room in file.rooms else file.added(room)
        return setup_file.changed(text, {"rooms": {room: {"satellite": PAIRED}}}, file.name)

    async def _rename(self, room: str, after: str) -> str:
        text = self._file().renamed(room, after)
        if room in (house := await self._hub.house()).muting.muted:
            await Mutes(house.desk.database).keep(after, muted=True)
        paired = room in self._entrance.known.rooms
        if paired:
            await asyncio.to_thread(self._entrance.known.rename, room, after)
        try:
            await self._hub.change_settings(text)
        except AssistantError:
            if paired:
                await asyncio.to_thread(self._entrance.known.rename, after, room)
            raise
        self._hang_up(room)
        return f"{room} is called {after} now"

    async def _remove(self, room: str) -> str:
        await self._hub.change_settings(self._file().removed(room))
        if room in self._entrance.known.rooms:
            await asyncio.to_thread(self._entrance.known.remove, room)
        self._hang_up(room)
        return f"{room} is no room any more; its satellite, if it had one, is forgotten"

    def _hang_up(self, room: str) -> None:
        """It comes back as what it is now, or is refused."""
        if (link := self._hub.lines.of(room).link) is not None:
            link.abort()

    async def _test(self, room: str) -> str:
        line = self._hub.lines.of(room)
        if line.link is None:
            raise SettingsError(f'the room "{room}" has no satellite that is there (assistant rooms list)')
        while not line.heard.empty():
            line.heard.get_nowait()
        await line.send(Frame(Kind.TONE))
        try:
            async with asyncio.timeout(TONE_S):
                level_db = await line.heard.get()
        except TimeoutError:
            raise SettingsError(f"{room}: its satellite played a tone, but told no level") from None
        verdict = "it hears itself" if level_db > -60 else "it hears nothing: look at its microphone"
        return f"{room}: a tone was played, {level_db:.0f} dB were heard; {verdict}"

    def _file(self) -> RoomFile:
        rooms = tuple(self._hub.settings().rooms)
        return RoomFile(self._hub.settings_text(), rooms, str(self._hub.settings_file()))

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
