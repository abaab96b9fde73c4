"""The clocks of the schedule: wall time for what a calendar says, a steady clock for durations."""

import asyncio
import time
from typing import Final, Protocol

_STEADY: Final[int] = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux has the first; elsewhere the second counts through sleep, or there is no better one."""


class Clocks(Protocol):
    """Time as the schedule sees it; tests hand in clocks of their own."""

    def wall_s(self) -> float:
        """Seconds since 1970; steps when somebody sets the clock."""

    def steady_s(self) -> float:
        """Seconds that only ever pass, the box's sleep included; comparable within one run."""

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds` of steady time."""


class SystemClocks:
    """The box's own clocks."""

    def wall_s(self) -> float:
        return time.time()

    def steady_s(self) -> float:
        # CLOCK_MONOTONIC stands still while a box is suspended; a ten minute timer must not.
        return time.clock_gettime(_STEADY)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


_fits: type[Clocks] = SystemClocks
