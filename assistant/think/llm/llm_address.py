"""Where a remote model may be: on this box or at home, on the internet only when the settings say so."""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from assistant.errors import EngineError
from assistant.lan import at_home, look_up


class UnknownServer(EngineError):
    """No address is known for the server's name, at this moment."""


@dataclass(frozen=True, slots=True)
class Place:
    """A server whose address was looked at: connect to `url`, name `host`."""

    url: str
    """With the address itself in it, so that a second look-up cannot lead elsewhere."""
    host: str
    """For the Host header."""
    name: str
    """For the certificate."""


def find(base_url: str, *, allow_internet: bool) -> Place:
    """Look the server up. EngineError: not a web address, unknown, or outside the home and not allowed."""
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise EngineError(f"{base_url!r} is no address of a server. Fix: http://host:port/v1")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        addresses = look_up(parts.hostname, port)
    except (OSError, ValueError, UnicodeError) as error:
        raise UnknownServer(f"The server {parts.hostname} cannot be found: {error}") from error
    if not allow_internet and not all(map(at_home, addresses)):
        raise EngineError(
            f"{parts.hostname} is outside your network. Fix: a server at home, or `allow_internet: true`, "
            "which sends what you say there."
        )
    address = addresses[0]
    literal = f"[{address}]" if address.version == 6 else str(address)
    netloc = f"{literal}:{port}"
    return Place(
        urlunsplit((parts.scheme, netloc, parts.path.rstrip("/"), "", "")), parts.netloc, parts.hostname
    )
