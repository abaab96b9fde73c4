"""Registered engines → a table: what can run here, and what mends the rest."""

import json
from collections.abc import Callable

from assistant.house import engines

_TOLD = {
    "wake": "wake word",
    "vad": "is it a voice",
    "stt": "speech to text",
    "llm": "language model",
    "tts": "voice",
}


def tell(out: Callable[[str], None], *, as_json: bool) -> None:
    """A line an engine: kind, name, ready or why not. As JSON: kind, name, ready, reason, engine."""
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
