"""What the house offers to Wyoming peers, as its `info` event tells it."""

from importlib.metadata import version
from typing import Any

from wyoming.event import Event
from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    HandleModel,
    HandleProgram,
    Info,
    TtsProgram,
    TtsVoice,
    WakeModel,
    WakeProgram,
)

from assistant.house.house import House

NAME = "hearth"


def info_event(house: House) -> Event:
    """Ears, voice, mind and wake words of this house."""
    ours: dict[str, Any] = {
        "attribution": Attribution("Hearth", ""),
        "installed": True,
        "version": version("hearth-assistant"),
    }
    spoken: dict[str, Any] = {**ours, "languages": [house.offered.language]}
    ears = AsrModel(name=NAME, description="The ears of the house", **spoken)
    voice = TtsVoice(name=NAME, description="The voice of the house", **spoken)
    mind = HandleModel(name=NAME, description="The mind of the house", **spoken)
    words = [
        WakeModel(name=word, description=phrase, phrase=phrase, **spoken)
        for word, phrase in house.offered.wake_phrases.items()
    ]
    return Info(
        asr=[AsrProgram(name=NAME, description="Hearth hears", models=[ears], **ours)],
        tts=[
            TtsProgram(
                name=NAME,
                description="Hearth speaks",
                voices=[voice],
                supports_synthesize_streaming=True,
                **ours,
            )
        ],
        handle=[
            HandleProgram(
                name=NAME,
                description="Hearth answers",
                models=[mind],
                supports_handled_streaming=True,
                supports_home_control=True,
                **ours,
            )
        ],
        wake=[WakeProgram(name=NAME, description="Hearth is woken", models=words, **ours)],
    ).event()
