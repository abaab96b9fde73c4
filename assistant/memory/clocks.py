"""The clocks of the schedule: wall time for what a calendar says, a steady clock for durations."""

import asyncio
import os
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Final, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_STEADY: Final[int] = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux has the first; elsewhere the second counts through sleep, or there is no better one."""
_LOCALTIME: Final = Path("/etc/localtime")
_SYNCHRONISED: Final = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd makes it once the network told it the time."""


class Clocks(Protocol):
    """Time as the schedule sees it; tests hand in clocks of their own."""

    def wall_s(self) -> float:
        """Seconds since 1970; steps when somebody sets the clock."""

    def steady_s(self) -> float:
        """Seconds that only ever pass, the box's sleep included; comparable within one run."""

    def zone(self) -> tzinfo:
        """The rules of the place; another one once somebody sets the zone of the box."""

    def synchronised(self) -> bool:
        """Whether the box knows that its wall clock is right; False where it can't tell."""

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds` of steady time."""


class SystemClocks:
    """The box's own clocks."""

    def __init__(self) -> None:
        self._setting = ("", 0)
        self._zone: tzinfo = UTC

    def wall_s(self) -> float:
        return time.time()

    def steady_s(self) -> float:
        # CLOCK_MONOTONIC stands still while a box is suspended; a ten minute timer must not.
        return time.clock_gettime(_STEADY)

    def zone(self) -> tzinfo:
        named = os.environ.get("TZ", "").removeprefix(":") or os.path.realpath(_LOCALTIME)
        setting = (named, _changed_ns())
        if setting != self._setting:
            self._setting, self._zone = setting, _read_zone(named.rpartition("zoneinfo/")[2])
        return self._zone

    def synchronised(self) -> bool:
        return _SYNCHRONISED.exists()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def local_now(clocks: Clocks) -> datetime:
    """The wall clock in its zone."""
    return datetime.fromtimestamp(clocks.wall_s(), clocks.zone())


async def within(work: Awaitable[object], limit_s: float, clocks: Clocks) -> bool:
    """Whether it was done in time; then it is over, else it is ended. Raises what it raises."""
    doing = asyncio.ensure_future(work)
    limit = asyncio.ensure_future(clocks.sleep(limit_s))
    try:
        await asyncio.wait((doing, limit), return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            doing.result()
            return True
        return False
    finally:
        for task in (doing, limit):
            task.cancel()
        await asyncio.gather(doing, limit, return_exceptions=True)


def _changed_ns() -> int:
    """When the file that says the zone was written; a copied one shows a change by nothing else."""
    try:
        return _LOCALTIME.stat().st_mtime_ns
    except OSError:
        return 0


def _read_zone(name: str) -> tzinfo:
    """The zone called so; for a copied file or a rule like `CET-1` what the box makes of it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    try:
        with _LOCALTIME.open("rb") as file:
            return ZoneInfo.from_file(file, key="localtime")
    except (OSError, ValueError):
        return timezone(timedelta(seconds=time.localtime().tm_gmtoff))


_fits: type[Clocks] = SystemClocks
