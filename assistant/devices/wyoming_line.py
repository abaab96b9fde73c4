"""The kept connection to one Wyoming satellite: made again when it breaks, told once, never hurried."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from typing import TypeAlias

from wyoming.event import Event
from wyoming.info import Describe
from wyoming.ping import Ping

from assistant.again import for_ever
from assistant.devices.kept import Report
from assistant.devices.wyoming_link import WyomingLink
from assistant.errors import AssistantError, AudioError, WireError
from assistant.lan import at_home, look_up
from assistant.tasks import together
from assistant.wyoming_wire import Caps

CONNECT_S = 5.0
PING_S = 2.0
"""As Home Assistant does it."""
SILENT_S = 5.0
"""A satellite that answered pings and says nothing for so long has hung, or its network has."""
RETRY_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Between attempts."""


Greet: TypeAlias = Callable[[], Awaitable[None]]
Take: TypeAlias = Callable[[Event], Awaitable[None]]


class WyomingLine:
    """Keeps the connection while `run` runs. `take(event)` is called for what the satellite says."""

    def __init__(self, host: str, port: int, report: Report) -> None:
        """`report`: told when the satellite is lost (why), and with None when it is there."""
        self.link: WyomingLink | None = None
        """While connected."""
        self.connected = asyncio.Event()
        self.losses = 0
        self._host, self._port, self._report = host, port, report
        self._heard_s = 0.0
        self._answers_pings = False
        self._told: str | None = None

    async def send(self, event: Event) -> None:
        """Hand an event over; where there is no satellite it is not kept."""
        if (link := self.link) is not None:
            with suppress(WireError):  # the reading side sees the loss and tells it
                await link.send(event)

    async def run(self, greet: Greet, take: Take) -> None:
        """For ever: connect, `greet`, hand on every event, connect again. Ends when cancelled."""
        await for_ever(lambda: self._once(greet, take), self._lost, RETRY_S)

    def _lost(self, why: str) -> None:
        self.losses += 1
        self._tell(why)

    async def _once(self, greet: Greet, take: Take) -> str:
        """One connection to its end; why it ended."""
        try:
            link = await self._connect()
        except AssistantError as error:
            return str(error)
        self.link = link
        self._heard_s, self._answers_pings = asyncio.get_running_loop().time(), False
        try:
            async with together() as group:
                reading = group.create_task(self._read(link, take))
                pinging = group.create_task(self._ping(link))
                await link.send(Describe().event())
                await greet()
                self.connected.set()
                await asyncio.wait({reading, pinging}, return_when=asyncio.FIRST_COMPLETED)
                reading.cancel()
                pinging.cancel()
        except AssistantError as error:
            return str(error)
        finally:
            self.link = None
            self.connected.clear()
            await link.close()
        return "it hung up"

    async def _connect(self) -> WyomingLink:
        try:
            addresses = await asyncio.to_thread(look_up, self._host, self._port)
        except (OSError, ValueError, UnicodeError) as error:
            raise WireError(f"nobody knows the address of {self._host}") from error
        if not addresses or not all(map(at_home, addresses)):
            raise WireError(f"{self._host} is not at home")
        try:
            async with asyncio.timeout(CONNECT_S):
                reader, writer = await asyncio.open_connection(str(addresses[0]), self._port)
        except (OSError, TimeoutError) as error:
            raise WireError(f"it does not answer at {self._host} port {self._port}") from error
        return WyomingLink(reader, writer, Caps())

    async def _read(self, link: WyomingLink, take: Take) -> None:
        loop = asyncio.get_running_loop()
        async with aclosing(link.events()) as events:
            async for event in events:
                self._heard_s = loop.time()
                if event.type == "info":
                    self._tell(None)  # it speaks our language: it is there
                elif event.type == "pong":
                    self._answers_pings = True
                else:
                    await take(event)

    async def _ping(self, link: WyomingLink) -> None:
        """Ask whether it is still there; one that knows pings and says nothing is not."""
        loop = asyncio.get_running_loop()
        while not self._answers_pings or loop.time() - self._heard_s < SILENT_S:
            await asyncio.sleep(PING_S)
            await link.send(Ping("").event())
        raise WireError(f"it has said nothing for {SILENT_S:g} s")

    def _tell(self, why: str | None) -> None:
        """Each change once."""
        if why is None:
            if self._told is not None:
                self._report(None)
        elif self._told is None:
            self._report(AudioError(f"The satellite {self._host} is not there: {why}."))
        self._told = why
