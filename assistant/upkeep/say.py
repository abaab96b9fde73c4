"""A text → the loudspeaker or a file."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.devices.sound_card import SoundCardOut
from assistant.devices.sound_file import write_recording
from assistant.errors import AudioError, SettingsError
from assistant.house.build import Opening, open_house
from assistant.journal import Journal
from assistant.messages import Sound
from assistant.settings import Settings, load_settings
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


@dataclass(frozen=True, slots=True)
class Speaking:
    """What was asked for."""

    text: str
    settings: Path | None = None
    voice: str | None = None
    """Another one than that of the settings."""
    room: str | None = None
    """Through its loudspeaker; None: the box's own choice."""
    output: Path | None = None
    """A WAV file instead of a loudspeaker."""


async def say(asked: Speaking) -> int:
    """Speak a text, into a file or through the sound card. AssistantError with the fix."""
    chosen, output = load_settings(asked.settings), asked.output
    if output is not None:
        writable(output)
    device = _speaker(chosen, asked.room)
    if asked.voice is not None:
        chosen = chosen.model_copy(update={"voice": asked.voice})
    words = spoken_text(asked.text, chosen.language)
    if not any(sign.isalnum() for sign in words):
        raise AudioError("there is nothing to say in that text; give words or numbers")
    journal = Journal(asyncio.get_running_loop().time)
    async with open_house(chosen, journal, Opening()) as house:
        sounds = [sound async for sound in house.speech(words)]
    if not sounds:
        raise AudioError("the voice had no sound for that text; try another --voice or other words")
    if output is not None:
        write_recording(output, b"".join(sound.pcm for sound in sounds), sounds[0].rate_hz)
    elif not await play_aloud(sounds, device):
        raise AudioError("there is no loudspeaker here; write a file instead: assistant say TEXT -o FILE.wav")
    return 0


def _speaker(settings: Settings, room: str | None) -> str | None:
    """Of the room, on this box. SettingsError: there is no such room, or it speaks through a satellite."""
    if room is None:
        return None
    found = settings.rooms.get(room)
    if found is None:
        raise SettingsError(f'there is no room "{room}"; the rooms are: {", ".join(settings.rooms)}')
    if found.satellite is not None:
        raise SettingsError(f"the {room} speaks through a satellite; start the hub first: assistant run")
    return found.speaker
