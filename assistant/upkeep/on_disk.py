"""Files of the owner's: where there is room for them, and written whole or not at all."""

import os
import stat
import tempfile
from pathlib import Path


def nearest_folder(path: Path) -> Path:
    """The path itself or the first folder above it that is there."""
    return next(place for place in (path, *path.parents) if place.is_dir())


def write_whole(file: Path, data: bytes) -> None:
    """Put the data in the file's place in one step, on disk, readable by its owner only. Raises OSError."""
    number, staged = tempfile.mkstemp(dir=file.parent, prefix=".writing-")
    with os.fdopen(number, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    Path(staged).replace(file)


def open_to_group(path: Path) -> None:
    """Let the owner's group read it (list it, where it is a folder), whatever the umask was. Raises OSError.

    What runs models has an account of its own in the house's group; the hub's umask keeps everything else.
    """
    mode = path.stat().st_mode
    wanted = 0o050 if stat.S_ISDIR(mode) else 0o040
    if mode & wanted != wanted:
        path.chmod(stat.S_IMODE(mode) | wanted)


def give(path: Path, owner: os.stat_result) -> None:
    """Make it belong to whom another file belongs, where it does not yet. Raises OSError.

    A service may not even ask for what changes nothing: its sandbox bars the call.
    """
    status = path.stat()
    if (status.st_uid, status.st_gid) != (owner.st_uid, owner.st_gid):
        os.chown(path, owner.st_uid, owner.st_gid)
