"""An errand of the page, done by a process of another unit: asked for in one file, told of in another.

The hub's own unit reaches nothing beyond this home, and its children neither. What fetches (systemd/
assistant-fetch.service) takes ids of models from `asked.json`, and nothing else.
"""

import json
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from assistant import paths
from assistant.catalogue import load_catalogue
from assistant.errors import WireError
from assistant.strict_json import read_json
from assistant.upkeep.lowly import end
from assistant.upkeep.on_disk import write_whole

ASKED, TOLD, LOG = "asked.json", "told.json", "log"
State = Literal["running", "done", "failed", "cancelled"]
STATES: Final[tuple[State, ...]] = ("running", "done", "failed", "cancelled")
LOOK_S: Final = 0.5
KEPT_LINES: Final = 12
LARGEST: Final = 20_000
MOST_MODELS: Final = 50


@dataclass(frozen=True, slots=True)
class Word:
    """How an errand is."""

    id: str
    state: State
    lines: tuple[str, ...]


def folder() -> Path:
    """Where both files are."""
    return paths.data_folder() / "fetch"


def ask(name: str, models: Sequence[str]) -> None:
    """Have these fetched; `name`: the errand's own. OSError where it cannot be written."""
    folder().mkdir(parents=True, exist_ok=True)
    write_whole(folder() / ASKED, json.dumps({"id": name, "models": list(models)}).encode())


def take_back() -> None:
    """Nothing is asked for any more: what is under way ends, and keeps its part."""
    (folder() / ASKED).unlink(missing_ok=True)


def told() -> Word | None:
    """What was last told; None: nothing, or nothing that can be read."""
    try:
        found = read_json((folder() / TOLD).read_bytes()[:LARGEST])
    except (OSError, WireError):
        return None
    name, state, lines = found.get("id"), found.get("state"), found.get("lines")
    if not isinstance(name, str) or not isinstance(lines, list):
        return None
    known = next((each for each in STATES if each == state), None)
    return None if known is None else Word(name, known, tuple(map(str, lines[-KEPT_LINES:])))


def run_errands() -> bool:
    """Do what is asked for, until nothing is; whether the last of it went well."""
    well, before = True, ""
    while (asked := _asked()) is not None and asked[0] != before:
        before = asked[0]
        well = _run(*asked)
    return well


def _asked() -> tuple[str, tuple[str, ...]] | None:
    try:
        found = read_json((folder() / ASKED).read_bytes()[:LARGEST])
    except (OSError, WireError):
        return None
    name, models = found.get("id"), found.get("models")
    if not isinstance(name, str) or not isinstance(models, list) or len(models) > MOST_MODELS:
        return None
    return name, tuple(str(model) for model in models)


def _run(name: str, models: tuple[str, ...]) -> bool:
    unknown = [model for model in models if model not in load_catalogue().models]
    if unknown or not models:
        why = f"{', '.join(unknown)[:200]}: not a model that Hearth comes with; on the box: assistant models"
        _tell(Word(name, "failed", (why,)))
        return False
    log = folder() / LOG
    words = [sys.executable, "-P", "-m", "assistant", "models", "pull", *models]
    with log.open("wb") as writing:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.STDOUT, start_new_session=True
        )
    status: int | None = None
    while status is None:
        _tell(Word(name, "running", _last_lines(log)))
        try:
            status = process.wait(LOOK_S)
        except subprocess.TimeoutExpired:
            now = _asked()
            if now is None or now[0] != name:
                end(process)
                _tell(Word(name, "cancelled", _last_lines(log)))
                return False
    _tell(Word(name, "done" if status == 0 else "failed", _last_lines(log)))
    return status == 0


def _last_lines(log: Path) -> tuple[str, ...]:
    with log.open(encoding="utf-8", errors="replace") as lines:
        kept = deque((line.strip()[:2000] for line in lines if line.strip()), maxlen=KEPT_LINES)
    return tuple(kept)


def _tell(word: Word) -> None:
    text = json.dumps({"id": word.id, "state": word.state, "lines": word.lines}).encode()
    file = folder() / TOLD
    if not file.exists() or file.read_bytes() != text:
        write_whole(file, text)
