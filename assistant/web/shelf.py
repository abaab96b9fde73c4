"""The page's part on models: what there is, what is here, and fetching by a process of its own.

The hub hears, so it fetches nothing itself: `assistant models` does; this part only starts and watches it.
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant import paths
from assistant.catalogue import Catalogue, load_catalogue
from assistant.errors import SettingsError, WireError
from assistant.model_entry import Model
from assistant.settings import Settings
from assistant.upkeep.models import STAGING, Models, named_in
from assistant.web.errands import Errand, Errands, State, Then
from assistant.web.guard import body
from assistant.web.hall import Hall, Offer

DOES: Final = ("pull", "verify", "remove")


class Shelf:
    """Models of the catalogue."""

    def __init__(self, hall: Hall, errands: Errands) -> None:
        self._hall = hall
        self._errands = errands

    def offers(self) -> Sequence[Offer]:
        """The routes."""
        return (
            ("GET", "/api/models", self._show),
            ("POST", "/api/models", self._do),
            ("POST", "/api/models/cancel", self._cancel),
        )

    async def pull(self, models: Sequence[Model], then: Then | None = None) -> None:
        """Fetch these by the one process with the internet. WireError while it does something else."""
        names = [model.id for model in models]
        self._may_fetch(names)
        await self._errands.start("models", "pull", *names, *self._where(), then=then)

    async def missing(self, settings: Settings) -> list[Model]:
        """Which models these settings want that are not here."""
        return await asyncio.to_thread(_missing, settings)

    async def _show(self, request: Request) -> Response:
        return JSONResponse(await asyncio.to_thread(self._shown))

    def _shown(self) -> dict[str, object]:
        settings, catalogue = self._hall.settings(), load_catalogue()
        folder = settings.data_folder / "models"
        models = Models(catalogue, folder)
        used = {model.id for model in named_in(settings, catalogue)}
        shown = [_facts(each, models.installed(each), each.id in used) for each in catalogue.models.values()]
        errand = self._errands.last
        told = None if errand is None else _told(errand, catalogue, folder)
        return {"models": shown, "errand": told, "busy": self._errands.busy}

    async def _do(self, request: Request) -> Response:
        asked = await body(request)
        does, name = asked.get("do"), asked.get("id")
        catalogue = await asyncio.to_thread(load_catalogue)
        if does not in DOES or not isinstance(name, str) or name not in catalogue.models:
            raise SettingsError(f"say which model, and one of: {', '.join(DOES)}")
        in_use = {model.id for model in named_in(self._hall.settings(), catalogue)}
        if does == "remove" and name in in_use:
            raise WireError(f"{name} is in use; choose another under Setup first")
        if does == "pull":
            self._may_fetch([name])
        await self._errands.start("models", does, name, *self._where())
        return await self._show(request)

    async def _cancel(self, request: Request) -> Response:
        await self._errands.cancel()
        return await self._show(request)

    def _may_fetch(self, names: Sequence[str]) -> None:
        """WireError with the way that is left where what fetches for the service cannot write."""
        folder = self._hall.settings().data_folder
        if "HEARTH_ENGINES" not in os.environ or folder == paths.data_folder():
            return
        where = f"HEARTH_DATA={paths.data_folder()} HEARTH_CONFIG={paths.config_folder()}"
        command = f"sudo -u hearth env {where} assistant models pull {' '.join(names)}"
        raise WireError(f"the service fetches nothing into {folder}. On the box: {command}")

    def _where(self) -> tuple[str, ...]:
        file = self._hall.settings_file()
        return ("--settings", str(file)) if file.is_file() else ()


def _missing(settings: Settings) -> list[Model]:
    catalogue = load_catalogue()
    models = Models(catalogue, settings.data_folder / "models")
    return [model for model in named_in(settings, catalogue) if not models.installed(model)]


def _facts(model: Model, installed: bool, in_use: bool) -> dict[str, object]:
    return {
        "id": model.id,
        "kind": model.kind,
        "licence": model.licence,
        "data_licence": model.data_licence,
        "non_commercial": model.non_commercial,
        "provenance": model.provenance,
        "languages": list(model.languages),
        "size_mb": round(model.size_bytes / 1e6),
        "ram_mb": model.ram_mb,
        "built_in": model.package is not None,
        "installed": installed,
        "in_use": in_use,
    }


def _told(errand: Errand, catalogue: Catalogue, folder: Path) -> Mapping[str, object]:
    """An errand with how far its download is, read from what lies on the disk."""
    models = [catalogue.models[word] for word in errand.words if word in catalogue.models]
    told: dict[str, object] = {
        "words": " ".join(word for word in errand.words[1:] if not word.startswith(("-", "/"))),
        "models": [model.id for model in models],
        "state": errand.state.value,
        "lines": list(errand.lines),
    }
    if errand.words[1] == "pull" and errand.state is State.RUNNING:
        told["done_mb"] = round(sum(_here_bytes(model, folder) for model in models) / 1e6, 1)
        told["total_mb"] = round(sum(model.size_bytes for model in models) / 1e6, 1)
    return told


def _here_bytes(model: Model, folder: Path) -> int:
    places = [(folder / model.id / f.local_name, folder / STAGING / f"{f.sha256}.part") for f in model.files]
    return sum(next((p.stat().st_size for p in pair if p.is_file()), 0) for pair in places)
