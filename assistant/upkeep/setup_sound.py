"""Microphone and loudspeaker while the house is set up: which there are, quiet, a tone, a hello."""

import sys
import time
from collections.abc import Callable, Mapping
from contextlib import aclosing, suppress
from functools import cache
from typing import Final, Literal

import numpy as np

from assistant.devices.portaudio import PORTAUDIO
from assistant.devices.sound_card import SoundCardMic, SoundCardOut
from assistant.errors import AssistantError, AudioError
from assistant.messages import EAR_RATE_HZ, Sound
from assistant.settings import RoomSettings
from assistant.speak.speaker import Speaker
from assistant.upkeep.doctor_sound import LATEST_S, SWEEP_S, listen, of_echo, of_quiet, sweep_of
from assistant.upkeep.findings import Finding
from assistant.upkeep.loudness import LOUDEST_DB, SOFTEST_DB, floor_db, level_db, of_hello
from assistant.upkeep.setup_changes import DEFAULT_DEVICE

Out = Callable[[str], None]
QUIET_S: Final = 2.0
HELLO_S: Final = 5.0
SHOW_S: Final = 0.1
BAR: Final = 30
SYSTEM: Final = "what this box uses by itself"


@cache
def devices() -> Mapping[str, Mapping[str, str]]:
    """`microphone` and `speaker` → name → what is told of it; nothing where there is none of them."""
    try:
        found = PORTAUDIO.devices()
    except AudioError:
        return {}
    ways: tuple[tuple[str, Literal["input", "output"]], ...] = (
        ("microphone", "input"),
        ("speaker", "output"),
    )
    shown: dict[str, dict[str, str]] = {}
    for key, way in ways:
        names = [each.name for each in found if each.channels(way) > 0 and each.name not in _SERVERS]
        if any(each.channels(way) for each in found):
            shown[key] = {DEFAULT_DEVICE: SYSTEM} | dict.fromkeys(names, "")
    return shown


_SERVERS: Final = frozenset({"pulse", "pipewire", "default", "sysdefault", "dmix", "jack"})


def can_be_tried() -> bool:
    """There is both to hear with and to sound with."""
    return {"microphone", "speaker"} <= set(devices())


async def try_out(name: str, room: RoomSettings, out: Out) -> bool:
    """Quiet, tone, hello; each told in words with what mends it. Whether all was well."""
    mic, speaker = SoundCardMic(room.microphone), Speaker(SoundCardOut(room.speaker))
    speaker.volume_percent = room.volume_percent
    out("Microphone: please be quiet for a moment…")
    try:
        quiet = await listen(mic, QUIET_S)
        found = of_quiet(name, quiet)
        well = _tell(found, out, "the microphone works, and the room is quiet enough")
        speaker.open()
        out("Loudspeaker: a short tone follows…")
        rate_hz = SoundCardOut(room.speaker).rate_hz
        tone = Sound(sweep_of(rate_hz).astype("<i2").tobytes(), rate_hz)
        back = await listen(mic, SWEEP_S + LATEST_S, speaker, tone)
        echo = of_echo(name, back.sound, sweep_of(EAR_RATE_HZ))
        well &= _tell([echo], out, "the loudspeaker works: the microphone heard it")
        out(f"Now say “hello”, from where you usually are. (I listen for {HELLO_S:.0f} seconds.)")
        return await _hello(name, mic, floor_db(quiet.sound), out) and well
    except AssistantError as error:
        out(f"✗ {error}")
        return False
    finally:
        with suppress(AudioError):
            speaker.close()


def _tell(found: list[Finding], out: Out, well: str) -> bool:
    wrong = [each for each in found if each.good is False]
    for each in wrong:
        out(f"✗ {each.told.removeprefix('gives ')}: {each.fix}")
    if not wrong:
        out(f"✓ {well} ({found[0].told})")
    return not wrong


async def _hello(name: str, mic: SoundCardMic, floor: float, out: Out) -> bool:
    """What was said, against the room's noise; a meter shows it meanwhile."""
    pieces: list[bytes] = []
    meter = Meter()
    async with aclosing(mic.chunks()) as chunks:
        async for chunk in chunks:
            meter.show(level_db(np.frombuffer(chunk.pcm, dtype="<i2")))
            pieces.append(chunk.pcm)
            if sum(map(len, pieces)) >= 2 * HELLO_S * EAR_RATE_HZ:
                break
    meter.end()
    found = of_hello(name, np.frombuffer(b"".join(pieces), dtype="<i2"), floor)
    out(f"✓ {found.told}" if found.good else f"✗ {found.told}: {found.fix}")
    return found.good is True


class Meter:
    """How loud it is right now, as a bar on a terminal."""

    def __init__(self) -> None:
        self._shown_s = 0.0
        self._live = sys.stderr.isatty()

    def show(self, level_db: float) -> None:
        """Draw it, ten times a second at most."""
        now_s = time.monotonic()
        if self._live and now_s - self._shown_s >= SHOW_S:
            self._shown_s = now_s
            sys.stderr.write(f"\r\x1b[K  {bar(level_db)} {level_db:.0f} dB")
            sys.stderr.flush()

    def end(self) -> None:
        """Take it away."""
        if self._live:
            sys.stderr.write("\r\x1b[K")


def bar(level_db: float) -> str:
    """`████······` between the softest and the loudest."""
    share = (level_db - SOFTEST_DB) / (LOUDEST_DB - SOFTEST_DB)
    full = round(BAR * min(1.0, max(0.0, share)))
    return "█" * full + "·" * (BAR - full)
