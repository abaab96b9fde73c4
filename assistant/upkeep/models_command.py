"""`assistant models`: the words of the command line → what is done with models."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.catalogue import Catalogue, load_catalogue
from assistant.errors import AssistantError
from assistant.model_entry import Kind
from assistant.settings import load_settings
from assistant.upkeep import errand
from assistant.upkeep.fetch import client
from assistant.upkeep.model_hub import Hub, hub_address
from assistant.upkeep.models import Models
from assistant.upkeep.models_file import ModelsText
from assistant.upkeep.models_told import tell_all, tell_one
from assistant.upkeep.terminal import typed_line

Out = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """One command."""

    what: str
    ids: tuple[str, ...]
    settings: Path | None = None
    as_json: bool = False
    id: str | None = None
    kind: Kind | None = None
    licence: str | None = None
    languages: tuple[str, ...] = ()
    in_place: bool = False
    trust: bool = False
    short_windows: bool = False
    tokenizer: str | None = None


def run(asked: Asked, out: Out) -> bool:
    """Do it; False: what was looked at is not as it should be. Raises AssistantError."""
    if asked.what == "errand":
        return errand.run_errands()
    catalogue, folder = load_catalogue(), load_settings(asked.settings).data_folder / "models"
    if asked.what in ("add", "convert"):
        _bring(asked, catalogue, folder, out)
        return True
    if asked.what == "lock":
        from assistant.upkeep import model_add, model_lock

        with client() as http:
            hub, text = Hub(http, hub_address()), ModelsText(model_add.own_file())
            model_lock.lock(text, asked.ids, hub, out, typed_line, trust=asked.trust)
        return True
    if asked.what in ("show", "pull", "remove") and not asked.ids:
        raise AssistantError(f"no model was named: assistant models {asked.what} ID (assistant models list)")
    models = Models(catalogue, folder)
    match asked.what:
        case "list":
            tell_all(models, out, as_json=asked.as_json)
        case "show":
            for name in asked.ids:
                tell_one(models, name, out, as_json=asked.as_json)
        case "pull":
            models.pull(asked.ids, out)
        case "remove":
            models.remove(asked.ids, out)
            _forget(asked.ids, catalogue, out)
        case _:
            return models.verify(asked.ids, out)
    return True


def _bring(asked: Asked, catalogue: Catalogue, folder: Path, out: Out) -> None:
    from assistant.upkeep import model_add, model_adding, model_convert

    if len(asked.ids) != 1:
        raise AssistantError(
            f"name one source: assistant models {asked.what} ./file.gguf, or org/name/file.gguf of a hub"
        )
    adding = model_adding.Adding(
        asked.ids[0],
        asked.id,
        asked.kind,
        asked.licence,
        asked.languages,
        asked.in_place,
        asked.trust,
        asked.short_windows,
    )
    if asked.what == "add":
        model_add.add(adding, catalogue, folder, out, typed_line)
    else:
        model_convert.convert(adding, asked.tokenizer, catalogue, folder, out, typed_line)


def _forget(names: tuple[str, ...], catalogue: Catalogue, out: Out) -> None:
    """What was added from this box can't be fetched again: its entry goes with its files."""
    from assistant.upkeep.model_add import own_file

    text = ModelsText(own_file())
    gone = [name for name in names if catalogue.models[name].origin is not None and text.take(name)]
    if gone:
        text.write()
        out(f"{text.file}: no longer lists {', '.join(gone)}")
