"""The secret file that holds Home Assistant's long-lived access token."""

import stat
from pathlib import Path
from typing import Final

from assistant.errors import SettingsError

LARGEST_BYTES: Final = 4096
HOW: Final = (
    "make one in Home Assistant (your profile, Security, Long-lived access tokens) and put it into that file"
)


def read_token(path: Path) -> str:
    """The token. SettingsError with the fix: no file, everyone may read it, or it holds no token."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(path.stat().st_mode)
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise SettingsError(
            f"home.home_assistant.token_file: {path} cannot be read ({error.strerror}); {HOW}"
        ) from error
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise SettingsError(
            f"home.home_assistant.token_file: everyone on this box may read {path}; fix: chmod 600 {path}"
        )
    token = content.decode("ascii", "replace").strip()
    if (
        not token
        or len(content) > LARGEST_BYTES
        or not token.isprintable()
        or " " in token
        or "\ufffd" in token
    ):
        raise SettingsError(f"home.home_assistant.token_file: {path} holds no token; {HOW}")
    return token
