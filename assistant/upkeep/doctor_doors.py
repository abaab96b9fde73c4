"""What stands open: ports of the running house, and the sandbox of its engines."""

import os
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Final

from assistant.house import sandbox
from assistant.settings import PAIRED, Settings
from assistant.upkeep.findings import Finding

PROC: Final = Path("/proc")
LISTENS: Final = "0A"
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
ENGINES_UNIT: Final = Path("/run/hearth-engines/socket")


def ports(settings: Settings) -> Finding:
    """Only what the settings open may be reached from outside this box."""
    inodes = {inode for pid in _house(PROC) for inode in _sockets(PROC / pid / "fd")}
    if not inodes:
        return Finding("ports", None, "no hub runs, so nothing is open")
    wanted = _wanted(settings)
    outside = sorted({port for address, port, inode in _listening(PROC) if inode in inodes and not address})
    if strange := [port for port in outside if port not in wanted]:
        told = f"devices at home can reach port {', '.join(map(str, strange))}"
        return Finding("ports", False, told, "set page.address: 127.0.0.1, then assistant config apply")
    if outside:
        return Finding("ports", True, "; ".join(f"{wanted[port]}: port {port}" for port in outside))
    return Finding("ports", True, "only this box can reach the house")


def _wanted(settings: Settings) -> dict[int, str]:
    """Port → what the settings open there."""
    places = [room.satellite for room in settings.rooms.values()]
    doors = (
        (settings.page, settings.page.enabled, "the page alone, with a code"),
        (settings.wyoming, settings.wyoming.enabled, "Wyoming peers, for nothing that lasts"),
        (settings.api, settings.api.enabled, "programs with the key"),
        (settings.satellites, settings.satellites.enabled and PAIRED in places, "satellites, by their keys"),
    )
    found = {each.port: told for each, on, told in doors if on and each.address not in LOOPBACK}
    if any(room.is_esphome for room in settings.rooms.values()):
        found[settings.esphome.port] = "ESPHome devices fetch what they play"
    return found


def _house(proc: Path) -> Iterator[str]:
    """Process ids of hubs, as far as they may be looked at."""
    for entry in proc.iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"run" in words and any(Path(os.fsdecode(word)).name == "assistant" for word in words):
            yield entry.name


def _sockets(descriptors: Path) -> Iterator[str]:
    try:
        links = [str(each.readlink()) for each in descriptors.iterdir()]
    except OSError:
        return
    for link in links:
        if link.startswith("socket:["):
            yield link.removeprefix("socket:[").removesuffix("]")


def _listening(proc: Path) -> Iterator[tuple[bool, int, str]]:
    """(loopback only, port, inode) of every listening TCP socket."""
    for name in ("tcp", "tcp6"):
        try:
            rows = (proc / "net" / name).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            address, _, port = fields[1].partition(":")
            if fields[3] == LISTENS:
                yield _loopback(address), int(port, 16), fields[9]


def _loopback(address: str) -> bool:
    """Of an address as the kernel prints it: words of 32 bits, each in the order of this machine."""
    raw = b"".join(bytes.fromhex(address[at : at + 8])[::-1] for at in range(0, len(address), 8))
    if len(raw) == 4:
        return IPv4Address(raw).is_loopback
    six = IPv6Address(raw)
    return six.is_loopback or (six.ipv4_mapped is not None and six.ipv4_mapped.is_loopback)


async def engines_shut_in() -> Finding:
    """An engine tries to get out, where the service manager shuts engines in."""
    check = "sandbox"
    if not sandbox.sandboxed() and not ENGINES_UNIT.exists():
        told = "engines run as this account; the system service shuts each of them in"
        return Finding(check, None, told)
    os.environ.setdefault("HEARTH_ENGINES", str(ENGINES_UNIT))
    reached = await sandbox.tried_out()
    fix = "sudo assistant install-service --system, and a kernel with namespaces"
    return Finding(check, reached is None, reached or "an engine tried to get out and could not", fix)
