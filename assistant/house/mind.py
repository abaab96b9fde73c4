"""Everything that thinks and does in a house: skills, toolbox, dialogue and, where there is one, the LLM."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.house.household import Household
from assistant.house.language import OWN, toolbox_in
from assistant.house.muting import Muting
from assistant.house.open_rooms import Rooms
from assistant.journal import Journal
from assistant.memory.clocks import local_now
from assistant.memory.database import Database
from assistant.memory.schedule import Schedule
from assistant.memory.turns import Turns
from assistant.messages import ToolCall, Turn
from assistant.ports import Home, Llm
from assistant.settings import Settings
from assistant.skills.alarms import Alarms
from assistant.skills.entry_undo import EntryUndo
from assistant.skills.home import HomeSkill
from assistant.skills.home_things import HomeThings
from assistant.skills.later import Later, Understanding
from assistant.skills.leading import Leading
from assistant.skills.lists import Lists
from assistant.skills.music import Music
from assistant.skills.past import Past
from assistant.skills.policy import Policy, RoomPolicy
from assistant.skills.proof import Proofs, Proven
from assistant.skills.put_back import DevicesBack, TimersBack
from assistant.skills.reminders import Reminders
from assistant.skills.scenes import Scenes
from assistant.skills.snooze import Snooze
from assistant.skills.talk import Talk
from assistant.skills.timers import Timers
from assistant.skills.toolbox import SkillToolbox
from assistant.skills.volume import Volume
from assistant.skills.weather import Weather
from assistant.think import claims
from assistant.think.answer import Answer, RoomRules
from assistant.think.converse import Converse
from assistant.think.exchange import Limits
from assistant.think.intents import Intents
from assistant.think.leads import Lead
from assistant.think.prompt import surroundings
from assistant.think.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Means:
    """What the skills work with."""

    settings: Settings
    home: Home
    database: Database
    schedule: Schedule
    rooms: Rooms
    journal: Journal
    muting: Muting
    pin_is_set: Callable[[], bool] = lambda: False
    """Whether a person can prove, outside speech, that a matter of security is theirs to ask for."""
    policy: Policy | None = None
    """Instead of what the settings say of the rooms."""

    def now(self) -> datetime:
        """The wall clock of the house."""
        return local_now(self.schedule.clocks)


class Mind:
    """The toolbox over all skills, and what answers with it."""

    def __init__(
        self,
        means: Means,
        intents: Intents,
        llm: Llm | None,
        manner: str,
        abroad: Mapping[str, Intents] | None = None,
    ) -> None:
        """`abroad`: what understands in the rooms that speak another language than the house."""
        journal, settings, rooms = means.journal, means.settings, means.settings.rooms

        def remembers(room: str) -> bool:
            return room not in rooms or rooms[room].memory

        self.turns = Turns(lambda: journal.clock(), remembers)
        self.household = Household(
            means.settings,
            means.database,
            means.rooms,
            means.muting,
            journal,
            remembers,
            home=means.home,
            clocks=means.schedule.clocks,
        )
        means.rooms.places = self.household.places
        self._intents, self._abroad = intents, abroad or {}
        for each in (intents, *self._abroad.values()):
            each.recalls, each.now = self.household.notes.recalls, means.now
        skills, policy = self._skills(means), means.policy or _policy(means.settings)
        self.toolbox = SkillToolbox(skills, policy, journal)
        self._told = toolbox_in(settings, self.toolbox, means.home.devices)
        self.proofs = Proofs(
            self.toolbox, self._meaning, self.turns.words, means.pin_is_set, lambda: journal.clock()
        )
        self.proven = toolbox_in(settings, Proven(self.toolbox), means.home.devices)
        self.answer = self._answer(means, llm, manner)
        if settings.speed.subject_first:
            self.answer.lead_with(_in_own(settings, Leading(self.toolbox, skills, policy)))
        self.household.asking.carry = self.answer.move

    def _answer(self, means: Means, llm: Llm | None, manner: str) -> Answer:
        journal, settings = means.journal, means.settings

        def may_talk(room: str) -> bool:
            return getattr(llm, "here", True) and (room not in settings.rooms or settings.rooms[room].llm)

        rules = RoomRules(
            llm=may_talk,
            late=lambda: not getattr(llm, "here", True),
            ringing=lambda: bool(means.schedule.ringing()),
            abroad=self._abroad,
        )
        return Answer(
            self._intents,
            toolbox_in(settings, self.proofs, means.home.devices),
            journal,
            None if llm is None else self._converse(means, llm, manner),
            clock=lambda: journal.clock(),
            turns=self.turns,
            rules=rules,
        )

    def _skills(self, means: Means) -> Sequence[object]:
        """In the order help names them."""
        things = HomeThings(means.home)
        return (
            Timers(means.schedule),
            *_timed_skills(means, self._understanding()),
            Lists(means.database, means.home),
            *self.household.skills,
            Volume(means.rooms, things, self.household.places),
            HomeSkill(means.home),
            things,
            Scenes(means.home),
            Weather(means.home, means.now),
            Music(means.home),
            Talk(
                means.rooms.silence,
                lambda room: self.answer.last_reply(room),
                lambda: self.toolbox.abilities(),
                lambda: {spec.name for spec in self.toolbox.specs()},
                means.home.devices,
            ),
            Past(
                self.turns,
                lambda call, turn: self.toolbox.call(call, turn),
                lambda: means.journal.clock(),
                means.home.devices,
            ),
            DevicesBack(means.home),
            TimersBack(means.schedule),
        )

    def _understands(self, room: str) -> Intents:
        return self._abroad.get(room, self._intents)

    async def _meaning(self, turn: Turn) -> Sequence[ToolCall]:
        """What the words of a turn mean by grammar and by themselves, whatever was said before."""
        intents = self._understands(turn.room)
        text = intents.heard(self.turns.words(turn))
        understood = await asyncio.to_thread(intents.understand, text, turn.room)
        return () if understood is None else understood.calls

    def _understanding(self) -> Understanding:
        async def calls(text: str, room: str) -> Sequence[ToolCall]:
            understood = await asyncio.to_thread(self._understands(room).understand, text, room)
            return () if understood is None else understood.calls

        return Understanding(calls, lambda call, room: self.toolbox.risk(call, room))

    def _converse(self, means: Means, llm: Llm, manner: str) -> Converse:
        claims.prepare()
        return Converse(
            llm,
            Recorded(self._told, self.turns),
            lambda room: surroundings(means.home, room, means.now(), manner, tuple(means.settings.rooms)),
            limits=Limits(early=means.settings.speed.first_clause),
            journal=means.journal,
            ask_back=lambda call, turn: self.answer.wait_for_yes(call, turn.room),
            english=lambda room: means.settings.language_in(room) == OWN,
        )


def _in_own(settings: Settings, leads: Lead) -> Lead:
    """Only the language of our own phrases says a subject first."""

    async def led(call: ToolCall, turn: Turn) -> str:
        return await leads(call, turn) if settings.language_in(turn.room) == OWN else ""

    return led


def _timed_skills(means: Means, understanding: Understanding) -> Sequence[object]:
    """What keeps a time, besides the timers."""
    schedule, hours = means.schedule, means.settings.time_format
    return (
        Alarms(schedule, hours=hours),
        Reminders(schedule, lambda: tuple(means.settings.rooms), hours=hours),
        Later(schedule, understanding, hours=hours),
        Snooze(schedule, hours=hours),
        EntryUndo(schedule, hours=hours),
    )


def _policy(settings: Settings) -> Policy:
    return Policy(rooms={name: RoomPolicy.up_to(room.most_risk) for name, room in settings.rooms.items()})
