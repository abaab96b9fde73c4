"""Rooms that go without the language model, without memory or without what lasts: by their settings."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Entry, Journal
from assistant.messages import Reply, Routed, ToolResult
from assistant.settings import RoomSettings, Settings
from assistant.think.respond import NOT_IN_THIS_ROOM
from tests.roads.runner import kit

HOME = """
devices:
  - {name: kitchen light, area: kitchen, kind: light}
  - {name: nursery light, area: nursery, kind: light}
"""


class Talk:
    """Types to a room and reads what came of it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.entries: list[Entry] = []

    async def __call__(self, text: str, room: str) -> str:
        self.entries.clear()
        with self._house.journal.reading(self.entries.append):
            await self._house.ask(text, room)
        return " ".join(e.happening.text for e in self.entries if isinstance(e.happening, Reply))

    @property
    def route(self) -> str:
        return next(e.happening.route for e in self.entries if isinstance(e.happening, Routed))

    @property
    def changed(self) -> bool:
        return any(e.happening.changed for e in self.entries if isinstance(e.happening, ToolResult))


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    home = tmp_path / "home.yaml"
    home.write_text(HOME)
    rooms = {"kitchen": RoomSettings(), "nursery": RoomSettings(llm=False, memory=False, highest_risk=0)}
    opening = Opening(home_file=home, kit=kit({"llm": {"replies": {"tell me a joke": ["Knock knock."]}}}))
    async with open_house(Settings(rooms=rooms), Journal(lambda: 0.0), opening) as house:
        yield Talk(house)


async def test_a_room_without_the_language_model_hears_house_commands_only(talk: Talk) -> None:
    assert await talk("tell me a joke", "kitchen") == "Knock knock."
    assert await talk("tell me a joke", "nursery") == NOT_IN_THIS_ROOM
    assert talk.route == "none"


async def test_a_room_without_memory_keeps_no_note(talk: Talk) -> None:
    await talk("remember that the bins go out on tuesday", "nursery")
    assert not talk.changed
    assert "tuesday" not in (await talk("what do you know about the bins", "kitchen")).lower()
    await talk("remember that the bins go out on tuesday", "kitchen")
    assert talk.changed


async def test_a_room_that_may_only_ask_changes_nothing(talk: Talk) -> None:
    await talk("turn on the nursery light", "nursery")
    assert not talk.changed
    assert await talk("is the nursery light on", "nursery") == "The nursery light is off."
