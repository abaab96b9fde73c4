"""Commands that wait, in the demo home: what may wait, what is refused, and what becomes of it."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.devices.home import MemoryHome
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Entry, Journal
from assistant.memory.database import Database
from assistant.memory.schedule import Schedule
from assistant.messages import JsonValue, Reply, ToolCall, ToolResult
from assistant.settings import RoomSettings, Settings
from assistant.skills.clock import Clock
from assistant.skills.home import HomeSkill
from assistant.skills.later import Later, Understanding
from assistant.skills.timers import Timers
from assistant.think.intents import Intents
from assistant.think.names import HouseNames, Named
from assistant.think.phrases import Phrases
from tests.memory.clocks import ManualClocks
from tests.roads.runner import kit
from tests.skills.bench import Bench

HOME = """
devices:
  - {name: front door, area: hallway, kind: lock, state: locked}
  - {name: kitchen light, area: kitchen, kind: light}
  - {name: fan, area: kitchen, kind: fan, state: 'on'}
"""


class Typed:
    """Types to a house on a Sunday evening at eight."""

    def __init__(self, house: House, clocks: ManualClocks) -> None:
        self.house = house
        self.clocks = clocks
        self.entries: list[Entry] = []

    async def __call__(self, text: str) -> str:
        self.entries.clear()
        with self.house.journal.reading(self.entries.append):
            await self.house.ask(text, None)
        return " ".join(e.happening.text for e in self.entries if isinstance(e.happening, Reply))

    @property
    def calls(self) -> list[tuple[str, dict[str, JsonValue]]]:
        found = [e.happening for e in self.entries if isinstance(e.happening, ToolCall)]
        return [(call.name, dict(call.arguments)) for call in found]

    @property
    def changed(self) -> bool:
        return any(e.happening.changed for e in self.entries if isinstance(e.happening, ToolResult))


@pytest.fixture
async def typed(tmp_path: Path) -> AsyncIterator[Typed]:
    home = tmp_path / "home.yaml"
    home.write_text(HOME)
    clocks = ManualClocks(zone=ZoneInfo("Europe/Berlin"))
    clocks.set_wall(datetime(2026, 11, 22, 20, 0))
    opening = Opening(home_file=home, kit=kit({}), clocks=clocks)
    async with open_house(
        Settings(rooms={"kitchen": RoomSettings()}), Journal(lambda: 0.0), opening
    ) as house:
        yield Typed(house, clocks)


async def test_a_command_waits_and_what_is_a_matter_of_security_does_not(typed: Typed) -> None:
    for said, told in (
        ("turn off the fan in ten minutes", "In ten minutes I'll do this: turn off the fan."),
        ("in an hour turn off the fan", "In one hour I'll do this: turn off the fan."),
        ("turn on the kitchen light at 10 pm", "At ten tonight I'll do this: turn on the kitchen light."),
        ("can you turn off the fan in two minutes please", "In two minutes I'll do this: turn off the fan."),
        (
            "tomorrow at seven turn on the kitchen light",
            "At seven tomorrow morning I'll do this: turn on the kitchen light.",
        ),
    ):
        assert await typed(said) == told
        assert [name for name, _ in typed.calls] == ["command_later"]
    assert (await typed("what is planned")).startswith(
        "Five commands waiting: turn off the fan in two minutes"
    )
    for said in ("unlock the front door in ten minutes", "at ten pm unlock the front door"):
        assert "later on my own" in await typed(said)
        assert not typed.changed
    assert (await typed("what is planned")).startswith("Five commands waiting")


async def test_a_command_that_is_none_is_refused_whoever_asks(tmp_path: Path) -> None:
    (tmp_path / "home.yaml").write_text(HOME)
    home = MemoryHome.from_yaml(tmp_path / "home.yaml")
    database = Database(None)
    await database.open()
    schedule = Schedule(database, ManualClocks())
    names = HouseNames(tuple(Named(d.name, d.aliases, d.area, d.kind) for d in home.devices()), ())
    intents = Intents(Phrases.load("en", names))

    async def calls(text: str, room: str) -> Sequence[ToolCall]:
        understood = intents.understand(text, room)
        return () if understood is None else understood.calls

    understanding = Understanding(calls, lambda call, room: bench.toolbox.risk(call, room))
    skills = (Timers(schedule), Clock(), HomeSkill(home), Later(schedule, understanding))
    bench = Bench(*skills)
    for command in (
        *("make me happy", "what time is it", "set a timer for ten minutes", "turn off the fan in an hour"),
        *("unlock the front door", "what is planned", "undo that", "is the fan on"),
    ):
        result = await bench.call("command_later", {"command": command, "delay_s": 60})
        assert (result.ok, result.changed) == (False, False), command
    assert schedule.waiting() == ()
    assert (await bench.call("command_later", {"command": "turn off the fan", "delay_s": 60})).changed
    await database.close()


async def test_it_is_told_cancelled_and_taken_back(typed: Typed) -> None:
    await typed("turn off the fan in ten minutes")
    assert await typed("what is planned") == "One command waiting: turn off the fan in ten minutes."
    assert await typed("undo that") == "I won't do it: turn off the fan."
    await typed("turn off the fan in ten minutes")
    assert await typed("cancel the planned command") == "I won't do it: turn off the fan."
    assert await typed("undo that") == "The command (turn off the fan) is back, in ten minutes."


async def test_alarms_and_reminders_go_through_the_whole_house(typed: Typed) -> None:
    assert await typed("wake me up at half past six") == "Your alarm is set for six thirty tomorrow morning."
    assert await typed("what alarms do I have") == "Your alarm is set for six thirty tomorrow morning."
    assert await typed("undo that") == "Your alarm for six thirty tomorrow morning is cancelled."
    assert await typed("remind me to call Grandma") == "When should I remind you?"
    assert await typed("at nine tomorrow") == "At nine tomorrow morning I'll remind you: call grandma."
    said = await typed("remind everyone in ten minutes that dinner is at Bob's")
    assert said == "In ten minutes I'll remind everyone: dinner is at Bob's."
    assert await typed("set an alarm") == "For what time?"
    assert await typed("seven") == "Your alarm is set for seven tomorrow morning."
