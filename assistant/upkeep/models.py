"""Catalogue ⇄ this box: what models there are, fetch, check and remove them."""

import fcntl
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from assistant.catalogue import Catalogue
from assistant.errors import AssistantError
from assistant.model_entry import Model, ModelFile
from assistant.settings import Settings
from assistant.upkeep.fetch import Progress, Wanted, client, digest, fetch
from assistant.yaml_text import suggestion

HUB: Final = "https://huggingface.co"
STAGING: Final = ".staging"
_KINDS: Final = {
    "stt": "speech to text",
    "llm": "language models",
    "tts": "voices",
    "wake": "wake words",
    "turn": "end of turn",
}
Out = Callable[[str], None]


def named_in(settings: Settings, catalogue: Catalogue) -> list[Model]:
    """The models of the catalogue that run here by these settings: hearing, the voice, the language model."""
    names = [settings.ears.wide.model if settings.ears.wide else "", catalogue.voice(settings.voice).model]
    if settings.mind.llm is not None and settings.mind.llm.engine == "llama_cpp":
        names.append(settings.mind.llm.model)
    return [catalogue.models[name] for name in names if name in catalogue.models]


class Models:
    """The models of the catalogue as they lie in `folder`, one folder an id."""

    def __init__(self, catalogue: Catalogue, folder: Path, hub: str | None = None) -> None:
        self._catalogue = catalogue
        self._folder = folder
        self._hub = (hub or os.environ.get("HEARTH_HUB") or HUB).rstrip("/")

    # ── looking ──────────────────────────────────────────────────────────────────────────────────

    def list(self, out: Out, *, as_json: bool) -> None:
        """A line a model, by kind."""
        kind = ""
        for model in sorted(
            self._catalogue.models.values(), key=lambda model: list(_KINDS).index(model.kind)
        ):
            if as_json:
                out(json.dumps(self._facts(model)))
                continue
            if model.kind != kind:
                kind = model.kind
                out(f"{kind} ({_KINDS[kind]})")
            mark = "✓" if self.installed(model) else " "
            out(f"  {mark} {model.id:28} {_size(model):>9}  {','.join(model.languages):8} {_licence(model)}")

    def show(self, name: str, out: Out, *, as_json: bool) -> None:
        """All that is known of one model."""
        model = self.named(name)
        if as_json:
            out(json.dumps(self._facts(model)))
            return
        for key, value in self._facts(model).items():
            if value not in (None, [], ""):
                shown = ", ".join(map(str, value)) if isinstance(value, list) else value
                out(f"{key:16} {shown}")

    def named(self, name: str) -> Model:
        """A model of the catalogue. AssistantError names the nearest one."""
        if name not in self._catalogue.models:
            near = suggestion(name, list(self._catalogue.models))
            raise AssistantError(f'there is no model "{name}"{near}; `assistant models list` shows them all')
        return self._catalogue.models[name]

    def installed(self, model: Model) -> bool:
        """All its files are here and of the right size; `verify` reads them too."""
        if model.package is not None:
            return True
        return all(
            path.is_file() and file.size in (None, path.stat().st_size) for file, path in self._files(model)
        )

    def _files(self, model: Model) -> Iterator[tuple[ModelFile, Path]]:
        for file in model.files:
            yield file, self._folder / model.id / file.local_name

    def _facts(self, model: Model) -> dict[str, object]:
        told = model.model_dump(mode="json", exclude={"files"}, exclude_none=True)
        return {
            **told,
            "size_mb": round(model.size_bytes / 1e6),
            "files": [file.name for file in model.files],
            "installed": self.installed(model),
        }

    # ── changing ─────────────────────────────────────────────────────────────────────────────────

    def pull(self, names: Sequence[str], out: Out) -> None:
        """Fetch what is missing of these models, the smallest first. Interrupted, it goes on next time."""
        wanted = sorted((self.named(name) for name in names), key=lambda model: model.size_bytes)
        with self._alone(), client() as http:
            for model in wanted:
                if model.package is not None:
                    out(f"{model.id}: rides in the Python package {model.package}; nothing to fetch")
                    continue
                if model.non_commercial:
                    out(f"{model.id}: for use at home only: its licence ({model.licence}) bars profit")
                for file, path in self._files(model):
                    if path.is_file() and digest(path) == file.sha256:
                        continue
                    url = f"{self._hub}/{model.repository}/resolve/{model.commit}/{file.name}"
                    show = Meter(f"{model.id} {file.local_name}", file.size)
                    each = Wanted(url, file.sha256, file.size, path)
                    fetch(each, self._folder / STAGING, http, show, pause=time.sleep)
                    show.end()
                out(f"{model.id}: ready ({_size(model)}, every file is the one the catalogue names)")

    def remove(self, names: Sequence[str], out: Out) -> None:
        """Delete models from this box."""
        with self._alone():
            for model in [self.named(name) for name in names]:
                folder = self._folder / model.id
                if not folder.is_dir():
                    out(f"{model.id}: is not on this box")
                    continue
                shutil.rmtree(folder)
                out(f"{model.id}: removed ({_size(model)} free again)")

    def verify(self, names: Sequence[str], out: Out) -> bool:
        """Read every byte of these models (none named: of all that are here); whether all are right."""
        here = [self.named(name) for name in names] or [
            model for model in self._catalogue.models.values() if (self._folder / model.id).is_dir()
        ]
        if not here:
            out("no model was fetched yet; `assistant models list` shows what there is")
        bad = [model.id for model in here if not self._verified(model, out)]
        if bad:
            out(f"fetch again what is damaged: assistant models pull {' '.join(bad)}")
        return not bad

    def _verified(self, model: Model, out: Out) -> bool:
        if model.package is not None:
            out(f"{model.id}: rides in the Python package {model.package}")
            return True
        wrong = [
            path.name
            for file, path in self._files(model)
            if not path.is_file() or digest(path) != file.sha256
        ]
        out(f"{model.id}: {'missing or damaged: ' + ', '.join(wrong) if wrong else 'every byte is right'}")
        return not wrong

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Only one command changes models at a time. AssistantError when another one does."""
        staging = self._folder / STAGING
        try:
            staging.mkdir(parents=True, exist_ok=True)
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


class Meter:
    """One line on a terminal: how far, how fast, how long still."""

    def __init__(self, what: str, size: int | None) -> None:
        self._what = what
        self._size = size
        self._shown_s = 0.0
        self._live = sys.stderr.isatty()

    def __call__(self, progress: Progress) -> None:
        now_s = time.monotonic()
        if self._live and now_s - self._shown_s >= 0.2:
            self._shown_s = now_s
            sys.stderr.write(f"\r\x1b[K{self._what}: {meter(progress)}")
            sys.stderr.flush()

    def end(self) -> None:
        """The file is there."""
        if self._live:
            sys.stderr.write("\r\x1b[K")


def meter(progress: Progress) -> str:
    """`45 % of 146 MB, 3.2 MB/s, 25 s left`."""
    rate = f"{progress.bytes_per_s / 1e6:.1f} MB/s"
    if progress.total_bytes is None or progress.left_s is None:
        return f"{progress.done_bytes / 1e6:.0f} MB, {rate}"
    share = 100 * progress.done_bytes // max(1, progress.total_bytes)
    minutes, seconds = divmod(round(progress.left_s), 60)
    left = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    return f"{share} % of {progress.total_bytes / 1e6:.0f} MB, {rate}, {left} left"


def _size(model: Model) -> str:
    return "built in" if model.package is not None else f"{model.size_bytes / 1e6:,.0f} MB"


def _licence(model: Model) -> str:
    return f"{model.licence} (not for profit)" if model.non_commercial else model.licence
