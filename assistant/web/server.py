"""The page's server: on the hub's own loop, on a socket of its own."""

import socket
from typing import Final

from assistant.hub_adopting import Adopting
from assistant.satellites.http_door import bound, serve
from assistant.settings_tree import PageSettings
from assistant.web.announce import announced, home_addresses, loopback_only
from assistant.web.doors import Doors
from assistant.web.hall import Hall
from assistant.web.page import Page

__all__ = ["PageDoor", "bound", "serve"]
SESSIONS: Final = "sessions.json"


class PageDoor:
    """The page of a hub: bound at once, served while the hub lives."""

    def __init__(self, hall: Hall, chosen: PageSettings, adopting: Adopting) -> None:
        """SettingsError where its address cannot be used."""
        self._doors = Doors(hall.settings().data_folder / SESSIONS)
        self._page = Page(hall, self._doors, adopting)
        self._address = chosen.address
        self._name = ""
        """Of the home's network; empty: it is not told there."""
        self._listening = bound(chosen.address, chosen.port)

    @property
    def port(self) -> int:
        """The port it really has."""
        port: int = self._listening.getsockname()[1]
        return port

    def invitation(self) -> str:
        """Where the page is, and a code that lets one visitor in."""
        here = loopback_only(self._address)
        name = "127.0.0.1" if here else self._name or f"{socket.gethostname()}.local"
        return f"http://{name}:{self.port}  code {self._doors.new_code()} (for ten minutes, once)"

    async def serve(self) -> None:
        """Until cancelled; the home is told where, if it may come in."""
        addresses = () if loopback_only(self._address) else home_addresses(self._address)
        try:
            async with announced(addresses, self.port) as self._name:
                await serve(self._page.app(), self._listening)
        finally:
            await self._page.close()
