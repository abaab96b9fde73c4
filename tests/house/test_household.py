"""Notes, announcements, quiet and closed microphones in a whole house."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from assistant import scripted
from assistant.devices.booth import Booth
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Entry, Journal
from assistant.messages import Reply
from assistant.settings import RoomSettings, Settings
from tests.memory.clocks import ManualClocks
from tests.roads.runner import kit

ROOMS = ("kitchen", "bedroom", "nursery")
SECRET = "xylophonewithaladder"


class Family:
    """A house that is typed to."""

    def __init__(self, house: House, entries: list[Entry]) -> None:
        self.house = house
        self.entries = entries

    async def ask(self, text: str, room: str = "kitchen") -> str:
        self.entries.clear()
        await self.house.ask(text, room)
        return " ".join(e.happening.text for e in self.entries if isinstance(e.happening, Reply) and e.turn)

    def open_rooms(self) -> dict[str, Booth]:
        """Microphones and loudspeakers in every room."""
        booths = {name: Booth(scripted.silence(0.5)) for name in ROOMS}
        assert self.house.make_room is not None
        for name, booth in booths.items():
            self.house.rooms[name] = self.house.make_room(name, booth, wake=False)
        return booths


@asynccontextmanager
async def opened(database: Path | None = None) -> AsyncIterator[Family]:
    rooms = {name: RoomSettings(memory=name != "nursery") for name in ROOMS}
    journal, entries = Journal(lambda: 0.0), list[Entry]()
    opening = Opening(demo_home=True, database=database, ears=True, kit=kit({}), clocks=ManualClocks())
    async with open_house(Settings(rooms=rooms), journal, opening) as house:
        with journal.reading(entries.append):
            yield Family(house, entries)


async def test_what_was_remembered_is_recalled_in_other_words_and_after_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path / "hearth.db") as family:
        assert "only know house commands" in await family.ask("when do the bins go out")
        said = await family.ask("Remember that the bins go out on Tuesday")
        assert said == "I'll remember: the bins go out on Tuesday."
    async with opened(tmp_path / "hearth.db") as family:
        for question in ("When do the bins go out?", "what do you know about the bins"):
            assert await family.ask(question, "bedroom") == "You told me: the bins go out on Tuesday."


async def test_forget_everything_takes_a_yes_and_leaves_no_byte(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with opened(folder / "hearth.db") as family:
        for number in range(12):
            await family.ask(f"remember that {SECRET} number {number} is in the cellar")
        await family.ask("add milk to the shopping list")
        assert SECRET.encode() in b"".join(file.read_bytes() for file in folder.iterdir())
        assert await family.ask("forget everything") == "Shall I forget all twelve notes? It can't be undone."
        assert await family.ask("no") == ""
        assert SECRET in await family.ask("what do you know about me")
        await family.ask("forget everything")
        assert await family.ask("yes") == "I have forgotten all twelve notes."
        assert SECRET.encode() not in b"".join(file.read_bytes() for file in folder.iterdir())
        assert "milk" in await family.ask("what's on my shopping list")
    assert SECRET.encode() not in b"".join(file.read_bytes() for file in folder.iterdir())


async def test_a_room_without_memory_is_told_so() -> None:
    async with opened() as family:
        assert "don't remember" in await family.ask("remember that the safe is open", "nursery")
        await family.ask("remember that the safe is open")
        assert "don't remember" in await family.ask("is the safe open", "nursery")


async def test_the_microphone_closes_after_a_yes_that_knows_the_way_back() -> None:
    async with opened() as family:
        family.open_rooms()
        assert "assistant unmute" in await family.ask("stop listening")
        assert family.house.muting.muted == ()
        assert await family.ask("yes") == "I no longer listen in the kitchen."
        assert list(family.house.muting.muted) == ["kitchen"]


async def test_an_announcement_says_where_it_was_heard() -> None:
    async with opened() as family:
        assert "nobody would hear it" in await family.ask("tell everyone dinner is ready")
        family.open_rooms()
        for room in family.house.rooms.values():
            room.mouth.speaker.open()
        await family.ask("do not disturb", "nursery")
        said = await family.ask("tell everyone dinner is ready")
        assert "nursery does not want to be disturbed" in said
        assert "the bedroom" in said.partition("The nursery")[0]
        for room in family.house.rooms.values():
            room.mouth.speaker.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("help me!", "phone 1 1 2 now"),
        ("call an ambulance", "phone 1 1 2 now"),
        ("help me with timers", "set a pizza timer"),
        ("what can you do", "I can control"),
        ("what can you do with lights", "Here I have eight lights"),
        ("what's 12*7", "That's 84."),
        ("how many grams in a pound", "1 pound is about 453.59 grams."),
        ("what day is the 24th of December", "December 24 is a "),
    ],
)
async def test_what_people_ask(text: str, said: str) -> None:
    async with opened() as family:
        assert said in await family.ask(text)
