"""The rooms that speak another language than the house: what understands and what hears there."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from assistant.hear.endpoint import EndpointSettings
from assistant.hear.transcribe import Transcribe
from assistant.house.homes import phrases_of
from assistant.house.hosted import HostedStt
from assistant.house.kit import Hearing, Kit
from assistant.house.language import base, intents_of
from assistant.house.spare import spared_ears
from assistant.house.staff import GRAMMAR_EAR, ear_of, started
from assistant.house.understanding import Understanding
from assistant.journal import Journal
from assistant.ports import Home
from assistant.settings import Settings
from assistant.think.intents import Intents
from assistant.think.phrases import Phrases
from assistant.think.ring_commands import RingCommands


@dataclass(frozen=True, slots=True)
class Abroad:
    """One language more. Ears are there only where the house hears at all."""

    intents: Intents
    commands: RingCommands
    endpoint: EndpointSettings
    ears: Sequence[HostedStt] = ()
    """In the order they are asked."""
    spare: Sequence[HostedStt] = ()
    by_grammar: Sequence[HostedStt] = ()
    """Those of the ears that hear only the phrases."""

    def understanding(self, house: Understanding, journal: Journal) -> Understanding:
        """That of the house, with these ears and words."""
        reading = Transcribe(spared_ears(self.ears, self.spare, journal))
        return replace(house, transcribe=reading, ring_commands=self.commands)


async def opened_abroad(
    settings: Settings, home: Home, kit: Kit, journal: Journal, stack: AsyncExitStack, *, hears: bool
) -> Mapping[str, Abroad]:
    """By language. Ears are closed with `stack`. Raises what one of them says against being started.

    Phrases of the owner's own are in the language of the house, and count there only.
    """
    house = base(settings.language)
    languages = {settings.language_in(room) for room in settings.rooms} - {house}
    found = {}
    for language in sorted(languages):
        hearing = kit.abroad.get(language, Hearing(()))
        phrases = await asyncio.to_thread(phrases_of, home, settings, language)
        intents = await asyncio.to_thread(intents_of, phrases)
        ears, spare = await _ears(hearing, phrases, journal, stack) if hears else ((), ())
        by_grammar = [
            ear for ear, chosen in zip(ears, hearing.ears, strict=False) if chosen.engine == GRAMMAR_EAR
        ]
        commands = RingCommands(phrases, intents)
        found[language] = Abroad(intents, commands, hearing.endpoint, ears, spare, by_grammar)
    return found


async def _ears(
    hearing: Hearing, phrases: Phrases, journal: Journal, stack: AsyncExitStack
) -> tuple[Sequence[HostedStt], Sequence[HostedStt]]:
    ears = [ear_of(chosen, phrases, journal) for chosen in hearing.ears]
    spare = [ear_of(chosen, phrases, journal) for chosen in hearing.spare]
    await started(stack, [*ears, *spare])
    return ears, spare
