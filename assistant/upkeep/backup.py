"""Settings and memory ⇄ one encrypted file (the age format, so `age -d` opens it too).

What is in it: the settings' folder with its keys and voices, and a snapshot of the database.
Models are named, not copied. A file that is damaged, of another passphrase or of a newer
version is refused before anything here is touched; what was here is kept beside it.
"""

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyrage

from assistant import __version__, paths
from assistant.errors import AssistantError
from assistant.settings import Settings, find_settings, load_settings
from assistant.settings_yaml import read_yaml_bytes
from assistant.upkeep.on_disk import nearest_folder, write_whole

Out = Callable[[str], None]
ENDING: Final = ".hearth"
FORMAT: Final = 1
LARGEST_FILE: Final = 20_000_000
"""A file of the settings' folder larger than this is a model: named, not copied."""
LARGEST_BACKUP: Final = 500_000_000
SHORTEST: Final = 8
SETTINGS: Final = "settings/"
DATABASE: Final = "hearth.db"
MANIFEST: Final = "manifest.json"


class BackupError(AssistantError):
    """A backup can't be made or used; nothing here was changed."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the things of this house lie."""

    settings: Path
    """The settings file; its folder goes along."""
    data: Path

    @classmethod
    def here(cls, named: Path | None) -> "Places":
        """Of the settings in force."""
        found = find_settings(named) or paths.settings_places()[0]
        return cls(found, load_settings(named).data_folder)

    @property
    def database(self) -> Path:
        return self.data / DATABASE

    @property
    def backups(self) -> Path:
        return self.data / "backups"


def create(places: Places, target: Path | None, passphrase: str, out: Out) -> Path:
    """Write a backup, to `target` or among the usual ones. BackupError."""
    if len(passphrase) < SHORTEST:
        raise BackupError(f"the passphrase is too short; take at least {SHORTEST} characters")
    file = target or places.backups / f"{time.strftime('%Y-%m-%d-%H%M%S')}{ENDING}"
    if file.exists():
        raise BackupError(f"{file} is there already; name another file")
    content = dict(content_of(places))
    sealed = pyrage.passphrase.encrypt(packed(content, models_of(places)), passphrase)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(file, sealed)
    except OSError as error:
        raise BackupError(f"{file}: cannot be written ({error.strerror})") from error
    out(f"{file}: {len(content)} files, {len(sealed) / 1000:,.0f} kB, encrypted")
    out("without the passphrase nobody opens it, you included: keep it elsewhere")
    return file


def restore(places: Places, file: Path, passphrase: str, out: Out) -> None:
    """Bring back what a backup holds; the hub must not run. BackupError: nothing was changed."""
    put_back(places, unsealed(file, passphrase), file, out)


def put_back(places: Places, packed: bytes, file: Path, out: Out) -> None:
    """As `restore`, the passphrase behind us; `file` is what messages name."""
    with tempfile.TemporaryDirectory(dir=nearest_folder(places.data), prefix=".restore-") as staging:
        content, models = _opened(packed, file)
        _check(content, Path(staging))
        kept = _keep_what_is_here(places)
        for name, data in content.items():
            inside = name.removeprefix(SETTINGS)
            place = places.database if name == DATABASE else places.settings.parent / inside
            if inside == "assistant.yaml":
                place = places.settings
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(place, data)
    out(f"{len(content)} files brought back from {file}; what was here is in {kept}")
    missing = [name for name in models if not (places.data / "models" / name).is_dir()]
    if missing:
        out(f"fetch its models: assistant models pull {' '.join(missing)}")


def listed(places: Places) -> list[Path]:
    """The backups in the usual place, the newest last."""
    return sorted(places.backups.glob(f"*{ENDING}"))


# ── packing ──────────────────────────────────────────────────────────────────────────────────────


def content_of(places: Places) -> Iterator[tuple[str, bytes]]:
    """Every file that goes in, by its name inside; of a folder others use too, the settings alone."""
    folder = places.settings.parent
    shared = folder.resolve() in (Path.home().resolve(), Path("/"), Path("/etc"), Path("/tmp"))
    for path in (places.settings,) if shared else sorted(folder.rglob("*")) if folder.is_dir() else ():
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if path.is_file() and not path.is_symlink() and not hidden and path.stat().st_size <= LARGEST_FILE:
            named = Path("assistant.yaml") if path == places.settings else inside
            yield SETTINGS + named.as_posix(), path.read_bytes()
    if places.database.exists():
        yield DATABASE, _snapshot(places.database)


def _snapshot(database: Path) -> bytes:
    """The database as it is at one moment, also while the hub writes."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / DATABASE
        source, target = sqlite3.connect(f"file:{database}?mode=ro", uri=True), sqlite3.connect(copy)
        try:
            source.backup(target)
        except sqlite3.Error as error:
            raise BackupError(f"{database}: cannot be read ({error})") from error
        finally:
            source.close()
            target.close()
        return copy.read_bytes()


def models_of(places: Places) -> list[str]:
    """The models that are here, by id."""
    folder = places.data / "models"
    return sorted(path.name for path in folder.glob("[!.]*") if path.is_dir())


def packed(content: dict[str, bytes], models: list[str]) -> bytes:
    """An archive with a manifest of every file's digest."""
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}
    manifest = {"format": FORMAT, "hearth": __version__, "made_s": int(time.time()), "models": models}
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, data in {MANIFEST: json.dumps(manifest | {"files": digests}).encode(), **content}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return stream.getvalue()


# ── opening ──────────────────────────────────────────────────────────────────────────────────────


def unsealed(file: Path, passphrase: str) -> bytes:
    """The archive inside. BackupError where the passphrase or the file is not right."""
    try:
        if file.stat().st_size > LARGEST_BACKUP:
            raise BackupError(f"{file}: is too large for a backup of ours")
        archive: bytes = pyrage.passphrase.decrypt(file.read_bytes(), passphrase)
    except OSError as error:
        raise BackupError(f"{file}: cannot be read ({error.strerror})") from error
    except pyrage.DecryptError as error:
        raise BackupError(f"{file}: the passphrase is not the one, or the file is damaged") from error
    return archive


def _opened(packed: bytes, file: Path) -> tuple[dict[str, bytes], list[str]]:
    try:
        content = dict(_unpacked(packed))
        manifest: dict[str, Any] = json.loads(content.pop(MANIFEST))
    except (tarfile.TarError, EOFError, KeyError, ValueError) as error:
        raise BackupError(f"{file}: is no backup of Hearth") from error
    if manifest.get("format") != FORMAT:
        raise BackupError(f"{file}: was made by a newer version ({manifest.get('hearth')}); update first")
    if manifest.get("files") != {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}:
        raise BackupError(f"{file}: is damaged")
    return content, [str(name) for name in manifest.get("models", [])]


def _unpacked(packed: bytes) -> Iterator[tuple[str, bytes]]:
    """Plain files with plain names only; a name that leads elsewhere is a ValueError."""
    total = 0
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
        for entry in archive:
            total += entry.size
            known = entry.name in (MANIFEST, DATABASE) or entry.name.startswith(SETTINGS)
            steps = entry.name.split("/")
            if not entry.isfile() or not known or ".." in steps or "" in steps or total > LARGEST_BACKUP:
                raise ValueError(entry.name)
            stream = archive.extractfile(entry)
            assert stream is not None
            yield entry.name, stream.read()


def _check(content: dict[str, bytes], staging: Path) -> None:
    """What is in it must work before it replaces anything."""
    if (text := content.get(f"{SETTINGS}assistant.yaml")) is not None:
        read_yaml_bytes(text, "the backup's settings", Settings, folder=staging)
    if (data := content.get(DATABASE)) is None:
        return
    copy = staging / DATABASE
    copy.write_bytes(data)
    connection = sqlite3.connect(copy)
    try:
        (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise BackupError("the backup's database is damaged") from error
    finally:
        connection.close()
    if answer != "ok":
        raise BackupError("the backup's database is damaged")


def _keep_what_is_here(places: Places) -> Path:
    kept = places.data / f"before-restore-{time.strftime('%Y-%m-%d-%H%M%S')}"
    kept.mkdir(parents=True, mode=0o700)
    for path in (places.database, *(Path(f"{places.database}{end}") for end in ("-wal", "-shm"))):
        if path.exists():
            path.replace(kept / path.name)
    if places.settings.parent.is_dir():
        shutil.copytree(places.settings.parent, kept / "settings", symlinks=True)
    return kept
