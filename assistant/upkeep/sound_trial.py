"""Microphone and loudspeaker of a room while the house runs: quiet, a tone, a hello; how loud it is now."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Final, Literal

import numpy as np

from assistant.devices.sound_card import SoundCardMic
from assistant.errors import AudioError
from assistant.house.house import House
from assistant.messages import EAR_RATE_HZ, AudioChunk, Sound
from assistant.speak.speaker import Priority, Speaker
from assistant.upkeep.doctor_sound import LATEST_S, SWEEP_S, Heard, of_echo, of_quiet, sweep_of
from assistant.upkeep.findings import Finding
from assistant.upkeep.loudness import floor_db, level_db, of_hello

What = Literal["quiet", "tone", "hello"]
SECONDS: Final[dict[What, float]] = {"quiet": 2.0, "tone": SWEEP_S + LATEST_S, "hello": 5.0}
SHOW_S: Final = 0.1
PATIENCE_S: Final = 3.0
"""A microphone that is open gives 50 chunks a second."""
CHUNKS: Final = 500
"""Waiting chunks: 10 s, longer than any trial."""


class SoundTrial:
    """One room. Its ear goes on as before; what is heard here is measured and thrown away."""

    def __init__(self, house: House, room: str) -> None:
        """AudioError: nothing of that room can be tried here, with what to do instead."""
        if room not in house.mics:
            raise AudioError(f"the room {room[:60]} does not hear with this box; try it under Rooms")
        if room in house.muting.muted:
            raise AudioError(f"listening is off in the {room}; switch it on first")
        self._room = room
        self._mic: SoundCardMic = house.mics[room]
        self._speaker: Speaker = house.rooms[room].mouth.speaker
        self._feeding: asyncio.Task[None] | None = None

    async def find(self, what: What) -> Finding:
        """What came of it. AudioError: the microphone gives nothing."""
        begin = self._play if what == "tone" else None
        heard = await self._heard(SECONDS[what], begin)
        match what:
            case "quiet":
                found = of_quiet(self._room, heard)
                return next((each for each in found if each.good is False), found[0])
            case "tone":
                return of_echo(self._room, heard.sound, sweep_of(EAR_RATE_HZ))
            case "hello":
                return of_hello(self._room, heard.sound, floor_db(heard.sound))

    async def levels(self, seconds: float) -> AsyncGenerator[float, None]:
        """How loud it is, dBFS, ten times a second. AudioError: the microphone gives nothing any more."""
        async with self._chunks() as chunks:
            for _ in range(round(seconds / SHOW_S)):
                pieces: list[bytes] = []
                while sum(map(len, pieces)) < 2 * SHOW_S * EAR_RATE_HZ:
                    pieces.append((await _next(chunks)).pcm)
                yield level_db(np.frombuffer(b"".join(pieces), dtype="<i2"))

    async def _heard(self, seconds: float, begin: Callable[[], object] | None) -> Heard:
        pieces: list[bytes] = []
        lost, expected = 0, None
        async with self._chunks() as chunks:
            while sum(map(len, pieces)) < 2 * seconds * EAR_RATE_HZ:
                chunk = await _next(chunks)
                if expected is None and begin is not None:
                    begin()
                lost += 0 if expected is None else max(0, chunk.at_sample - expected)
                expected = chunk.at_sample + len(chunk.pcm) // 2
                pieces.append(chunk.pcm)
        return Heard(np.frombuffer(b"".join(pieces), dtype="<i2"), lost)

    def _play(self) -> None:
        tone = Sound(sweep_of(EAR_RATE_HZ).astype("<i2").tobytes(), EAR_RATE_HZ)
        playback = self._speaker.begin(Priority.ANNOUNCEMENT)
        self._feeding = asyncio.create_task(playback.feed(tone))
        self._feeding.add_done_callback(lambda _: playback.end())

    @asynccontextmanager
    async def _chunks(self) -> AsyncGenerator["asyncio.Queue[AudioChunk]", None]:
        waiting: asyncio.Queue[AudioChunk] = asyncio.Queue(CHUNKS)

        def take(chunk: AudioChunk) -> None:
            if not waiting.full():
                waiting.put_nowait(chunk)

        self._mic.overheard.add(take)
        try:
            yield waiting
        finally:
            self._mic.overheard.discard(take)


async def _next(chunks: "asyncio.Queue[AudioChunk]") -> AudioChunk:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await chunks.get()
    except TimeoutError:
        raise AudioError("the microphone gives nothing; is it plugged in? assistant doctor") from None
