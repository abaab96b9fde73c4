"""Settings → a house: engines started, skills joined to the mind, rooms around their devices."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.catalogue import load_catalogue
from assistant.devices.own_satellite import OwnLines
from assistant.hear.transcribe import Transcribe
from assistant.house.choosing import Choosing
from assistant.house.desk import Desk
from assistant.house.ducking import DuckedHome, Players
from assistant.house.engines import wake_engine
from assistant.house.homes import opened_home
from assistant.house.house import House
from assistant.house.kept_volumes import KeptVolumes
from assistant.house.kit import Kit, kit_of
from assistant.house.late import LateLlm, late_or
from assistant.house.learned import Learned, learned
from assistant.house.mind import Means, Mind
from assistant.house.muting import Muting
from assistant.house.news import Unheard
from assistant.house.offered import Offered
from assistant.house.open_rooms import Rooms
from assistant.house.own_words import OwnWords
from assistant.house.proving import Proving
from assistant.house.rehearsal import Rehearsal
from assistant.house.ringing import Due, Ringing, policy_of
from assistant.house.rooms import Locale, RoomMaker
from assistant.house.spare import spared_ears
from assistant.house.staff import Staff, Staffing
from assistant.house.understanding import Understanding
from assistant.house.voices import house_voice, manner, room_voices
from assistant.house.zone import in_zone
from assistant.journal import Journal
from assistant.memory.clocks import Clocks
from assistant.memory.database import Database
from assistant.memory.mutes import Mutes
from assistant.memory.schedule import Schedule
from assistant.memory.volumes import Volumes
from assistant.ports import Home, Llm
from assistant.settings import Settings
from assistant.speak.kept_sounds import KeptSounds
from assistant.tasks import ended
from assistant.think.numbers import plain
from assistant.think.ring_commands import RingCommands


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
    home: Home | None = None
    """A home that is there already, instead of any that is named."""
    staffing: Staffing = Staff.start
    """Starts the engines of the kit; a bench watches them, or gives others in their place."""
    pin_is_set: Callable[[], bool] = lambda: False
    """Whether matters of security can be proved on the page."""
    lines: OwnLines | None = None
    """Of the satellites of the house's own; None: it has none."""


@asynccontextmanager
async def open_house(settings: Settings, journal: Journal, opening: Opening) -> AsyncGenerator[House, None]:
    """A house ready to be used; everything is closed with the block. Raises what its parts say against it."""
    kit = opening.kit or kit_of(settings, load_catalogue())
    async with AsyncExitStack() as stack:
        stack.enter_context(in_zone(settings.time_zone))
        home = await _home(settings, journal, opening, stack)
        hears = opening.ears or opening.rooms
        knows = await learned(settings, home, kit, journal, stack, opening.staffing, hears=hears)
        database, schedule = await _memory(opening, stack)
        rooms, players = Rooms(schedule), Players(home, journal)
        stack.push_async_callback(players.close)
        muting = Muting(rooms, Mutes(database))
        ducked = DuckedHome(home, players)
        means = Means(settings, ducked, database, schedule, rooms, journal, muting, opening.pin_is_set)
        llm = late_or(knows.staff.minds, kit, journal, stack, knows.staff.health.get("mind", ()))
        mind = await _mind(means, knows, llm, kit, stack)
        ringing, tts = _ringing(means, mind), house_voice(knows.staff, kit, journal)
        house = House(tuple(settings.rooms), rooms, mind.answer, tts, journal, ringing, muting)
        house.desk = _desk(means, mind, knows)
        understanding = _understanding(mind, knows, kit, journal)
        house.offered = Offered(kit, understanding.transcribe, settings.language)
        quiet = mind.household.quiet.wants_quiet
        make = RoomMaker(
            kit, understanding, tts, settings.language, news=ringing.news, quiet=quiet, players=players
        )
        make.lines = OwnLines() if opening.lines is None else opening.lines
        make.locales = _locales(settings, knows, understanding, journal)
        make.voices = room_voices(settings, knows.staff, kit, journal, tts)
        make.own_words = OwnWords(rooms, kit.wake, wake_engine)
        _join(make, means, stack)
        if isinstance(tts, KeptSounds):
            house.rehearsal = Rehearsal(tts, home, manner(settings))
        house.late = llm if isinstance(llm, LateLlm) else None
        house.make_room = make.around_booth
        if opening.rooms:
            await _furnish(house, means, make, stack)
        house.esphome = {} if make.esphome is None else make.esphome.devices
        house.wyoming, house.mics = make.wyoming, make.mics
        yield house


async def _home(settings: Settings, journal: Journal, opening: Opening, stack: AsyncExitStack) -> Home:
    if opening.home is not None:
        return opening.home
    named = opened_home(settings, journal, file=opening.home_file, demo=opening.demo_home)
    return await stack.enter_async_context(named)


async def _mind(means: Means, knows: Learned, llm: Llm | None, kit: Kit, stack: AsyncExitStack) -> Mind:
    """The mind with its skills and what they keep. Raises DiskError."""
    there = {room: knows.abroad[code].intents for room, code in knows.rooms_abroad(means.settings)}
    mind = Mind(means, knows.intents, llm, kit.manner, there)
    stack.push_async_callback(mind.toolbox.close)
    stack.push_async_callback(mind.household.close)
    await mind.household.open()
    mind.answer.know_beginnings(knows.beginnings)
    if knows.staff.by_grammar and kit.habits.end_by_meaning:
        learning = asyncio.create_task(knows.beginnings.learn(knows.phrases))
        stack.push_async_callback(ended, learning)
    return mind


def _desk(means: Means, mind: Mind, knows: Learned) -> Desk:
    proving = Proving(mind.proofs, mind.proven, mind.turns)
    ears = [ear for each in knows.abroad.values() for ear in (*each.ears, *each.spare)]
    engines = [*knows.staff.all, *ears]
    return Desk(mind.toolbox, means.schedule, means.database, mind.turns, engines, proving)


def _understanding(mind: Mind, knows: Learned, kit: Kit, journal: Journal) -> Understanding:
    staff = knows.staff
    ears = spared_ears(staff.ears, staff.spare_ears, journal, staff.health.get("ear", ()))
    reading = Transcribe(ears, lambda one, other: plain(one) == plain(other) != "")
    commands = RingCommands(knows.phrases, knows.intents)
    unsure, habits = kit.ask_when_unsure, kit.habits
    return Understanding(reading, mind.answer, journal, commands, unsure, habits, staff.turn)


def _locales(settings: Settings, knows: Learned, house: Understanding, journal: Journal) -> dict[str, Locale]:
    """How the rooms of another language are spoken to, and hear."""
    locales = {
        language: Locale(language, each.understanding(house, journal), each.endpoint)
        for language, each in knows.abroad.items()
    }
    return {room: locales[language] for room, language in knows.rooms_abroad(settings)}


def _join(make: RoomMaker, means: Means, stack: AsyncExitStack) -> None:
    """What the rooms share: their timers, and who of them answers."""
    make.schedule, make.esphome_port = means.schedule, means.settings.esphome.port
    stack.callback(make.close)
    make.choosing = Choosing(means.rooms, means.schedule.clocks)
    stack.push_async_callback(make.choosing.close)


async def _memory(opening: Opening, stack: AsyncExitStack) -> tuple[Database, Schedule]:
    """What is kept, taken up from disk. Raises DiskError."""
    database = Database(opening.database)
    stack.push_async_callback(database.close)
    await database.open()
    schedule = Schedule(database, opening.clocks)
    await schedule.open()
    stack.push_async_callback(schedule.close)
    return database, schedule


def _ringing(means: Means, mind: Mind) -> Ringing:
    settings, schedule = means.settings, means.schedule
    unheard = Unheard(
        means.database, schedule.clocks, means.journal, settings.time_format, settings.language_in
    )
    return Ringing(
        Due(
            schedule,
            means.rooms,
            mind.answer,
            unheard,
            means.journal,
            settings.time_format,
            policy_of(settings.rings),
            settings.language_in,
        )
    )


async def _furnish(house: House, means: Means, make: RoomMaker, stack: AsyncExitStack) -> None:
    """The rooms of the settings with their devices, as loud as before, and muted as before. DiskError."""
    rooms = means.settings.rooms
    for name, room in rooms.items():
        house.rooms[name] = make.room(name, room)
    await house.muting.restore()
    volumes = KeptVolumes(house.rooms, rooms, Volumes(means.database), means.journal)
    stack.push_async_callback(volumes.close)
    await volumes.restore()
