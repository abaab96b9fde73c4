"""Clocks that stand still until a test moves them."""

import asyncio
from datetime import UTC, datetime, tzinfo

from assistant.memory.clocks import Clocks


class ManualClocks:
    """Virtual time: `advance` moves both clocks and wakes who slept that long."""

    def __init__(self, wall_s: float = 1_790_000_000.0, steady_s: float = 500.0, zone: tzinfo = UTC) -> None:
        self._wall_s = wall_s
        self._steady_s = steady_s
        self._sleepers: list[tuple[float, asyncio.Event]] = []
        self.place = zone
        self.told = False

    def wall_s(self) -> float:
        return self._wall_s

    def steady_s(self) -> float:
        return self._steady_s

    def zone(self) -> tzinfo:
        return self.place

    def synchronised(self) -> bool:
        """Set `told`: the network told the box the time."""
        return self.told

    async def sleep(self, seconds: float) -> None:
        awake = asyncio.Event()
        self._sleepers.append((self._steady_s + seconds, awake))
        if seconds <= 0:
            awake.set()
        await awake.wait()

    def step_wall(self, seconds: float) -> None:
        """Somebody sets the clock."""
        self._wall_s += seconds

    def set_wall(self, shown: datetime) -> None:
        """Somebody sets the clock to what a clock on the wall shows."""
        self._wall_s = shown.replace(tzinfo=self.place).timestamp()

    def advance(self, seconds: float) -> None:
        """Time passes."""
        self._wall_s += seconds
        self._steady_s += seconds
        for at_s, awake in self._sleepers:
            if at_s <= self._steady_s:
                awake.set()
        self._sleepers = [(at_s, awake) for at_s, awake in self._sleepers if not awake.is_set()]


_fits: type[Clocks] = ManualClocks
