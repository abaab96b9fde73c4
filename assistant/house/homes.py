"""Settings → the home, what may be said of it, and how its names stay current."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Protocol

from assistant.devices.home import MemoryHome
from assistant.devices.home_assistant.degrees import Scale
from assistant.devices.home_assistant.home import HomeAssistant
from assistant.devices.home_assistant.keeper import Where
from assistant.devices.home_assistant.token_file import read_token
from assistant.errors import AssistantError
from assistant.house.language import base
from assistant.journal import Journal
from assistant.messages import Area, JsonValue
from assistant.ports import Home
from assistant.settings import Settings
from assistant.tasks import ended
from assistant.think.grammar import jsgf
from assistant.think.intents import Intents
from assistant.think.names import HouseNames, Named
from assistant.think.phrases import Phrases

FIRST_S = 5.0
"""How long opening a house waits for Home Assistant; then it goes on, and the devices come later."""


QUIET_S = 1.0
"""Names change in bursts, as when Home Assistant starts; learning them takes seconds on a small box."""


class Ear(Protocol):
    """An engine that hears by a grammar."""

    async def configure(self, changes: dict[str, JsonValue]) -> None: ...


@asynccontextmanager
async def opened_home(
    settings: Settings, journal: Journal, *, file: Path | None, demo: bool
) -> AsyncGenerator[Home, None]:
    """The home of a file, of Home Assistant, of the demo, or an empty one. SettingsError."""
    there = settings.home.home_assistant
    named = file or (settings.home.file if there is None else None)
    if named is not None:
        yield MemoryHome.from_yaml(named)
    elif there is not None:
        await asyncio.to_thread(read_token, there.token_file)
        where = Where(there.url, there.token_file, there.allow_internet)
        scale: Scale | None = None if settings.units is None else "°F" if settings.units == "us" else "°C"
        home = HomeAssistant(where, journal, guarded=there.guarded, scale=scale)
        try:
            await home.start(FIRST_S)
            yield home
        finally:
            await home.close()
    elif demo:
        with resources.as_file(resources.files("assistant.devices") / "demo_home.yaml") as shipped:
            demo_home = MemoryHome.from_yaml(shipped)
        yield demo_home
    else:
        yield MemoryHome({})


# ── names ────────────────────────────────────────────────────────────────────────────────────────


def phrases_of(home: Home, settings: Settings, language: str | None = None) -> Phrases:
    """Everything the house understands, over the names of the home; its language's, or another room's.

    Phrases of the owner's own are in the language of the house.
    """
    ears = settings.ears
    names = house_names(home, settings)
    house = base(settings.language)
    if language is not None and language != house:
        return Phrases.load(language, names)
    return Phrases.load(house, names, ears.phrases, shipped=not ears.only_own_phrases)


def house_names(home: Home, settings: Settings) -> HouseNames:
    """What may be said: the home's devices, its areas and the rooms of the settings.

    A room of the settings is the area that is called so, whatever else both are called.
    """
    areas = {area.name: _named(area) for area in home.areas()}
    for device in home.devices():
        if device.area:
            areas.setdefault(device.area, Named(device.area))
    rooms: dict[str, Named] = {}
    for room, details in settings.rooms.items():
        called = {room.casefold(), *(alias.casefold() for alias in details.aliases)}
        same = next((area for area in areas.values() if called & {area.name, *area.aliases}), None)
        own = (room, *details.aliases)
        if same is None:
            rooms[room] = Named(room, details.aliases, floor=details.floor)
        else:
            more = tuple(name for name in dict.fromkeys((*same.aliases, *own)) if name != same.name)
            areas[same.name] = replace(same, aliases=more, floor=details.floor or same.floor)
    devices = tuple(Named(d.name, d.aliases, d.area or None, d.kind, d.device_class) for d in home.devices())
    return HouseNames(devices, (*rooms.values(), *areas.values()), _scale(home, settings))


def _scale(home: Home, settings: Settings) -> str:
    """The owner's word; without one what Home Assistant counts in; else empty."""
    if settings.units is not None:
        return "°F" if settings.units == "us" else "°C"
    return home.scale if isinstance(home, HomeAssistant) else ""


def _named(area: Area) -> Named:
    floor, *others = area.floors or (None,)
    return Named(area.name, area.aliases, floor=floor, floor_aliases=tuple(name for name in others if name))


# ── names that change while the house runs ───────────────────────────────────────────────────────


class Renaming:
    """Lets a running house understand what its home is called now."""

    def __init__(
        self, home: Home, settings: Settings, intents: Intents, ears: Sequence[Ear], journal: Journal
    ) -> None:
        self._home = home
        self._settings = settings
        self._intents = intents
        self._ears = ears
        """Those that hear by the grammar of the phrases."""
        self.abroad: Mapping[str, tuple[Intents, Sequence[Ear]]] = {}
        """The same of the languages that only some rooms speak; set by who builds the house."""
        self._journal = journal
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def following(self) -> AsyncGenerator[None, None]:
        """Follow the home's names in the block; a home whose names never change needs nothing."""
        if not isinstance(self._home, HomeAssistant):
            yield
            return
        self._home.changed = self._changed.set
        task = asyncio.create_task(self._follow(), name="names of the home")
        try:
            yield
        finally:
            await ended(task)

    async def _follow(self) -> None:
        while True:
            await self._changed.wait()
            await asyncio.sleep(QUIET_S)
            self._changed.clear()
            try:
                await self._learn()
            except AssistantError as error:
                self._journal.failed("", 0, error, "")

    async def _learn(self) -> None:
        """Phrases are read and the grammar is built beside the loop: both take longer than it may stand."""
        spoken = {**self.abroad, base(self._settings.language): (self._intents, self._ears)}
        for language, (intents, ears) in spoken.items():
            phrases = await asyncio.to_thread(phrases_of, self._home, self._settings, language)
            await asyncio.to_thread(intents.learn, phrases)
            if ears:
                changes = await asyncio.to_thread(grammar_of, phrases)
                for ear in ears:
                    await ear.configure(changes)


def grammar_of(phrases: Phrases) -> dict[str, JsonValue]:
    """The narrow ear's options for these phrases."""
    grammar = jsgf(phrases)
    said: dict[str, JsonValue] = {word: list(sounds) for word, sounds in grammar.pronunciations.items()}
    return {"grammar": grammar.jsgf, "pronunciations": said}
