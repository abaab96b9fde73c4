"""The satellite: hears its wake word, gives the hub what is said after it, plays what comes back.

Without the hub it still rings what it was told of, and its wake word ends the ring.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Final

from assistant.errors import WireError
from assistant.hear.cascade import Cascade
from assistant.messages import AudioChunk
from assistant.paired.frames import Frame, Kind
from assistant.pcm import SILENCE_DB, level_db
from assistant.ports import Mic, SoundOut
from assistant.satellites.own.button import Press
from assistant.satellites.own.light import Shown
from assistant.satellites.own.line import Line
from assistant.satellites.own.listening import Listening
from assistant.satellites.own.player import NO_HUB, TEST, Player
from assistant.satellites.own.timers import CopiedTimers
from assistant.tasks import together

LOOK_S: Final = 0.25
"""How often copied timers are looked at."""
TEST_S: Final = 1.2
NEAR_S: Final = 600.0
"""So long before a ring nothing is started anew."""


def steady_s() -> float:
    """Goes on while the board sleeps, and is never set."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a satellite is made of."""

    mic: Mic
    speaker: SoundOut
    cascade: Cascade
    line: Line
    clock: Callable[[], float] = steady_s


class Satellite:
    """Runs until cancelled."""

    def __init__(self, parts: Parts, report: Callable[[str], None]) -> None:
        self.player = Player()
        self.timers = CopiedTimers(parts.clock)
        self._parts = parts
        self._line = parts.line
        self._listening = Listening(parts.cascade)
        self._report = report
        self._open = False
        self._muted = False
        self._hears = asyncio.Event()
        self._requests: list[Callable[[], None]] = []
        self._loudest_db: float | None = None

    async def run(self) -> None:
        """Everything at once. AudioError when a sound device named does not exist."""
        self._parts.speaker.start(self.player.render)
        try:
            async with together() as group:
                group.create_task(self._line.run(self._greet, self._take))
                group.create_task(self._hear())
                group.create_task(self._ring())
        finally:
            self._parts.speaker.close()

    # ── by hand ──────────────────────────────────────────────────────────────────────────────────

    @property
    def muted(self) -> bool:
        """Its microphone is closed until it is told otherwise."""
        return self._muted

    async def mute(self, *, muted: bool) -> None:
        """Close or open the microphone, whatever the hub says."""
        self._muted = muted
        self._look_at_mic()
        await self._line.send(self._state())

    def stop(self) -> bool:
        """Silence: what rings here and what is being said; whether anything was."""
        sounded = self.player.audible or self.player.ringing
        stopped = self.timers.stop()
        self.player.ring(on=False)
        self.player.hush()
        return sounded or stopped

    async def pressed(self, press: Press) -> None:
        """The button: short, it ends what sounds, else it is as the wake word; long, it mutes and unmutes."""
        if press is Press.LONG:
            await self.mute(muted=not self._muted)
        elif not self.stop() and not self._muted:
            self._requests.append(self._listening.press)

    def shown(self) -> Shown:
        """What its light shows."""
        if self.player.ringing:
            return Shown.RINGING
        if self._muted:
            return Shown.MUTED
        if self._listening.streaming:
            return Shown.LISTENING
        if self.player.audible:
            return Shown.SPEAKING
        return Shown.IDLE if self._line.connected else Shown.NO_HUB

    def why_not(self) -> str:
        """Why it cannot be started anew just now; empty: it can."""
        if self.player.ringing or self.timers.due_within(NEAR_S):
            return "something rings, or is about to"
        if self.timers.waiting and not self._line.connected:
            return "without the hub nobody else has its timers"
        return "somebody talks" if self._listening.streaming or self.player.audible else ""

    def state(self) -> str:
        """For people."""
        hub = "the hub is there" if self._line.connected else "no hub"
        ear = "muted" if self._muted else "waiting for the wake word" if self._open else "not listening"
        return f"{hub}; {ear}; timers copied: {self.timers.waiting}"

    # ── the hub ──────────────────────────────────────────────────────────────────────────────────

    def _greet(self) -> Frame:
        stopped = list(self.timers.hub_is_there())
        self.player.hush()
        self._requests.append(self._listening.over)
        words = [each.plan.word for each in self._parts.cascade.words]
        rogues = list(self._line.rogues)
        return self._state(stopped=stopped, clock_s=round(time.time(), 1), words=words, rogues=rogues)

    def _state(self, **more: object) -> Frame:
        return Frame(Kind.STATE, {"muted": self._muted, **more})  # type: ignore[dict-item]

    async def _take(self, frame: Frame) -> None:
        match frame.kind:
            case Kind.PLAY:
                self.player.play(frame.body)
            case Kind.PLAY_END:
                self.player.end()
            case Kind.OPEN:
                self._open = frame.flag("open")
                self._look_at_mic()
            case Kind.LISTEN:
                wait_s = frame.number("ms", 0, 60_000) / 1000
                self._requests.append(partial(self._listening.listen, wait_s))
            case Kind.OVER:
                self._requests.append(self._listening.over)
            case Kind.TIMERS:
                self.timers.told(frame.value.get("timers"))
            case Kind.TONE:
                self._testing = asyncio.ensure_future(self._test())
            case _:
                raise WireError(f"a hub has no {frame.kind} to tell")

    async def _test(self) -> None:
        self._loudest_db = SILENCE_DB
        self.player.beep(TEST)
        await asyncio.sleep(TEST_S)
        level, self._loudest_db = self._loudest_db, None
        await self._line.send(self._state(level_db=round(level, 1)))

    # ── the microphone ───────────────────────────────────────────────────────────────────────────

    def _look_at_mic(self) -> None:
        if self._open and not self._muted:
            self._hears.set()
        else:
            self._hears.clear()

    async def _hear(self) -> None:
        with ThreadPoolExecutor(1, thread_name_prefix="ear") as thread:
            while True:
                await self._hears.wait()
                self._listening.restart()
                async with aclosing(self._parts.mic.chunks()) as chunks:
                    async for chunk in chunks:
                        if not self._hears.is_set():
                            break
                        await self._heard(chunk, thread)

    async def _heard(self, chunk: AudioChunk, thread: ThreadPoolExecutor) -> None:
        """One piece of sound; between two, nothing else touches what the ear knows."""
        while self._requests:
            self._requests.pop(0)()
        if self._loudest_db is not None:
            self._loudest_db = max(self._loudest_db, level_db(chunk.pcm))
        take = partial(self._listening.take, chunk.pcm, own_voice=self.player.audible)
        for frame in await asyncio.get_running_loop().run_in_executor(thread, take):
            if frame.kind is Kind.WOKE:
                self._woke()
            await self._line.send(frame)

    def _woke(self) -> None:
        if self._line.connected:
            return
        self._requests.append(self._listening.over)
        if not self.stop():
            self.player.beep(NO_HUB)

    # ── the ring ─────────────────────────────────────────────────────────────────────────────────

    async def _ring(self) -> None:
        while True:
            self.player.ring(on=self.timers.rings(hub=self._line.connected))
            await asyncio.sleep(LOOK_S)
