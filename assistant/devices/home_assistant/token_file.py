"""The secret file that holds Home Assistant's long-lived access token."""

from pathlib import Path
from typing import Final

from assistant.devices.secret_file import LARGEST_BYTES, read_secret
from assistant.errors import SettingsError

SETTING: Final = "home.home_assistant.token_file"
HOW: Final = (
    "make one in Home Assistant (your profile, Security, Long-lived access tokens) and put it into that file"
)


def read_token(path: Path) -> str:
    """The token. SettingsError with the fix: no file, everyone may read it, or it holds no token."""
    content = read_secret(path, SETTING, HOW)
    token = content.decode("ascii", "replace").strip()
    if (
        not token
        or len(content) > LARGEST_BYTES
        or not token.isprintable()
        or " " in token
        or "\ufffd" in token
    ):
        raise SettingsError(f"{SETTING}: {path} holds no token; {HOW}")
    return token
