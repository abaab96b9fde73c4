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
from assistant.upkeep.setup_changes import DEFAULT_DEVICE

Out = Callable[[str], None]
QUIET_S: Final = 2.0
HELLO_S: Final = 5.0
CLEAR_DB, FAINT_DB = 18.0, 8.0
"""How far a voice must lie above the room's own noise: to be heard well, and at all."""
SHOW_S: Final = 0.1
BAR: Final = 30
SOFTEST_DB, LOUDEST_DB = -65.0, -10.0
"""Ends of the meter, dBFS."""
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
        return await _hello(mic, _floor_db(quiet.sound), out) and well
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


async def _hello(mic: SoundCardMic, floor_db: float, out: Out) -> bool:
    """The loudest stretch of what was said, against the room's noise."""
    levels: list[float] = []
    meter = Meter()
    async with aclosing(mic.chunks()) as chunks:
        heard_s = 0.0
        async for chunk in chunks:
            level_db = _level_db(np.frombuffer(chunk.pcm, dtype="<i2"))
            levels.append(level_db)
            meter.show(level_db)
            heard_s += len(chunk.pcm) / 2 / EAR_RATE_HZ
            if heard_s >= HELLO_S:
                break
    meter.end()
    above_db = float(np.percentile(levels, 90)) - floor_db if levels else 0.0
    if above_db >= CLEAR_DB:
        out(f"✓ I hear you well ({above_db:.0f} dB above the room's noise)")
    elif above_db >= FAINT_DB:
        out(f"✗ I hear you faintly ({above_db:.0f} dB): put the microphone nearer, or turn it up")
    else:
        out("✗ I heard nobody: unmute the microphone, put it nearer, or choose another one")
    return above_db >= CLEAR_DB


def _level_db(pcm: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> float:
    """Of one stretch, dBFS."""
    mean = float(np.sqrt((pcm.astype(np.float64) ** 2).mean())) if len(pcm) else 0.0
    return 20 * float(np.log10(max(mean, 1e-3) / 32768))


def _floor_db(sound: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> float:
    """Nothing is quieter than a microphone's own noise."""
    whole = sound[: len(sound) // 320 * 320].reshape(-1, 320)
    return max(-70.0, float(np.percentile([_level_db(each) for each in whole], 20))) if len(whole) else -70.0


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
