"""`assistant rooms words`: a device's wake words are told, checked against what it knows, and kept."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from assistant.devices.own_satellite import OwnLines
from assistant.errors import AssistantError, SettingsError
from assistant.house.house import House
from assistant.hub_wake_words import wake_words
from assistant.settings import Settings
from tests.devices.esphome.firmware import Firmware
from tests.house.test_esphome_house import living


@dataclass
class HubOfOne:
    """A hub whose settings are a text."""

    house_now: House | None
    text: str
    lines: OwnLines

    async def house(self) -> House:
        assert self.house_now is not None
        return self.house_now

    def settings(self) -> Settings:
        return Settings.model_validate(yaml.safe_load(self.text))

    def settings_file(self) -> Path:
        return Path("assistant.yaml")

    def settings_text(self) -> str:
        return self.text

    async def change_settings(self, text: str) -> None:
        Settings.model_validate(yaml.safe_load(text))
        self.text = text

    def failed(self, room: str, error: AssistantError) -> None:
        raise error


async def test_words_are_told_chosen_of_those_it_knows_and_given_back(tmp_path: Path) -> None:
    device = Firmware()
    async with living(device, tmp_path) as (house, _):
        text = f"rooms:\n  kitchen: {{satellite: 'esphome://127.0.0.1:{device.port}'}}\n  hall: {{}}\n"
        hub = HubOfOne(house, text, OwnLines())
        async with asyncio.timeout(60):
            while not house.esphome["kitchen"].heeding.wake_words.known:  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0)
        assert "knows okay_nabu, hey_jarvis" in await wake_words(hub, "kitchen", None)
        assert hub.text == text
        await wake_words(hub, "kitchen", "hey_jarvis")
        assert hub.settings().rooms["kitchen"].satellite_words == ("hey_jarvis",)
        for wrong, why in (("alexa", "does not know"), ("okay_nabu,hey_jarvis,okay_nabu", "at most")):
            with pytest.raises(SettingsError, match=why):
                await wake_words(hub, "kitchen", wrong)
        await wake_words(hub, "kitchen", "default")
        assert hub.settings().rooms["kitchen"].satellite_words == ()
        with pytest.raises(SettingsError, match="--wake-word"):
            await wake_words(hub, "hall", None)
        with pytest.raises(SettingsError, match="no room"):
            await wake_words(hub, "attic", None)


async def test_a_device_that_is_not_there_is_not_guessed_about(tmp_path: Path) -> None:
    device = Firmware()
    async with living(device, tmp_path) as (house, _):
        text = f"rooms:\n  kitchen: {{satellite: 'esphome://127.0.0.1:{device.port}'}}\n"
        await device.pull_out()
        async with asyncio.timeout(60):
            while house.esphome["kitchen"].line.connected.is_set():  # noqa: ASYNC110 - waits for its end
                await asyncio.sleep(0)
        with pytest.raises(SettingsError, match="not there"):
            await wake_words(HubOfOne(house, text, OwnLines()), "kitchen", "okay_nabu")
