"""What all rooms share: rings that nothing ends but a person, and microphones that stay closed."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from assistant import scripted
from assistant.devices.booth import Booth
from assistant.errors import AudioError, DiskError
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Entry, Journal
from assistant.messages import Failed, ToolCall, Transcript
from assistant.settings import RoomSettings, Settings
from tests.memory.clocks import ManualClocks
from tests.roads.runner import kit

ROOMS = ("kitchen", "bedroom")
COMMAND = scripted.silence(0.5) + scripted.words("turn on the kitchen light") + scripted.silence(1.0)


class Bench:
    """A house with a booth for each room, and what its journal said."""

    def __init__(self, house: House, clocks: ManualClocks) -> None:
        self.house = house
        self.clocks = clocks
        self.booths: dict[str, Booth] = {}
        self.entries: list[Entry] = []
        assert house.make_room is not None
        for name in ROOMS:
            self.booths[name] = Booth(COMMAND)
            house.rooms[name] = house.make_room(name, self.booths[name], wake=False)

    def heard_in(self) -> list[str]:
        return [entry.room for entry in self.entries if isinstance(entry.happening, Transcript)]


@asynccontextmanager
async def opened(database: Path | None) -> AsyncIterator[Bench]:
    settings = Settings(rooms={name: RoomSettings() for name in ROOMS})
    journal, clocks = Journal(lambda: 0.0), ManualClocks()
    opening = Opening(demo_home=True, database=database, ears=True, kit=kit({}), clocks=clocks)
    async with open_house(settings, journal, opening) as house:
        bench = Bench(house, clocks)
        await house.muting.restore()
        with journal.reading(bench.entries.append):
            yield bench


async def test_a_muted_room_stays_muted_over_a_restart(tmp_path: Path) -> None:
    database = tmp_path / "hearth.db"
    async with opened(database) as bench:
        await bench.house.muting.change(["kitchen"], muted=True)
        assert bench.house.muting.muted == ("kitchen",)
    async with opened(database) as bench:
        assert bench.house.muting.muted == ("kitchen",)
        hearing = asyncio.create_task(bench.house.run())
        while not bench.heard_in():  # noqa: ASYNC110 - another process reads the words
            await asyncio.sleep(0.01)
        hearing.cancel()
        await asyncio.wait([hearing])
        assert bench.heard_in() == ["bedroom"]
        assert bench.booths["kitchen"].at_sample == 0
        await bench.house.muting.change(["kitchen"], muted=False)
    async with opened(database) as bench:
        assert bench.house.muting.muted == ()


async def test_muted_is_said_only_of_a_microphone_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.house.muting.CLOSES_WITHIN_S", 0.1)
    async with opened(None) as bench:
        house = bench.house
        events = house.rooms["kitchen"].ear.events()
        assert await anext(events)  # it has opened its microphone, and nobody reads on: it cannot close
        with pytest.raises(AudioError, match="not let go of the microphone of: kitchen"):
            await house.mute(None, muted=True)
        assert house.muting.listening() == ("kitchen",)
        await events.aclose()
        assert await house.mute(None, muted=True) == ("kitchen", "bedroom")
        assert house.muting.listening() == ()


async def test_a_disk_that_refuses_never_leaves_a_microphone_open(tmp_path: Path) -> None:
    database = tmp_path / "hearth.db"
    async with opened(database) as bench:
        await bench.house.muting.change(["bedroom"], muted=True)
        with sqlite3.connect(database) as connection:
            connection.execute("DROP TABLE muted_rooms")
        for room, muted in (("kitchen", True), ("bedroom", False)):
            with pytest.raises(DiskError):
                await bench.house.muting.change([room], muted=muted)
        assert set(bench.house.muting.muted) == set(ROOMS)
        with pytest.raises(DiskError):
            await bench.house.muting.restore()


async def test_rings_go_on_when_the_disk_refuses_to_forget_one(tmp_path: Path) -> None:
    database = tmp_path / "hearth.db"
    async with opened(database) as bench:
        bench.house.rooms.clear()
        await bench.house.ask("set a timer for ten seconds", "kitchen")
        with sqlite3.connect(database) as connection:
            connection.execute("DROP TABLE schedule")
        told = asyncio.Event()
        failed = asyncio.Event()

        def read(entry: Entry) -> None:
            if isinstance(entry.happening, Failed):
                failed.set()

        with bench.house.journal.reading(read):
            ringing = asyncio.create_task(bench.house.ring(lambda _: told.set()))
            bench.clocks.advance(11)
            await told.wait()
            await failed.wait()
        await asyncio.sleep(0)
        assert not ringing.done()
        ringing.cancel()
        await asyncio.wait([ringing])


class Unplugged(Booth):
    """Its loudspeaker is not there."""

    lost = True


async def test_words_for_a_room_whose_loudspeaker_is_lost_are_refused_with_the_fix() -> None:
    async with opened(None) as bench:
        assert bench.house.make_room is not None
        bench.house.rooms["kitchen"] = bench.house.make_room("kitchen", Unplugged(b""), wake=False)
        with pytest.raises(AudioError, match="loudspeaker of the kitchen is not there"):
            await bench.house.announce("Dinner is ready.", "kitchen")


async def test_typed_text_is_answered_where_the_microphone_is_muted() -> None:
    async with opened(None) as bench:
        await bench.house.muting.change(ROOMS, muted=True)
        await bench.house.ask("turn on the kitchen light", "kitchen")
        assert [e.happening.name for e in bench.entries if isinstance(e.happening, ToolCall)] == ["device_on"]
