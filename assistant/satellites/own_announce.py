"""Where hubs say in the home's network that they are. It only suggests: the pinned key decides."""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from typing import Final

from assistant.lan import at_home, own_addresses

SERVICE: Final = "_hearth-hub._tcp.local."
LOOK_S: Final = 2.0
MOST: Final = 8
"""Hubs that are tried; more than one is rare."""


def home_addresses(address: str) -> Sequence[str]:
    """The IPv4 addresses of this box under which the home reaches what listens at `address`."""
    try:
        listening = ipaddress.ip_address(address)
    except ValueError:
        return ()
    if not listening.is_unspecified:
        return (str(listening),) if listening.version == 4 and not listening.is_loopback else ()
    return own_addresses()


async def announce(key: str, addresses: Sequence[str], port: int) -> None:
    """Tell where this hub is until cancelled; a network that cannot be told takes nothing away but that."""
    from zeroconf import Error, IPVersion, ServiceInfo
    from zeroconf.asyncio import AsyncZeroconf

    if not addresses:
        return
    told = ServiceInfo(
        SERVICE,
        f"{key}.{SERVICE}",
        addresses=[socket.inet_aton(each) for each in addresses],
        port=port,
        server=f"hearth-{key}.local.",
    )
    try:
        zeroconf = AsyncZeroconf(interfaces=list(addresses), ip_version=IPVersion.V4Only)
    except OSError:
        return
    try:
        await (await zeroconf.async_register_service(told, allow_name_change=True))
        await asyncio.Event().wait()
    except (Error, OSError):
        return
    finally:
        await asyncio.shield(zeroconf.async_close())


async def suggested(interfaces: Sequence[str] = ()) -> tuple[tuple[str, int], ...]:
    """Where hubs say they are, at home only, after two seconds; empty where nothing can be heard."""
    from zeroconf import IPVersion, ServiceBrowser, ServiceStateChange, Zeroconf
    from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

    names: dict[str, None] = {}

    def seen(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is ServiceStateChange.Added and len(names) < MOST:
            names[name] = None

    try:
        chosen = list(interfaces) or list(home_addresses("0.0.0.0"))
        zeroconf = AsyncZeroconf(interfaces=chosen, ip_version=IPVersion.V4Only)
    except OSError:
        return ()
    try:
        browser = ServiceBrowser(zeroconf.zeroconf, SERVICE, handlers=[seen])
        await asyncio.sleep(LOOK_S)
        browser.cancel()
        found: list[tuple[str, int]] = []
        for name in names:
            info = AsyncServiceInfo(SERVICE, name)
            if info.load_from_cache(zeroconf.zeroconf) and info.port:
                found += [(each, info.port) for each in info.parsed_addresses(IPVersion.V4Only)]
    finally:
        await asyncio.shield(zeroconf.async_close())
    return tuple(each for each in found if at_home(ipaddress.ip_address(each[0])))[:MOST]
