"""A release's files between two accounts: one fetches and lays them down, the other believes none unseen.

What fetches reaches the internet and may be broken into; so what builds and switches takes from its folder
only the index, which the key's owner signed, and files of the digests that the index and its list of packages
name. Each is copied first and looked at then: what changes afterwards in that folder changes nothing.
"""

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from assistant.checked import digest
from assistant.upkeep.fetch import client
from assistant.upkeep.on_disk import write_whole
from assistant.upkeep.release import LARGEST_FILE, LARGEST_INDEX, Release, ReleaseError, ReleaseFile
from assistant.upkeep.release_extras import lists_of
from assistant.upkeep.update_fetch import BUILD_S, fetch_file

Out = Callable[[str], None]
INDEX: Final = "index.json"
WHEELS: Final = "wheels"
WHOLE: Final = "whole"
"""Names the wheels; there once all is."""
MOST_WHEELS: Final = 1000
MOST_BYTES: Final = 6_000_000_000
"""Of all packages; the full profile takes a tenth of it."""
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]{0,250}\.whl")
_SHA256: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def lay(content: bytes, release: Release, folder: Path, index: str, out: Out) -> None:
    """Fetch the release's files, and packages as wheels, into `folder`, and the index's bytes beside them.

    `index`: its address. ReleaseError, FetchError: what lay there before is still there.
    """
    target = folder / release.version
    if not _lies_whole(target, release):
        laying = folder / f".{release.version}"
        laying.mkdir(parents=True, exist_ok=True)
        lists = lists_of(release)
        with client() as http:
            for file in (*lists, release.wheel):
                fetch_file(file, index, laying, http)
        out("fetching the packages of the new release, each held against its hash")
        _download([laying / each.name for each in lists], laying / WHEELS)
        (laying / WHOLE).write_text("\n".join(_names(laying / WHEELS)))
        for old in folder.glob("[!.]*"):
            if old.is_dir():
                shutil.rmtree(old)
        laying.replace(target)
    lay_index(content, folder)


def lay_index(content: bytes, folder: Path) -> None:
    """The index alone: an older one that lay there would look as if it were played again."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / INDEX, content)
    (folder / INDEX).chmod(0o644)


@dataclass(frozen=True, slots=True)
class Laid:
    """What `lay` left in a folder, as another account sees it."""

    folder: Path

    def index(self) -> bytes | None:
        """The bytes of the index, whatever they are; None: there is none."""
        try:
            with _opened(self.folder / INDEX) as file:
                return file.read(LARGEST_INDEX + 1)
        except FileNotFoundError:
            return None

    def bring(self, release: Release, staging: Path) -> Sequence[str]:
        """Copies of the files into `staging`, each of a digest that is signed. ReleaseError for any other."""
        here = self.folder / release.version
        lists = lists_of(release)
        for file in (*lists, release.wheel):
            _take(here / file.name, staging / file.name, (file.sha256,), file.size)
        wheels = staging / WHEELS
        shutil.rmtree(wheels, ignore_errors=True)
        wheels.mkdir()
        known = _hashes(staging / each.name for each in lists)
        names = _names(here / WHEELS)
        if len(names) > MOST_WHEELS:
            raise ReleaseError(f"{here / WHEELS}: holds more than a release needs; nothing was changed")
        room = MOST_BYTES
        for name in names:
            if NAME.fullmatch(name) is None:
                raise ReleaseError(f"{here / WHEELS}: {name[:80]!r} is no package; nothing was changed")
            room -= _take(here / WHEELS / name, wheels / name, known, min(room, LARGEST_FILE))
        return ("--no-index", "--offline", "--find-links", str(wheels))


def _take(source: Path, target: Path, digests: Sequence[str] | set[str], most_bytes: int) -> int:
    """Copy, then look at the copy; its size."""
    target.unlink(missing_ok=True)
    try:
        with _opened(source) as file, target.open("xb") as copy:
            left = most_bytes + 1
            while left > 0 and (piece := file.read(min(left, 1 << 20))):
                copy.write(piece)
                left -= len(piece)
    except FileNotFoundError as error:
        raise ReleaseError(f"{source}: is not there; fetch again: assistant update fetch") from error
    except OSError as error:
        raise ReleaseError(f"{source}: cannot be copied ({error.strerror}); it is not used") from error
    if left <= 0 or digest(target) not in digests:
        target.unlink()
        raise ReleaseError(f"{source}: is not the file that was signed; it is not used, nothing was changed")
    return most_bytes + 1 - left


def _opened(path: Path) -> BinaryIO:
    """A plain file; neither a link nor a pipe is waited for or followed."""
    number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    file = os.fdopen(number, "rb")
    if not stat.S_ISREG(os.fstat(number).st_mode):
        file.close()
        raise ReleaseError(f"{path}: is no plain file; it is not used")
    return file


def _hashes(lists: Iterable[Path]) -> set[str]:
    return {found for each in lists for found in _SHA256.findall(each.read_text())}


def _lies_whole(folder: Path, release: Release) -> bool:
    """Whether it was laid down to the end, and every file is still what it was."""
    files: list[ReleaseFile] = [*lists_of(release), release.wheel]
    if not _plain(folder / WHOLE) or not all(_plain(folder / each.name) for each in files):
        return False
    if any(digest(folder / each.name) != each.sha256 for each in files):
        return False
    known, names = _hashes(folder / each.name for each in files[:-1]), _names(folder / WHEELS)
    wheels = [folder / WHEELS / name for name in names]
    same = names == (folder / WHOLE).read_text().splitlines()
    return same and all(_plain(wheel) and digest(wheel) in known for wheel in wheels)


def _plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()


def _names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.glob("*"))


def _download(lists: Sequence[Path], wheels: Path) -> None:
    """Every package as a wheel, by pip; nothing of a package runs."""
    wheels.mkdir(exist_ok=True)
    if not _hashes(lists):
        return
    words = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-input", "--no-cache-dir"]
    words += ["--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes", "--no-deps"]
    words += [word for each in lists for word in ("--requirement", str(each))]
    words += ["--dest", str(wheels)]
    try:
        done = subprocess.run(
            words,
            env={**os.environ, "PIP_CONFIG_FILE": os.devnull},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=BUILD_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ReleaseError("the packages were not here within an hour; try again later") from error
    if done.returncode != 0:
        last = "\n".join(done.stderr.strip().splitlines()[-12:])
        raise ReleaseError(f"the packages of the new release could not be fetched. pip says:\n{last}")
