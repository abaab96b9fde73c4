"""A scripted set of turns, run where nothing can leave: `python -m assistant.upkeep.proving SETTINGS|-`.

Prints how many turns were answered. What the microphone hears is made by the house's own voice, so nothing
but the installed packages is needed.
"""

import asyncio
import fcntl
import socket
import struct
import sys
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from assistant.devices.booth import Booth
from assistant.errors import AssistantError
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Entry, Journal
from assistant.messages import EAR_RATE_HZ, Reply, Transcript
from assistant.pcm import resample, samples
from assistant.settings import Settings, load_settings
from assistant.settings_rooms import HomeSettings

TYPED: Final = (
    "set a timer for ten minutes",
    "how long is left on the timer",
    "add milk and eggs to the shopping list",
    "what is on my shopping list",
    "turn on the kitchen light",
    "what time is it",
    "cancel the timer",
    "what is the capital of France",
    "what can you do",
)
SPOKEN: Final = ("what time is it", "stop")


@dataclass
class Counted:
    """What happened."""

    replies: int = 0
    transcripts: int = 0

    def read(self, entry: Entry) -> None:
        """Count an entry of the journal."""
        self.replies += isinstance(entry.happening, Reply)
        self.transcripts += isinstance(entry.happening, Transcript) and entry.happening.final


def bring_up_loopback() -> None:
    """A namespace of its own begins with its loopback down; without the right to change it, leave it."""
    up_and_running = 0x1 | 0x40
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        try:
            fcntl.ioctl(control, 0x8914, struct.pack("16sh14x", b"lo", up_and_running))  # SIOCSIFFLAGS
        except OSError:
            return


def private(settings: Settings) -> Settings:
    """The owner's settings, but for the one thing that is there to talk to others: Home Assistant."""
    return settings.model_copy(update={"home": HomeSettings(file=settings.home.file)})


async def turns(settings: Settings) -> Counted:
    """Type, speak and listen, through every engine the settings name."""
    counted = Counted()
    journal = Journal(asyncio.get_running_loop().time)
    async with open_house(settings, journal, Opening(demo_home=True, ears=True)) as house:
        with journal.reading(counted.read):
            for text in TYPED:
                await house.ask(text, None)
            for text in SPOKEN:
                await _hear(house, text)
    return counted


async def _hear(house: House, text: str) -> None:
    said = b""
    async with aclosing(house.speech(text)) as sounds:
        async for sound in sounds:
            said += resample(samples(sound.pcm), sound.rate_hz, EAR_RATE_HZ).tobytes()
    quiet = np.random.default_rng(1).integers(-3, 4, EAR_RATE_HZ * 3 // 2).astype("<i2").tobytes()
    await house.hear(Booth(quiet + said + quiet), None, wake=False)


def main(arguments: list[str]) -> int:
    """0 when every turn was answered."""
    bring_up_loopback()
    try:
        settings = private(load_settings(None if arguments[0] == "-" else Path(arguments[0])))
        counted = asyncio.run(turns(settings))
    except AssistantError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{counted.replies} replies, {counted.transcripts} transcripts\n")
    return 0 if counted.replies >= len(TYPED) and counted.transcripts >= len(SPOKEN) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
