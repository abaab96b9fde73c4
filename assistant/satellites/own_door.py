"""The door for satellites of the house's own: TLS 1.3, known keys only; strangers may do nothing but pair."""

import asyncio
import ipaddress
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from typing import Final

from assistant.devices.own_satellite import OwnLines
from assistant.errors import AssistantError, SettingsError, WireError
from assistant.lan import at_home
from assistant.paired.frames import KNOWN, Kind
from assistant.paired.keys import Identity, hub_context, pin
from assistant.paired.link import READ_BYTES, PairedLink
from assistant.satellites.own_known import KnownSatellites
from assistant.satellites.own_pairing import PairingDesk
from assistant.satellites.pace import Pace

MOST_STRANGERS: Final = 8
"""Connections without a key shown yet; asyncio's TLS takes 256 KiB for each before a byte is trusted."""
MOST_OF_ONE: Final = 4
"""Of them, from one address: one bad device does not keep the others out."""
STRANGER_S: Final = 5.0
MOST_COMINGS: Final = 8
"""Connections of one address in ten seconds: each costs 3 ms of TLS in which nobody's sound is taken, and a
satellite waits between tries."""
COMINGS_S: Final = 10.0
MOST_CHANGES: Final = 6
"""Of one room's satellite in a minute that are told."""
CHANGES_S: Final = 60.0
MOST_COUNTED: Final = 256
OFTEN: Final = "its satellite comes and goes; more of it is not told (assistant rooms list)"
Report = Callable[[str], None]


def _now_s() -> float:
    return asyncio.get_running_loop().time()


class OwnDoor:
    """Serves from `open` to `close`. `faults` counts by address what was refused."""

    def __init__(
        self, lines: OwnLines, known: KnownSatellites, own: Identity, desk: PairingDesk, report: Report
    ) -> None:
        """`report`: one line for each change of a room's satellite, and for an address that misbehaves."""
        self.faults: Counter[str] = Counter()
        self.port = 0
        """Once open."""
        self.on_refused: Callable[[str], None] = lambda line: None
        """Told of each address once: the owner is to know of it."""
        self._reasons: dict[str, str] = {}
        self._lines, self._known, self._desk, self._report = lines, known, desk, report
        self._context = hub_context(own, known.rooms.values())
        self._strangers: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._here: dict[str, str] = {}
        self._comings = Pace(MOST_COMINGS, COMINGS_S, _now_s)
        self._changes = Pace(MOST_CHANGES, CHANGES_S, _now_s)
        self._listener: socket.socket | None = None

    def open(self, address: str, port: int) -> None:
        """Listen, if it does not yet. SettingsError where the port can't be used."""
        if self._listener is not None:
            return
        try:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            self._listener = socket.create_server((address, port), family=family, backlog=16)
        except OSError as error:
            raise SettingsError(
                f"satellites: {address} port {port} cannot be used ({error.strerror}); "
                "choose another satellites.port"
            ) from error
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        self._start(self._accept(self._listener))

    def close(self) -> None:
        """Shut it; nobody is held."""
        if self._listener is not None:
            self._listener.close()
        for task in tuple(self._tasks):
            task.cancel()

    def _start(self, work: "asyncio._CoroutineLike[None]") -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                peer, address = await loop.sock_accept(listener)
            except OSError:  # out of descriptors: the next one may find some
                await asyncio.sleep(1.0)
                continue
            host = str(address[0])
            reason = self._unwelcome(host)
            if reason is not None:
                peer.close()
                self._count(host, reason)
                continue
            self._strangers[host] += 1
            self._start(self._meet(peer, host))

    def _unwelcome(self, host: str) -> str | None:
        if not at_home(ipaddress.ip_address(host.partition("%")[0])):
            return "not at home"
        if self._strangers.total() >= MOST_STRANGERS or self._strangers[host] >= MOST_OF_ONE:
            return "too many at once"
        if self._comings.too_often(host):
            return "too often"
        return None

    async def _meet(self, peer: socket.socket, host: str) -> None:
        link, room, counted = None, None, True
        try:
            async with asyncio.timeout(STRANGER_S):
                link = await self._shake_hands(peer)
                room = await self._room_of(link)
            self._known_now(host)
            counted = False
            if room is not None:
                await self._serve(link, room)
        except (AssistantError, TimeoutError) as error:
            if room is None:
                self._count(host, str(error) or "it took too long to show who it is")
        finally:
            if counted:
                self._known_now(host)
            if link is not None:
                await link.close()
            peer.close()

    def _known_now(self, host: str) -> None:
        self._strangers[host] -= 1
        self._strangers += Counter()  # forgets those who are gone

    async def _shake_hands(self, peer: socket.socket) -> PairedLink:
        loop = asyncio.get_running_loop()
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = asyncio.StreamReader(READ_BYTES, loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        try:
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol, peer, ssl=self._context, ssl_handshake_timeout=STRANGER_S
            )
        except ssl.SSLError as error:
            raise WireError("it has a key that nobody here knows") from error
        except OSError as error:
            raise WireError("it does not speak TLS") from error
        return PairedLink(reader, asyncio.StreamWriter(transport, protocol, reader, loop))

    async def _room_of(self, link: PairedLink) -> str | None:
        """Where a known satellite is; a stranger is paired, or WireError, and comes again."""
        certificate = link.certificate
        if certificate is None:
            pin(self._context, await self._desk.meet(link))
            return None
        room = self._known.room_of(certificate)
        if room is None:
            raise WireError("its key is not known any more")
        await link.next(Kind.HELLO)
        link.trust(KNOWN)
        return room

    async def _serve(self, link: PairedLink, room: str) -> None:
        why = "it hung up"
        self._tell(room, f"its satellite is there ({link.address})")
        line = self._lines.of(room)
        try:
            await line.serve(link, room, self._lines.on_line)
        except WireError as error:
            why = str(error)
        if line.link is None:
            self._tell(room, f"its satellite is lost: {why}")

    def _tell(self, room: str, state: str) -> None:
        """Each change once; of one that comes and goes all the time, that it does."""
        if self._here.get(room) == state:
            return
        often = self._changes.too_often(room)
        if often:
            state = OFTEN
        if self._here.get(room) != state:
            self._here[room] = state
            self._report(f"{room}: {state}")

    def _count(self, host: str, reason: str) -> None:
        if host not in self.faults and len(self.faults) >= MOST_COUNTED:
            return
        if host not in self.faults:
            self._report(f"satellites: {host} was refused ({reason}); what follows is only counted")
            self.on_refused(f"{host} was refused: {reason}")
        self.faults[host] += 1
        self._reasons[host] = reason

    def refused(self) -> tuple[str, ...]:
        """A line an address that was refused: how often, and why the last time."""
        return tuple(
            f"{host} was refused {'once' if count == 1 else f'{count} times'}: {self._reasons[host]}"
            for host, count in self.faults.items()
        )
