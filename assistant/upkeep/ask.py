"""Typed text → answers, by a house of its own that keeps nothing."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import AssistantError
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Entry, Journal
from assistant.messages import HomeLost, Reply
from assistant.settings import Settings, load_settings
from assistant.tasks import together
from assistant.upkeep.terminal import fitting, note

Out = Callable[[str], None]
NO_HUB_NOTE = "no hub is running, so this house ends with the command: nothing rings later (`assistant run`)"


@dataclass(frozen=True, slots=True)
class Asking:
    """What `ask` was asked for."""

    settings: Path | None = None
    home: Path | None = None
    room: str | None = None
    as_json: bool = False
    instead: Settings | None = None
    """Of the settings' file."""


async def ask(asking: Asking, text: str, out: Out) -> int:
    """Answer one typed text."""
    text = fitting(text)
    async with _own_house(asking) as house:
        await _ask_house(house, asking, text, out)
        if house.timers_running():
            note(NO_HUB_NOTE)
    return 0


async def converse(asking: Asking, lines: AsyncIterable[str], out: Out) -> int:
    """Answer line by line until the input ends; timers ring in it. A line that fails does not end it."""
    async with _own_house(asking) as house, together() as group:
        house.room_named(asking.room)
        ringing = group.create_task(house.ring(lambda sentence: out(f"⏰ {sentence}")))
        async for text in lines:
            try:
                await _ask_house(house, asking, fitting(text), out)
            except AssistantError as error:
                note(str(error))
        ringing.cancel()
        if house.timers_running():
            note(NO_HUB_NOTE)
    return 0


@asynccontextmanager
async def _own_house(asking: Asking) -> AsyncGenerator[House, None]:
    loop = asyncio.get_running_loop()
    opened = loop.time()
    journal = Journal(lambda: loop.time() - opened)
    opening = Opening(home_file=asking.home, demo_home=True)
    with journal.reading(_tell_a_lost_home):
        settings = asking.instead or load_settings(asking.settings)
        async with open_house(settings, journal, opening) as house:
            yield house


def _tell_a_lost_home(entry: Entry) -> None:
    if isinstance(entry.happening, HomeLost):
        note(f"the home's devices are away: {entry.happening.reason}")


async def _ask_house(house: House, asking: Asking, text: str, out: Out) -> None:
    def read(entry: Entry) -> None:
        if asking.as_json:
            out(json.dumps(entry.as_json()))
        elif isinstance(entry.happening, Reply):
            out(entry.happening.text)

    with house.journal.reading(read):
        await house.ask(text, asking.room)
