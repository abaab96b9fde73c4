"""`hear`, `ask` and `say`: by the running hub, or else by a house of their own that keeps nothing.

`hear` always runs a house of its own: a recording must never switch a real light.
"""

import asyncio
import json
import sys
import wave
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant import control
from assistant.devices.booth import OUT_RATE_HZ, Booth
from assistant.devices.sound_card import SoundCardOut
from assistant.devices.sound_file import read_recording
from assistant.errors import AssistantError, AudioError
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Entry, Journal, Reader
from assistant.messages import JsonValue, Reply, Sound
from assistant.settings import load_settings
from assistant.speak.speaker import Priority, Speaker
from assistant.speak.spoken_text import spoken_text
from assistant.tasks import together
from assistant.upkeep.waterfall import Narrator

Out = Callable[[str], None]
NO_HUB_NOTE = "no hub is running, so this house ends with the command: nothing rings later (`assistant run`)"


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


@dataclass(frozen=True, slots=True)
class Asking:
    """What `ask` was asked for."""

    settings: Path | None = None
    home: Path | None = None
    room: str | None = None
    as_json: bool = False


def note(line: str) -> None:
    """A remark beside the output proper."""
    sys.stderr.write(f"assistant: {line}\n")


def write_wav(path: Path, pcm: bytes, rate_hz: int) -> None:
    """Mono s16le as a WAV file. AudioError when it cannot be written."""
    try:
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate_hz)
            file.writeframes(pcm)
    except OSError as error:
        raise AudioError(f"{path}: cannot be written: {error.strerror}") from error


# ── hear ─────────────────────────────────────────────────────────────────────────────────────────


async def hear(request: Hearing, out: Out) -> int:
    """Listen to each file in turn; a file that cannot be read is told, the others go on."""
    settings = load_settings(request.settings)
    journal = Journal(asyncio.get_running_loop().time, live=not request.fast)
    played: list[bytes] = []
    failed = 0
    async with open_house(
        settings, journal, Opening(home_file=request.home, demo_home=True, ears=True)
    ) as house:
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
        write_wav(request.reply, b"".join(played), OUT_RATE_HZ)
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


# ── ask ──────────────────────────────────────────────────────────────────────────────────────────


async def ask(asking: Asking, text: str, out: Out) -> int:
    """Answer one typed text."""
    if _hub_serves(asking.settings, asking.home):
        message: dict[str, JsonValue] = {"do": "ask", "text": text, "room": asking.room}
        return await _relay(message, asking.as_json, out)
    async with _own_house(asking) as house:
        await _ask_house(house, asking, text, out)
        if house.timers_running():
            note(NO_HUB_NOTE)
    return 0


async def converse(asking: Asking, out: Out) -> int:
    """Answer line by line until the input ends."""
    if sys.stdin.isatty():
        note("type to the house; Ctrl-D ends")
    if _hub_serves(asking.settings, asking.home):
        async for text in _typed_lines():
            await _relay({"do": "ask", "text": text, "room": asking.room}, asking.as_json, out)
        return 0
    async with _own_house(asking) as house, together() as group:
        ringing = group.create_task(house.ring(lambda sentence: out(f"⏰ {sentence}")))
        async for text in _typed_lines():
            await _ask_house(house, asking, text, out)
        ringing.cancel()
    return 0


async def _typed_lines() -> AsyncGenerator[str, None]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=control.LONGEST_LINE)
    try:
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    except ValueError:  # a plain file as standard input
        for line in await asyncio.to_thread(sys.stdin.readlines):
            if line.strip():
                yield line.strip()
        return
    while line := (await reader.readline()).decode(errors="replace"):
        if line.strip():
            yield line.strip()


@asynccontextmanager
async def _own_house(asking: Asking) -> AsyncGenerator[House, None]:
    loop = asyncio.get_running_loop()
    opened = loop.time()
    journal = Journal(lambda: loop.time() - opened)
    async with open_house(
        load_settings(asking.settings), journal, Opening(home_file=asking.home, demo_home=True)
    ) as house:
        yield house


async def _ask_house(house: House, asking: Asking, text: str, out: Out) -> None:
    def read(entry: Entry) -> None:
        if asking.as_json:
            out(json.dumps(entry.as_json()))
        elif isinstance(entry.happening, Reply):
            out(entry.happening.text)

    with house.journal.reading(read):
        await house.ask(text, asking.room)


def _hub_serves(settings: Path | None, home: Path | None) -> bool:
    """A hub runs, and nothing was named that it does not have."""
    return settings is None and home is None and control.hub_is_running()


async def _relay(message: dict[str, JsonValue], as_json: bool, out: Out) -> int:
    async with aclosing(control.request(message)) as answers:
        async for answer in answers:
            entry = answer.get("entry")
            if isinstance(entry, dict):
                if as_json:
                    out(json.dumps(entry))
                elif entry.get("happening") == "reply":
                    out(str(entry["text"]))
            if "end" in answer:
                if "error" in answer:
                    raise AssistantError(str(answer["error"]))
                return int(str(answer["end"]))
    return 1


# ── say ──────────────────────────────────────────────────────────────────────────────────────────


async def play_aloud(sounds: Sequence[Sound]) -> bool:
    """Play through the sound card; False where there is none."""
    try:
        out = SoundCardOut()
        speaker = Speaker(out)
        speaker.open()
    except AudioError:
        return False
    try:
        playback = speaker.begin(Priority.ANNOUNCEMENT)
        for sound in sounds:
            await playback.feed(sound)
        playback.end()
        await playback.played()
    finally:
        speaker.close()
    return True


async def say(text: str, settings: Path | None, voice: str | None, output: Path | None, out: Out) -> int:
    """Speak a text: into a file, through the hub's speaker, or through the sound card."""
    if output is None and voice is None and _hub_serves(settings, None):
        return await _relay({"do": "say", "text": text}, False, out)
    chosen = load_settings(settings)
    if voice is not None:
        chosen = chosen.model_copy(update={"voice": voice})
    journal = Journal(asyncio.get_running_loop().time)
    async with open_house(chosen, journal, Opening()) as house:
        sounds = [sound async for sound in house.speech(spoken_text(text, chosen.language))]
    if not sounds:
        raise AudioError("there is nothing to say in that text")
    if output is None:
        if not await play_aloud(sounds):
            raise AudioError(
                "there is no loudspeaker here; write a file instead: assistant say TEXT -o FILE.wav"
            )
        return 0
    write_wav(output, b"".join(sound.pcm for sound in sounds), sounds[0].rate_hz)
    return 0
