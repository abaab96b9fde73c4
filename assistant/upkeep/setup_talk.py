"""The first conversation: with the wake word where there is sound, typed where there is none."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from assistant import control
from assistant.catalogue import load_catalogue
from assistant.errors import AssistantError
from assistant.house.build import Opening, open_house
from assistant.house.kit import kit_of
from assistant.house.late import without_late
from assistant.journal import Entry, Journal
from assistant.messages import Reply, Spoken, Transcript, Woken
from assistant.settings import Settings
from assistant.tasks import together
from assistant.upkeep import ask as typed_house
from assistant.upkeep import through_hub

Out = Callable[[str], None]
Ask = Callable[[str], str]
LISTEN_S: Final = 45.0
EXAMPLES: Final = "what time is it"


async def aloud(settings: Settings, out: Out, listen_s: float = LISTEN_S) -> bool:
    """Open the house with its microphones until it answered once. False: nobody spoke to it in time."""
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
            case Spoken():
                answered.set()

    word = settings.wake.words[0].replace("_", " ")
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


def typed(settings_file: Path, out: Out, ask: Ask) -> None:
    """Line by line, until an empty one."""
    out(f"Type something to it, such as: {EXAMPLES}   (Enter alone ends it)")
    while words := ask("you > ").strip():
        try:
            asyncio.run(_answered(settings_file, words, out))
        except AssistantError as error:
            out(str(error))


async def _answered(settings_file: Path, words: str, out: Out) -> None:
    if control.hub_is_running():
        await through_hub.ask(words, None, out, as_json=False)
        return
    await typed_house.ask(typed_house.Asking(settings_file), words, out)
