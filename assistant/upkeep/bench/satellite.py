"""A virtual satellite: streams what is said at the speed of life, and notes what left its speaker when."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

import numpy as np

from assistant.devices.booth import OUT_RATE_HZ, Booth
from assistant.messages import EAR_RATE_HZ, AudioChunk
from assistant.ports import Samples

BLOCK_S = 0.01
"""A chunk of the microphone, and a block of the speaker: what a sound card hands over at a time."""
AUDIBLE = 104
"""-50 dBFS: 32768 times 10^(-50/20); softer samples are no sound."""
LONGEST_S = 120.0


@dataclass(frozen=True, slots=True)
class Heard:
    """A block that left the speaker."""

    at_s: float
    """Loop time of its first sample."""
    block: Samples


class Satellite(Booth):
    """Each chunk is handed over when its last sample has been said; the speaker pulls a block as often."""

    def __init__(self, pcm: bytes, stays_s: float = 0.0) -> None:
        """`stays_s`: so long it goes on after the answer, as the room does where nobody speaks."""
        super().__init__(pcm, live=True)
        self._stays_s = stays_s
        self._over_s: float | None = None
        self.opened_s = 0.0
        """Loop time of the first sample."""
        self.heard: list[Heard] = []
        self._pull: Callable[[int], Samples] | None = None

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """What is said, then silence until the room is done."""
        loop = asyncio.get_running_loop()
        self.opened_s = loop.time()
        count = round(BLOCK_S * EAR_RATE_HZ)
        while True:
            pcm = self._pcm[2 * self.at_sample : 2 * (self.at_sample + count)]
            if not pcm and self._quiet():
                return
            pcm += bytes(2 * count - len(pcm))
            self.at_sample += count
            await asyncio.sleep(self.opened_s + self.at_sample / EAR_RATE_HZ - loop.time())
            if self._pull is not None:
                block = self._pull(round(BLOCK_S * OUT_RATE_HZ))
                self.heard.append(Heard(loop.time(), block))
                self.noticed(loud=int(np.abs(block.astype(np.int32)).max(initial=0)) > AUDIBLE)
            yield AudioChunk(pcm, self.at_sample - count)

    def noticed(self, *, loud: bool) -> None:
        """A block has left the speaker."""

    def _quiet(self) -> bool:
        tail_s = self.position_s - len(self._pcm) / 2 / EAR_RATE_HZ
        if tail_s < 1.5 or (self.busy() and tail_s < LONGEST_S):
            self._over_s = None
            return False
        if self._over_s is None:
            self._over_s = tail_s
        return tail_s - self._over_s >= self._stays_s

    def start(self, render: Callable[[int], Samples]) -> None:
        """From now on every chunk pulls sound."""
        self._pull = render

    def close(self) -> None:
        """Pull no more."""
        self._pull = None

    def first_sound_s(self, since_s: float) -> float | None:
        """Loop time of the first audible sample that left at `since_s` or later; None: all was silent."""
        for each in self.heard:
            loud = np.flatnonzero(np.abs(each.block.astype(np.int32)) > AUDIBLE)
            for at in loud[:1]:
                at_s = each.at_s + float(at) / OUT_RATE_HZ
                if at_s >= since_s:
                    return at_s
        return None

    def silent_after_s(self, since_s: float, gap_s: float = 0.2) -> float | None:
        """Loop time at which the sound that begins at `since_s` or later falls silent for `gap_s`."""
        quiet_from: float | None = None
        begun = False
        for each in self.heard:
            if each.at_s < since_s:
                continue
            if int(np.abs(each.block.astype(np.int32)).max(initial=0)) > AUDIBLE:
                begun, quiet_from = True, None
            elif begun:
                quiet_from = each.at_s if quiet_from is None else quiet_from
                if each.at_s - quiet_from >= gap_s:
                    return quiet_from
        return quiet_from
