"""Begins a hub and a fleet, and asks them for their figures."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from assistant.paired.keys import identity, write_private
from assistant.strict_json import plain_json
from tests.satellites.load.figures import percentile
from tests.satellites.load.hub import room_of

ROOT: Final = Path(__file__).parent.parent.parent.parent
UP_S: Final = 90.0
WYOMING_PORT: Final = 10_700
Told = dict[str, Any]


class Program:
    """One of the two."""

    def __init__(self, module: str, log: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", f"tests.satellites.load.{module}", *arguments]
        self._log = log.open("wb")
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True
        )
        self._path = log

    def ask(self, word: str) -> Told:
        """Say a word, and take the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> Told:
        """The next line."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self._path.read_text()[-3000:]
        told: Told = json.loads(line)
        return told

    def end(self) -> None:
        """Both of its streams, and itself."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._log):
            if stream is not None:
                stream.close()


def lateness_ms(seconds: float) -> float:
    """How late this process, which only sleeps, wakes up meanwhile (p99): what the box itself adds."""
    late, until_s = list[float](), time.monotonic() + seconds
    while (now_s := time.monotonic()) < until_s:
        time.sleep(0.002)
        late.append(1000 * (time.monotonic() - now_s) - 2)
    return round(percentile(late, 0.99), 2)


@dataclass
class Both:
    """A hub with its satellites."""

    hub: Program
    fleet: Program
    folder: Path
    port: int

    def measured(self, seconds: float) -> tuple[Told, Told]:
        """What both tell of the next seconds: the hub, the fleet."""
        self.fleet.ask("tell")
        self.hub.ask("tell")
        late_ms = lateness_ms(seconds)
        return {**self.hub.ask("tell"), "box_late_p99_ms": late_ms}, self.fleet.ask("tell")

    @contextmanager
    def beset(self, first_room: int) -> Iterator[None]:
        """By satellites that mean ill, in the rooms from this one on."""
        rogues = Program(
            "rogues", self.folder / "rogues.log", str(self.folder), str(self.port), str(first_room)
        )
        try:
            yield
        finally:
            rogues.end()

    def until_there(self, rooms: int) -> float:
        """How many seconds it took until all of them are."""
        began_s = time.monotonic()
        while (there := self.hub.ask("tell")["there"]) < rooms:
            assert time.monotonic() < began_s + UP_S, f"only {there} of {rooms} came"
            time.sleep(0.2)
        return time.monotonic() - began_s


def paired(folder: Path, rooms: int) -> None:
    """Keys of all of them, as if they had been paired one by one."""
    identity(folder / "hub.pem")
    certificates = [identity(folder / f"{each}.pem") for each in range(rooms)]
    pems = {room_of(number): each.file.read_text() for number, each in enumerate(certificates)}
    only = {room: pem[pem.index("-----BEGIN CERTIFICATE") :] for room, pem in pems.items()}
    write_private(folder / "known.json", plain_json(only))


@contextmanager
def both(folder: Path, kind: str, rooms: int, *, live: int | None = None) -> Iterator[Both]:
    """Up and connected; `live` of the rooms, where not all of them."""
    live = rooms if live is None else live
    paired(folder, rooms if kind == "own" else 0)
    hub = Program(
        "hub",
        folder / "hub.log",
        str(folder),
        kind,
        str(rooms),
        str(WYOMING_PORT),
    )
    fleet = None
    try:
        port = hub.answer()["port"] or WYOMING_PORT
        fleet = Program("fleet", folder / "fleet.log", str(folder), kind, str(port), str(live))
        running = Both(hub, fleet, folder, port)
        running.until_there(live)
        yield running
    finally:
        for program in (fleet, hub):
            if program is not None:
                program.end()
