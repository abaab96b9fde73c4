"""Successors of the models in use: fetched, loaded once, and only then named in the settings.

A model's id never changes its meaning, so the old one stays where it is; the settings of before lie beside
the new ones (assistant.yaml.before).
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from ruamel.yaml.comments import CommentedMap

from assistant import paths
from assistant.catalogue import Catalogue, load_catalogue
from assistant.errors import AssistantError
from assistant.journal import Journal
from assistant.model_entry import Model
from assistant.settings import Settings, load_settings
from assistant.upkeep import setup_file
from assistant.upkeep.models import Models
from assistant.upkeep.on_disk import write_whole
from assistant.upkeep.release import Successor
from assistant.yaml_text import parse

Out = Callable[[str], None]
HEAD: Final = (
    "# Models beside those that come with Hearth; written by `assistant update`, and yours to edit.\n"
)


def offered(settings: Settings, successors: Sequence[Successor]) -> list[Successor]:
    """Those whose predecessor is in use here."""
    return [each for each in successors if _changes(settings, each) is not None]


def take_over(file: Path, successor: Successor, out: Out) -> None:
    """Fetch it, load it, name it. AssistantError: the settings and the model in use are as before."""
    settings = load_settings(file)
    change = _changes(settings, successor)
    if change is None:
        return
    model = successor.model
    catalogue = load_catalogue()
    known = Catalogue({**catalogue.models, model.id: model}, catalogue.voices)
    Models(known, settings.data_folder / "models").pull([model.id], out)
    _name(model)
    text = setup_file.changed(file.read_text(), change, str(file))
    candidate = file.with_name(".update-candidate.yaml")
    write_whole(candidate, text.encode())
    try:
        asyncio.run(_load(load_settings(candidate)))
    finally:
        candidate.unlink(missing_ok=True)
    setup_file.write(file, text)
    out(f"{model.id} takes the place of {successor.replaces}, which stays on this box")


def _changes(settings: Settings, successor: Successor) -> dict[str, Any] | None:
    """What changes in the settings; None: its predecessor is not in use."""
    old, new = successor.replaces, successor.model
    if new.kind == "stt" and settings.ears.wide is not None and settings.ears.wide.model == old:
        return {"ears": {"wide": {"model": new.id}}}
    llm = settings.mind.llm
    if new.kind == "llm" and llm is not None and llm.engine == "llama_cpp" and llm.model == old:
        return {"mind": {"llm": {"model": new.id}}}
    return None


async def _load(settings: Settings) -> None:
    """Every engine of these settings, once; nothing is kept."""
    # Only here: a house that is broken must not keep the update away that mends it.
    from assistant.house.build import Opening, open_house

    journal = Journal(asyncio.get_running_loop().time)
    async with open_house(settings, journal, Opening(demo_home=True, ears=True)):
        return


def _name(model: Model) -> None:
    """Write it into the owner's models.yaml, where it is not there already."""
    file = paths.config_folder() / "models.yaml"
    before = file.read_text() if file.exists() else ""
    known = parse(before.encode(), str(file)).data or {}
    entries = known.get("models") or [] if isinstance(known, dict) else None
    if not isinstance(entries, list):
        raise AssistantError(f"{file}: is not a list of models; mend it first (assistant models list)")
    if any(isinstance(each, dict) and each.get("id") == model.id for each in entries):
        return
    entry = model.model_dump(mode="json", exclude_defaults=True)

    def add(tree: CommentedMap) -> None:
        tree["models"] = [*(tree.get("models") or []), entry]

    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, setup_file.edited(before or HEAD, add, str(file)).encode())
