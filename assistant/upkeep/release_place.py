"""The releases on this disk: one folder each; `current` leads to the one in force, `previous` to the last.

Every change is one rename, so a power cut leaves the old state or the new one. What decides at a start is
systemd/hearth-start, a small shell script that no release can break.

    current, previous   links to a release
    releases/0.2.0/     a whole Python environment; a folder under this name is whole
    trial               "token folder": the release was switched to, and has not yet listened for a while
    starts              how often it was started since
    returned            "token folder": it did not stand its trial; `current` was put back
    state.json          what was seen of the index, which releases failed here
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from assistant import paths
from assistant.errors import AssistantError
from assistant.upkeep.on_disk import write_whole
from assistant.upkeep.release import ReleaseError, parts
from assistant.upkeep.release_state import Memory

START: Final = "hearth-start"
"""The launcher, in `systemd/` and in the place itself."""
LISTENED: Final = "listened"
"""In the data folder: the hub's word that the release on trial listens."""
PARTIAL: Final = "."
"""What begins so among the releases is not whole: being built, or being taken away."""


class Place:
    """The folder of releases."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = (folder or paths.releases_folder()).resolve()
        self.releases = self.folder / "releases"
        self.staging = self.folder / "staging"
        self.memory = Memory(self.folder)

    @property
    def in_force(self) -> Path | None:
        """The release that the next start runs; None: none was put in force here yet."""
        return _led_to(self.folder / "current")

    @property
    def previous(self) -> Path | None:
        """The one before it, to go back to."""
        found = _led_to(self.folder / "previous")
        return None if found == self.in_force else found

    @property
    def on_trial(self) -> Path | None:
        """The release that was switched to and has not shown itself yet."""
        said = _said(self.folder / "trial")
        return None if said is None or said != self.in_force else said

    def version_of(self, release: Path) -> str | None:
        """The version of a release that was built here; None: it was installed in another way."""
        return release.name if release.parent == self.releases else None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Only one process changes releases at a time. ReleaseError when another one does, or may not."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # Readable is enough to hold it: root and the account of updates take turns.
            lock = os.fdopen(os.open(self.folder / "lock", os.O_RDONLY | os.O_CREAT, 0o644))
        except OSError as error:
            raise ReleaseError(
                f"{self.folder}: cannot be written ({error.strerror}); run it as its owner, e.g. with sudo"
            ) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ReleaseError("an update is under way already; wait for that") from error
            _clear_away(self.releases)
            yield

    # ── switching ────────────────────────────────────────────────────────────────────────────────

    def adopt(self, environment: Path) -> None:
        """Put the environment that runs here in force where nothing is yet, and the launcher beside it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / START, paths.shipped("systemd").joinpath(START).read_bytes())
        (self.folder / START).chmod(0o755)
        if self.in_force is None:
            _lead(self.folder / "current", environment.resolve())

    def install(self, environment: Path, version: str) -> None:
        """As `adopt`, and in force from the next start on, unless a newer release is already."""
        here = self.in_force
        known = None if here is None else self.version_of(here)
        self.adopt(environment)
        if here != environment.resolve() and (known is None or parts(version) > parts(known)):
            _lead(self.folder / "current", environment.resolve())

    def switch(self, release: Path) -> None:
        """Put a release in force, on trial. The one before it stays, to go back to."""
        before = self.in_force
        if before is not None:
            _lead(self.folder / "previous", before)
        (self.folder / "returned").unlink(missing_ok=True)
        (self.folder / "starts").unlink(missing_ok=True)
        write_whole(self.folder / "trial", f"{secrets.token_hex(8)} {release}\n".encode())
        (self.folder / "trial").chmod(0o644)
        _lead(self.folder / "current", release)

    def go_back(self) -> Path:
        """Put the release before in force again. ReleaseError where there is none."""
        before = self.previous
        if before is None or not (before / "bin" / "assistant").is_file():
            raise ReleaseError("there is no earlier release here to go back to")
        _lead(self.folder / "current", before)
        for name in ("trial", "starts"):
            (self.folder / name).unlink(missing_ok=True)
        return before

    def settle(self, data: Path) -> str | None:
        """Take up what happened to a release on trial; the sentence to tell, where something did."""
        gone = _said(self.folder / "returned")
        if gone is not None and gone != self.in_force:
            told = f"{gone.name} did not start; the release before it is in force again"
            self.memory.remember(told, failed=self.version_of(gone))
            (self.folder / "returned").unlink(missing_ok=True)
            return told
        trial = self.on_trial
        if trial is None or not listened(self.folder, data):
            return None
        for name in ("starts", "trial"):
            (self.folder / name).unlink(missing_ok=True)
        told = f"{trial.name} works"
        self.memory.remember(told)
        return told

    # ── files ────────────────────────────────────────────────────────────────────────────────────

    def prune(self) -> list[str]:
        """Take away what is neither in force nor the one before; their names."""
        kept = {self.in_force, _led_to(self.folder / "previous")}
        gone = [path for path in sorted(self.releases.glob("[!.]*")) if path.resolve() not in kept]
        for path in gone:
            path.replace(path.with_name(f"{PARTIAL}gone-{path.name}"))
        _clear_away(self.releases)
        return [path.name for path in gone]


def _clear_away(releases: Path) -> None:
    for path in releases.glob(f"{PARTIAL}*") if releases.is_dir() else ():
        shutil.rmtree(path, ignore_errors=True)


def _led_to(link: Path) -> Path | None:
    return link.resolve() if link.is_symlink() else None


def _said(file: Path) -> Path | None:
    try:
        _, _, folder = file.read_text().strip().partition(" ")
    except OSError:
        return None
    return Path(folder) if folder else None


def _lead(link: Path, target: Path) -> None:
    staged = link.with_name(f".{link.name}.new")
    staged.unlink(missing_ok=True)
    staged.symlink_to(target)
    staged.replace(link)
    sync_folder(link.parent)


def sync_folder(folder: Path) -> None:
    """Have the folder's names on the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def listened(place: Path, data: Path) -> bool:
    """Whether the hub said that the release now on trial listens."""
    try:
        return (data / LISTENED).read_text() == (place / "trial").read_text()
    except OSError:
        return False


def say_that_it_listens(place: Path, data: Path, environment: Path) -> None:
    """The hub's word, once it has listened for a while: the release it runs from stands its trial."""
    try:
        trial = (place / "trial").read_text()
        if trial.partition(" ")[2].strip() == str(environment.resolve()):
            write_whole(data / LISTENED, trial.encode())
            (data / LISTENED).chmod(0o640)  # what counts starts is of the hub's group
    except FileNotFoundError:
        return
    except OSError as error:
        raise AssistantError(f"{data / LISTENED}: cannot be written ({error.strerror})") from error
