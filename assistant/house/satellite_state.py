"""What is known of a room's satellite: whether it is there, when it was heard last, what went wrong."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from assistant.devices.own_satellite import OwnLines
from assistant.house.house import House
from assistant.settings import PAIRED, RoomSettings

SatelliteKind = Literal["own", "wyoming", "esphome"]


@dataclass(frozen=True, slots=True)
class SatelliteState:
    """One of them, now."""

    kind: SatelliteKind
    there: bool
    address: str = ""
    losses: int = 0
    """Connections that ended, or did not come about."""
    faults: int = 0
    """Connections or events that made no sense."""
    dropped: int = 0
    """Samples that came and nobody read in time."""
    heard_ago_s: float | None = None
    """Since it gave sound last; None: not yet."""
    muted: bool = False
    """At the satellite itself."""
    clock_off_s: float | None = None
    """How far its clock is ahead of this box's; None: it does not tell."""
    words: tuple[str, ...] = ()
    """The wake words that it hears itself; empty: it does not tell."""
    why: str = ""
    """Why it is not there."""
    called: str = ""
    """As it calls itself."""
    wakes: tuple[str, ...] = ()
    """The wake words it listens for, where it tells."""
    rogues: tuple[str, ...] = ()
    """Where it met hubs with another key than ours, and told them nothing."""

    def told(self) -> str:
        """`there at 192.168.1.20; heard 2 min ago; lost 3 times, no faults`."""
        here = f"there at {self.address}" if self.address else "there"
        absent = f"not there ({self.why})" if self.why else "not there"
        words = [f"{here}{', muted there' if self.muted else ''}" if self.there else absent]
        if self.called:
            words.append(self.called)
        if self.wakes:
            words.append(f"wakes to {', '.join(self.wakes)}")
        if self.heard_ago_s is not None:
            words.append(f"heard {_ago(self.heard_ago_s)}")
        lost = f"lost {self.losses} times" if self.losses != 1 else "lost once"
        faults = "no faults" if not self.faults else f"{self.faults} faults"
        words.append(f"{lost}, {faults}" if self.losses or self.faults else "no losses, no faults")
        if self.dropped:
            words.append(f"{self.dropped / 16_000:.1f} s of sound came too fast")
        if self.rogues:
            words.append(f"a hub that is not yours answered it at {', '.join(self.rogues)}, and was refused")
        return "; ".join(words)


def _ago(seconds: float) -> str:
    if seconds < 60:
        return "just now"
    minutes = round(seconds / 60)
    return f"{minutes} min ago" if minutes < 90 else f"{round(minutes / 60)} h ago"


def state_of(name: str, room: RoomSettings, house: House | None, lines: OwnLines) -> SatelliteState | None:
    """Of the room's satellite; None: it has none. `house` None: it is just being opened."""
    if room.satellite is None:
        return None
    if room.satellite == PAIRED:
        return _own(name, lines)
    if house is None:
        return SatelliteState("esphome" if room.is_esphome else "wyoming", False, why="the house is opening")
    if room.is_esphome:
        return _esphome(name, house)
    return _wyoming(name, house)


def _own(name: str, lines: OwnLines) -> SatelliteState:
    line = lines.of(name)
    link = line.link
    return SatelliteState(
        "own",
        link is not None,
        "" if link is None else str(link.address),
        line.losses,
        line.faults,
        heard_ago_s=_since(line.heard_s),
        muted=line.muted,
        clock_off_s=line.clock_off_s,
        words=line.words,
        rogues=line.rogues,
    )


def _wyoming(name: str, house: House) -> SatelliteState:
    satellite = house.wyoming.get(name)
    if satellite is None:
        return SatelliteState("wyoming", False, why="the room is not open")
    return SatelliteState(
        "wyoming",
        satellite.line.connected.is_set(),
        satellite.address,
        satellite.line.losses,
        satellite.faults,
        satellite.arrivals.dropped,
        _since(satellite.arrivals.heard_s),
    )


def _esphome(name: str, house: House) -> SatelliteState:
    device = house.esphome.get(name)
    if device is None:
        return SatelliteState("esphome", False, why="the room is not open")
    line = device.line
    return SatelliteState(
        "esphome",
        line.connected.is_set(),
        line.device_address,
        line.losses,
        line.faults + device.talk.faults,
        heard_ago_s=_since(device.talk.arrivals.heard_s),
        muted=device.switches.muted,
        called="" if line.known is None else line.known.told,
        wakes=device.heeding.wake_words.active,
        why="" if line.connected.is_set() else line.why or "",
    )


def _since(at_s: float | None) -> float | None:
    return None if at_s is None else max(0.0, asyncio.get_running_loop().time() - at_s)
