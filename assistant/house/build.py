"""Settings → a house: engines started, skills joined to the mind, rooms around their devices."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.catalogue import load_catalogue
from assistant.devices.own_satellite import OwnLines
from assistant.hear.transcribe import Transcribe
from assistant.house.abroad import Abroad, opened_abroad
from assistant.house.beginnings import Beginnings
from assistant.house.choosing import Choosing
from assistant.house.desk import Desk
from assistant.house.ducking import DuckedHome, Players
from assistant.house.engines import wake_engine
from assistant.house.homes import Renaming, opened_home, phrases_of
from assistant.house.house import House, Rooms
from assistant.house.kept_volumes import KeptVolumes
from assistant.house.kit import Kit, kit_of
from assistant.house.language import OWN, base, intents_of, voice_key
from assistant.house.late import LateLlm, late_or
from assistant.house.mind import Means, Mind
from assistant.house.muting import Muting
from assistant.house.news import Unheard
from assistant.house.offered import Offered
from assistant.house.own_words import OwnWords
from assistant.house.proving import Proving
from assistant.house.rehearsal import Rehearsal
from assistant.house.retry import RetriedTts
from assistant.house.ringing import Due, Ringing, policy_of
from assistant.house.rooms import Locale, RoomMaker
from assistant.house.spare import SparedTts, spared_ears, spared_voice
from assistant.house.staff import Staff, Staffing
from assistant.house.understanding import Understanding
from assistant.house.zone import in_zone
from assistant.journal import Journal
from assistant.memory.clocks import Clocks
from assistant.memory.database import Database
from assistant.memory.mutes import Mutes
from assistant.memory.schedule import Schedule
from assistant.memory.volumes import Volumes
from assistant.ports import Home, Tts
from assistant.settings import Settings
from assistant.speak.kept_sounds import KeptSounds
from assistant.speak.say import Saying
from assistant.speak.shared_speech import SharedSpeech
from assistant.tasks import ended, together
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
        home = opening.home
        if home is None:
            named = opened_home(settings, journal, file=opening.home_file, demo=opening.demo_home)
            home = await stack.enter_async_context(named)
        phrases = phrases_of(home, settings)
        hears = opening.ears or opening.rooms
        async with together() as group:
            learning = group.create_task(asyncio.to_thread(intents_of, phrases))
            staff = await opening.staffing(kit, phrases, journal, stack, hears=hears)
        intents = learning.result()
        beginnings = Beginnings()
        renaming = Renaming(home, settings, intents, [*staff.by_grammar, beginnings], journal)
        abroad = await opened_abroad(settings, home, kit, journal, stack, hears=hears)
        renaming.abroad = {code: (each.intents, each.by_grammar) for code, each in abroad.items()}
        await stack.enter_async_context(renaming.following())
        database, schedule = await _memory(opening, stack)
        rooms, players = Rooms(schedule), Players(home, journal)
        stack.push_async_callback(players.close)
        muting = Muting(rooms, Mutes(database))
        ducked = DuckedHome(home, players)
        means = Means(settings, ducked, database, schedule, rooms, journal, muting, opening.pin_is_set)
        llm = late_or(staff.minds, kit, journal, stack, staff.health.get("mind", ()))
        there = {name: abroad[code].intents for name, code in _speaking_abroad(settings, abroad)}
        mind = Mind(means, intents, llm, kit.manner, there)
        stack.push_async_callback(mind.toolbox.close)
        stack.push_async_callback(mind.household.close)
        await mind.household.open()
        mind.answer.know_beginnings(beginnings)
        if staff.by_grammar and kit.habits.end_by_meaning:
            stack.push_async_callback(ended, asyncio.create_task(beginnings.learn(phrases)))
        ringing, tts = _ringing(means, mind), _voice(staff, kit, journal)
        house = House(tuple(settings.rooms), rooms, mind.answer, tts, journal, ringing, muting)
        proving = Proving(mind.proofs, mind.proven, mind.turns)
        engines = [*staff.all, *(ear for each in abroad.values() for ear in (*each.ears, *each.spare))]
        house.desk = Desk(mind.toolbox, schedule, database, mind.turns, engines, proving)
        commands = RingCommands(phrases, intents)
        reading = Transcribe(spared_ears(staff.ears, staff.spare_ears, journal, staff.health.get("ear", ())))
        house.offered = Offered(kit, reading, settings.language)
        understanding = Understanding(
            reading, mind.answer, journal, commands, kit.ask_when_unsure, kit.habits, staff.turn
        )
        quiet = mind.household.quiet.wants_quiet
        make = RoomMaker(
            kit, understanding, tts, settings.language, news=ringing.news, quiet=quiet, players=players
        )
        make.locales = _locales(settings, abroad, understanding, journal)
        make.lines = OwnLines() if opening.lines is None else opening.lines
        make.schedule, make.esphome_port = schedule, settings.esphome.port
        stack.callback(make.close)
        make.voices = _room_voices(settings, staff, kit, journal, tts)
        make.choosing = Choosing(rooms, schedule.clocks)
        make.own_words = OwnWords(rooms, kit.wake, wake_engine)
        stack.push_async_callback(make.choosing.close)
        if isinstance(tts, KeptSounds):
            house.rehearsal = Rehearsal(tts, home, _manner(settings))
        house.late = llm if isinstance(llm, LateLlm) else None
        house.make_room = make.around_booth
        if opening.rooms:
            await _furnish(house, settings, make)
            volumes = KeptVolumes(rooms, settings.rooms, Volumes(database), journal)
            stack.push_async_callback(volumes.close)
            await volumes.restore()
        house.esphome = {} if make.esphome is None else make.esphome.devices
        house.wyoming, house.mics = make.wyoming, make.mics
        yield house


async def _memory(opening: Opening, stack: AsyncExitStack) -> tuple[Database, Schedule]:
    """What is kept, taken up from disk. Raises DiskError."""
    database = Database(opening.database)
    stack.push_async_callback(database.close)
    await database.open()
    schedule = Schedule(database, opening.clocks)
    await schedule.open()
    stack.push_async_callback(schedule.close)
    return database, schedule


def _manner(settings: Settings) -> Saying:
    speed = settings.speed
    led = speed.subject_first and base(settings.language) == OWN
    return Saying(settings.language, speed.first_clause, led)


def _voice(staff: Staff, kit: Kit, journal: Journal) -> Tts:
    """What was kept of a voice is its own: one that falls silent is not mixed with another's."""
    spoken = [SharedSpeech(RetriedTts(voice)) for voice in (staff.voice, *staff.spare_voices)]
    voices = [KeptSounds(voice) if kit.keep_sounds else voice for voice in spoken]
    return spared_voice(voices, journal, staff.health.get("voice", ()))


def _room_voices(settings: Settings, staff: Staff, kit: Kit, journal: Journal, house: Tts) -> dict[str, Tts]:
    """Of the rooms with a voice of their own; where it falls silent the house's speaks."""
    made = {name: SharedSpeech(RetriedTts(voice)) for name, voice in staff.room_voices.items()}
    voices = {
        name: SparedTts(KeptSounds(voice) if kit.keep_sounds else voice, house, journal)
        for name, voice in made.items()
    }
    keys = {room: voice_key(settings, room) for room in settings.rooms}
    return {room: voices[key] for room, key in keys.items() if key in voices}


def _speaking_abroad(settings: Settings, abroad: Mapping[str, Abroad]) -> Iterator[tuple[str, str]]:
    """The rooms of another language than the house, each with its language."""
    for room in settings.rooms:
        if (language := settings.language_in(room)) in abroad:
            yield room, language


def _locales(
    settings: Settings, abroad: Mapping[str, Abroad], house: Understanding, journal: Journal
) -> dict[str, Locale]:
    """How the rooms of another language are spoken to, and hear."""
    locales = {
        language: Locale(language, each.understanding(house, journal), each.endpoint)
        for language, each in abroad.items()
    }
    return {room: locales[language] for room, language in _speaking_abroad(settings, abroad)}


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


async def _furnish(house: House, settings: Settings, make: RoomMaker) -> None:
    """The rooms of the settings with their devices; those that were muted stay so. Raises DiskError."""
    for name, room in settings.rooms.items():
        house.rooms[name] = make.room(name, room)
    await house.muting.restore()
