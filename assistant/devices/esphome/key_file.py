"""The secret file that holds the encryption key of an ESPHome device."""

import base64
import binascii
from pathlib import Path
from typing import Final

from assistant.devices.secret_file import read_secret
from assistant.errors import SettingsError

SETTING: Final = "satellite_key_file"
KEY_BYTES: Final = 32
HOW: Final = "it is in the device's own ESPHome settings (api: encryption: key:), 44 signs that end with ="


def read_key(path: Path) -> str:
    """The key in base64. SettingsError with the fix: no file, everyone may read it, or it holds no key."""
    content = read_secret(path, SETTING, HOW)
    try:
        return checked_key(content.decode("ascii", "replace"))
    except SettingsError as error:
        raise SettingsError(f"{SETTING}: {path}: {error}") from error


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
