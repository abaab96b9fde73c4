"""Whisper weights in safetensors, of this box or a hub → a model of the owner's for the wide ear."""

import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from assistant.catalogue import Catalogue
from assistant.errors import AssistantError
from assistant.upkeep import whisper_weights
from assistant.upkeep.fetch import Wanted, client, fetch
from assistant.upkeep.meter import Meter
from assistant.upkeep.model_add import add
from assistant.upkeep.model_adding import Adding, Ask, Out, trusted
from assistant.upkeep.model_hub import Hub, HubSource, hub_address
from assistant.upkeep.models import STAGING

FILES: Final = (*whisper_weights.NEEDS, *whisper_weights.SPARE)
FITTED: Final = "acft"
"""In the name of weights that were tuned for windows cut to the speech."""


def convert(
    asked: Adding, tokenizer: str | None, catalogue: Catalogue, folder: Path, out: Out, ask: Ask
) -> str:
    """Convert and add it; return its id. `tokenizer`: another source for what the weights come without."""
    (folder / STAGING).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder / STAGING, prefix="converting-") as made:
        gathered, name = Path(made) / "source", _name(asked)
        gathered.mkdir()
        told = _gather(asked, asked.source, gathered, folder, out, ask)
        if tokenizer is not None:
            told += f", tokenizer of {_gather(asked, tokenizer, gathered, folder, out, ask)}"
        lacking = [each for each in whisper_weights.NEEDS if not (gathered / each).is_file()]
        if lacking:
            raise AssistantError(
                f"{asked.source}: lacks {', '.join(lacking)}; name another source for it: "
                "--tokenizer openai/whisper-base.en (of the same size)"
            )
        converted = Path(made) / name
        whisper_weights.convert(gathered, converted)
        out(f"{name}: converted to 8 bits for CTranslate2")
        return add(
            replace(
                asked,
                source=str(converted),
                id=name,
                kind="stt",
                trust=True,  # its sources were trusted above
                in_place=False,
                short_windows=asked.short_windows or FITTED in asked.source.lower(),
                origin=asked.source,
                made_by="convert",
                provenance=f"converted here from {told} on {time.strftime('%Y-%m-%d')}",
            ),
            catalogue,
            folder,
            out,
            ask,
        )


def _name(asked: Adding) -> str:
    if asked.id is not None:
        return asked.id
    source = HubSource.of(asked.source)
    return Path(asked.source).name if source is None else source.repository.rpartition("/")[2]


def _gather(asked: Adding, source: str, gathered: Path, folder: Path, out: Out, ask: Ask) -> str:
    """Bring what is still missing into the folder; where it came from, in words."""
    local = Path(source).expanduser()
    if source.startswith(("/", "~", ".")) or local.exists():
        if not local.is_dir():
            raise AssistantError(f"{local}: there is no such folder; name the one with {FILES[0]}")
        for name in FILES:
            if (local / name).is_file() and not (gathered / name).exists():
                shutil.copyfile(local / name, gathered / name)
        return str(local)
    named = HubSource.of(source)
    if named is None:
        raise AssistantError(f'"{source}" is no path and no repository; write ./folder or org/name')
    with client() as http:
        hub = Hub(http, hub_address())
        there = hub.repository(named.repository, named.revision)
        names = [name for name in FILES if name in there.files and not (gathered / name).exists()]
        digests = {name: hub.sha256(there, name) for name in names}
        if named.revision != there.commit:
            out(f"{there.name}: {named.revision} is commit {there.commit} today; that one is taken")
        trusted(asked, digests, out, ask)
        for name in names:
            url, size = hub.url(there.name, there.commit, name), there.files[name].size
            show = Meter(name, size)
            wanted = Wanted(url, digests[name], size, gathered / name)
            fetch(wanted, folder / STAGING, http, show, pause=time.sleep)
            show.end()
    return f"{there.name} at {there.commit}"
