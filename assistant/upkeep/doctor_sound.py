"""A room's microphone and loudspeaker: level, noise, clipping, lost frames; what of a tone comes back."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from assistant.devices.sound_card import SoundCardMic, SoundCardOut
from assistant.errors import AssistantError
from assistant.hear.wake.models import OPEN_WORDS
from assistant.house import engines
from assistant.house.host import engine_class
from assistant.messages import EAR_RATE_HZ, Sound
from assistant.ports import TtsEngine
from assistant.settings import RoomSettings
from assistant.speak.speaker import Priority, Speaker
from assistant.upkeep.findings import Finding

LISTEN_S: Final = 2.0
SWEEP_S: Final = 0.5
LATEST_S: Final = 1.0
"""No sound card delays more than this."""
LOUD_DBFS: Final = -35.0
"""A quiet room is well below; above, something hums."""
FRAME: Final = 320
HEARD: Final = 8.0
"""The tone's peak in standard deviations of the match: noise alone reaches 4.5 in a second and a half."""
WAKE_HEARD: Final = 0.5


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch of microphone sound."""

    sound: npt.NDArray[np.int16]
    lost_samples: int
    """Gaps in the stream."""


async def findings(name: str, room: RoomSettings, words: Sequence[str]) -> AsyncGenerator[Finding, None]:
    """The checks of one room; with no device only that is told."""
    mic, out = SoundCardMic(room.microphone), SoundCardOut(room.speaker)
    speaker = Speaker(out)
    speaker.volume_percent = room.volume_percent
    try:
        quiet = await listen(mic, LISTEN_S)
    except AssistantError as error:
        fix = f"plug one in, or name it: rooms.{name}.microphone (assistant config example)"
        yield Finding(f"{name}: microphone", False, str(error), fix)
        return
    for found in of_quiet(name, quiet):
        yield found
    try:
        speaker.open()
    except AssistantError as error:
        fix = f"plug one in, or name it: rooms.{name}.speaker (assistant config example)"
        yield Finding(f"{name}: loudspeaker", False, str(error), fix)
        return
    try:
        tone = Sound(sweep_of(out.rate_hz).astype("<i2").tobytes(), out.rate_hz)
        back = await listen(mic, SWEEP_S + LATEST_S, speaker, tone)
        yield of_echo(name, back.sound, sweep_of(EAR_RATE_HZ))
        for word in [word for word in words if word in OPEN_WORDS][:1]:
            yield await _wake(name, mic, speaker, word)
    finally:
        speaker.close()


async def listen(
    mic: SoundCardMic, seconds: float, speaker: Speaker | None = None, play: Sound | None = None
) -> Heard:
    """What the microphone hears, from the first frame on; meanwhile something may play."""
    pieces: list[bytes] = []
    got = lost = 0
    expected: int | None = None
    async with asyncio.timeout(seconds + 10), aclosing(mic.chunks()) as chunks:
        async for chunk in chunks:
            if expected is None and speaker is not None and play is not None:
                playback = speaker.begin(Priority.REPLY)
                await playback.feed(play)
                playback.end()
            lost += 0 if expected is None else max(0, chunk.at_sample - expected)
            expected = chunk.at_sample + len(chunk.pcm) // 2
            pieces.append(chunk.pcm)
            got += len(chunk.pcm) // 2
            if got >= seconds * EAR_RATE_HZ:
                break
    return Heard(np.frombuffer(b"".join(pieces), dtype="<i2"), lost + mic.dropped)


def of_quiet(name: str, quiet: Heard) -> list[Finding]:
    """What a microphone gives while nobody speaks."""
    x = quiet.sound.astype(np.float64)
    frames = x[: len(x) // FRAME * FRAME].reshape(-1, FRAME)
    levels = 20 * np.log10(np.sqrt((frames**2).mean(axis=1)).clip(1e-3) / 32768)
    floor, peak = float(np.percentile(levels, 20)), float(np.abs(x).max())
    share = float((np.abs(x) >= 32700).mean())
    mic = f"{name}: microphone"
    if peak == 0:
        told = "gives only digital silence"
        return [Finding(mic, False, told, "unmute it in the mixer (alsamixer or pavucontrol)")]
    found = [Finding(mic, True, f"noise floor {floor:.0f} dBFS")]
    if floor > LOUD_DBFS:
        fix = "move it away from fans and the television, or turn its gain down"
        found = [Finding(mic, False, f"the room is loud: {floor:.0f} dBFS", fix)]
    if share > 0.001:
        told = f"{share:.1%} of the sound is clipped"
        found.append(Finding(f"{name}: clipping", False, told, "turn the microphone's gain down"))
    whole = len(x) + quiet.lost_samples
    if quiet.lost_samples > 0.01 * whole:
        told = f"{quiet.lost_samples / whole:.1%} of the sound was lost"
        found.append(Finding(f"{name}: lost sound", False, told, "stop what else keeps the processor busy"))
    return found


def sweep_of(rate_hz: int) -> npt.NDArray[np.int16]:
    """300 to 3,400 Hz in half a second: heard by any microphone, found again by its shape."""
    at = np.arange(round(SWEEP_S * rate_hz)) / rate_hz
    phase = 2 * np.pi * (300 * at + (3400 - 300) * at**2 / (2 * SWEEP_S))
    fade = np.minimum(1, np.minimum(at, SWEEP_S - at) / 0.02)
    sweep: npt.NDArray[np.int16] = (12_000 * fade * np.sin(phase)).astype(np.int16)
    return sweep


def of_echo(name: str, heard: npt.NDArray[np.int16], sweep: npt.NDArray[np.int16]) -> Finding:
    """Whether the microphone heard the sweep, how much later, and how much softer."""
    check = f"{name}: loudspeaker"
    x, played = heard.astype(np.float64), sweep.astype(np.float64)
    size = 1 << (len(x) + len(played)).bit_length()
    spectrum = np.fft.rfft(x, size) * np.conj(np.fft.rfft(played, size))
    signed = np.fft.irfft(spectrum, size)[: len(x)]
    match = np.abs(signed)
    at = int(match.argmax())
    if match[at] < HEARD * max(1.0, float(signed.std())):
        fix = f"turn it up, or name another device: rooms.{name}.speaker"
        return Finding(check, False, "the microphone does not hear it", fix)
    loss_db = 20 * np.log10(match[at] / float(played @ played))
    told = f"heard {1000 * at / EAR_RATE_HZ:.0f} ms later, {loss_db:+.0f} dB"
    return Finding(check, True, told)


async def _wake(name: str, mic: SoundCardMic, speaker: Speaker, word: str) -> Finding:
    """The wake word, said by a synthetic voice through the air."""
    check = f'{name}: "{word.replace("_", " ")}"'
    if (reason := engines.usable("tts", "espeak")) is not None:
        return Finding(check, None, f"no synthetic voice to say it: {reason}")
    engine: TtsEngine = engine_class(engines.find("tts", "espeak").engine)({"voice": "en-us+m3"})
    said = await asyncio.to_thread(lambda: list(engine.synthesize(word.replace("_", " "), lambda: False)))
    pcm = b"".join(sound.pcm for sound in said)
    length_s = len(pcm) / 2 / said[0].rate_hz
    heard = await listen(mic, length_s + LATEST_S + 0.5, speaker, Sound(pcm, said[0].rate_hz))
    wake = await asyncio.to_thread(engines.wake_engine, "open_wake_word", {"model": word})
    score = await asyncio.to_thread(wake.process, heard.sound.astype("<i2").tobytes() + bytes(EAR_RATE_HZ))
    told = f"a synthetic voice through the air scores {score:.2f}"
    return Finding(check, score >= WAKE_HEARD, told, "move the microphone nearer, or turn the speaker up")
