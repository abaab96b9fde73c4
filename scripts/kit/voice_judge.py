"""The kit's voice, heard by the house's own narrow ear: how many sentences come back word by word."""

import asyncio
import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from assistant.devices.booth import Booth
from assistant.house.build import Opening, open_house
from assistant.house.homes import opened_home
from assistant.house.house import House
from assistant.journal import Entry, Journal
from assistant.messages import Device, Transcript
from assistant.settings import RoomSettings, Settings
from assistant.speak.tts.piper import Piper
from assistant.think.numbers import in_words, plain
from kit.chat_slots import FOODS, ITEMS
from kit.voice_units import RATE_HZ

SEED, ROOM = 616_161, "kitchen"
FRAMES = (
    *("turn on the {thing}", "turn off the {thing}", "switch the {thing} off", "is the {thing} on"),
    *("please turn the {thing} on", "can you switch on the {thing}"),
    *("switch on the {thing} and the {light}", "set the {light} to {tens} percent"),
    *("set a timer for {number} minutes", "start a {number} minute timer"),
    *("set a {number} minute {food} timer", "how much time is left on the {food} timer"),
    *("cancel the {food} timer", "add {number} minutes to the timer"),
    *("please set a timer for {number} seconds", "pause the {food} timer"),
    *("add {item} to the shopping list", "put {item} on the shopping list"),
    *("take {item} off the shopping list", "remove {item} from the shopping list"),
    *("set the volume to {tens} percent", "what is on the shopping list"),
    *("what time is it", "what day is it today", "cancel all timers", "resume the timer"),
)
"""What is said every day and the narrow ear knows: alarms, sums and the like are the wide ear's."""
BEFORE, AFTER = bytes(2 * RATE_HZ), bytes(3 * RATE_HZ)
"""A second of silence, and one and a half."""


def judge_voice(model: Path, count: int, told: Callable[[str], None]) -> str:
    """Say `count` sentences of every day in the demonstration's home; what was misheard is told."""
    return asyncio.run(_judged(Piper({"model": str(model)}), count, told))


def everyday(devices: Sequence[Device]) -> Iterator[str]:
    """Sentences of the frames in turn, each once; the same ones every time."""
    chance, told = random.Random(SEED), set[str]()
    things = [each.name for each in devices if each.kind in ("light", "switch", "fan")]
    lights = [each.name for each in devices if "brightness" in each.can]
    for frame in itertools.cycle(FRAMES):
        text = frame.format(
            thing=chance.choice(things),
            light=chance.choice(lights),
            tens=in_words(chance.randrange(20, 91, 10)),
            number=in_words(chance.randint(3, 59)),
            item=chance.choice(ITEMS),
            food=chance.choice(FOODS),
        )
        if text not in told:
            told.add(text)
            yield text


async def _judged(voice: Piper, count: int, told: Callable[[str], None]) -> str:
    voice.load()
    settings, right = Settings(rooms={ROOM: RoomSettings()}), 0
    journal = Journal(lambda: 0.0, live=False)
    async with opened_home(settings, journal, file=None, demo=True) as home:
        said = list(itertools.islice(everyday(home.devices()), count))
    async with open_house(settings, journal, Opening(demo_home=True, ears=True)) as house:
        for text in said:
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
