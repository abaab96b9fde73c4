"""What a room says → a device, at the pace of sound.

It goes ahead of its time as far as it is there, so that a network that hesitates is not heard.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import numpy as np

from assistant.devices.esphome.line import EsphomeLine
from assistant.devices.esphome.outlets import OUT_RATE_HZ, Fetched, Outlet, Outlets
from assistant.devices.esphome.run import Stage
from assistant.devices.esphome.talk import Talk
from assistant.ports import Samples

BLOCK: Final = 768
"""32 ms."""
BLOCK_S: Final = BLOCK / OUT_RATE_HZ
QUIET_BLOCKS: Final = 6
"""Silence after which a reply may be over (0.19 s)."""
STARVED_BLOCKS: Final = 25
"""Silence after which a reply that goes on is kept alive with it (0.8 s): players give up after 2 s."""
HURRY_S: Final = 0.8
"""A device that has not come for its reply by then knows no early start."""
FETCHED_S: Final = 5.0
"""And one that has not come by then can't."""
LISTENS_S: Final = 15.0
"""A device that streams so long while nobody listens to it is told that this was all."""


class Playing:
    """The loop of one device's loudspeaker. Everything is set before `run`."""

    def __init__(self, line: EsphomeLine, talk: Talk, outlets: Outlets) -> None:
        self.pending: Callable[[], bool] = lambda: False
        """Whether the next 32 ms would be filled with sound."""
        self.busy: Callable[[], bool] = lambda: False
        """Whether more is to come: something is heard, answered, or made."""
        self.stopped: Callable[[], None] = lambda: None
        """Told when somebody stops at the device what it plays."""
        self.unheard: Callable[[], None] = lambda: None
        """Told when the device does not come for what it is to play."""
        self.sounding = False
        """The device plays something of ours."""
        self.outlet: Outlet | None = None
        self._line, self._talk, self._outlets = line, talk, outlets
        self._render: Callable[[int], Samples] = lambda n: np.zeros(n, np.int16)
        self._due_s = 0.0
        self._quiet = 0
        self._listening_s = 0.0

    async def run(self, render: Callable[[int], Samples]) -> None:
        """For ever."""
        self._render = render
        while True:
            await self._line.connected.wait()
            await asyncio.sleep(await self._step())

    def forget(self) -> None:
        """The device plays nothing of ours any more: it begins anew, or is gone."""
        if self.outlet is not None:
            self.outlet.end()
        self.outlet, self.sounding = None, False

    def cut(self) -> None:
        """Somebody stopped it at the device."""
        if self.outlet is not None:
            self.forget()
            self.stopped()
            self._render(BLOCK)  # what fades out is not to be heard there either

    def cut_if_early(self) -> None:
        """It says that it has played to the end: before the end is there, somebody stopped it."""
        outlet = self.outlet
        if isinstance(outlet, Fetched) and outlet.stream.fetched.is_set():
            self.cut()

    async def _step(self) -> float:
        """One block, or none; seconds until the next."""
        now_s = asyncio.get_running_loop().time()
        self._watch()
        if self._listens(now_s):
            return BLOCK_S  # what is to be said waits until the device has heard to the end
        if self.pending():
            return await self._sound(now_s)
        if self.outlet is None:
            self._end_run()
            return BLOCK_S
        return self._silence(now_s)

    def _listens(self, now_s: float) -> bool:
        run = self._talk.run
        if run is None or run.stage is not Stage.LISTENING:
            self._listening_s = now_s
            return False
        if self.busy():
            self._listening_s = now_s
        elif now_s - self._listening_s > LISTENS_S:
            self._talk.heard()
        return True

    async def _sound(self, now_s: float) -> float:
        if self.outlet is None:
            sound = self._render(BLOCK)
            if not sound.any():
                return BLOCK_S  # it was only ended
            self.outlet, self.sounding = await self._outlets.open(), True
            self._due_s = asyncio.get_running_loop().time()
        else:
            if self._quiet:
                self._due_s = max(self._due_s, now_s)
            if (early_s := self._due_s - now_s - self.outlet.ahead_s) > 0:
                return early_s
            sound = self._render(BLOCK)
        self._quiet = 0
        self.outlet.block(sound)
        self._due_s += BLOCK_S
        return 0.0

    def _silence(self, now_s: float) -> float:
        """Nothing is there to be played: is it over, or late?"""
        assert self.outlet is not None
        if self._due_s > now_s + BLOCK_S:
            return BLOCK_S  # what went ahead is still playing
        self._quiet += 1
        if self._quiet >= QUIET_BLOCKS and not self.busy():
            if isinstance(self.outlet, Fetched):
                self._end_run()  # first: a player that is done asks at once whether it is to listen again
            self.forget()
            self._end_run()
        elif self._quiet > STARVED_BLOCKS:
            self.outlet.block(np.zeros(BLOCK, np.int16))
        return BLOCK_S

    def _end_run(self) -> None:
        run = self._talk.run
        if run is not None and run.stage in (Stage.THINKING, Stage.SPEAKING) and not self.busy():
            run.over()

    def _watch(self) -> None:
        """Whether the device comes for what it is to play, and stays."""
        outlet = self.outlet
        if outlet is None:
            return
        if outlet.cut:
            self.cut()
        elif isinstance(outlet, Fetched) and not outlet.given_up:
            if outlet.waits_s > FETCHED_S:
                outlet.give_up()
                self.unheard()
            elif outlet.waits_s > HURRY_S and self._talk.run is not None:
                self._talk.run.hurry()
