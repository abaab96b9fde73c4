"""Settings → a house: engines started, skills joined to the mind, rooms around their devices."""

import os
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from assistant.catalogue import load_catalogue
from assistant.hear.transcribe import Transcribe
from assistant.house import engines
from assistant.house.ducking import DuckedHome, Players
from assistant.house.desk import Desk
from assistant.house.homes import Renaming, grammar_of, opened_home, phrases_of
from assistant.house.hosted import HostedEngine, HostedLlm, HostedStt, HostedTts
from assistant.house.house import House, Rooms
from assistant.house.kit import Chosen, Kit, kit_of
from assistant.house.language import intents_of
from assistant.house.mind import Means, Mind
from assistant.house.muting import Muting
from assistant.house.news import Unheard
from assistant.house.retry import RetriedTts
from assistant.house.ringing import Due, Ringing, policy_of
from assistant.house.rooms import RoomMaker
from assistant.house.spare import spared
from assistant.house.understanding import Understanding
from assistant.house.worker import ENGINES_SOCKET, Launcher
from assistant.journal import Journal
from assistant.memory.clocks import Clocks
from assistant.memory.database import Database
from assistant.memory.mutes import Mutes
from assistant.memory.schedule import Schedule
from assistant.messages import JsonValue
from assistant.settings import Settings
from assistant.tasks import together
from assistant.think.phrases import Phrases
from assistant.think.ring_commands import RingCommands

GRAMMAR_EAR = "pocketsphinx"
"""The engine that hears only what its grammar says."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How a house is opened."""

    home_file: Path | None = None
    """A home instead of the settings' own."""
    demo_home: bool = False
    """The demo home where no other is named."""
    database: Path | None = None
    """Where to keep things; None: in memory, gone with the house."""
    ears: bool = False
    """Load what `House.hear` needs."""
    rooms: bool = False
    """Open the rooms' microphones and speakers too."""
    kit: Kit | None = None
    """Engines instead of those the settings ask for."""
    clocks: Clocks | None = None
    """What timers run by, instead of the box's own clocks."""


@asynccontextmanager
async def open_house(settings: Settings, journal: Journal, opening: Opening) -> AsyncGenerator[House, None]:
    """A house ready to be used; everything is closed with the block. Raises what its parts say against it."""
    kit = opening.kit or kit_of(settings, load_catalogue())
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(
            opened_home(settings, journal, file=opening.home_file, demo=opening.demo_home)
        )
        intents = intents_of(phrases := phrases_of(home, settings))
        database = Database(opening.database)
        stack.push_async_callback(database.close)
        await database.open()
        schedule = Schedule(database, opening.clocks)
        await schedule.open()
        stack.push_async_callback(schedule.close)
        voice = _hosted(HostedTts, "tts", kit.voice, journal)
        tts = RetriedTts(voice)
        hears = opening.ears or opening.rooms
        ears = [_ear(chosen, phrases, journal) for chosen in kit.ears] if hears else []
        await _start(stack, [voice, *ears])
        by_grammar = [
            ear for ear, chosen in zip(ears, kit.ears, strict=False) if chosen.engine == GRAMMAR_EAR
        ]
        renaming = Renaming(home, settings, intents, by_grammar, journal)
        await stack.enter_async_context(renaming.following())
        rooms = Rooms(schedule)
        minds = [_hosted(HostedLlm, "llm", one, journal) for one in (kit.llm, kit.llm_fallback) if one]
        await _start(stack, minds)
        llm = spared(minds, journal)
        muting = Muting(rooms, Mutes(database))
        players = Players(home, journal)
        stack.push_async_callback(players.close)
        means = Means(settings, DuckedHome(home, players), database, schedule, rooms, journal, muting)
        mind = Mind(means, intents, llm, kit.manner)
        stack.push_async_callback(mind.toolbox.close)
        stack.push_async_callback(mind.household.close)
        await mind.household.open()
        answer = mind.answer
        unheard = Unheard(database, schedule.clocks, journal, settings.time_format)
        due = Due(
            schedule,
            rooms,
            answer,
            unheard,
            journal,
            settings.time_format,
            policy_of(settings.rings),
            settings.language,
        )
        ringing = Ringing(due)
        house = House(tuple(settings.rooms), rooms, answer, tts, journal, ringing, muting)
        hosted: list[HostedEngine] = [*ears, voice, *([llm] if llm is not None else [])]
        house.desk = Desk(mind.toolbox, schedule, database, mind.turns, hosted)
        commands = RingCommands(phrases, intents)
        understanding = Understanding(Transcribe(ears), answer, journal, commands, kit.ask_when_unsure)
        quiet = mind.household.quiet.wants_quiet
        make = RoomMaker(
            kit, understanding, tts, settings.language, news=ringing.news, quiet=quiet, players=players
        )
        house.make_room = make.around_booth
        if opening.rooms:
            for name, room in settings.rooms.items():
                house.rooms[name] = make.room(name, room)
            await house.muting.restore()
        yield house


Hosted = TypeVar("Hosted", bound=HostedEngine)


def _hosted(
    make: Callable[..., Hosted], kind: engines.EngineKind, chosen: Chosen, journal: Journal, **more: JsonValue
) -> Hosted:
    entry = engines.find(kind, chosen.engine)
    return make(
        entry.name,
        entry.engine,
        {**chosen.options, **more},
        launcher=_launcher(chosen.launcher or entry.launcher),
        deadlines=entry.deadlines,
        journal=journal,
    )


def _launcher(usual: Launcher) -> Launcher:
    """Under the service manager engines of other processes live in units of its own."""
    return "unit" if usual == "spawn" and os.environ.get(ENGINES_SOCKET) else usual


def _ear(chosen: Chosen, phrases: Phrases, journal: Journal) -> HostedStt:
    if chosen.engine != GRAMMAR_EAR:
        return _hosted(HostedStt, "stt", chosen, journal)
    return _hosted(HostedStt, "stt", chosen, journal, **grammar_of(phrases))


async def _start(stack: AsyncExitStack, hosted: Sequence[HostedEngine]) -> None:
    """All at once; what did start is closed when another one can't."""
    for engine in hosted:
        stack.push_async_callback(engine.close)
    async with together() as group:
        for engine in hosted:
            group.create_task(engine.start())
