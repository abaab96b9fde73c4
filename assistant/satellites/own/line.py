"""The satellite's kept connection to its hub: made again when it breaks, told once, never hurried."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Final

from assistant.again import for_ever
from assistant.errors import WireError
from assistant.paired.frames import KNOWN, Frame, Kind
from assistant.paired.keys import Identity, digest, satellite_context
from assistant.paired.link import AnotherHub, PairedLink, connect
from assistant.satellites.own.folder import PairedHub
from assistant.tasks import together

CONNECT_S: Final = 5.0
RETRY_S: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Between attempts."""

MOST_ROGUES: Final = 8

Greet = Callable[[], Frame]
Take = Callable[[Frame], Awaitable[None]]
Find = Callable[[], Awaitable[tuple[tuple[str, int], ...]]]
Report = Callable[[str], None]


class Line:
    """Keeps the connection while `run` runs."""

    def __init__(self, hub: PairedHub, own: Identity, report: Report, find: Find) -> None:
        """`report`: one line for each change. `find`: other places where a hub may be; its key decides."""
        self.link: PairedLink | None = None
        """While the hub is there."""
        self.rogues: list[str] = []
        """Where a hub with another key answered; nothing was told it, our own is told of it."""
        self._hub = hub
        self._context = satellite_context(own, hub.certificate)
        self._report = report
        self._find = find
        self._told: str | None = ""

    @property
    def connected(self) -> bool:
        """The hub is there."""
        return self.link is not None

    async def send(self, frame: Frame) -> None:
        """Hand a frame over; where there is no hub it is not kept."""
        if (link := self.link) is not None:
            with suppress(WireError):  # the reading side sees the loss and tells it
                await link.send(frame)

    async def run(self, greet: Greet, take: Take) -> None:
        """For ever: connect, greet, hand on every frame, connect again. Ends when cancelled."""
        await for_ever(lambda: self._once(greet, take), self._tell, RETRY_S)

    async def _once(self, greet: Greet, take: Take) -> str:
        """One connection to its end; why it ended."""
        try:
            link = await self._connect()
        except WireError as error:
            return str(error)
        try:
            async with together() as group:
                await link.send(Frame(Kind.HELLO))
                room = (await link.next(Kind.WELCOME)).text("room")
                self.link = link
                self._tell(None, room)
                await link.send(greet())
                beating = group.create_task(link.beat())
                async with aclosing(link.frames()) as frames:
                    async for frame in frames:
                        await take(frame)
                beating.cancel()
        except WireError as error:
            return str(error)
        finally:
            self.link = None
            await link.close()
        return "it hung up"

    async def _connect(self) -> PairedLink:
        """Where it was, else wherever a hub says it is. WireError of the first."""
        try:
            return await self._at(self._hub.host, self._hub.port)
        except WireError as error:
            for host, port in await self._find():
                with suppress(WireError):
                    return await self._at(host, port)
            raise error from None

    async def _at(self, host: str, port: int) -> PairedLink:
        try:
            return await self._paired_at(host, port)
        except AnotherHub:
            self._beware(f"{host} port {port}")
            raise

    async def _paired_at(self, host: str, port: int) -> PairedLink:
        link = await connect(host, port, self._context, CONNECT_S)
        shown = link.certificate
        if shown is None or digest(shown) != digest(self._hub.certificate):
            link.abort()
            raise AnotherHub(host, port)
        link.trust(KNOWN)
        return link

    def _beware(self, place: str) -> None:
        """Each place once."""
        if place not in self.rogues and len(self.rogues) < MOST_ROGUES:
            self.rogues.append(place)
            self._report(f"a hub that is not yours answers at {place}; it was told nothing")

    def _tell(self, why: str | None, room: str = "") -> None:
        """Each change once."""
        if why != self._told:
            self._told = why
            self._report(f"the hub is there; this is: {room}" if why is None else f"no hub: {why}")
