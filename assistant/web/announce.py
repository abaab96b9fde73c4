"""The page's name in the home's network: hearth.local, told only where the owner lets the home in."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from zeroconf import Error, IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from assistant.lan import at_home, own_addresses
from assistant.web.doors import NAME

SERVICE: Final = "_http._tcp.local."


def loopback_only(address: str) -> bool:
    """Whether nobody but this box can come in there."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def home_addresses(address: str) -> Sequence[str]:
    """The IPv4 addresses of this box under which the home reaches a page that listens at `address`."""
    try:
        listening = ipaddress.ip_address(address)
    except ValueError:
        return ()
    if not listening.is_unspecified:
        return (str(listening),) if listening.version == 4 and at_home(listening) else ()
    return own_addresses()


@asynccontextmanager
async def announced(addresses: Sequence[str], port: int) -> AsyncGenerator[str, None]:
    """Tell the home in the block where the page is; the name it is told by, empty where that failed.

    A network that cannot be told takes nothing away but the name.
    """
    if not addresses:
        yield ""
        return
    told = ServiceInfo(
        SERVICE,
        f"Hearth.{SERVICE}",
        addresses=[socket.inet_aton(each) for each in addresses],
        port=port,
        properties={"path": "/"},
        server=f"{NAME}.local.",
    )
    try:
        zeroconf = AsyncZeroconf(interfaces=list(addresses), ip_version=IPVersion.V4Only)
    except OSError:
        yield ""
        return
    try:
        try:
            await (await zeroconf.async_register_service(told, allow_name_change=True))
        except (Error, OSError):
            yield ""
            return
        yield f"{NAME}.local"
    finally:
        await asyncio.shield(zeroconf.async_close())
