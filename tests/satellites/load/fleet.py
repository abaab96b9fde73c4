"""Satellites by the dozen, all in one process. Commands on stdin, figures on stdout.

`python -m tests.satellites.load.fleet FOLDER own|wyoming HUB_PORT ROOMS`: `turns N` has N of them speak at
any time, `hush` that nobody does any more; a fleet without its hub waits; `tell` tells and counts anew.
"""

import asyncio
import json
import sys
from abc import ABC, abstractmethod
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from wyoming.event import Event

from assistant import scripted
from assistant.devices.wyoming_link import WyomingLink
from assistant.errors import WireError
from assistant.paired.frames import KNOWN, Frame, Kind
from assistant.paired.keys import Identity, identity, satellite_context
from assistant.paired.link import READ_BYTES, PairedLink
from assistant.wyoming_wire import FRIEND
from tests.satellites.load.figures import Cost, Delays, now_ms, undisturbed
from tests.satellites.load.hub import address_of

ASKED: Final = scripted.silence(2.9) + scripted.words("what can you do")
"""Somebody who thinks first, and hears the chime."""
ANSWER: Final = "set a timer for ten minutes."
"""The end of 5 s of speech."""
STEP: Final = 1024
"""Bytes: 32 ms."""
STEP_S: Final = 0.032
LONGEST_S: Final = 40.0
APART_S: Final = 1.0
"""Between two who begin to speak: nearer than that, two rooms are taken to have heard the same person."""
FORM: Final = {"rate": 16_000, "width": 2, "channels": 1}


class Counted:
    """What happened to all of them."""

    def __init__(self) -> None:
        self.delays = Delays()
        self.cost = Cost()
        self.begin()

    def begin(self) -> None:
        """Anew."""
        self.sent = self.asked = self.right = self.wrong = self.late = self.lost = 0
        self.turns_s: list[float] = []
        self.delays.values.clear()
        self.cost.begin()

    def tell(self, there: int) -> dict[str, Any]:
        """All of it."""
        counts = ("sent", "asked", "right", "wrong", "late", "lost")
        answered = sorted(self.turns_s)
        told = {
            **self.cost.tell(),
            **self.delays.tell("down"),
            **{each: getattr(self, each) for each in counts},
            "there": there,
            "answer_p50_s": round(answered[len(answered) // 2], 2) if answered else 0.0,
            "answer_worst_s": round(answered[-1], 2) if answered else 0.0,
        }
        self.begin()
        return told


counted = Counted()


class Satellite(ABC):
    """One of them. It lives until cancelled, and comes back when it is lost."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.there = asyncio.Event()
        self.over = asyncio.Event()
        self.played = bytearray()
        self.finished = asyncio.Event()
        self.queue: deque[bytes] = deque()
        """What it says next, in steps."""

    @abstractmethod
    async def live(self) -> None:
        """Be connected."""

    @abstractmethod
    async def begin_turn(self) -> None:
        """The wake word."""

    @abstractmethod
    async def give(self, pcm: bytes) -> None:
        """Sound of the microphone."""

    def plays(self, pcm: bytes, sent_ms: float) -> None:
        """Sound of the hub."""
        counted.delays.add(sent_ms)
        self.played += pcm

    def heard(self) -> None:
        """The hub has heard enough: what it plays now is the answer."""
        self.finished.clear()
        self.played.clear()
        self.over.set()

    async def ask(self) -> None:
        """One turn: say it, wait for the answer, and look whether it is the right one."""
        loop = asyncio.get_running_loop()
        await self.there.wait()
        self.over.clear()
        self.finished.clear()
        self.played.clear()
        counted.asked += 1
        try:
            async with asyncio.timeout(LONGEST_S):
                await self._say(ASKED)
                ended_s = loop.time()
                await self.finished.wait()
        except (TimeoutError, WireError):
            counted.late += 1
            return
        counted.turns_s.append(loop.time() - ended_s)
        said = scripted.read_back(bytes(self.played), self.out_hz)
        right = said.endswith(ANSWER)
        if not right:
            sys.stderr.write(f"{self.number}: {said!r} {len(self.played)}\n")
        counted.right += right
        counted.wrong += not right

    out_hz = 24_000

    async def _say(self, pcm: bytes) -> None:
        await self.begin_turn()
        due_s, at = asyncio.get_running_loop().time(), 0
        while at < len(pcm) or not self.over.is_set():
            piece = pcm[at : at + STEP]
            await self.give(piece + bytes(STEP - len(piece)))
            at += STEP
            due_s += STEP_S
            await asyncio.sleep(max(0.0, due_s - asyncio.get_running_loop().time()))


class OwnOne(Satellite):
    """Of the house's own kind: gives sound after its wake word only."""

    def __init__(self, number: int, key: Identity, hub: bytes, port: int) -> None:
        super().__init__(number)
        self._context, self._port = satellite_context(key, hub), port
        self.link: PairedLink | None = None

    async def connected(self) -> PairedLink:
        """From its own address. WireError."""
        try:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1",
                self._port,
                ssl=self._context,
                limit=READ_BYTES,
                local_addr=(address_of(self.number), 0),
            )
        except OSError as error:
            raise WireError(str(error)) from error
        link = PairedLink(reader, writer)
        link.trust(KNOWN)
        return link

    async def live(self) -> None:
        while True:
            with suppress(WireError):
                await self._once()
            counted.lost += self.there.is_set()
            self.there.clear()
            await asyncio.sleep(0.5)

    async def _once(self) -> None:
        link = await self.connected()
        beating = None
        try:
            await link.send(Frame(Kind.HELLO))
            await link.next(Kind.WELCOME)
            await link.send(Frame(Kind.STATE, {"muted": False}))
            self.link = link
            beating = asyncio.create_task(link.beat())
            self.there.set()
            async for frame in link.frames():
                match frame.kind:
                    case Kind.PLAY:
                        self.plays(frame.body, frame.number("t", 0, 1e12))
                    case Kind.PLAY_END:
                        self.finished.set()
                    case Kind.OVER:
                        self.heard()
        finally:
            if beating is not None:
                beating.cancel()
                await asyncio.wait([beating])
                _ = beating.cancelled() or beating.exception()
            link.abort()

    async def begin_turn(self) -> None:
        assert self.link is not None
        loud = {"level_db": -20.0, "noise_db": -60.0, "late": 0}
        await self.link.send(Frame(Kind.WOKE, {"word": "hey_jarvis", "score": 0.9, "before": 0, **loud}))

    async def give(self, pcm: bytes) -> None:
        assert self.link is not None
        await self.link.send(Frame(Kind.SOUND, {"t": now_ms()}, pcm))
        counted.sent += 1


class WyomingOne(Satellite):
    """A Wyoming satellite that streams always; the hub connects to it."""

    out_hz = 22_050
    WOKEN: Final = scripted.words("hey jarvis")

    def __init__(self, number: int, port: int) -> None:
        super().__init__(number)
        self._port = port
        self._link: WyomingLink | None = None
        self._said = b""

    async def live(self) -> None:
        server = await asyncio.start_server(self._meet, address_of(self.number), self._port)
        try:
            await asyncio.Event().wait()
        finally:
            server.close()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = WyomingLink(reader, writer, FRIEND)
        streaming: asyncio.Task[None] | None = None
        try:
            async for event in link.events():
                match event.type:
                    case "describe":
                        await link.send(Event("info", {"asr": []}))
                    case "ping":
                        await link.send(Event("pong"))
                    case "run-satellite" if streaming is None:
                        self._link = link
                        streaming = asyncio.create_task(self._stream())
                    case "audio-chunk":
                        self.plays(event.payload or b"", float(event.data["t"]))
                    case "audio-stop":
                        self.finished.set()
                    case "transcript":
                        self.heard()
        except WireError:
            pass
        finally:
            counted.lost += self.there.is_set()
            self.there.clear()
            if streaming is not None:
                streaming.cancel()
            writer.transport.abort()

    async def _stream(self) -> None:
        """64 ms at a time, as the real one does: what is to be said, else silence."""
        await self.give_event(Event("run-pipeline", {"start_stage": "wake"}))
        self.there.set()
        due_s = asyncio.get_running_loop().time()
        with suppress(WireError):
            while True:
                piece, self._said = self._said[: 2 * STEP], self._said[2 * STEP :]
                form = {**FORM, "t": now_ms()}
                await self.give_event(Event("audio-chunk", form, piece + bytes(2 * STEP - len(piece))))
                counted.sent += 1
                due_s += 2 * STEP_S
                await asyncio.sleep(max(0.0, due_s - asyncio.get_running_loop().time()))

    async def give_event(self, event: Event) -> None:
        """Send it."""
        assert self._link is not None
        await self._link.send(event)

    async def begin_turn(self) -> None:
        """Its words are part of the stream."""

    async def give(self, pcm: bytes) -> None:
        """Said at once, streamed in its time."""

    async def _say(self, pcm: bytes) -> None:
        self._said = self.WOKEN + pcm
        await self.over.wait()


async def speaking(waiting: "asyncio.Queue[Satellite]", apart: asyncio.Lock) -> None:
    """One of those that speak at any time: whose turn it is, asks."""
    while True:
        async with apart:
            await asyncio.sleep(APART_S)
        satellite = await waiting.get()
        await satellite.ask()
        waiting.put_nowait(satellite)


def made(folder: Path, kind: str, port: int, rooms: int) -> list[Satellite]:
    """All of them."""
    if kind == "wyoming":
        return [WyomingOne(number, port) for number in range(rooms)]
    hub = identity(folder / "hub.pem").certificate
    return [OwnOne(each, identity(folder / f"{each}.pem"), hub, port) for each in range(rooms)]


async def main(folder: str, kind: str, port: str, rooms: str) -> None:
    """Until stdin ends."""
    undisturbed()
    fleet = made(Path(folder), kind, int(port), int(rooms))
    lives = [asyncio.create_task(each.live()) for each in fleet]
    waiting: asyncio.Queue[Satellite] = asyncio.Queue()
    for each in fleet:
        waiting.put_nowait(each)
    speakers: list[asyncio.Task[None]] = []
    apart = asyncio.Lock()
    while word := (await asyncio.to_thread(sys.stdin.readline)).split():
        if word[0] == "turns":
            speakers += [asyncio.create_task(speaking(waiting, apart)) for _ in range(int(word[1]))]
        if word[0] == "hush":
            for speaker in speakers:
                speaker.cancel()
            speakers.clear()
        told = counted.tell(sum(each.there.is_set() for each in fleet))
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
    for task in (*speakers, *lives):
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
