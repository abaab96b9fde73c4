"""`assistant update self-check` on a satellite: is it still paired, and does it wake?"""

from collections.abc import Callable
from typing import Final

from assistant.errors import AssistantError
from assistant.paired.frames import Kind
from assistant.satellites.own.folder import SatelliteFolder
from assistant.satellites.own.listening import Listening
from assistant.satellites.own.wake import WORDS, cascade_of

Out = Callable[[str], None]
PIECE: Final = 1024
"""Bytes of sound at a time: 32 ms."""


def self_check(said: bytes, out: Out) -> None:
    """`said`: a wake word and more, 16 kHz. AssistantError names what this release cannot do here."""
    folder = SatelliteFolder()
    hub, _ = folder.hub(), folder.identity()
    out(f"it is the satellite of the room {hub.room}")
    listening = Listening(cascade_of(WORDS, "normal"))
    frames = [
        frame
        for at in range(0, len(said), PIECE)
        for frame in listening.take(said[at : at + PIECE], own_voice=False)
    ]
    if not any(frame.kind is Kind.WOKE for frame in frames):
        raise AssistantError("a spoken wake word did not wake it")
    out("a spoken wake word woke it")
