"""Engines → a table: which can run here, what mends the rest, and which of other boxes answer."""

import json
from collections.abc import Callable
from pathlib import Path

from assistant.errors import SettingsError
from assistant.house import engines
from assistant.settings import Settings, load_settings
from assistant.upkeep import terminal
from assistant.upkeep.elsewhere import remotes

_TOLD = {
    "wake": "wake word",
    "vad": "is it a voice",
    "stt": "speech to text",
    "turn": "is the speaker done",
    "llm": "language model",
    "tts": "voice",
}


def tell(out: Callable[[str], None], settings_file: Path | None, *, as_json: bool) -> None:
    """A line an engine: kind, name, ready or why not. As JSON: kind, name, ready, reason, engine.

    Then those that the settings have on other boxes, by key; as JSON also address and answered_ms.
    """
    _tell_own(out, as_json=as_json)
    try:
        settings = load_settings(settings_file)
    except SettingsError as error:
        terminal.note(f"{error}\nSo engines on other boxes are not asked.")
        return
    _tell_remotes(out, settings, as_json=as_json)


def _tell_remotes(out: Callable[[str], None], settings: Settings, *, as_json: bool) -> None:
    first = True
    for found in remotes(settings):
        ready = found.answered_ms is not None
        if as_json:
            line = {"kind": found.kind, "name": found.key, "ready": ready, "address": found.address}
            answered = None if found.answered_ms is None else round(found.answered_ms, 1)
            out(json.dumps(line | {"reason": None if ready else found.told, "answered_ms": answered}))
            continue
        if first:
            out("on other boxes (by your settings)")
            first = False
        told = f"answers in {found.answered_ms:.0f} ms: {found.told}" if ready else found.told
        out(f"  {'✓' if ready else '✗'} {found.key:18} {found.address}  {told}")


def _tell_own(out: Callable[[str], None], *, as_json: bool) -> None:
    kind = ""
    for entry in engines.registered():
        reason = engines.usable(entry.kind, entry.name)
        if as_json:
            line = {"kind": entry.kind, "name": entry.name, "ready": reason is None, "reason": reason}
            out(json.dumps(line | {"engine": entry.engine}))
            continue
        if entry.kind != kind:
            kind = entry.kind
            out(f"{kind} ({_TOLD[kind]})")
        out(f"  {'✓' if reason is None else '✗'} {entry.name:18} {'ready' if reason is None else reason}")
