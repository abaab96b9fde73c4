"""What waits in the house is there, and due at the same times, after the process has gone and come back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Entry, Journal
from assistant.messages import Reply
from assistant.settings import RoomSettings, Settings
from tests.memory.clocks import ManualClocks

HOME = """
devices:
  - {name: sprinkler, area: yard, kind: switch}
  - {name: kitchen light, area: kitchen, kind: light}
"""
COMMANDS = "what will you do later"
SUNDAY = datetime(2026, 11, 22, 20, 0)


@asynccontextmanager
async def house_at(now: datetime, folder: Path) -> AsyncIterator[House]:
    home = folder / "home.yaml"
    home.write_text(HOME)
    clocks = ManualClocks(zone=ZoneInfo("Europe/Berlin"))
    clocks.set_wall(now)
    clocks.told = True
    opening = Opening(home_file=home, clocks=clocks, database=folder / "house.db")
    async with open_house(
        Settings(rooms={"kitchen": RoomSettings()}), Journal(lambda: 0.0), opening
    ) as house:
        yield house


async def asked(house: House, text: str) -> str:
    entries: list[Entry] = []
    with house.journal.reading(entries.append):
        await house.ask(text, "kitchen")
    return " ".join(e.happening.text for e in entries if isinstance(e.happening, Reply))


async def test_what_comes_again_comes_again_after_a_restart(tmp_path: Path) -> None:
    async with house_at(SUNDAY, tmp_path) as house:
        assert "every other Saturday" in await asked(house, "wake me every other saturday at nine")
        assert "Every other day" in await asked(house, "run the sprinkler every other day at six am")
        alarm, command = await asked(house, "when is my alarm"), await asked(house, COMMANDS)
    async with house_at(SUNDAY.replace(hour=23), tmp_path) as house:
        assert await asked(house, "when is my alarm") == alarm
        assert await asked(house, COMMANDS) == command
        dues = sorted(waiting.due for waiting in house.desk.schedule.waiting())
        await asked(house, "turn on the kitchen light")
    async with house_at(datetime(2026, 11, 23, 5, 59), tmp_path) as house:
        assert sorted(waiting.due for waiting in house.desk.schedule.waiting()) == dues
        assert "every other Saturday" in await asked(house, "when is my alarm")
    assert [due.isoformat() for due in dues] == ["2026-11-23T06:00:00+01:00", "2026-11-28T09:00:00+01:00"]
