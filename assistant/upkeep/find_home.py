"""Home Assistant as it announces itself in the home's network: a suggestion, never more."""

import asyncio
import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from zeroconf import DNSQuestionType, IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from assistant.errors import WireError
from assistant.lan import at_home

SERVICE: Final = "_home-assistant._tcp.local."
LOOK_S: Final = 2.5
MOST: Final = 8
LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Found:
    """One that answered."""

    name: str
    url: str


async def find_home_assistants(
    look_s: float = LOOK_S, interfaces: tuple[str, ...] | None = None
) -> list[Found]:
    """Those in the home's own network that answer within `look_s`. WireError where nobody can be asked."""
    try:
        zeroconf = AsyncZeroconf() if interfaces is None else AsyncZeroconf(interfaces=list(interfaces))
    except OSError as error:
        raise WireError(
            f"the network cannot be asked ({error.strerror}); type the address instead"
        ) from error
    names: set[str] = set()

    def note(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is not ServiceStateChange.Removed and len(names) < MOST:
            names.add(name)

    # Answers go to everybody: one to this process alone may reach another that listens on the same port.
    to_all = DNSQuestionType.QM
    browser = AsyncServiceBrowser(zeroconf.zeroconf, SERVICE, handlers=[note], question_type=to_all)
    try:
        await asyncio.sleep(look_s)
        asked = await asyncio.gather(*(_asked(zeroconf, name) for name in sorted(names)))
    finally:
        await browser.async_cancel()
        await zeroconf.async_close()
    return [each for each in asked if each is not None]


async def _asked(zeroconf: AsyncZeroconf, name: str) -> Found | None:
    info = AsyncServiceInfo(SERVICE, name)
    if not await info.async_request(zeroconf.zeroconf, 1000, DNSQuestionType.QM):
        return None
    told = info.decoded_properties
    addresses = [ipaddress.ip_address(each) for each in info.parsed_addresses(IPVersion.V4Only)]
    near = [address for address in addresses if at_home(address)]
    called = str(told.get("location_name") or name.partition(".")[0])
    shown = "".join(letter for letter in called if letter.isprintable())[:LONGEST]
    url = told.get("internal_url") or ""
    if not _plain(url):
        url = f"http://{near[0]}:{info.port}" if near and info.port else ""
    return Found(shown, url) if url else None


def _plain(url: str) -> bool:
    """Whether it is an address one may put into the settings: anybody at home can announce anything."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
