"""Backups nobody is there for: sealed with a public key that lies beside the settings.

The key's other half is told once, for the owner to keep elsewhere: with it, and only with it, they open.
"""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyrage

from assistant.errors import AssistantError
from assistant.upkeep.backup import (
    ENDING,
    LARGEST_BACKUP,
    SETTINGS,
    BackupError,
    Places,
    content_of,
    models_of,
    packed,
    put_back,
)
from assistant.upkeep.on_disk import give, write_whole

Out = Callable[[str], None]
RECIPIENT: Final = "backup.recipient"
KEPT: Final = 5
"""Backups made before updates; older ones make room."""
BEFORE_UPDATE: Final = "before-update-"
SETTINGS_BEFORE: Final = "before-update-settings"
"""A folder beside the memory: the settings as they were, for who has no key."""


def make_key(places: Places, out: Out) -> None:
    """`assistant backup key`: the public half beside the settings, the other half to the owner."""
    file = places.settings.parent / RECIPIENT
    if file.exists():
        raise BackupError(f"{file} is there already; delete it first, and keep the old key for old backups")
    identity = pyrage.x25519.Identity.generate()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, f"{identity.to_public()}\n".encode())
        file.chmod(0o644)
    except OSError as error:
        raise BackupError(f"{file}: cannot be written ({error.strerror})") from error
    out(f"{identity}")
    out("keep this line away from this box, on paper or in a password store: it alone opens the backups")
    out("made before each update (assistant backup restore FILE --key-file KEYFILE)")


def create_sealed(places: Places, out: Out) -> Path | None:
    """A backup for whoever holds the key; None, and how to mend that, where there is no key. BackupError."""
    recipient = places.settings.parent / RECIPIENT
    try:
        said = recipient.read_text().strip()
    except FileNotFoundError:
        out("no encrypted backup is made: there is no key to close it with; make one: assistant backup key")
        return None
    except OSError as error:
        raise BackupError(f"{recipient}: cannot be read ({error.strerror})") from error
    try:
        sealed = pyrage.encrypt(packed(dict(content_of(places)), models_of(places)), [_public(said)])
    except pyrage.RecipientError as error:
        raise BackupError(
            f"{recipient}: is no public key; delete it and run: assistant backup key"
        ) from error
    file = places.backups / f"{BEFORE_UPDATE}{time.strftime('%Y-%m-%d-%H%M%S')}{ENDING}"
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(file, sealed)
        _give_to_owner(places.data, file.parent, file)
        for old in sorted(places.backups.glob(f"{BEFORE_UPDATE}*{ENDING}"))[:-KEPT]:
            old.unlink()
    except OSError as error:
        raise BackupError(f"{file}: cannot be written ({error.strerror})") from error
    out(f"backup: {file}")
    return file


def keep_settings(places: Places) -> Path:
    """Copy the settings as they are now beside the memory, over the copy of the last update. OSError."""
    target = places.data / SETTINGS_BEFORE
    staged = places.data / f".{SETTINGS_BEFORE}"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True, mode=0o700)
    for name, data in content_of(places):
        if name.startswith(SETTINGS):
            file = staged / name.removeprefix(SETTINGS)
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(file, data)
    for made in (staged, *staged.rglob("*")):
        give(made, places.data.stat())
    shutil.rmtree(target, ignore_errors=True)
    staged.replace(target)
    return target


def restore_sealed(places: Places, file: Path, key_file: Path, out: Out) -> None:
    """As `backup.restore`, with the owner's key instead of a passphrase."""
    try:
        identity = pyrage.x25519.Identity.from_str(key_file.read_text().strip())
        if file.stat().st_size > LARGEST_BACKUP:
            raise BackupError(f"{file}: is too large for a backup of ours")
        archive: bytes = pyrage.decrypt(file.read_bytes(), [identity])
    except OSError as error:
        raise BackupError(f"{error.filename}: cannot be read ({error.strerror})") from error
    except pyrage.IdentityError as error:
        raise BackupError(f"{key_file}: is no key; it is one line, AGE-SECRET-KEY-…") from error
    except pyrage.DecryptError as error:
        raise BackupError(f"{file}: the key is not the one, or the file is damaged") from error
    put_back(places, archive, file, out)


def _public(said: str) -> object:
    return pyrage.x25519.Recipient.from_str(said)


def _give_to_owner(data: Path, *made: Path) -> None:
    """What root wrote among somebody's things is theirs."""
    owner = data.stat()
    for path in made:
        try:
            give(path, owner)
        except PermissionError as error:
            raise AssistantError(f"{path}: cannot be given to its owner ({error.strerror})") from error
