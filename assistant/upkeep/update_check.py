"""`assistant update self-check`, run by a new release before it is put in force: may it take over here?

The owner's settings and models fit it, and a whole spoken turn goes as it should: wake word, speech,
understanding, a tool, the reply as sound. It needs no model but those of the package, and no network.
"""

import asyncio
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Final

from assistant.catalogue import load_catalogue
from assistant.devices.booth import Booth
from assistant.devices.sound_file import read_recording
from assistant.errors import AssistantError
from assistant.house.build import Opening, open_house
from assistant.house.kit import kit_of
from assistant.house.language import check_language, check_room_language
from assistant.journal import Entry, Journal
from assistant.messages import ToolCall
from assistant.settings import Settings, load_settings
from assistant.upkeep.hear import clock_of

Out = Callable[[str], None]
SAID: Final = "check_turn.wav"
"""A synthetic voice: "hey jarvis, set a ten minute pizza timer"."""
EXPECTED: Final = ("timer_set", 600)
TURN_S: Final = 120.0
"""On the slowest box; a PC takes three."""


def self_check(settings_file: Path | None, out: Out) -> None:
    """AssistantError names what this release cannot do here."""
    settings = load_settings(settings_file)
    check_language(settings)
    for room in settings.rooms:
        check_room_language(settings, room)
    kit_of(settings, load_catalogue())
    out("the settings and the models fit")
    asyncio.run(_turn())
    out("a whole spoken turn went as it should")


def recorded() -> bytes:
    """What is said to a release: 16 kHz."""
    with resources.as_file(resources.files("assistant.upkeep") / SAID) as file:
        return read_recording(file)


async def _turn() -> None:
    journal = Journal(asyncio.get_running_loop().time, live=False)
    calls: list[ToolCall] = []

    def read(entry: Entry) -> None:
        if isinstance(entry.happening, ToolCall):
            calls.append(entry.happening)

    booth = Booth(await asyncio.to_thread(recorded), live=False)
    journal.clock = clock_of(booth, live=False)
    try:
        async with asyncio.timeout(TURN_S), open_house(Settings(), journal, Opening(ears=True)) as house:
            with journal.reading(read):
                await house.hear(booth, None, wake=True)
    except TimeoutError as error:
        raise AssistantError(f"a spoken turn was not done within {TURN_S:.0f} s") from error
    done = [(call.name, call.arguments.get("duration_s")) for call in calls]
    if done != [EXPECTED]:
        raise AssistantError(f"a spoken command led to {done or 'nothing'} instead of {[EXPECTED]}")
    if not any(booth.played()):
        raise AssistantError("a spoken command was done, but no reply was to be heard")
