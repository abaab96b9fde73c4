"""The demo: a synthetic speaker talks to the real house, at the speed of life, without a sound card."""

import asyncio
import functools
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.devices.booth import OUT_RATE_HZ, Booth
from assistant.devices.sound_file import read_recording, write_recording
from assistant.errors import AudioError
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Entry, Journal
from assistant.messages import EAR_RATE_HZ, Sound, ToolCall
from assistant.settings import RoomSettings, Settings
from assistant.upkeep.full_demo import full_profile
from assistant.upkeep.hear import clock_of
from assistant.upkeep.say import play_aloud
from assistant.upkeep.terminal import fitting
from assistant.upkeep.waterfall import Narrator

Out = Callable[[str], None]
WAKE = "hey jarvis"
PAUSE = "…"
"""Stands for 1.2 s of silence between wake word and command."""
ROOM = "kitchen"


@dataclass(frozen=True, slots=True)
class Example:
    """What the synthetic speaker says, in which voice, and the tools that may run."""

    words: str
    voice: str
    about: str
    tools: tuple[str, ...] | None
    """None: a sentence of the caller's own, nothing is expected."""


EXAMPLES = (
    Example(
        f"{WAKE}, set a ten minute pizza timer", "slt", "in the same breath as the wake word", ("timer_set",)
    ),
    Example(f"{WAKE} {PAUSE} turn on the kitchen light", "rms", "after a pause", ("device_on",)),
    Example(f"{WAKE}, add milk and eggs to the shopping list", "awb", "a list", ("list_add",)),
    Example(
        f"{WAKE}, how long is left on the pizza timer", "slt", "a question that only reads", ("timer_query",)
    ),
    Example(f"{WAKE}, turn off the kitchen light tomorrow", "rms", "not understood whole, so not done", ()),
    Example("turn off the kitchen light", "awb", "without the wake word nothing happens", ()),
)


FULL_EXAMPLES = (
    Example(f"{WAKE}, set a ten minute pizza timer", "slt", "a command of the house", ("timer_set",)),
    Example(f"{WAKE}, fire up the kettle for me", "slt", "in words of one's own", ("device_on",)),
    Example(f"{WAKE}, we are out of milk and eggs", "awb", "what is meant is not said", ("list_add",)),
    Example(f"{WAKE}, how are you doing today", "slt", "small talk does nothing", ()),
)


@functools.cache
def speak(words: str, voice: str) -> bytes:
    """Say words with flite: s16le, 16 kHz mono. AudioError names the package when flite is missing."""
    if shutil.which("flite") is None:
        raise AudioError("flite, the synthetic speaker, is missing; run: sudo apt-get install flite")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "said.wav"
        flite = ["flite", "-voice", voice, "-t", words, "-o", str(out)]
        if subprocess.run(flite, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode:
            raise AudioError(f'flite could not say "{words}"; try other words')
        return read_recording(out)


def room_tone(seconds: float) -> bytes:
    """Near silence: no microphone is ever digitally silent."""
    rng = np.random.default_rng(1)
    return rng.integers(-3, 4, int(seconds * EAR_RATE_HZ)).astype("<i2").tobytes()


def recording(example: Example) -> bytes:
    """The example as a microphone hears it."""
    said = [speak(part.strip(" ,"), example.voice) for part in example.words.split(PAUSE)]
    return room_tone(1.0) + room_tone(1.2).join(said) + room_tone(0.6)


def chosen(sentences: Sequence[str], *, full: bool = False) -> tuple[Example, ...]:
    """The examples, or the caller's own sentences."""
    if not sentences:
        return FULL_EXAMPLES if full else EXAMPLES
    return tuple(Example(f"{WAKE}, {fitting(own)}", "slt", "your sentence", None) for own in sentences)


async def run(
    sentences: Sequence[str], replies: Path, out: Out, *, as_json: bool, full: Path | None = None
) -> int:
    """Play every example to a house of its own; 0 when each did what it should.

    `full`: the house kit's folder, for the full profile on its models. ModelMissing names what is absent.
    """
    settings, kit = Settings(rooms={ROOM: RoomSettings(volume_percent=100)}), None
    if full is not None:
        settings, kit = full_profile(full, ROOM)
    examples = chosen(sentences, full=full is not None)
    make_folder(replies)
    tell = silent if as_json else out
    tell(f"A synthetic speaker talks to the real house; the replies go to {replies}/ as WAV. Getting ready …")
    recordings = await asyncio.gather(*(asyncio.to_thread(recording, example) for example in examples))
    journal = Journal(asyncio.get_running_loop().time)
    right, aloud = 0, True
    async with open_house(settings, journal, Opening(demo_home=True, ears=True, kit=kit)) as house:
        for number, (example, pcm) in enumerate(zip(examples, recordings, strict=True), 1):
            tell(f'\n{number}. "{example.words}" — {example.about}')
            booth = Booth(pcm, live=True)
            done = await _play(house, booth, out, as_json=as_json)
            right += _judged(example, done, tell)
            write_recording(replies / f"{number}.wav", booth.played(), OUT_RATE_HZ)
            aloud = aloud and await play_aloud([Sound(booth.played(), OUT_RATE_HZ)])
    if not sentences:
        tell(f"\n{right} of {len(examples)} went as they should.")
    tell(f"{'' if aloud else 'There is no sound card here to play the replies. '}They are in {replies}/.")
    return 0 if right == len(examples) else 1


def silent(line: str) -> None:
    """Tell nobody: the lines of JSON speak for themselves."""


def make_folder(folder: Path) -> None:
    """Make a folder to write to. AudioError names another way when that can't be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        reason = None if os.access(folder, os.W_OK) else "it is not yours to write to"
    except FileExistsError:
        reason = "it is a file"
    except OSError as error:
        reason = error.strerror
    if reason is not None:
        raise AudioError(f"the folder {folder} can't be used: {reason}; choose another with --replies FOLDER")


async def _play(house: House, booth: Booth, out: Out, *, as_json: bool) -> tuple[str, ...]:
    """Let the house hear it; the tools that ran."""
    done: list[str] = []
    narrator = Narrator(out)

    def read(entry: Entry) -> None:
        if isinstance(entry.happening, ToolCall):
            done.append(entry.happening.name)
        if as_json:
            out(json.dumps(entry.as_json()))
        else:
            narrator.read(entry)

    house.journal.clock = clock_of(booth, live=True)
    with house.journal.reading(read):
        await house.hear(booth, ROOM, wake=True)
    return tuple(done)


def _judged(example: Example, done: tuple[str, ...], tell: Out) -> bool:
    if example.tools is None:
        return True
    right = done == example.tools
    did = ", ".join(done) or "nothing was done"
    wanted = "" if right else f"; it should have been: {', '.join(example.tools) or 'nothing'}"
    tell(f"  {'✓' if right else '✗'} {did}{wanted}")
    return right
