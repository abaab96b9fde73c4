"""The wake words of a satellite: both models, without the house's registry of engines."""

from collections.abc import Mapping, Sequence
from typing import Final

from assistant.errors import SettingsError
from assistant.hear.cascade import Cascade
from assistant.hear.wake.micro_wake_word import MicroWakeWord
from assistant.hear.wake.models import plan
from assistant.hear.wake.open_wake_word import OpenWakeWord
from assistant.messages import JsonValue
from assistant.ports import WakeEngine

WORDS: Final = ("hey_jarvis",)


def cascade_of(words: Sequence[str], sensitivity: str | float) -> Cascade:
    """The loaded models (a second of work). SettingsError for an unknown word."""
    return Cascade.load([plan(word, sensitivity) for word in words], _engine)


def _engine(name: str, options: Mapping[str, JsonValue]) -> WakeEngine:
    match name:
        case "micro_wake_word":
            return MicroWakeWord(options)
        case "open_wake_word":
            return OpenWakeWord(options)
    raise SettingsError(f"a satellite has no wake engine {name}; choose a built-in word")
