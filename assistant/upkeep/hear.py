"""Recordings → what the house would have done with them.

The house is one of its own: a recording must never switch a real light.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.devices.booth import OUT_RATE_HZ, Booth
from assistant.devices.sound_file import read_recording, write_recording
from assistant.errors import AudioError
from assistant.house.build import Opening, open_house
from assistant.journal import Journal, Reader
from assistant.settings import load_settings
from assistant.upkeep.terminal import note, writable
from assistant.upkeep.waterfall import Narrator

Out = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Hearing:
    """What `hear` was asked for."""

    files: Sequence[Path]
    settings: Path | None = None
    home: Path | None = None
    room: str | None = None
    fast: bool = False
    as_json: bool = False
    wake: bool = True
    reply: Path | None = None


async def hear(request: Hearing, out: Out) -> int:
    """Listen to each file in turn; a file that cannot be read is told, the others go on."""
    settings = load_settings(request.settings)
    if request.reply is not None:
        writable(request.reply)
    journal = Journal(asyncio.get_running_loop().time, live=not request.fast)
    played: list[bytes] = []
    failed = 0
    async with open_house(
        settings, journal, Opening(home_file=request.home, demo_home=True, ears=True)
    ) as house:
        house.room_named(request.room)
        for file in request.files:
            try:
                pcm = await asyncio.to_thread(read_recording, file)
            except AudioError as error:
                note(str(error))
                failed = 1
                continue
            booth = Booth(pcm, live=not request.fast)
            journal.clock = clock_of(booth, live=not request.fast)
            with journal.reading(_reader(request, file, out)):
                await house.hear(booth, request.room, wake=request.wake)
            played.append(booth.played())
    if request.reply is not None:
        write_recording(request.reply, b"".join(played), OUT_RATE_HZ)
    return failed


def clock_of(booth: Booth, *, live: bool) -> Callable[[], float]:
    """Seconds since the recording began: of loop time, or of samples where input runs faster."""
    if not live:
        return lambda: booth.position_s
    loop = asyncio.get_running_loop()
    opened = loop.time()
    return lambda: loop.time() - opened


def _reader(request: Hearing, file: Path, out: Out) -> Reader:
    if request.as_json:
        several = len(request.files) > 1
        return lambda entry: out(json.dumps(entry.as_json() | ({"file": str(file)} if several else {})))
    out(f"{file}")
    return Narrator(out, live=not request.fast).read
