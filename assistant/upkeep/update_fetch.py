"""A release's address → a whole environment beside the one in force. Nothing in force is touched.

Only this and `models` reach beyond the home; what runs here cannot hear.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Final, Protocol

import httpx

from assistant.checked import digest
from assistant.upkeep.fetch import SPARE_BYTES, FetchError, Wanted, client, fetch, opened
from assistant.upkeep.meter import Meter
from assistant.upkeep.release import LARGEST_INDEX, Release, ReleaseError, ReleaseFile
from assistant.upkeep.release_extras import lists_of
from assistant.upkeep.release_place import PARTIAL, Place, sync_folder

Out = Callable[[str], None]
INDEX_S: Final = 60.0
"""For the whole index: a server that dribbles is given up."""
BUILD_S: Final = 3600.0
WHOLE: Final = ".hearth-release.json"
"""In a release: what it was built from."""


def fetched_index(address: str) -> bytes:
    """The bytes at the address, whatever they are. ReleaseError with the fix."""
    content, until_s = b"", time.monotonic() + INDEX_S
    try:
        with client() as http, opened(http, address, 0) as response:
            if response.status_code != httpx.codes.OK:
                raise ReleaseError(
                    f"{address}: the server answered {response.status_code}; check update.index, or try later"
                )
            for piece in response.iter_raw(65536):
                content += piece
                if len(content) > LARGEST_INDEX:
                    raise ReleaseError(
                        f"{address}: is larger than a release index may be; check update.index"
                    )
                if time.monotonic() > until_s:
                    raise ReleaseError(f"{address}: did not come within {INDEX_S:.0f} s; try again later")
    except httpx.InvalidURL as error:
        raise ReleaseError(f"{address}: is no address; mend update.index in the settings") from error
    except httpx.TransportError as error:
        raise ReleaseError(
            f"{address}: cannot be reached ({error}); check the network and try again"
        ) from error
    except FetchError as error:
        raise ReleaseError(str(error)) from error
    return content


def prepared(release: Release, place: Place) -> Path | None:
    """The release where it lies whole on this disk, built from the very files named; else None."""
    folder = place.releases / release.version
    try:
        told = json.loads((folder / WHOLE).read_text())
    except (OSError, ValueError):
        return None
    return folder if told == _built_from(release) else None


class Source(Protocol):
    """Where a release's files come from."""

    def bring(self, release: Release, staging: Path) -> Sequence[str]:
        """Put its files, each of its digest, into `staging`; the installer's words for where packages are.

        ReleaseError, FetchError where that cannot be.
        """


@dataclass(frozen=True, slots=True)
class Web:
    """Beside the index, at its address; the packages from where the installer finds them."""

    index: str

    def bring(self, release: Release, staging: Path) -> Sequence[str]:
        """Fetched, unless they are here."""
        with client() as http:
            for file in (*lists_of(release), release.wheel):
                fetch_file(file, self.index, staging, http)
        return ()


def prepare(release: Release, place: Place, source: Source, out: Out) -> Path:
    """Bring and build it, unless that was done. ReleaseError, FetchError: nothing in force was changed."""
    if (folder := prepared(release, place)) is not None:
        return folder
    lists = lists_of(release)
    _check_room(release.wheel.size + sum(each.size for each in lists), place)
    place.staging.mkdir(parents=True, exist_ok=True)
    where = source.bring(release, place.staging)
    folder = place.releases / release.version
    if folder == place.in_force:
        raise ReleaseError(f"{folder.name} is in force already, made from other files; nothing was changed")
    building = folder.with_name(f"{PARTIAL}building-{release.version}")
    shutil.rmtree(building, ignore_errors=True)
    place.releases.mkdir(parents=True, exist_ok=True)
    _build(
        building,
        [place.staging / each.name for each in lists],
        place.staging / release.wheel.name,
        where,
        out,
    )
    (building / WHOLE).write_text(json.dumps(_built_from(release)))
    os.sync()  # a release is whole on the disk before it has its name
    if folder.exists():
        folder.replace(folder.with_name(f"{PARTIAL}gone-{folder.name}"))
    building.replace(folder)
    sync_folder(place.releases)
    shutil.rmtree(place.staging, ignore_errors=True)
    return folder


def _built_from(release: Release) -> dict[str, str]:
    return {each.name: each.sha256 for each in (release.wheel, *lists_of(release))}


def _check_room(size: int, place: Place) -> None:
    """As much again as what runs here takes, twice over while it is being built."""
    here = sum(path.lstat().st_size for path in Path(sys.prefix).rglob("*") if path.is_file())
    needed = 2 * min(here, 4_000_000_000) + size + SPARE_BYTES
    place.folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(place.folder).free
    if free < needed:
        raise ReleaseError(
            f"{place.folder}: the disk is {(needed - free) / 1e6:,.0f} MB too full for a release; free some"
        )


def fetch_file(file: ReleaseFile, index: str, staging: Path, http: httpx.Client) -> None:
    """A file from beside the index at that address, unless it is in `staging`. FetchError."""
    target = staging / file.name
    if target.is_file() and digest(target) == file.sha256:
        return
    url = str(httpx.URL(index).join(file.name))
    show = Meter(file.name, file.size)
    fetch(Wanted(url, file.sha256, file.size, target), staging, http, show, pause=time.sleep)
    show.end()


# ── the environment ──────────────────────────────────────────────────────────────────────────────


def _build(building: Path, lists: Sequence[Path], wheel: Path, where: Sequence[str], out: Out) -> None:
    """Every package by its hash, ours last. Nothing of a package runs meanwhile: only wheels are taken."""
    cache = wheel.parent / "cache"
    lines = [line for each in lists for line in each.read_text().splitlines()]
    count = len({line.split("==")[0] for line in lines if "==" in line})
    out(f"building the new release: {count} packages, each held against its hash")
    _uv(["venv", "--relocatable", "--no-project", "--python", sys.executable, str(building)], cache)
    python = str(building / "bin" / "python")
    install = ["pip", "install", "--python", python, "--only-binary", ":all:", "--compile-bytecode"]
    if count:
        named = [word for each in lists for word in ("-r", str(each))]
        _uv([*install, *where, "--require-hashes", *named], cache)
    _uv([*install, "--no-deps", "--offline", str(wheel)], cache)
    _bring_along(building)


def _bring_along(building: Path) -> None:
    """What was compiled on this box for this box: nobody else could have signed it, and it takes an hour."""
    found = util.find_spec("llama_cpp")
    here = None if found is None or found.origin is None else Path(found.origin).parent.parent
    there = next(building.glob("lib/python3.*/site-packages"))
    if here is None or not here.is_relative_to(sys.prefix) or (there / "llama_cpp").exists():
        return
    for folder in (here / "llama_cpp", *here.glob("llama_cpp_python-*.dist-info")):
        shutil.copytree(folder, there / folder.name, symlinks=True)


def find_uv() -> str:
    """The installer: of this environment, else of the box. ReleaseError where there is none."""
    ours = Path(sys.executable).with_name("uv")
    found = str(ours) if ours.is_file() else shutil.which("uv")
    if found is None:
        raise ReleaseError(f"uv, which builds releases, is not here; run: {sys.executable} -m pip install uv")
    return found


def _uv(words: Sequence[str], cache: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    environment |= {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_CONFIG": "1", "UV_CACHE_DIR": str(cache)}
    try:
        done = subprocess.run(
            [find_uv(), *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=BUILD_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ReleaseError(
            f"uv {words[0]}: not done within an hour; try again on a better network"
        ) from error
    if done.returncode != 0:
        last = "\n".join(done.stderr.strip().splitlines()[-12:])
        raise ReleaseError(f"the new release could not be built; what runs here stays. uv says:\n{last}")
