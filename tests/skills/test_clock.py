from datetime import datetime

import pytest

from assistant.skills.clock import Clock, Hours, local_now
from tests.skills.bench import Bench


@pytest.mark.parametrize(
    ("hour", "minute", "hours", "said"),
    [
        (15, 5, "12", "It's 3:05 PM."),
        (15, 5, "24", "It's 15:05."),
        (0, 0, "12", "It's midnight."),
        (12, 0, "12", "It's noon."),
        (0, 30, "12", "It's 12:30 AM."),
        (12, 1, "12", "It's 12:01 PM."),
        (0, 0, "24", "It's 0:00."),
        (9, 0, "12", "It's 9:00 AM."),
    ],
)
async def test_time(hour: int, minute: int, hours: Hours, said: str) -> None:
    bench = Bench(Clock(lambda: datetime(2026, 11, 22, hour, minute), hours=hours))
    assert await bench.say("time_now") == said


async def test_date() -> None:
    bench = Bench(Clock(lambda: datetime(2026, 11, 22, 23, 59)))
    result = await bench.call("date_now")
    assert result.say == "It's Sunday, November 22, 2026."
    assert result.values == {"date": "2026-11-22"}


def test_the_boxs_clock_knows_its_zone() -> None:
    assert local_now().utcoffset() is not None
