"""Home Assistant while the house is set up: who announces itself, and whether it takes the key."""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from assistant.devices.home_assistant.home import HomeAssistant
from assistant.devices.home_assistant.keeper import Where
from assistant.errors import SettingsError, WireError
from assistant.journal import Entry, Journal
from assistant.messages import HomeLost, HomeReached
from assistant.upkeep.find_home import find_home_assistants
from assistant.upkeep.on_disk import write_whole

Out = Callable[[str], None]
ANSWERS_S: Final = 8.0
REFUSED: Final = "refuses the token"


def found_here(out: Out) -> dict[str, str]:
    """Home Assistants of this home's network, address → name; none where it cannot be asked."""
    out("")
    out("looking for a Home Assistant in this home…")
    try:
        return {each.url: f"{each.name}, found in this home" for each in asyncio.run(find_home_assistants())}
    except WireError as error:
        out(str(error))
        return {}


def refuses(url: str, token: str, out: Out) -> str:
    """Why a Home Assistant does not take a token. One that cannot be asked now is told of, and believed."""
    if not token.isascii() or any(sign.isspace() for sign in token):
        return "that is no token: it has no blanks and plain letters only"
    told = asyncio.run(_asked(url, token))
    if isinstance(told, HomeLost) and REFUSED in told.reason:
        return "Home Assistant refuses it"
    out(f"{told.what}: the house can reach it" if isinstance(told, HomeReached) else _later(told))
    return ""


def _later(told: HomeLost | None) -> str:
    why = "it did not answer" if told is None else told.reason
    return f"it cannot be asked now ({why}); the house tries again by itself"


async def _asked(url: str, token: str) -> HomeReached | HomeLost | None:
    """The first thing that is known of it; None: nothing in time."""
    found: list[HomeReached | HomeLost] = []

    def read(entry: Entry) -> None:
        if isinstance(entry.happening, HomeReached | HomeLost):
            found.append(entry.happening)

    journal = Journal(asyncio.get_running_loop().time)
    with tempfile.TemporaryDirectory() as folder, journal.reading(read):
        file = Path(folder) / "token"
        keep_token(file, token)
        home = HomeAssistant(Where(url, file), journal)
        try:
            await home.start(ANSWERS_S)
        finally:
            await home.close()
    return found[0] if found else None


def keep_token(file: Path, token: str) -> None:
    """In a file of its own that nobody else reads. SettingsError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, f"{token}\n".encode())
    except OSError as error:
        raise SettingsError(f"{file}: cannot be written ({error.strerror}); check its owner") from error
