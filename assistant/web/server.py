"""The page's server: on the hub's own loop, on a socket of its own."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Final

import uvicorn
from starlette.applications import Starlette

from assistant.errors import SettingsError
from assistant.settings_tree import PageSettings
from assistant.web.announce import announced, home_addresses, loopback_only
from assistant.web.doors import Doors
from assistant.web.hall import Hall
from assistant.web.page import Page

SESSIONS: Final = "sessions.json"


class _Server(uvicorn.Server):
    """Signals are the hub's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bound(address: str, port: int) -> socket.socket:
    """A listening socket. SettingsError where the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address, port))
        listening.listen(64)
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"page: {address} port {port} cannot be used ({error.strerror}); choose another page.port"
        ) from error
    return listening


async def serve(app: Starlette, listening: socket.socket) -> None:
    """Serve until cancelled; pages that watch are let go at once."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        limit_concurrency=64,
        h11_max_incomplete_event_size=16_384,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = server.force_exit = True
        await serving
        raise
    finally:
        listening.close()


class PageDoor:
    """The page of a hub: bound at once, served while the hub lives."""

    def __init__(self, hall: Hall, chosen: PageSettings) -> None:
        """SettingsError where its address cannot be used."""
        self._doors = Doors(hall.settings().data_folder / SESSIONS)
        self._page = Page(hall, self._doors)
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
