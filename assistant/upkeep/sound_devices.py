"""Whether the rooms' sound devices are here: told where they are missed, refused where a change names one."""

from collections.abc import Mapping
from typing import Final, Literal

from assistant.devices.portaudio import PORTAUDIO
from assistant.errors import AudioError
from assistant.settings import Settings

KEYS: Final[Mapping[str, Literal["input", "output"]]] = {"microphone": "input", "speaker": "output"}
"""What of a room names a sound device."""


def check_devices(settings: Settings) -> None:
    """AudioError for a room without its sound devices."""
    for name, room in settings.rooms.items():
        if room.satellite is not None:
            continue
        for key, way in KEYS.items():
            _check(name, getattr(room, key), way)


def check_named(before: Settings, after: Settings) -> None:
    """AudioError for a sound device that the change itself names and that is not here.

    What is left to the system's default, or was named before, is waited for, as at the start.
    """
    for name, room in after.rooms.items():
        old = before.rooms.get(name)
        if room.satellite is not None:
            continue
        for key, way in KEYS.items():
            wanted = getattr(room, key)
            if wanted is not None and (old is None or getattr(old, key) != wanted):
                _check(name, wanted, way)


def _check(room: str, wanted: str | None, way: Literal["input", "output"]) -> None:
    try:
        PORTAUDIO.find(wanted, way)
    except AudioError as error:
        raise AudioError(f"{room}: {error}") from error
