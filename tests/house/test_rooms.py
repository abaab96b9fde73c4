"""Quiet hours."""

from datetime import datetime, time

import pytest

from assistant.house.rooms import loudest_now
from assistant.settings import QuietHours

NIGHT = QuietHours(start=time(22, 30), end=time(7, 0), volume_percent=20)
NAP = QuietHours(start=time(13, 0), end=time(14, 30), volume_percent=10)


@pytest.mark.parametrize(
    ("quiet", "hour", "minute", "percent"),
    [
        (NIGHT, 22, 29, 100),
        (NIGHT, 22, 30, 20),
        (NIGHT, 3, 0, 20),
        (NIGHT, 6, 59, 20),
        (NIGHT, 7, 0, 100),
        (NAP, 12, 59, 100),
        (NAP, 13, 0, 10),
        (NAP, 14, 30, 100),
    ],
)
def test_the_volume_is_limited_within_quiet_hours_only(
    quiet: QuietHours, hour: int, minute: int, percent: int
) -> None:
    assert loudest_now(quiet, lambda: datetime(2026, 11, 22, hour, minute)) == percent
