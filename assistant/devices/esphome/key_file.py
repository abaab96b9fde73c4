"""The secret file that holds the encryption key of an ESPHome device."""

import base64
import binascii
import stat
from pathlib import Path
from typing import Final

from assistant.errors import SettingsError

LARGEST_BYTES: Final = 4096
KEY_BYTES: Final = 32
HOW: Final = "it is in the device's own ESPHome settings (api: encryption: key:), 44 signs that end with ="


def read_key(path: Path) -> str:
    """The key in base64. SettingsError with the fix: no file, everyone may read it, or it holds no key."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(path.stat().st_mode)
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"satellite_key_file: {path} cannot be read ({error.strerror}); {HOW}") from error
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise SettingsError(
            f"satellite_key_file: everyone on this box may read {path}; fix: chmod 600 {path}"
        )
    try:
        return checked_key(content.decode("ascii", "replace"))
    except SettingsError as error:
        raise SettingsError(f"satellite_key_file: {path}: {error}") from error


def checked_key(text: str) -> str:
    """The key as it is used. SettingsError where it is none."""
    key = text.strip()
    try:
        right = len(base64.b64decode(key, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        right = False
    if not right:
        raise SettingsError(f"this is no ESPHome encryption key; {HOW}")
    return key
