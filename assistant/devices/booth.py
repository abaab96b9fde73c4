"""Recording → Mic, and Speaker → recording: a room in a file, microphone and speaker on one sample clock."""

import asyncio
from collections.abc import AsyncGenerator, Callable

from assistant.messages import EAR_RATE_HZ, AudioChunk
from assistant.pcm import resample, samples
from assistant.ports import Samples

CHUNK = 512
"""Samples a chunk: 32 ms, the VAD's frame."""
TAIL_S = 2.0
"""Silence after the recording, so that the last utterance can end."""
LONGEST_TAIL_S = 120.0
"""The room is closed then, whatever is still being said."""
OUT_RATE_HZ = 24_000


def never() -> bool:
    """Nothing to wait for."""
    return False


def nothing() -> None:
    """Nobody to tell."""


class Booth:
    """Mic and SoundOut of a room whose microphone is a recording (mono s16le, 16 kHz).

    Each chunk heard pulls as many samples from the speaker, so what is played over the recording is placed
    as in a real room. `live` paces by loop time. Otherwise the input runs as fast as the reader takes it and
    stands still while `thinking()`: then only samples count, and one recording always gives the same road.
    After the recording comes silence until `busy()` is over.
    """

    rate_hz = OUT_RATE_HZ
    latency_s = 0.0

    def __init__(self, pcm: bytes, *, live: bool = False) -> None:
        self._pcm = pcm + bytes(-len(pcm) % (2 * CHUNK))
        self._live = live
        self._render: Callable[[int], Samples] | None = None
        self._played: list[Samples] = []
        self.at_sample = 0
        self.thinking: Callable[[], bool] = never
        self.busy: Callable[[], bool] = never
        self.advanced: Callable[[], None] = nothing
        """Called whenever `at_sample` has moved: clocks may go by it."""

    @property
    def position_s(self) -> float:
        """Seconds of input delivered."""
        return self.at_sample / EAR_RATE_HZ

    def played(self, rate_hz: int = OUT_RATE_HZ) -> bytes:
        """All that the speaker played from the first chunk on, mono s16le."""
        return b"".join(resample(x, OUT_RATE_HZ, rate_hz).tobytes() for x in self._joined())

    def _joined(self) -> list[Samples]:
        whole = b"".join(x.tobytes() for x in self._played)
        return [samples(whole)] if whole else []

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """The recording, then silence until the room is done."""
        loop = asyncio.get_running_loop()
        opened = loop.time()
        size = 2 * CHUNK
        while True:
            start = 2 * self.at_sample
            pcm = self._pcm[start : start + size]
            if not pcm and self._over():
                return
            yield AudioChunk(pcm or bytes(size), self.at_sample)
            self.at_sample += CHUNK
            self.advanced()
            if self._render is not None:
                self._played.append(self._render(CHUNK * OUT_RATE_HZ // EAR_RATE_HZ))
            if self._live:
                await asyncio.sleep(opened + self.position_s - loop.time())
            else:
                await asyncio.sleep(0)
                while self.thinking():  # noqa: ASYNC110 - it follows engines and a speaker's thread alike
                    # The engines run in other processes and on wall time; the room's time waits for them.
                    await asyncio.sleep(0.002)

    def _over(self) -> bool:
        tail_s = self.position_s - len(self._pcm) / 2 / EAR_RATE_HZ
        return tail_s >= TAIL_S and (not self.busy() or tail_s >= LONGEST_TAIL_S)

    def start(self, render: Callable[[int], Samples]) -> None:
        """From now on each chunk heard pulls sound."""
        self._render = render

    def close(self) -> None:
        """Pull no more."""
        self._render = None
