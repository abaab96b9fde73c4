"""A model of the owner's → the catalogue: looked at, hashed, trusted on first use, written down.

From this box it is copied (or used where it lies); from a hub it is fetched at one commit.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant import paths
from assistant.catalogue import Catalogue
from assistant.errors import AssistantError
from assistant.upkeep.model_adding import Adding, Ask, Out
from assistant.upkeep.model_from_hub import FromHub
from assistant.upkeep.model_hub import HubSource
from assistant.upkeep.model_local import Local
from assistant.upkeep.models import Models
from assistant.upkeep.models_file import ModelsText
from assistant.upkeep.on_disk import write_whole


def own_file() -> Path:
    """The owner's models.yaml."""
    return paths.config_folder() / "models.yaml"


def add(asked: Adding, catalogue: Catalogue, folder: Path, out: Out, ask: Ask) -> str:
    """Add it and return its id. AssistantError: nothing was added, and the message says why."""
    text = ModelsText(own_file())
    local = Path(asked.source).expanduser()
    if asked.source.startswith(("/", "~", ".")) or local.exists():
        if not local.exists():
            raise AssistantError(f"{local}: there is no such file or folder; check the path")
        made: Local | FromHub = Local(asked, local.absolute())
    else:
        source = HubSource.of(asked.source)
        if source is None:
            raise AssistantError(
                f'"{asked.source}" is no path and no repository; write ./file.gguf or org/name/file.gguf'
            )
        made = FromHub(asked, source)
    with Models(catalogue, folder).alone():
        entry = made.entry(folder, catalogue, text, out, ask)
        text.put(entry)
        text.write()
        _give_voice(entry)
    out(f"{entry['id']}: added to {text.file}; {_use(entry)}")
    return str(entry["id"])


def _give_voice(entry: Mapping[str, Any]) -> None:
    """A voice file beside the settings, so that the model can be spoken with by its id."""
    if entry["kind"] != "tts":
        return
    file = paths.config_folder() / "voices" / f"{entry['id']}.yaml"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = {
            "name": entry["id"],
            "engine": "piper",
            "model": entry["id"],
            "language": entry["languages"][0],
        }
        write_whole(file, "".join(f"{key}: {value}\n" for key, value in lines.items()).encode())


def _use(entry: Mapping[str, Any]) -> str:
    """Where the settings name it."""
    name = entry["id"]
    return {
        "llm": f"use it: mind.llm: {{engine: llama_cpp, model: {name}}}",
        "stt": f"use it: ears.wide: {{model: {name}}}",
        "tts": f"use it: voice: {name}",
        "wake": f"use it: wake.words: [{name}]",
    }[entry["kind"]]
