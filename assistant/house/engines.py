"""Which engines there are: (kind, name) → class, by dotted path, so that nothing unused is ever imported.

To add an engine, write its file and add one line here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, cast

from assistant.errors import EngineError, SettingsError
from assistant.house.host import engine_class
from assistant.house.running import Deadlines
from assistant.house.worker import Launcher
from assistant.messages import JsonValue
from assistant.ports import VadEngine, WakeEngine

EngineKind: TypeAlias = Literal["wake", "vad", "stt", "turn", "llm", "tts"]


@dataclass(frozen=True, slots=True)
class Registered:
    """One engine: the name that settings use, and where its class is."""

    kind: EngineKind
    name: str
    engine: str
    """Dotted `module:Class`."""
    launcher: Launcher = "spawn"
    """How stt, turn, llm and tts engines are run; wake and vad run on the ear's thread."""
    deadlines: Deadlines = field(default_factory=Deadlines)
    """How long its silences may last on a slow box."""


_DECODING = Deadlines(alive_s=10.0)
"""pocketsphinx holds the interpreter while it decodes a piece, and says nothing meanwhile."""
_LARGE = Deadlines(load_s=300.0, first_s=60.0, between_s=30.0)
"""Gigabytes from an SD card; a full window of Whisper small on a Pi 4."""

_ENGINES = (
    Registered("wake", "micro_wake_word", "assistant.hear.wake.micro_wake_word:MicroWakeWord"),
    Registered("wake", "open_wake_word", "assistant.hear.wake.open_wake_word:OpenWakeWord"),
    Registered("wake", "openwakeword_onnx", "assistant.hear.wake.openwakeword_onnx:OpenWakeWordOnnx"),
    Registered("wake", "wyoming", "assistant.hear.wake.wyoming:WyomingWake"),
    Registered("wake", "scripted", "assistant.scripted:ScriptedWake"),
    Registered("vad", "silero", "assistant.hear.vad.silero:SileroVad"),
    Registered("vad", "scripted", "assistant.scripted:ScriptedVad"),
    Registered("stt", "pocketsphinx", "assistant.hear.stt.pocketsphinx:Pocketsphinx", deadlines=_DECODING),
    Registered("stt", "faster_whisper", "assistant.hear.stt.faster_whisper:FasterWhisper", deadlines=_LARGE),
    Registered("stt", "wyoming", "assistant.hear.stt.wyoming:Wyoming", "thread", _LARGE),
    Registered("stt", "scripted", "assistant.scripted:ScriptedStt", "thread"),
    Registered("turn", "smart_turn", "assistant.hear.turn.smart_turn:SmartTurn"),
    Registered("turn", "scripted", "assistant.scripted:ScriptedTurn", "thread"),
    Registered("llm", "llama_cpp", "assistant.think.llm.llama_cpp:LlamaCpp", deadlines=_LARGE),
    Registered("llm", "openai", "assistant.think.llm.openai:OpenAi", "thread", _LARGE),
    Registered("llm", "scripted", "assistant.scripted:ScriptedLlm", "thread"),
    Registered("tts", "piper", "assistant.speak.tts.piper:Piper"),
    Registered("tts", "espeak", "assistant.speak.tts.espeak:Espeak"),
    Registered("tts", "wyoming", "assistant.speak.tts.wyoming:Wyoming", "thread", _LARGE),
    Registered("tts", "scripted", "assistant.scripted:ScriptedTts", "thread"),
)
_FOUND = {(entry.kind, entry.name): entry for entry in _ENGINES}


def registered() -> tuple[Registered, ...]:
    """Every engine, by kind in the order of the road."""
    return _ENGINES


def find(kind: EngineKind, name: str) -> Registered:
    """The engine of this name; SettingsError names those there are."""
    found = _FOUND.get((kind, name))
    if found is None:
        known = ", ".join(entry.name for entry in _ENGINES if entry.kind == kind)
        raise SettingsError(f"there is no {kind} engine {name!r}; choose one of {known}")
    return found


def usable(kind: EngineKind, name: str) -> str | None:
    """Why this engine can't run here, with what mends it; None when it can."""
    entry = find(kind, name)
    try:
        reason = engine_class(entry.engine).missing()
    except EngineError as error:
        return str(error)
    return None if reason is None else str(reason)


def wake_engine(name: str, options: Mapping[str, JsonValue]) -> WakeEngine:
    """A wake-word engine for one stream; runs where it is made."""
    return cast(WakeEngine, _made("wake", name, options))


def vad_engine(name: str, options: Mapping[str, JsonValue]) -> VadEngine:
    """A voice-activity engine for one stream; runs where it is made."""
    return cast(VadEngine, _made("vad", name, options))


def _made(kind: EngineKind, name: str, options: Mapping[str, JsonValue]) -> Any:
    if (reason := usable(kind, name)) is not None:
        raise EngineError(f"the {kind} engine {name} can't run here: {reason}")
    return engine_class(find(kind, name).engine)(options)
