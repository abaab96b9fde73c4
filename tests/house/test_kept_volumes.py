"""A room stays as loud as it was made by voice, over a restart, until its settings say otherwise."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from assistant.devices.own_satellite import OwnLines
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Entry, Journal
from assistant.messages import Failed
from assistant.settings import RoomSettings, Settings
from assistant.settings_rooms import PAIRED
from tests.house.test_esphome_house import kit


@asynccontextmanager
async def opened(folder: Path, **percents: int) -> AsyncIterator[House]:
    named = {room: RoomSettings(satellite=PAIRED, volume_percent=each) for room, each in percents.items()}
    opening = Opening(demo_home=True, rooms=True, kit=kit(), lines=OwnLines(), database=folder / "house.db")
    async with open_house(Settings(rooms=named), Journal(lambda: 0.0), opening) as house:
        yield house


async def test_it_is_as_loud_as_it_was(tmp_path: Path) -> None:
    async with opened(tmp_path, kitchen=60, bath=50) as house:
        await house.ask("set the volume to 30 percent", "kitchen")
        await house.ask("set the volume to 20 percent", "kitchen")
        assert house.rooms.volume("kitchen") == 20
    async with opened(tmp_path, kitchen=60, bath=50) as house:
        assert (house.rooms.volume("kitchen"), house.rooms.volume("bath")) == (20, 50)


async def test_new_settings_count_more_than_what_was_said_before(tmp_path: Path) -> None:
    async with opened(tmp_path, kitchen=60) as house:
        await house.ask("set the volume to 30 percent", "kitchen")
    async with opened(tmp_path, kitchen=70) as house:
        assert house.rooms.volume("kitchen") == 70


async def test_a_room_that_is_gone_is_no_trouble(tmp_path: Path) -> None:
    async with opened(tmp_path, kitchen=60, bath=50) as house:
        await house.ask("set the volume to 30 percent", "bath")
    async with opened(tmp_path, kitchen=60) as house:
        assert house.rooms.volume("kitchen") == 60


async def test_a_disk_that_fails_changes_the_volume_all_the_same_and_is_told(tmp_path: Path) -> None:
    entries: list[Entry] = []
    async with opened(tmp_path, kitchen=60) as house:
        with house.journal.reading(entries.append):
            await house.desk.database.write(lambda connection: connection.execute("DROP TABLE room_volumes"))
            house.rooms.set_volume("kitchen", 30)
            await house.desk.database.read(lambda connection: None)
            await house.desk.database.read(lambda connection: None)
            assert house.rooms.volume("kitchen") == 30
        assert any(isinstance(each.happening, Failed) for each in entries)
