"""A file that holds a secret of another system: readable here, and not by everyone."""

import stat
from pathlib import Path
from typing import Final

from assistant.errors import SettingsError

LARGEST_BYTES: Final = 4096


def read_secret(path: Path, setting: str, how: str) -> bytes:
    """What is in it, one byte more than `LARGEST_BYTES` at most.

    SettingsError names the `setting` and the fix (`how` to come by the secret): there is no file, or everyone
    may read it.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(path.stat().st_mode)
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"{setting}: {path} cannot be read ({error.strerror}); {how}") from error
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise SettingsError(f"{setting}: everyone on this box may read {path}; fix: chmod 600 {path}")
    return content
