"""A hub: the real door, rooms and road around scripted engines. Commands on stdin, figures on stdout.

`python -m tests.satellites.load.hub FOLDER own|wyoming ROOMS WYOMING_PORT`
"""

import asyncio
import cProfile
import gc
import json
import sys
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.catalogue import load_catalogue
from assistant.devices.own_satellite import OwnLine, OwnLines, OwnSatellite
from assistant.devices.wyoming_line import WyomingLine
from assistant.devices.wyoming_satellite import WyomingSatellite
from assistant.hear.wake.models import WakeModel, WakePlan
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.house.kit import Chosen, Kit
from assistant.house.sounds import Sounds
from assistant.journal import Entry, Journal
from assistant.messages import Spoken, Woken
from assistant.paired.frames import Frame, Kind
from assistant.paired.keys import identity
from assistant.satellites.own_door import OwnDoor
from assistant.satellites.own_known import KnownSatellites
from assistant.satellites.own_pairing import PairingDesk
from assistant.settings import Settings
from assistant.settings_rooms import PAIRED, RoomSettings
from assistant.upkeep.heap import given_back, giving_back, settled
from tests.satellites.load.figures import Cost, Delays, now_ms, undisturbed

WAKE = WakePlan("hey_jarvis", WakeModel("scripted"), None, sense=0.5, look=0.5, threshold=0.5, late_samples=0)
delays, cost = Delays(), Cost()


def address_of(room: int) -> str:
    """Each satellite has an address of its own, as at home."""
    return f"127.1.{room // 200}.{room % 200 + 1}"


def room_of(number: int) -> str:
    """Its name."""
    return f"room {number}"


def kit() -> Kit:
    """Engines that cost next to nothing."""
    return Kit(
        ears=(Chosen("scripted", {}, "spawn"),),
        voice=Chosen("scripted", {}, "spawn"),
        sounds=Sounds.of(load_catalogue().voice("hearth")),
        vad=Chosen("scripted"),
        wake=(WAKE,),
    )


def measure_own() -> None:
    """Frames of sound tell when they were sent, in both directions."""
    take, send = OwnSatellite._take, OwnLine.send

    def taken(self: OwnSatellite, frame: Frame) -> None:
        if frame.kind is Kind.SOUND and (sent_ms := frame.number("t", 0, 1e12)):
            delays.add(sent_ms)
        take(self, frame)

    async def sent(self: OwnLine, frame: Frame) -> None:
        if frame.kind is Kind.PLAY:
            frame = replace(frame, value={"t": now_ms()})
        await send(self, frame)

    OwnSatellite._take, OwnLine.send = taken, sent  # type: ignore[method-assign]


def measure_wyoming() -> None:
    """The same, in the data of audio-chunk events."""
    take, send = WyomingSatellite._take, WyomingLine.send

    async def taken(self: WyomingSatellite, event: Any) -> None:
        if event.type == "audio-chunk":
            delays.add(event.data["t"])
        await take(self, event)

    async def sent(self: WyomingLine, event: Any) -> None:
        if event.type == "audio-chunk":
            event.data = {**event.data, "t": now_ms()}
        await send(self, event)

    WyomingSatellite._take, WyomingLine.send = taken, sent  # type: ignore[method-assign]


class TheHub:
    """What is counted of it."""

    def __init__(self, folder: Path, kind: str, rooms: int, port: int) -> None:
        self.kind = kind
        self.happened: dict[str, int] = {"Woken": 0, "Spoken": 0, "failed": 0}
        self.said: list[str] = []
        self.lines = OwnLines()
        self.own, self.known = identity(folder / "hub.pem"), KnownSatellites(folder / "known.json")
        desk = PairingDesk(self.own.certificate, self.known, lambda: 0.0, lambda refused: None)
        self.door = OwnDoor(self.lines, self.known, self.own, desk, self.said.append)
        where = (PAIRED if kind == "own" else f"{address_of(each)}:{port}" for each in range(rooms))
        named = {room_of(number): RoomSettings(satellite=each) for number, each in enumerate(where)}
        self.settings = Settings().model_copy(update={"rooms": named})

    def read(self, entry: Entry) -> None:
        """Of the journal."""
        if isinstance(entry.happening, Woken | Spoken):
            self.happened[type(entry.happening).__name__] += 1
        elif "error" in entry.as_json():
            self.happened["failed"] += 1
            sys.stderr.write(f"{entry.as_json()}\n")

    def tell(self, house: House) -> dict[str, Any]:
        """Everything; and count the next time from here."""
        satellites = [room.ear._mic for room in house.rooms.values()]
        dropped = sum(part(each, "arrivals").dropped for each in satellites)
        there = sum(part(each, "line").connected.is_set() for each in satellites)
        told = {
            **cost.tell(),
            **delays.tell("up"),
            **self.happened,
            "dropped": dropped,
            "there": there,
            "tasks": len(asyncio.all_tasks()),
            "faults": self.door.faults.total() + sum(line.faults for line in self.lines.values()),
            "said": len(self.said),
        }
        self.happened = dict.fromkeys(self.happened, 0)
        delays.values.clear()
        cost.begin()
        return told


def part(satellite: object, name: str) -> Any:
    """Of either kind: one shows it, the other keeps it."""
    return getattr(satellite, name, None) or getattr(satellite, f"_{name}")


async def main(folder: str, kind: str, rooms: str, port: str) -> None:
    """Until stdin ends."""
    undisturbed()
    given_back()
    measure_own() if kind == "own" else measure_wyoming()
    loop = asyncio.get_running_loop()
    hub, journal = TheHub(Path(folder), kind, int(rooms), int(port)), Journal(loop.time)
    opening = Opening(demo_home=True, rooms=True, kit=kit(), lines=hub.lines)
    profile = cProfile.Profile()
    async with open_house(hub.settings, journal, opening) as house:
        with ExitStack() as kept, journal.reading(hub.read):
            life = asyncio.create_task(house.run())
            if kind == "own":
                hub.door.open("127.0.0.1", 0)
            kept.enter_context(settled())
            trimming = asyncio.create_task(giving_back())
            say({"port": hub.door.port})
            while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
                match word:
                    case "collect":
                        gc.collect()
                    case "profile":
                        profile.enable()
                    case "profiled":
                        profile.disable()
                        profile.dump_stats(Path(folder) / "hub.prof")
                say(hub.tell(house))
            trimming.cancel()
            life.cancel()
            with suppress(asyncio.CancelledError):
                await life
            hub.door.close()


def say(told: dict[str, Any]) -> None:
    """To whoever began it."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
