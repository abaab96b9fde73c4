"""A text → the loudspeaker or a file."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from assistant.devices.sound_card import SoundCardOut
from assistant.devices.sound_file import write_recording
from assistant.errors import AudioError
from assistant.house.build import Opening, open_house
from assistant.journal import Journal
from assistant.messages import Sound
from assistant.settings import load_settings
from assistant.speak.speaker import Priority, Speaker
from assistant.speak.spoken_text import spoken_text
from assistant.upkeep.terminal import writable


async def play_aloud(sounds: Sequence[Sound], device: str | None = None) -> bool:
    """Play through the sound card (None: the box's own choice); False where there is none."""
    try:
        out = SoundCardOut(device)
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


async def say(text: str, settings: Path | None, voice: str | None, output: Path | None) -> int:
    """Speak a text, into a file or through the sound card."""
    chosen = load_settings(settings)
    if output is not None:
        writable(output)
    if voice is not None:
        chosen = chosen.model_copy(update={"voice": voice})
    words = spoken_text(text, chosen.language)
    if not any(sign.isalnum() for sign in words):
        raise AudioError("there is nothing to say in that text; give words or numbers")
    journal = Journal(asyncio.get_running_loop().time)
    async with open_house(chosen, journal, Opening()) as house:
        sounds = [sound async for sound in house.speech(words)]
    if not sounds:
        raise AudioError("the voice had no sound for that text; try another --voice or other words")
    if output is not None:
        write_recording(output, b"".join(sound.pcm for sound in sounds), sounds[0].rate_hz)
    elif not await play_aloud(sounds):
        raise AudioError("there is no loudspeaker here; write a file instead: assistant say TEXT -o FILE.wav")
    return 0
