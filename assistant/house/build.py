"""Settings → a house: engines started, skills joined to the mind, rooms around their devices."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TypeVar

from assistant.catalogue import load_catalogue
from assistant.devices.home import MemoryHome
from assistant.hear.transcribe import Transcribe
from assistant.house import engines
from assistant.house.hosted import HostedEngine, HostedLlm, HostedStt, HostedTts
from assistant.house.house import House, Rooms
from assistant.house.kit import Chosen, Kit, kit_of
from assistant.house.mind import Means, Mind
from assistant.house.muting import Muting
from assistant.house.retry import RetriedTts
from assistant.house.rooms import RoomMaker
from assistant.journal import Journal
from assistant.memory.clocks import Clocks
from assistant.memory.database import Database
from assistant.memory.mutes import Mutes
from assistant.memory.schedule import Schedule
from assistant.messages import JsonValue
from assistant.ports import Home
from assistant.settings import Settings
from assistant.tasks import together
from assistant.think.grammar import jsgf
from assistant.think.intents import Intents
from assistant.think.names import HouseNames, Named
from assistant.think.phrases import Phrases

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
    home = _home(settings, opening)
    intents = Intents(phrases := _phrases(settings, home))
    async with AsyncExitStack() as stack:
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
        rooms = Rooms(schedule)
        llm = None if kit.llm is None else _hosted(HostedLlm, "llm", kit.llm, journal)
        if llm is not None:
            await _start(stack, [llm])
        muting = Muting(rooms, Mutes(database))
        means = Means(settings, home, database, schedule, rooms, journal, muting)
        mind = Mind(means, intents, llm, kit.manner)
        stack.push_async_callback(mind.toolbox.close)
        stack.push_async_callback(mind.household.close)
        await mind.household.open()
        answer = mind.answer
        house = House(tuple(settings.rooms), rooms, answer, tts, journal, schedule, muting)
        make = RoomMaker(kit, Transcribe(ears), answer, tts, journal, settings.language)
        house.make_room = make.around_booth
        if opening.rooms:
            for name, room in settings.rooms.items():
                house.rooms[name] = make.room(name, room)
            await house.muting.restore()
        yield house


def _home(settings: Settings, opening: Opening) -> Home:
    file = opening.home_file or settings.home.file
    if file is not None:
        return MemoryHome.from_yaml(file)
    if opening.demo_home:
        with resources.as_file(resources.files("assistant.devices") / "demo_home.yaml") as shipped:
            return MemoryHome.from_yaml(shipped)
    return MemoryHome({})


def _phrases(settings: Settings, home: Home) -> Phrases:
    ears = settings.ears
    return Phrases.load(
        settings.language, _names(home, settings), ears.phrases, shipped=not ears.only_own_phrases
    )


def _names(home: Home, settings: Settings) -> HouseNames:
    """What may be said: the home's devices, its areas and the rooms of the settings."""
    devices = tuple(Named(d.name, d.aliases, d.area, d.kind, d.device_class) for d in home.devices())
    areas = {name: Named(name, room.aliases) for name, room in settings.rooms.items()}
    for device in home.devices():
        areas.setdefault(device.area, Named(device.area))
    return HouseNames(devices, tuple(areas.values()))


Hosted = TypeVar("Hosted", bound=HostedEngine)


def _hosted(
    make: Callable[..., Hosted], kind: engines.EngineKind, chosen: Chosen, journal: Journal, **more: JsonValue
) -> Hosted:
    entry = engines.find(kind, chosen.engine)
    return make(
        entry.name,
        entry.engine,
        {**chosen.options, **more},
        launcher=chosen.launcher or entry.launcher,
        deadlines=entry.deadlines,
        journal=journal,
    )


def _ear(chosen: Chosen, phrases: Phrases, journal: Journal) -> HostedStt:
    if chosen.engine != GRAMMAR_EAR:
        return _hosted(HostedStt, "stt", chosen, journal)
    grammar = jsgf(phrases)
    said: dict[str, JsonValue] = {word: list(sounds) for word, sounds in grammar.pronunciations.items()}
    return _hosted(HostedStt, "stt", chosen, journal, grammar=grammar.jsgf, pronunciations=said)


async def _start(stack: AsyncExitStack, hosted: Sequence[HostedEngine]) -> None:
    """All at once; what did start is closed when another one can't."""
    for engine in hosted:
        stack.push_async_callback(engine.close)
    async with together() as group:
        for engine in hosted:
            group.create_task(engine.start())
