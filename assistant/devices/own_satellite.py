"""A satellite of the house's own as the microphone and the speaker of a room.

It comes to the hub, not the hub to it; the line of a room outlives both its connections and the house that is
opened anew with other settings.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, Final

from assistant.devices.satellite_sound import LEAD_BLOCKS, Arrivals, Rest, Sending, play
from assistant.errors import WireError
from assistant.messages import EAR_RATE_HZ, AudioChunk, WordSound
from assistant.paired.frames import Frame, Kind
from assistant.paired.link import PairedLink
from assistant.ports import Samples
from assistant.tasks import together

OUT_RATE_HZ: Final = 24_000
BLOCK: Final = 960
MOST_WORDS: Final = 8
MOST_ROGUES: Final = 8
QUEUED: Final = 128
"""Chunks nobody has read yet; the oldest is dropped and counted."""


@dataclass(frozen=True, slots=True)
class Told:
    """The satellite heard its wake word."""

    word: str
    score: float
    before: int
    """Samples of the stream that lie before the end of the word."""
    sound: WordSound | None = None
    """As it was heard there; None: not told."""


class OwnLine:
    """A room's end of the link to its satellite: there or not. `serve` is the door's part."""

    def __init__(self) -> None:
        self.link: PairedLink | None = None
        """While connected."""
        self.connected = asyncio.Event()
        self.faults = 0
        """Connections that ended because what came made no sense."""
        self.losses = 0
        self.muted = False
        """At the satellite itself."""
        self.clock_off_s: float | None = None
        """How far its clock is ahead of ours; None: it does not tell."""
        self.words: tuple[str, ...] = ()
        """Those it wakes at; empty: it does not tell."""
        self.rogues: tuple[str, ...] = ()
        """Where it met hubs that are not ours, and told them nothing."""
        self.heard_s: float | None = None
        """When it gave sound last, by the loop's clock; None: not yet."""
        self.heard: asyncio.Queue[float] = asyncio.Queue(4)
        """Levels in dB that were heard while a tone played there."""
        self.take: Callable[[Frame], None] | None = None
        """Set by the room's microphone; None: the house has no such room now."""
        self.greet: Callable[[], Frame | None] = lambda: None
        """What a satellite that comes is told first."""
        self.over: Callable[[int], None] = lambda ring_id: None
        """Told what rang at the satellite and was ended there."""

    async def send(self, frame: Frame) -> None:
        """Hand a frame over; where there is no satellite it is not kept."""
        if (link := self.link) is not None:
            with suppress(WireError):  # the reading side sees the loss and tells it
                await link.send(frame)

    async def serve(
        self, link: PairedLink, room: str, beside: Callable[["OwnLine", str], Coroutine[Any, Any, None]]
    ) -> None:
        """A satellite that has shown its key is there, to the end of its connection. WireError says why."""
        if self.link is not None:
            self.link.abort()  # the same key again: the old connection is half open
        self.link = link
        try:
            async with together() as group:
                await link.send(Frame(Kind.WELCOME, {"room": room}))
                if (greeting := self.greet()) is not None:
                    await link.send(greeting)
                beating = group.create_task(link.beat())
                self.connected.set()
                doing = group.create_task(beside(self, room))
                await self._read(link)
                beating.cancel()
                doing.cancel()
        finally:
            if self.link is link:
                self.link = None
                self.connected.clear()
                self.losses += 1

    async def _read(self, link: PairedLink) -> None:
        try:
            async with aclosing(link.frames()) as frames:
                async for frame in frames:
                    self._told(frame)
        except WireError as error:
            self.faults += "said nothing" not in str(error)
            raise

    def _told(self, frame: Frame) -> None:
        if frame.kind is Kind.STATE:
            self._state(frame)
        elif frame.kind not in (Kind.WOKE, Kind.SOUND):
            raise WireError(f"a satellite has no {frame.kind} to tell")
        else:
            self.heard_s = asyncio.get_running_loop().time()
            if self.take is not None:
                self.take(frame)

    def _state(self, frame: Frame) -> None:
        self.muted = frame.flag("muted")
        if "level_db" in frame.value and not self.heard.full():
            self.heard.put_nowait(frame.number("level_db", -200, 20))
        if "clock_s" in frame.value:
            self.clock_off_s = round(frame.number("clock_s", 0, 1e11) - time.time(), 1)
        words = frame.value.get("words")
        if isinstance(words, list):
            self.words = tuple(str(word)[:60] for word in words[:MOST_WORDS])
        rogues = frame.value.get("rogues")
        if isinstance(rogues, list):
            self.rogues = tuple(str(place)[:80] for place in rogues[:MOST_ROGUES])
        stopped = frame.value.get("stopped", [])
        for ring_id in stopped[:100] if isinstance(stopped, list) else []:
            if isinstance(ring_id, int):
                self.over(ring_id)


async def nothing_more(line: OwnLine, room: str) -> None:
    """Beside the line nothing is done."""


class OwnLines(dict[str, OwnLine]):
    """The lines of the rooms, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.on_line: Callable[[OwnLine, str], Coroutine[Any, Any, None]] = nothing_more
        """Runs while a satellite is there."""

    def of(self, room: str) -> OwnLine:
        """A room's line, made when it is first asked for."""
        return self.setdefault(room, OwnLine())


def _sound(woke: Frame) -> WordSound | None:
    """None: an older satellite does not tell it."""
    if "level_db" not in woke.value:
        return None
    level, noise = woke.number("level_db", -200, 20), woke.number("noise_db", -200, 20)
    return WordSound(level, noise, int(woke.number("late", 0, 2 * EAR_RATE_HZ)))


class OwnSatellite:
    """Both directions of one satellite: a `Mic` and a `SoundOut`."""

    rate_hz = OUT_RATE_HZ
    latency_s = LEAD_BLOCKS * BLOCK / OUT_RATE_HZ

    def __init__(self, line: OwnLine) -> None:
        self.told: Told | None = None
        """Taken away by who acts on it."""
        self._line = line
        self._open = False
        self._arrivals = Arrivals(QUEUED)
        self._rest = Rest()
        self._playing: asyncio.Task[None] | None = None
        line.take, line.greet = self._take, self._greet

    # ── the microphone ───────────────────────────────────────────────────────────────────────────

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """What it gives after its wake word or where it is asked to. Closing it shuts its microphone."""
        self._open = True
        await self._line.send(self._greet())
        try:
            async with aclosing(self._arrivals.chunks()) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            self._open = False
            self._arrivals.forget()
            await self._line.send(self._greet())

    async def utterance_over(self) -> None:
        """It stops giving sound and waits for its wake word again."""
        await self._line.send(Frame(Kind.OVER))

    def listen(self, wait_s: float) -> None:
        """Have it give sound without its wake word for so long, or until the utterance is over."""
        asking = self._line.send(Frame(Kind.LISTEN, {"ms": round(1000 * wait_s)}))
        self._asking = asyncio.ensure_future(asking)

    def _greet(self) -> Frame:
        return Frame(Kind.OPEN, {"open": self._open})

    def _take(self, frame: Frame) -> None:
        if not self._open:
            return
        if frame.kind is Kind.WOKE:
            self._arrivals.new_stream()
            before = int(frame.number("before", 0, 2 * EAR_RATE_HZ))
            self.told = Told(frame.text("word", 40), frame.number("score", 0, 1), before, _sound(frame))
            return
        self._arrivals.add(frame.body)

    # ── the speaker ──────────────────────────────────────────────────────────────────────────────

    def wake(self) -> None:
        """Sound is to come."""
        self._rest.wake()

    def rest(self) -> None:
        """There is no sound until `wake`."""
        self._rest.rest()

    def start(self, render: Callable[[int], Samples]) -> None:
        """Play what is rendered while the satellite is there; sound waits while it is not."""
        if self._playing is None:
            self._playing = asyncio.ensure_future(self._play(render))

    def close(self) -> None:
        """Play no more, hear no more."""
        if self._playing is not None:
            self._playing.cancel()
            self._playing = None
        if self._line.take == self._take:
            self._line.take = None
            self._line.greet = lambda: Frame(Kind.OPEN, {"open": False})

    async def _play(self, render: Callable[[int], Samples]) -> None:
        async def begin() -> None:
            """The first block tells."""

        async def block(pcm: bytes) -> None:
            await self._line.send(Frame(Kind.PLAY, body=pcm))

        async def end() -> None:
            await self._line.send(Frame(Kind.PLAY_END))

        await play(render, self._line, Sending(begin, block, end), self._rest, BLOCK, OUT_RATE_HZ)
