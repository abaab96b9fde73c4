"""A repository of a hub, at one commit → a model's entry: fetched by digest, recognised, trusted."""

import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.catalogue import Catalogue
from assistant.checked import NOTES, Sealed, hashed, note
from assistant.errors import AssistantError
from assistant.hear.stt.faster_whisper import FILES, VOCABULARIES
from assistant.upkeep.fetch import Wanted, client, fetch
from assistant.upkeep.meter import Meter
from assistant.upkeep.model_adding import NOT_TOLD, Adding, Ask, Made, Out, trusted
from assistant.upkeep.model_hub import Hub, HubRepository, HubSource, hub_address
from assistant.upkeep.model_shape import WHISPER_SPARE, Shape, kind_of, recognise
from assistant.upkeep.models import STAGING
from assistant.upkeep.models_file import ModelsText


class FromHub(Made):
    """A repository at one commit."""

    def __init__(self, asked: Adding, source: HubSource) -> None:
        super().__init__(asked)
        self._source = source

    def entry(
        self, folder: Path, catalogue: Catalogue, text: ModelsText, out: Out, ask: Ask
    ) -> dict[str, Any]:
        with client() as http:
            hub = Hub(http, hub_address())
            there = hub.repository(self._source.repository, self._source.revision)
            if self._source.revision != there.commit:
                out(f"{there.name}: {self._source.revision} is commit {there.commit} today; that one is kept")
            names = _chosen(there, self._source.file)
            digests = {name: hub.sha256(there, name) for name in names}
            stem = there.name.partition("/")[2] if kind_of(_last(names)) == "stt" else Path(names[0]).stem
            name = self.chosen_id(stem, catalogue, text)
            size_mb = sum(there.files[each].size for each in names) / 1e6
            out(
                f"{there.name}: {size_mb:,.0f} MB, licence {self._asked.licence or there.licence or NOT_TOLD}"
            )
            trusted(self._asked, digests, out, ask)
            staged = folder / STAGING / f"adding-{name}"
            shutil.rmtree(staged, ignore_errors=True)
            try:
                for each in names:
                    file = there.files[each]
                    show = Meter(each, file.size)
                    url = hub.url(there.name, there.commit, each)
                    wanted = Wanted(url, digests[each], file.size, staged / Path(each).name)
                    fetch(wanted, folder / STAGING, http, show, pause=time.sleep)
                    show.end()
                shape = recognise(staged, _last(names), self._asked.kind)
                shutil.rmtree(folder / name, ignore_errors=True)
                staged.replace(folder / name)
            finally:
                shutil.rmtree(staged, ignore_errors=True)
        out(f"{there.name}: {shape.told}")
        return self._written(name, shape, there, names, digests, folder)

    def _written(
        self,
        name: str,
        shape: Shape,
        there: HubRepository,
        names: Sequence[str],
        digests: Mapping[str, str],
        folder: Path,
    ) -> dict[str, Any]:
        by_name = {Path(each).name: each for each in names}
        wanted = [by_name[each] for each in shape.files]
        for each in wanted:
            path = folder / name / Path(each).name
            note(Sealed(path, digests[each], path.with_name(NOTES), ""), hashed(path)[1], good=True)
        files = [{"name": each, "size": there.files[each].size, "sha256": digests[each]} for each in wanted]
        source: dict[str, Any] = {"repository": there.name, "commit": there.commit, "licence": there.licence}
        source["provenance"] = f"added from the hub on {time.strftime('%Y-%m-%d')}"
        return self.made_entry(name, shape, files, source)


def _last(names: Sequence[str]) -> list[str]:
    return [Path(name).name for name in names]


def _chosen(there: HubRepository, file: str | None) -> list[str]:
    """The files that make one model, its own first. AssistantError names those to choose from."""
    if file is not None and file not in there.files:
        raise AssistantError(f"{there.name}: has no {file}; it has {_some(there.files)}")
    names = list(there.files)
    if file is None:
        firsts = (
            [FILES[0]]
            if FILES[0] in names
            else [name for name in names if kind_of([name, *names]) is not None]
        )
        if len(firsts) != 1:
            raise AssistantError(f"{there.name}: name one of its files: {_some(firsts or names)}")
        file = firsts[0]
    place, _, last = file.rpartition("/")
    near = f"{place}/" if place else ""
    if last == FILES[0]:
        wanted = [*FILES, *VOCABULARIES, *WHISPER_SPARE]
    else:
        stem = last.rpartition(".")[0]
        wanted = [last, last + ".json", *(f"{stem}{suffix}" for suffix in (".yaml", ".yml", ".json"))]
    return [near + each for each in wanted if near + each in there.files]


def _some(names: Sequence[str] | Mapping[str, Any]) -> str:
    shown = sorted(names)
    return ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "")
