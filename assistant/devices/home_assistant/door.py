"""The settings' address of Home Assistant → where to connect: at home, or where the owner allows it."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from assistant.devices.home_assistant.trouble import LinkError
from assistant.lan import at_home, look_up

PATH: Final = "/api/websocket"


@dataclass(frozen=True, slots=True)
class Door:
    """Connect to `host`, an address that was looked at, and ask for `uri`."""

    uri: str
    host: str
    port: int


def find(url: str, *, allow_internet: bool) -> Door:
    """Look Home Assistant up; blocks. LinkError: unknown, or outside the home and not allowed."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    name = parts.hostname or ""
    try:
        addresses = look_up(name, port)
    except (OSError, ValueError, UnicodeError) as error:
        raise LinkError(f"{name} cannot be found ({error})") from error
    if not addresses or not (allow_internet or all(map(at_home, addresses))):
        raise LinkError(f"{name} is outside your network; fix: home.home_assistant.allow_internet: true")
    shown = f"[{name}]" if ":" in name else name
    uri = f"{'wss' if secure else 'ws'}://{shown}:{port}{parts.path.rstrip('/')}{PATH}"
    return Door(uri, str(addresses[0]), port)
