"""Asking a device what it is, before it becomes a room's; and which devices announce themselves at home."""

import asyncio
from contextlib import suppress
from typing import Final

from assistant.devices.esphome.connected import Connected
from assistant.devices.esphome.known import Known
from assistant.devices.esphome.satellite import host_and_port
from assistant.errors import SettingsError, WireError

TYPE: Final = "_esphomelib._tcp.local."
LOOK_S: Final = 3.0
MOST: Final = 50


async def what_is(address: str, key: str | None) -> Known:
    """The voice device at `esphome://HOST[:PORT]`. SettingsError says why there is none, with the fix."""
    host, port = host_and_port(address)
    try:
        async with Connected(host, port, key) as connected:
            return connected.known
    except WireError as error:
        raise SettingsError(f"the ESPHome device {host}: {error}") from error


def asked(address: str, key: str | None) -> str:
    """The same in words, for who waits without an event loop."""
    known = asyncio.run(what_is(address, key))
    rights = "" if key is not None else ", for nothing that lasts (it has no key)"
    mute = "" if known.announces else "; it answers, but cannot be told anything unasked (no media player)"
    return f"{known.told}{rights}{mute}"


async def found(wait_s: float = LOOK_S) -> list[str]:
    """Addresses of ESPHome devices that announce themselves; only a suggestion, anybody may."""
    from zeroconf import ServiceStateChange, Zeroconf
    from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

    names: set[str] = set()

    def seen(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if len(names) < MOST and state_change is not ServiceStateChange.Removed:
            names.add(name)

    zeroconf = AsyncZeroconf()
    try:
        browser = AsyncServiceBrowser(zeroconf.zeroconf, TYPE, handlers=[seen])
        await asyncio.sleep(wait_s)
        addresses = []
        for name in sorted(names):
            info = AsyncServiceInfo(TYPE, name)
            with suppress(OSError):
                if await info.async_request(zeroconf.zeroconf, 1000) and info.parsed_addresses():
                    port = "" if info.port == 6053 else f":{info.port}"
                    plain = name.removesuffix(f".{TYPE}")[:60]
                    addresses.append(f"esphome://{info.parsed_addresses()[0]}{port}   ({plain})")
        await browser.async_cancel()
        return addresses
    finally:
        await zeroconf.async_close()
