"""Files of the owner's: where there is room for them, and written whole or not at all."""

import os
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
