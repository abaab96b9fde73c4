"""The satellite's side of a pairing."""

import asyncio
from typing import Final

from assistant.errors import SettingsError, WireError
from assistant.paired.frames import Frame, Kind
from assistant.paired.keys import stranger_context
from assistant.paired.link import PairedLink, connect
from assistant.paired.proof import Proving
from assistant.satellites.own.folder import PairedHub, SatelliteFolder

PORT: Final = 8731
"""Where hubs usually listen (satellites.port)."""
CONNECT_S: Final = 5.0


def address_of(said: str) -> tuple[str, int]:
    """HOST or HOST:PORT. SettingsError."""
    host, _, port = said.strip().rpartition(":") if said.count(":") == 1 else (said.strip(), "", "")
    if not host or (port and not (port.isdecimal() and 0 < int(port) < 65536)):
        raise SettingsError(f'"{said}" is no address of a hub; it looks like 192.168.1.10 or hearth.local')
    return host, int(port) if port else PORT


def code_of(said: str) -> str:
    """Six digits, blanks and dashes left out. SettingsError."""
    code = said.replace(" ", "").replace("-", "")
    if not (code.isascii() and code.isdecimal() and len(code) == 6):
        raise SettingsError("the code has six digits; the hub shows it (assistant rooms pair ROOM)")
    return code


async def pair(address: str, code: str, folder: SatelliteFolder) -> PairedHub:
    """Pair with the hub at an address, and keep its key. SettingsError, WireError, DiskError."""
    host, port = address_of(address)
    digits = code_of(code)
    own = await asyncio.to_thread(folder.identity)
    link = await connect(host, port, stranger_context(), CONNECT_S)
    try:
        certificate = link.certificate
        if certificate is None:
            raise WireError("the hub shows no key")
        proving = await asyncio.to_thread(
            Proving, digits, hub=certificate, satellite=own.certificate, is_hub=False
        )
        room = await _prove(link, proving, own.certificate)
    finally:
        await link.close()
    hub = PairedHub(host, port, room, certificate)
    await asyncio.to_thread(folder.keep, hub)
    return hub


async def _prove(link: PairedLink, proving: Proving, certificate: bytes) -> str:
    """The room, once both sides have shown that they know the code."""
    await link.send(Frame(Kind.HELLO, body=certificate))
    await link.send(Frame(Kind.PAKE, body=proving.message))
    await asyncio.to_thread(proving.meet, (await link.next(Kind.PAKE)).body)
    await link.send(Frame(Kind.PROOF, body=proving.proof()))
    if not proving.holds((await link.next(Kind.PROOF)).body):
        raise WireError("whoever answers there does not know the code: it is not your hub")
    return (await link.next(Kind.PAIRED)).text("room")
