"""The Wyoming door of the hub: other systems may use its ears, its mind, its voice and its wake words.

The protocol knows no login, so the door is shut unless the owner opens it, only the home network may come in,
and whoever does can ask for nothing that lasts (risk class 1).
"""

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from assistant.devices.wyoming_link import WyomingLink
from assistant.errors import AssistantError, SettingsError
from assistant.house.house import House
from assistant.lan import at_home
from assistant.satellites.wyoming_visit import Visit
from assistant.settings_tree import WyomingSettings
from assistant.wyoming_wire import WyomingError

MOST_VISITS = 32
MOST_OF_ONE = 16
"""Connections of one address: Home Assistant opens one for each thing it asks."""
MOST_COUNTED = 256
"""Addresses and reasons that are told apart."""
IDLE_S = 300.0
"""A visitor that says nothing for so long is let go."""
Report = Callable[[str], None]


class WyomingDoor:
    """Serves until cancelled. `faults` counts by address and reason what was refused."""

    def __init__(
        self, house: Callable[[], Awaitable[House]], chosen: WyomingSettings, report: Report
    ) -> None:
        """`report`: one line for each address that misbehaves, once."""
        self.faults: Counter[tuple[str, str]] = Counter()
        self._house = house
        self._address, self._port = chosen.address, chosen.port
        self._rooms: Mapping[str, str] = chosen.rooms
        self._report = report
        self._visits: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port it really has, once open."""
        assert self._server is not None, "the door is shut"
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def open(self) -> None:
        """Listen. SettingsError where the address can't be used."""
        try:
            self._server = await asyncio.start_server(self._meet, self._address, self._port)
        except OSError as error:
            raise SettingsError(
                f"wyoming: {self._address} port {self._port} cannot be used ({error.strerror}); "
                "choose another wyoming.port"
            ) from error

    async def serve(self) -> None:
        """Let visitors in until cancelled; then nobody is held."""
        if self._server is None:
            await self.open()
        assert self._server is not None
        try:
            await asyncio.Event().wait()
        finally:
            self._server.close()
            for task in tuple(self._tasks):
                task.cancel()
            if self._tasks:
                await asyncio.wait(tuple(self._tasks))

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        address = str(writer.get_extra_info("peername")[0])
        if (reason := self._unwelcome(address)) is not None:
            self._count(address, reason)
            writer.close()
            return
        self._visits[address] += 1
        self._tasks.add(task)
        try:
            await self._visit(WyomingLink(reader, writer, idle_s=IDLE_S), address)
        except asyncio.CancelledError:
            writer.transport.abort()  # the hub ends
        finally:
            self._tasks.discard(task)
            self._visits[address] -= 1
            self._visits += Counter()  # forgets those who are gone

    def _unwelcome(self, address: str) -> str | None:
        if not at_home(ipaddress.ip_address(address.partition("%")[0])):
            return "not at home"
        if len(self._tasks) >= MOST_VISITS or self._visits[address] >= MOST_OF_ONE:
            return "too many at once"
        return None

    async def _visit(self, link: WyomingLink, address: str) -> None:
        try:
            await Visit(link, self._house, self._rooms).run()
        except WyomingError as error:
            self._count(address, error.fault.value)
        except AssistantError as error:
            self._count(address, type(error).__name__)
        finally:
            with suppress(AssistantError):
                await link.close()

    def _count(self, address: str, reason: str) -> None:
        known = any(each == address for each, _ in self.faults)
        if not known and len(self.faults) >= MOST_COUNTED:
            return
        if not known:
            self._report(f"wyoming: {address} was not understood ({reason}); what follows is only counted")
        self.faults[address, reason] += 1
