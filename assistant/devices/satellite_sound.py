"""What satellites of every kind have in common: sound that arrives in streams, sound sent at its own pace."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from assistant.messages import EAR_RATE_HZ, AudioChunk
from assistant.ports import Samples

LEAD_BLOCKS = 4
"""Sent ahead when sound begins (0.16 to 0.19 s), so that a network that hesitates is not heard."""
QUIET_BLOCKS = 12
"""Silence after which the sound is over (0.48 to 0.56 s)."""
APART = 3 * EAR_RATE_HZ
"""Samples that positions jump between two streams: what was heard before belongs to neither."""


class Arrivals:
    """Sound that has arrived and is not yet read; of more than `most` chunks the oldest is dropped."""

    def __init__(self, most: int) -> None:
        self.dropped = 0
        """Samples dropped because nobody read them."""
        self.heard_s: float | None = None
        """When sound came last, by the loop's clock; None: none yet."""
        self._queue: deque[AudioChunk] = deque(maxlen=most)
        self._ready = asyncio.Event()
        self._position = 0

    def new_stream(self) -> None:
        """What comes now has nothing to do with what came before."""
        self._queue.clear()
        self._position += APART

    def forget(self) -> None:
        """Nobody reads any more."""
        self._queue.clear()

    def add(self, pcm: bytes) -> None:
        """More sound, mono s16le at 16 kHz."""
        self.heard_s = asyncio.get_running_loop().time()
        if len(self._queue) == self._queue.maxlen:
            self.dropped += len(self._queue[0].pcm) // 2
        self._queue.append(AudioChunk(pcm, self._position))
        self._position += len(pcm) // 2
        self._ready.set()

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """All that arrives, for ever."""
        while True:
            await self._ready.wait()
            self._ready.clear()
            while self._queue:
                yield self._queue.popleft()


class Line(Protocol):
    """A satellite that is there or not."""

    connected: asyncio.Event


@dataclass(frozen=True, slots=True)
class Sending:
    """How a satellite is told that sound begins, of a block of it, and that it is over."""

    begin: Callable[[], Awaitable[None]]
    block: Callable[[bytes], Awaitable[None]]
    end: Callable[[], Awaitable[None]]


class Rest:
    """Whether a satellite's sound is asked for at all (`Drowsy`): a house of 50 rooms is mostly silent."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self.over.set()

    def wake(self) -> None:
        """Sound is to come."""
        self.over.set()

    def rest(self) -> None:
        """There is no sound until `wake`."""
        self.over.clear()


async def play(
    render: Callable[[int], Samples], line: Line, sending: Sending, rest: Rest, block: int, rate_hz: int
) -> None:
    """Send what is rendered, `block` samples at a time, at the pace of sound; it waits for a lost line.

    Nothing is rendered while there is nothing to send.
    """
    loop = asyncio.get_running_loop()
    block_s = block / rate_hz
    due_s, quiet = loop.time(), QUIET_BLOCKS
    while True:
        if quiet > QUIET_BLOCKS and not rest.over.is_set():
            await rest.over.wait()
            due_s = loop.time()
        if not line.connected.is_set():
            await line.connected.wait()
            due_s, quiet = loop.time(), QUIET_BLOCKS
        x = render(block)
        if x.any():
            if quiet >= QUIET_BLOCKS:
                await sending.begin()
                due_s = loop.time() - LEAD_BLOCKS * block_s
            quiet = 0
        else:
            quiet = min(quiet + 1, QUIET_BLOCKS + 1)
            if quiet == QUIET_BLOCKS:
                await sending.end()
        if quiet < QUIET_BLOCKS:
            await sending.block(np.asarray(x, dtype="<i2").tobytes())
        due_s = max(due_s + block_s, loop.time() - LEAD_BLOCKS * block_s)
        await asyncio.sleep(max(0.0, due_s - loop.time()))
