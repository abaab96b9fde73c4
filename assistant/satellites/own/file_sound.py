"""Files in the place of a satellite's microphone and loudspeaker: to try it, and to test it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Final

from assistant.devices.sound_file import read_recording
from assistant.errors import AudioError
from assistant.messages import AudioChunk
from assistant.ports import Samples
from assistant.satellites.own.player import RATE_HZ

CHUNK: Final = 512
"""Samples of the microphone: 32 ms."""
CHUNK_S: Final = CHUNK / 16_000


class FileMic:
    """A recording at the pace of life, from where it was left; then silence for ever."""

    def __init__(self, path: Path) -> None:
        """AudioError when it cannot be read."""
        self._pcm = read_recording(path)
        self._at = 0

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """32 ms each."""
        loop = asyncio.get_running_loop()
        due_s, position = loop.time(), 0
        while True:
            pcm = self._pcm[2 * self._at : 2 * (self._at + CHUNK)]
            self._at += len(pcm) // 2
            yield AudioChunk(pcm + bytes(2 * CHUNK - len(pcm)), position)
            position += CHUNK
            due_s = max(due_s + CHUNK_S, loop.time() - 1.0)
            await asyncio.sleep(due_s - loop.time())


class FileOut:
    """Sound at the pace of life, appended to a file as s16le at 24 kHz."""

    rate_hz = RATE_HZ
    latency_s = 0.0

    def __init__(self, path: Path) -> None:
        self._path = path
        self._playing: asyncio.Task[None] | None = None

    def start(self, render: Callable[[int], Samples]) -> None:
        """Pull 20 ms at a time. AudioError when the file cannot be written."""
        try:
            self._path.write_bytes(b"")
        except OSError as error:
            raise AudioError(f"{self._path} cannot be written: {error.strerror}") from error
        self._playing = asyncio.ensure_future(self._play(render))

    def close(self) -> None:
        """Pull no more."""
        if self._playing is not None:
            self._playing.cancel()

    async def _play(self, render: Callable[[int], Samples]) -> None:
        loop = asyncio.get_running_loop()
        due_s, block = loop.time(), RATE_HZ // 50
        with self._path.open("ab", buffering=0) as file:
            while True:
                file.write(render(block).tobytes())
                due_s = max(due_s + 0.02, loop.time() - 1.0)
                await asyncio.sleep(due_s - loop.time())
