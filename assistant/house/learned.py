"""A home and its names → phrases understood in every language of the house, and the engines for them."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from assistant.house.abroad import Abroad, opened_abroad
from assistant.house.beginnings import Beginnings
from assistant.house.homes import Renaming, phrases_of
from assistant.house.kit import Kit
from assistant.house.language import intents_of
from assistant.house.staff import Staff, Staffing
from assistant.journal import Journal
from assistant.ports import Home
from assistant.settings import Settings
from assistant.tasks import together
from assistant.think.intents import Intents
from assistant.think.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Learned:
    """What the house understands, and who hears, thinks and speaks for it."""

    phrases: Phrases
    intents: Intents
    beginnings: Beginnings
    staff: Staff
    abroad: Mapping[str, Abroad]
    """By language, where a room speaks another one than the house."""

    def rooms_abroad(self, settings: Settings) -> Iterator[tuple[str, str]]:
        """The rooms of another language than the house, each with its language."""
        for room in settings.rooms:
            if (language := settings.language_in(room)) in self.abroad:
                yield room, language


async def learned(
    settings: Settings,
    home: Home,
    kit: Kit,
    journal: Journal,
    stack: AsyncExitStack,
    staffing: Staffing,
    *,
    hears: bool,
) -> Learned:
    """Engines are started and phrases read at once; `stack` ends them. Raises what they say against it."""
    phrases = phrases_of(home, settings)
    async with together() as group:
        learning = group.create_task(asyncio.to_thread(intents_of, phrases))
        staff = await staffing(kit, phrases, journal, stack, hears=hears)
    intents, beginnings = learning.result(), Beginnings()
    renaming = Renaming(home, settings, intents, [*staff.by_grammar, beginnings], journal)
    abroad = await opened_abroad(settings, home, kit, journal, stack, hears=hears)
    renaming.abroad = {code: (each.intents, each.by_grammar) for code, each in abroad.items()}
    await stack.enter_async_context(renaming.following())
    return Learned(phrases, intents, beginnings, staff, abroad)
