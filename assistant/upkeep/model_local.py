"""A model's files on this box → its entry: recognised, hashed, trusted, copied or used where they lie."""

import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.catalogue import Catalogue
from assistant.checked import NOTES, Sealed, examine, hashed
from assistant.errors import AssistantError
from assistant.hear.stt.faster_whisper import FILES
from assistant.upkeep.model_adding import Adding, Ask, Made, Out, trusted
from assistant.upkeep.model_shape import kind_of, recognise
from assistant.upkeep.models import STAGING
from assistant.upkeep.models_file import ModelsText
from assistant.upkeep.on_disk import open_to_group


class Local(Made):
    """Files of this box."""

    def __init__(self, asked: Adding, path: Path) -> None:
        super().__init__(asked)
        self._path = path

    def entry(
        self, folder: Path, catalogue: Catalogue, text: ModelsText, out: Out, ask: Ask
    ) -> dict[str, Any]:
        home, names = _beside(self._path)
        if (plain := re.sub(r"[^A-Za-z0-9._-]+", "-", names[0])) != names[0]:
            raise AssistantError(
                f"{home / names[0]}: its name may hold letters, digits and -._; call it {plain}"
            )
        shape = recognise(home, names, self._asked.kind)
        stem = home.name if shape.kind == "stt" else Path(shape.files[0]).stem
        name = self.chosen_id(stem, catalogue, text)
        out(f"{self._path}: {shape.told}")
        found = {each: hashed(home / each) for each in shape.files}
        trusted(self._asked, {each: sha256 for each, (sha256, _) in found.items()}, out, ask)
        target = folder / name
        if not self._asked.in_place:
            _copy(home, target, {each: sha256 for each, (sha256, _) in found.items()}, folder)
        for each, (sha256, _) in found.items():
            lies = home if self._asked.in_place else target
            examine(Sealed(lies / each, sha256, target / NOTES, ""))
        files = [
            {"name": each, "size": stamp.size, "sha256": sha256} for each, (sha256, stamp) in found.items()
        ]
        source: dict[str, Any] = {"origin": self._asked.origin or str(self._path)}
        if self._asked.made_by != "add":
            source["made_by"] = self._asked.made_by
        if self._asked.in_place:
            source["in_place"] = True
        source["provenance"] = self._asked.provenance or f"added here on {time.strftime('%Y-%m-%d')}"
        return self.made_entry(name, shape, files, source)


def _beside(path: Path) -> tuple[Path, list[str]]:
    """The folder of a model and the names in it, its own file first."""
    if path.is_dir():
        names = sorted(each.name for each in path.iterdir() if each.is_file())
        firsts = [name for name in names if kind_of([name, *names]) is not None]
        if FILES[0] in firsts:
            firsts = [FILES[0]]
        if len(firsts) != 1:
            found = f"several models: {', '.join(firsts)}" if firsts else "no model"
            raise AssistantError(f"{path}: holds {found}; name the file")
        return path, [firsts[0], *names]
    names = [path.name]
    names += [each.name for each in path.parent.iterdir() if each.name.startswith(path.stem) and each != path]
    return path.parent, names


def _copy(home: Path, target: Path, digests: Mapping[str, str], folder: Path) -> None:
    """Copy into staging, see that the copies are right, and put them in place at once."""
    staged = folder / STAGING / f"adding-{target.name}"
    shutil.rmtree(staged, ignore_errors=True)
    try:
        needed = sum((home / name).stat().st_size for name in digests)
        if shutil.disk_usage(folder).free < needed + 200_000_000:
            raise AssistantError(f"{folder}: the disk is too full for {needed / 1e6:,.0f} MB more; free some")
        staged.mkdir(parents=True)
        for name, sha256 in digests.items():
            shutil.copyfile(home / name, staged / name)
            if hashed(staged / name)[0] != sha256:
                raise AssistantError(f"{home / name}: changed while it was copied; run it again")
            open_to_group(staged / name)
        open_to_group(staged)
        shutil.rmtree(target, ignore_errors=True)
        staged.replace(target)
    except OSError as error:
        raise AssistantError(f"{folder}: cannot be written ({error.strerror}); mend that first") from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)
