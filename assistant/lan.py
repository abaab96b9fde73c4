"""Where a connection may lead: this box and the home network; further only when the owner says so."""

import ipaddress
import socket
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
SHARED = ipaddress.ip_network("100.64.0.0/10")
"""RFC 6598: private overlay networks of one's own use it."""


def at_home(address: Address) -> bool:
    """Loopback, private or link-local."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback or address.is_private or address.is_link_local or address in SHARED


def own_addresses() -> tuple[str, ...]:
    """The IPv4 addresses under which this box is in the home's network, loopback left out."""
    import ifaddr

    found = (ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if isinstance(ip.ip, str))
    here = (each for each in map(ipaddress.ip_address, found) if at_home(each) and not each.is_loopback)
    return tuple(dict.fromkeys(str(each) for each in here))


def look_up(host: str, port: int) -> Sequence[Address]:
    """Every address of a host. Blocks; raises OSError, ValueError or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found)
