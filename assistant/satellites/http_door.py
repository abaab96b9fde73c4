"""A web server of the hub's, on the hub's own loop and a socket of its own."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from assistant.errors import SettingsError


class _Server(uvicorn.Server):
    """Signals are the hub's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bound(address: str, port: int, key: str = "page") -> socket.socket:
    """A listening socket. SettingsError where the address is taken or not ours; `key`: whose settings."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address, port))
        listening.listen(64)
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"{key}: {address} port {port} cannot be used ({error.strerror}); choose another {key}.port"
        ) from error
    return listening


async def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until cancelled; whoever still reads is let go at once."""
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
