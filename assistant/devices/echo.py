"""Mic → Mic without our own voice: what the speaker played is known, so its echo is predicted and removed.

A partitioned-block frequency-domain Kalman filter (Enzner and Vary, 2006): its step size follows from how
sure it is of its own coefficients and how loud everything else in the microphone is, so a person talking over
a reply does not throw it off, and no detector of double talk is needed.
"""

import asyncio
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Protocol

import numpy as np
import numpy.typing as npt

from assistant.messages import EAR_RATE_HZ, AudioChunk
from assistant.pcm import samples
from assistant.ports import Mic, Samples

BLOCK = 320
"""Samples filtered at a time: 20 ms, a microphone's chunk."""
PARTITIONS = 12
"""240 ms of echo after the bulk delay: a living room's early reverberation."""
HEADROOM = BLOCK
"""The bulk delay is taken so much shorter than found, so that the echo's start is within the filter."""
DELAY_WINDOW = EAR_RATE_HZ
MAX_DELAY = 12 * EAR_RATE_HZ // 20
"""600 ms: sound server, wireless loudspeaker."""
_WITHIN = 6 * BLOCK
"""An echo that starts within the first half of the filter is well placed."""
_STEP = 32
"""A delay that moves by 2 ms or more has jumped: samples were lost on the way; the filter follows less."""
_FIND_BLOCKS = 12
"""The delay is looked for every 240 ms in which something was played."""
_AHEAD, _BEHIND = 3 * EAR_RATE_HZ // 2, EAR_RATE_HZ // 2
"""Whoever reads the microphone may be late by 1.5 s; a speaker half a second behind has stood still."""
_PATIENCE = 4
"""A block waits until so many more have come (80 ms) for the speaker's samples that belong to it."""
_LINE = DELAY_WINDOW + 2 * MAX_DELAY + _AHEAD
_AUDIBLE = 0.003
_FORGET = 0.9995
"""How much of the room's echo stays as it is from block to block; people and doors move."""
_SURE = 9.0
"""A delay is believed when its peak stands out so much from the median."""

Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]


class Played(Protocol):
    """What the speaker played lately (speak/reference.py), 16 kHz."""

    @property
    def written(self) -> int:
        """How many samples have been played."""

    def since(self, position: int) -> tuple[Samples, int]:
        """All samples from `position` on, and the position after them."""


class EchoCanceller:
    """Takes the echo of `far` out of `near`, 320 samples of each at a time."""

    def __init__(self) -> None:
        bins = BLOCK + 1
        self._far: Complexes = np.zeros((PARTITIONS, bins), dtype=np.complex128)
        self._filter: Complexes = np.zeros((PARTITIONS, bins), dtype=np.complex128)
        self._unsure: Floats = np.ones((PARTITIONS, bins))
        self._rest: Floats = np.zeros(bins)
        self._last: Floats = np.zeros(BLOCK)

    def forget(self) -> None:
        """Forget the room."""
        self._filter[:] = 0
        self._unsure[:] = 1

    def recall(self, far: Floats) -> None:
        """The delay has changed: this is what was played before the next block, 13 blocks of it."""
        blocks = far.reshape(-1, BLOCK)
        pairs = np.concatenate([blocks[:-1], blocks[1:]], axis=1)[::-1]
        self._far = np.fft.rfft(pairs, axis=1)
        self._last = blocks[-1]

    def process(self, near: Floats, far: Floats) -> Floats:
        """The next block of the microphone without the echo; both -1 … 1."""
        self._far = np.roll(self._far, 1, axis=0)
        self._far[0] = np.fft.rfft(np.concatenate([self._last, far]))
        self._last = far
        power = np.abs(self._far) ** 2
        if not power.any():
            return near
        error: Floats = near - np.fft.irfft((self._far * self._filter).sum(axis=0))[BLOCK:]
        self._learn(error, power)
        return error

    def _learn(self, error: Floats, power: Floats) -> None:
        spectrum = np.fft.rfft(np.concatenate([np.zeros(BLOCK), error]))
        self._rest = 0.5 * self._rest + 0.5 * np.abs(spectrum) ** 2
        step = self._unsure / ((power * self._unsure).sum(axis=0) + 2 * self._rest + 1e-10)
        change = np.fft.irfft(step * self._far.conj() * spectrum, axis=1)
        change[:, BLOCK:] = 0  # a filter of one block, not a circular one of two
        self._filter = _FORGET * (self._filter + np.fft.rfft(change, axis=1))
        kept = _FORGET**2 * (1 - 0.5 * step * power) * self._unsure
        self._unsure = kept + (1 - _FORGET**2) * np.abs(self._filter) ** 2


class DelayFinder:
    """How much later the microphone hears what was played: a whitened cross-correlation over seconds."""

    def __init__(self) -> None:
        self._size = 2 * (DELAY_WINDOW + MAX_DELAY)
        self._cross: Complexes = np.zeros(self._size // 2 + 1, dtype=np.complex128)
        self._found: int | None = None

    def reset(self) -> None:
        """Forget what was found."""
        self._cross[:] = 0
        self._found = None

    def find(self, near: Floats, far: Floats) -> int | None:
        """`near`: one second; `far`: that second and the 600 ms before it. Samples, or None while unsure."""
        x, y = np.fft.rfft(far, self._size), np.fft.rfft(near, self._size)
        cross = y.conj() * x
        self._cross = 0.7 * self._cross + cross / (np.abs(cross) + 1e-9)
        match = np.abs(np.fft.irfft(self._cross))[MAX_DELAY::-1]  # by delay
        before, self._found = self._found, None
        peak = match.max()
        if peak < _SURE * np.median(match):
            return None
        self._found = int(np.argmax(match >= peak / 2))  # the direct sound may be softer than a reflection
        return self._found if before is not None and abs(self._found - before) < _STEP else None


class EchoMic:
    """A microphone whose sound is cleared of what the room's speaker plays; gaps are passed on."""

    def __init__(self, mic: Mic, played: Played) -> None:
        self._mic = mic
        self._played = played

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """The microphone's sound in chunks of 20 ms; the work is done on a thread (2 % of a core)."""
        clearing = Clearing(self._played)
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="echo") as thread:
            async with aclosing(self._mic.chunks()) as chunks:
                async for chunk in chunks:
                    for cleared in await loop.run_in_executor(thread, clearing.take, chunk):
                        yield cleared


class Clearing:
    """One opening of the microphone: finds the speaker's samples that belong to each of its blocks.

    Speaker and microphone count their samples by clocks that hardly differ, so one offset between the counts,
    taken when the microphone opens, holds until samples are lost; then the delay found afterwards mends it.
    """

    def __init__(self, played: Played) -> None:
        self.delay = HEADROOM
        """Samples between playing and hearing that the filter need not model."""
        self._played = played
        self._canceller = EchoCanceller()
        self._finder = DelayFinder()
        self._near: Floats = np.zeros(DELAY_WINDOW)
        self._line: Floats = np.zeros(_LINE)
        self._read = played.written
        self._offset: int | None = None
        self._found: int | None = None
        self._blocks = 0
        self._waiting = b""
        self._at_sample = 0

    def take(self, chunk: AudioChunk) -> list[AudioChunk]:
        """The blocks that are whole now, cleared."""
        if chunk.at_sample != self._at_sample + len(self._waiting) // 2:
            self._waiting, self._at_sample = b"", chunk.at_sample
        self._waiting += chunk.pcm
        new, self._read = self._played.since(self._read)
        self._line = np.concatenate([self._line, new / 32768])[-_LINE:]
        done: list[AudioChunk] = []
        while len(self._waiting) >= 2 * BLOCK and self._known():
            block, self._waiting = self._waiting[: 2 * BLOCK], self._waiting[2 * BLOCK :]
            cleared = self._clear(samples(block) / 32768)
            pcm = np.clip(np.rint(cleared * 32768), -32768, 32767).astype("<i2").tobytes()
            done.append(AudioChunk(pcm, self._at_sample))
            self._at_sample += BLOCK
        return done

    def _known(self) -> bool:
        """What was played for the next block is there; the speaker's thread may be a little late."""
        end = self._at_sample + BLOCK
        ahead = 0 if self._offset is None else self._read - end - self._offset
        if self._offset is None or not -_BEHIND <= ahead <= _AHEAD:
            self._offset, self._found = self._read - end, None
            self._finder.reset()
        late = end + self._offset - self.delay > self._read
        return not late or len(self._waiting) > 2 * BLOCK * _PATIENCE

    def _clear(self, near: Floats) -> Floats:
        end = self._at_sample + BLOCK
        self._near = np.concatenate([self._near[BLOCK:], near])
        self._blocks += 1
        if self._blocks % _FIND_BLOCKS == 0:
            self._align(end)
        return self._canceller.process(near, self._far(end - self.delay, BLOCK))

    def _align(self, end: int) -> None:
        """Move the filter to where the echo is, if it is not well within it."""
        far = self._far(end, DELAY_WINDOW + MAX_DELAY)
        if np.abs(far).max() < _AUDIBLE:
            return
        found = self._finder.find(self._near, far)
        if found is None or (self._found is not None and abs(found - self._found) < _STEP):
            return
        moved = self.delay + (0 if self._found is None else found - self._found)
        placed = moved >= HEADROOM and 0 <= found - moved <= _WITHIN
        self._found = found
        self.delay = moved if placed else max(HEADROOM, found - HEADROOM)
        if not placed:
            self._canceller.forget()
        self._canceller.recall(self._far(end - BLOCK - self.delay, (PARTITIONS + 1) * BLOCK))

    def _far(self, end: int, n: int) -> Floats:
        """`n` samples of what was played, up to the microphone's sample `end`; zeros where not known yet."""
        assert self._offset is not None
        back = self._read - (end + self._offset)
        line = self._line[: len(self._line) - back] if back >= 0 else np.pad(self._line, (0, -back))
        return line[-n:]
