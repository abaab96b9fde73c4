"""The kit's voice, heard by the house's own narrow ear: how many sentences come back word by word."""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path

from assistant.devices.booth import Booth
from assistant.house.build import Opening, open_house
from assistant.house.homes import house_names, opened_home
from assistant.house.house import House
from assistant.journal import Entry, Journal
from assistant.messages import Transcript
from assistant.settings import RoomSettings, Settings
from assistant.speak.tts.piper import Piper
from assistant.think.numbers import plain
from kit.sentences import Sentences
from kit.voice_units import RATE_HZ

SEED, ROOM = 616_161, "kitchen"
BEFORE, AFTER = bytes(2 * RATE_HZ), bytes(3 * RATE_HZ)
"""A second of silence, and one and a half."""


def judge_voice(model: Path, count: int, told: Callable[[str], None]) -> str:
    """Say `count` sentences of the house's closed phrases in the demonstration's home; tells the misheard."""
    return asyncio.run(_judged(Piper({"model": str(model)}), count, told))


async def _judged(voice: Piper, count: int, told: Callable[[str], None]) -> str:
    voice.load()
    settings, right = Settings(rooms={ROOM: RoomSettings()}), 0
    journal = Journal(lambda: 0.0, live=False)
    async with opened_home(settings, journal, file=None, demo=True) as home:
        said = list(itertools.islice(iter(Sentences(SEED, house_names(home, settings))), count))
    for text in said:
        # A house of its own for each: what is said may change how the house listens.
        async with open_house(settings, journal, Opening(demo_home=True, ears=True)) as house:
            pcm = b"".join(sound.pcm for sound in voice.synthesize(f"{text}.", lambda: False))
            found = await _heard(house, BEFORE + pcm + AFTER)
        exact = plain(text) in map(plain, found)
        right += exact
        if not exact:
            told(f"{text!r}: {found}")
    return f"voice: {right} of {len(said)} sentences word by word ({right / max(1, len(said)):.0%})"


async def _heard(house: House, pcm: bytes) -> list[str]:
    """What the narrow ear read."""
    entries: list[Entry] = []
    with house.journal.reading(entries.append):
        await house.hear(Booth(pcm), ROOM, wake=False)
    return [each.happening.text for each in entries if isinstance(each.happening, Transcript)]
