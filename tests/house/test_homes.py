"""The home of the settings: what may be said of it, and what follows when it is called otherwise."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.devices.home import MemoryHome
from assistant.errors import SettingsError
from assistant.house.build import Opening, open_house
from assistant.house.homes import house_names, opened_home
from assistant.house.house import House
from assistant.journal import Journal
from assistant.messages import Area, Device, DeviceState, HomeLost, Reply
from assistant.settings import Settings
from tests.devices.fake_home_assistant import TOKEN, FakeHomeAssistant, running
from tests.roads.runner import kit

LIMIT_S = 20.0


class Placed(MemoryHome):
    """A home in memory whose areas have more names."""

    def areas(self) -> tuple[Area, ...]:
        return (Area("living room", ("parlour",), ("ground floor", "downstairs")),)


def settings(folder: Path, url: str, rooms: str = "kitchen") -> Settings:
    token = folder / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    return Settings.model_validate(
        {"home": {"home_assistant": {"url": url, "token_file": token}}, "rooms": {rooms: {}}}
    )


def test_a_room_of_the_settings_is_the_area_that_is_called_so() -> None:
    lamp = Device("lamp", "living room", "light")
    owner = Settings.model_validate({"rooms": {"lounge": {"aliases": ["parlour"]}, "attic": {}}})
    names = house_names(Placed({lamp: DeviceState("off")}), owner)
    assert [area.name for area in names.areas] == ["attic", "living room"]
    assert names.area("lounge") == names.area("parlour") == "living room"
    assert names.areas[1].floor == "ground floor"
    assert names.areas[1].floor_aliases == ("downstairs",)


async def test_a_token_file_that_is_missing_keeps_the_house_from_opening(tmp_path: Path) -> None:
    owner = settings(tmp_path, "http://127.0.0.1:1")
    (tmp_path / "token").unlink()
    with pytest.raises(SettingsError, match="token_file"):
        async with opened_home(owner, Journal(lambda: 0.0), file=None, demo=True):
            pass


@pytest.fixture
async def fake() -> AsyncGenerator[FakeHomeAssistant, None]:
    made = FakeHomeAssistant()
    made.areas = [{"area_id": "up", "name": "Bedroom", "aliases": [], "floor_id": "first"}]
    made.floors = [
        {"floor_id": "first", "name": "First floor", "aliases": [], "level": 1},
        {"floor_id": "ground", "name": "Ground floor", "aliases": [], "level": 0},
    ]
    made.add("light.lamp", "off", name="Reading lamp", supported_color_modes=["onoff"])
    made.add("sensor.warmth", "19.5", name="Bedroom temperature", area="up", device_class="temperature",
             unit_of_measurement="°C")  # fmt: skip
    async with running(made):
        yield made


async def said(house: House, text: str) -> list[str]:
    replies: list[str] = []
    with house.journal.reading(
        lambda entry: replies.append(entry.happening.text) if isinstance(entry.happening, Reply) else None
    ):
        await house.ask(text, None)
    return replies


async def until_said(house: House, text: str, *replies: str) -> None:
    """Say it until one of these comes back."""
    async with asyncio.timeout(LIMIT_S):
        while await said(house, text) not in [[reply] for reply in replies]:  # noqa: ASYNC110 - real sockets
            await asyncio.sleep(0.05)


async def test_a_typed_command_turns_on_a_light_of_home_assistant(
    tmp_path: Path, fake: FakeHomeAssistant
) -> None:
    opening = Opening(kit=kit({}))
    async with open_house(settings(tmp_path, fake.url), Journal(lambda: 0.0), opening) as house:
        assert await said(house, "turn on the reading lamp") == ["The reading lamp is on."]
        assert await said(house, "how warm is it upstairs") == ["The bedroom temperature is 19.5 degrees."]
        assert [name for name, _, _ in fake.calls] == ["light.turn_on"]


async def test_a_device_that_is_renamed_is_understood_by_its_new_name(
    tmp_path: Path, fake: FakeHomeAssistant
) -> None:
    opening = Opening(kit=kit({}))
    async with open_house(settings(tmp_path, fake.url), Journal(lambda: 0.0), opening) as house:
        fake.change("light.lamp", friendly_name="Moonlight")
        await until_said(
            house, "turn on the moonlight", "The moonlight is on.", "The moonlight is already on."
        )


async def test_without_home_assistant_timers_and_lists_go_on(tmp_path: Path, fake: FakeHomeAssistant) -> None:
    await fake.close()
    told: list[object] = []
    journal = Journal(lambda: 0.0)
    with journal.reading(lambda entry: told.append(entry.happening)):
        opening = Opening(kit=kit({}))
        async with open_house(settings(tmp_path, fake.url), journal, opening) as house:
            assert any(isinstance(happening, HomeLost) for happening in told)
            assert await said(house, "set a timer for ten minutes") == ["Ten minute timer, set."]
            assert await said(house, "add milk to the shopping list") == [
                "I added milk to your shopping list."
            ]
            await fake.open()
            await until_said(house, "turn on the reading lamp", "The reading lamp is on.")


@pytest.mark.parametrize("url", ["homeassistant.local:8123", "ftp://box", "http://me:secret@box", "http://"])
def test_an_address_that_is_none_is_told_with_an_example(url: str) -> None:
    with pytest.raises(ValidationError, match="url must be a web address"):
        Settings.model_validate({"home": {"home_assistant": {"url": url, "token_file": "t"}}})
