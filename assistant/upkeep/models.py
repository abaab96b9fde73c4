"""Catalogue ⇄ this box: what models there are, fetch, check and remove them."""

import fcntl
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from assistant.catalogue import Catalogue
from assistant.checked import Sealed, examine, note
from assistant.errors import AssistantError
from assistant.model_entry import Model, ModelFile
from assistant.settings import Settings
from assistant.upkeep.fetch import SPARE_BYTES, Wanted, client, fetch
from assistant.upkeep.meter import Meter
from assistant.upkeep.model_hub import hub_address
from assistant.upkeep.on_disk import open_to_group
from assistant.yaml_text import suggestion

STAGING: Final = ".staging"
Out = Callable[[str], None]


def named_in(settings: Settings, catalogue: Catalogue) -> list[Model]:
    """The models of the catalogue that run here by these settings: hearing, the voice, the language model."""
    ears = [ear for ear in (settings.ears.wide, settings.ears.fallback) if ear and ear.address is None]
    names = [*(ear.model for ear in ears), catalogue.voice(settings.voice).model]
    if settings.mind.llm is not None and settings.mind.llm.engine == "llama_cpp":
        names.append(settings.mind.llm.model)
    return [catalogue.models[name] for name in names if name in catalogue.models]


class Models:
    """The models of the catalogue as they lie in `folder`, one folder an id."""

    def __init__(self, catalogue: Catalogue, folder: Path, hub: str | None = None) -> None:
        self.catalogue = catalogue
        self._folder = folder
        self._hub = hub_address(hub)

    def named(self, name: str) -> Model:
        """A model of the catalogue. AssistantError names the nearest one."""
        if name not in self.catalogue.models:
            near = suggestion(name, list(self.catalogue.models))
            raise AssistantError(f'there is no model "{name}"{near}; `assistant models list` shows them all')
        return self.catalogue.models[name]

    def installed(self, model: Model) -> bool:
        """All its files are here and of the right size; `verify` reads them too."""
        if model.package is not None:
            return True
        return all(
            path.is_file() and file.size in (None, path.stat().st_size) for file, path in self._files(model)
        )

    def _files(self, model: Model) -> Iterator[tuple[ModelFile, Path]]:
        for file in model.files:
            yield file, model.home(self._folder) / file.local_name

    # ── changing ─────────────────────────────────────────────────────────────────────────────────

    def pull(self, names: Sequence[str], out: Out) -> None:
        """Fetch what is missing of these models, the smallest first. Interrupted, it goes on next time."""
        wanted = sorted((self.named(name) for name in names), key=lambda model: model.size_bytes)
        with self.alone(), client() as http:
            for model in wanted:
                if model.package is not None:
                    out(f"{model.id}: rides in the Python package {model.package}; nothing to fetch")
                    continue
                if not model.locked:
                    raise AssistantError(
                        f"{model.id}: has no digests yet; fill them in: assistant models lock {model.id}"
                    )
                for told in _terms(model):
                    out(told)
                missing = [(file, sealed) for file, sealed in self._sealed(model) if not _right(sealed)]
                self._check_room(model, [file for file, _ in missing])
                for file, sealed in missing:
                    self._fetch(model, file, sealed, http)
                out(f"{model.id}: ready ({size_told(model)}, every file is the one the catalogue names)")

    def _check_room(self, model: Model, files: Sequence[ModelFile]) -> None:
        """For all of a model, before its first byte is fetched. AssistantError."""
        needed = sum(file.size or 0 for file in files) + SPARE_BYTES
        if files and (free := shutil.disk_usage(self._folder).free) < needed:
            short_mb = (needed - free) / 1e6
            raise AssistantError(
                f"{self._folder}: the disk is {short_mb:,.0f} MB too full for {model.id}; free some"
            )

    def _fetch(self, model: Model, file: ModelFile, sealed: Sealed, http: httpx.Client) -> None:
        if model.repository is None:
            raise AssistantError(f"{sealed.path} is missing or damaged; {sealed.fix}")
        url = f"{self._hub}/{model.repository}/resolve/{model.commit}/{file.name}"
        show = Meter(f"{model.id} {file.local_name}", file.size)
        each = Wanted(url, sealed.sha256, file.size, sealed.path)
        stamp = fetch(each, self._folder / STAGING, http, show, pause=time.sleep)
        note(sealed, stamp, good=True)
        show.end()

    def remove(self, names: Sequence[str], out: Out) -> None:
        """Delete models from this box; files of the owner's that are used where they lie stay there."""
        with self.alone():
            for model in [self.named(name) for name in names]:
                folder = self._folder / model.id
                if not folder.is_dir():
                    out(f"{model.id}: is not on this box")
                    continue
                shutil.rmtree(folder)
                out(f"{model.id}: removed ({size_told(model)} free again)")

    def verify(self, names: Sequence[str], out: Out) -> bool:
        """Read every byte of these models (none named: of all that are here); whether all are right."""
        here = [self.named(name) for name in names] or [
            model for model in self.catalogue.models.values() if (self._folder / model.id).is_dir()
        ]
        if not here:
            out("no model was fetched yet; `assistant models list` shows what there is")
        bad = [model for model in here if not self._verified(model, out)]
        if fetched := [model.id for model in bad if model.repository is not None]:
            out(f"fetch again what is damaged: assistant models pull {' '.join(fetched)}")
        for model in bad:
            if model.origin is not None:
                out(f"bring it back: assistant models {model.made_by} {model.origin} --id {model.id}")
        return not bad

    def _verified(self, model: Model, out: Out) -> bool:
        if model.package is not None:
            out(f"{model.id}: rides in the Python package {model.package}")
            return True
        wrong = [sealed.path.name for _, sealed in self._sealed(model) if not _right(sealed)]
        if not model.locked:
            out(f"{model.id}: has no digests yet: assistant models lock {model.id}")
            return False
        said = "every byte is right" + (" (trusted on first use)" if model.trust == "first_use" else "")
        out(f"{model.id}: {'missing or damaged: ' + ', '.join(wrong) if wrong else said}")
        return not wrong

    def _sealed(self, model: Model) -> Iterator[tuple[ModelFile, Sealed]]:
        found = self.catalogue.sealed(model.id, model.kind, self._folder)
        return zip(model.files, found, strict=False)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Only one command changes models at a time. AssistantError when another one does."""
        staging = self._folder / STAGING
        try:
            staging.mkdir(parents=True, exist_ok=True)
            open_to_group(self._folder)
            lock = (staging / "lock").open("w")
        except OSError as error:
            raise AssistantError(
                f"{staging}: cannot be written ({error.strerror}); check its owner"
            ) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AssistantError("models are being fetched or removed already; wait for that") from error
            yield


def size_told(model: Model) -> str:
    """For a person."""
    return "built in" if model.package is not None else f"{model.size_bytes / 1e6:,.0f} MB"


def _right(sealed: Sealed) -> bool:
    """Reads the whole file."""
    try:
        return examine(sealed)
    except OSError:
        return False


def _terms(model: Model) -> Iterator[str]:
    """What the owner should know before it is fetched."""
    if model.non_commercial:
        terms = [model.licence]
        terms += [f"data: {model.data_licence}"] if model.data_licence else []
        terms += (
            [f"tuned from {model.base_voice}"] if model.base_voice not in (None, "none", "unknown") else []
        )
        yield f"{model.id}: for use at home only: its licence ({'; '.join(terms)}) bars profit"
    if model.trust == "first_use":
        yield f"{model.id}: trusted on first use: nobody but you vouches for its digests"
