"""A household to talk to: the real skills, phrases and toolbox over a home in memory; two rooms or more."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from assistant.devices.home import MemoryHome
from assistant.journal import Entry, Journal
from assistant.memory.database import Database
from assistant.memory.schedule import Schedule
from assistant.memory.turns import Turns
from assistant.messages import Routed, ToolCall, Turn
from assistant.skills.alarms import Alarms
from assistant.skills.clock import Clock
from assistant.skills.entry_undo import EntryUndo
from assistant.skills.home import HomeSkill
from assistant.skills.home_things import HomeThings
from assistant.skills.lists import Lists
from assistant.skills.past import Past
from assistant.skills.policy import Policy
from assistant.skills.put_back import DevicesBack, TimersBack
from assistant.skills.reminders import Reminders
from assistant.skills.talk import Talk
from assistant.skills.timers import Timers
from assistant.skills.toolbox import SkillToolbox
from assistant.skills.volume import Volume
from assistant.think.answer import Answer
from assistant.think.intents import Intents
from assistant.think.names import HouseNames, Named
from assistant.think.phrases import Phrases
from tests.memory.clocks import ManualClocks

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
"""A Sunday afternoon that does not pass."""
HOME = Path(__file__).with_name("family_home.yaml")


class Speakers:
    """Each room's volume."""

    def __init__(self) -> None:
        self.percent: dict[str, int] = {}

    def volume(self, room: str) -> int:
        return self.percent.get(room, 50)

    def set_volume(self, room: str, percent: int) -> None:
        self.percent[room] = percent


class Family:
    """Types to the house; reads what it said, which tools were called, and how the home is."""

    def __init__(self, answer: Answer, journal: Journal, home: MemoryHome, speakers: Speakers) -> None:
        self.answer = answer
        self.home = home
        self.speakers = speakers
        self.journal = journal
        self.entries: list[Entry] = []
        self.now_s = 1000.0
        self._ids = iter(range(1, 10_000))

    async def __call__(self, text: str, room: str = "kitchen") -> str:
        self.entries.clear()
        turn = Turn(next(self._ids), room)
        turn.committed.set()
        with self.journal.reading(self.entries.append):
            said = [sentence.text async for sentence in self.answer.answer(text, turn)]
        self.now_s += 3
        return " ".join(said)

    async def first_sentence_ms(self, text: str, room: str) -> float:
        """Say something; how long it took to the first sentence of the answer."""
        turn = Turn(next(self._ids), room)
        turn.committed.set()
        started, first = time.perf_counter(), 0.0
        async for _ in self.answer.answer(text, turn):
            first = first or time.perf_counter() - started
        self.now_s += 3
        return 1000 * (first or time.perf_counter() - started)

    async def due(self, text: str, room: str = "kitchen") -> str:
        """What is said when a command falls due."""
        self.entries.clear()
        with self.journal.reading(self.entries.append):
            return " ".join([sentence.text async for sentence in self.answer.carry_out(text, room)])

    @property
    def calls(self) -> Sequence[ToolCall]:
        return [e.happening for e in self.entries if isinstance(e.happening, ToolCall)]

    @property
    def tools(self) -> Sequence[str]:
        return [call.name for call in self.calls]

    @property
    def route(self) -> str:
        return next(e.happening.route for e in self.entries if isinstance(e.happening, Routed))


@lru_cache(maxsize=1)
def _intents() -> Intents:
    home = MemoryHome.from_yaml(HOME)
    devices = tuple(Named(d.name, d.aliases, d.area, d.kind, d.device_class) for d in home.devices())
    areas = tuple(Named(area) for area in dict.fromkeys(device.area for device in home.devices()))
    intents = Intents(Phrases.load("en", HouseNames(devices, areas)))
    intents.now = lambda: NOW
    return intents


@asynccontextmanager
async def family(policy: Policy | None = None) -> AsyncIterator[Family]:
    """A household of its own."""
    home, speakers = MemoryHome.from_yaml(HOME), Speakers()
    journal = Journal(lambda: 0.0)
    database = Database(None)
    await database.open()
    clocks = ManualClocks(NOW.timestamp())
    clocks.told = True
    schedule = Schedule(database, clocks)
    await schedule.open()
    talking: list[Family] = []
    turns = Turns(lambda: talking[0].now_s)
    things = HomeThings(home)
    toolbox = SkillToolbox(
        (
            Timers(schedule),
            Alarms(schedule),
            Reminders(schedule, lambda: ("kitchen", "bedroom")),
            EntryUndo(schedule),
            Lists(database, home),
            Clock(lambda: NOW),
            Volume(speakers, things),
            HomeSkill(home),
            things,
            Talk(lambda room: False, lambda room: answer.last_reply(room), lambda: toolbox.abilities()),
            Past(turns, lambda call, turn: toolbox.call(call, turn), lambda: talking[0].now_s, home.devices),
            DevicesBack(home),
            TimersBack(schedule),
        ),
        policy or Policy(),
        journal,
    )
    answer = Answer(_intents(), toolbox, journal, clock=lambda: talking[0].now_s, turns=turns)
    talking.append(Family(answer, journal, home, speakers))
    try:
        yield talking[0]
    finally:
        await toolbox.close()
        await schedule.close()
        await database.close()
