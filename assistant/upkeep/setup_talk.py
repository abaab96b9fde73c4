"""The first conversation: with the wake word where there is sound, typed where there is none."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Final

from assistant import control
from assistant.catalogue import load_catalogue
from assistant.house import engines
from assistant.house.build import Opening, open_house
from assistant.house.kit import kit_of
from assistant.house.late import without_late
from assistant.journal import Entry, Journal
from assistant.messages import Reply, Spoken, Transcript, Woken
from assistant.settings import Settings
from assistant.tasks import together
from assistant.upkeep import ask as typed_house
from assistant.upkeep import through_hub
from assistant.upkeep.safe_mode import starter_of, without_missing
from assistant.upkeep.settings_check import BUILT_LATER, chosen_engines
from assistant.upkeep.terminal import typed_lines

Out = Callable[[str], None]
LISTEN_S: Final = 45.0
EXAMPLES: Final = "what time is it"
FAREWELLS: Final = ("bye", "goodbye", "exit", "quit")


async def aloud(settings: Settings, out: Out, listen_s: float = LISTEN_S) -> bool:
    """Open the house with its microphones until it answered once; a question of its own is no answer yet.

    False: nobody spoke to it in time.
    """
    loop = asyncio.get_running_loop()
    started_s = loop.time()
    journal = Journal(lambda: loop.time() - started_s)
    answered = asyncio.Event()

    def read(entry: Entry) -> None:
        match entry.happening:
            case Woken():
                out("  … it listens")
            case Transcript(text=text, final=True, refused=None):
                out(f"  it heard: {text}")
            case Reply(text=text):
                out(f"  it says:  {text}")
            case Spoken(asks=False):
                answered.set()

    word = settings.wake.words[0].replace("_", " ")
    settings = with_what_is_here(settings, out)
    kit = without_late(kit_of(settings, load_catalogue()))
    with journal.reading(read):
        async with open_house(settings, journal, Opening(rooms=True, kit=kit)) as house, together() as group:
            running = group.create_task(house.run())
            out(f"Say: “{word}, {EXAMPLES}?” (Ctrl-C ends it)")
            try:
                async with asyncio.timeout(listen_s):
                    await answered.wait()
            except TimeoutError:
                out(f"Nobody spoke to it. Come nearer, and say “{word}” and your question in one breath.")
            running.cancel()
    return answered.is_set()


async def typed(settings: Settings, file: Path, out: Out) -> None:
    """Line by line, until who types says goodbye."""
    out(f"Type something to it, such as: {EXAMPLES}   (“bye” ends it)")
    if control.hub_is_running():
        await through_hub.converse(_lines(), None, out, as_json=False)
    else:
        asking = typed_house.Asking(file, instead=with_what_is_here(settings, out))
        await typed_house.converse(asking, _lines(), out)


async def _lines() -> AsyncGenerator[str, None]:
    async with aclosing(typed_lines()) as lines:
        _prompt()
        async for line in lines:
            if line.casefold().strip(".!") in FAREWELLS:
                return
            yield line
            _prompt()


def _prompt() -> None:
    """It is the person's turn."""
    if sys.stdin.isatty():
        sys.stdout.write("> ")
        sys.stdout.flush()


def with_what_is_here(settings: Settings, out: Out) -> Settings:
    """The settings without what is still to be fetched, installed or built; told, where that is much."""
    now = without_missing(settings)
    kit = kit_of(now, load_catalogue())
    lacks = any(name != BUILT_LATER and engines.usable(kind, name) for kind, name in chosen_engines(kit))
    if now == settings and not lacks:
        return now
    out("(Its larger ear, voice or mind is not here yet. This talk is with the small ones: short commands.)")
    return starter_of(now) if lacks else now
