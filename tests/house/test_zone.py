"""A house lives in the zone of its settings, whatever the box is set to."""

import os
import time
from datetime import UTC, datetime

import pytest

from assistant.house.build import Opening, open_house
from assistant.journal import Journal
from assistant.memory.clocks import SystemClocks
from assistant.settings import Settings


async def test_times_are_told_and_kept_in_the_zone_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    said: list[str] = []
    journal = Journal(lambda: 0.0)
    settings = Settings(time_zone="Asia/Kathmandu", time_format="24")
    async with open_house(settings, journal, Opening()) as house:
        with journal.reading(lambda entry: said.append(getattr(entry.happening, "text", ""))):
            before = datetime.now(UTC)
            await house.ask("what time is it", None)
        minutes = (int(said[-1].split(":")[1].rstrip(".")) - before.minute) % 60
        assert minutes in (45, 46), said
        assert str(SystemClocks().zone()) == "Asia/Kathmandu"
    assert os.environ["TZ"] == "UTC"
