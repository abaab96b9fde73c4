"""Who may come in: the right address, the right page, a session opened by a one-time code."""

import hashlib
import hmac
import ipaddress
import secrets
import socket
import time
from collections.abc import Callable
from typing import Final

CODE_DIGITS: Final = 6
CODE_S: Final = 600.0
"""A code that was not used is dead by then."""
TRIES: Final = 5
"""Wrong codes until the code is dead, whoever tried."""
SESSION_S: Final = 30 * 86_400.0
MOST_SESSIONS: Final = 32
"""The oldest one ends for a new one."""


class Doors:
    """Codes and sessions, in memory only. `clock()`: seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._code = ""
        self._code_until_s = 0.0
        self._tries_left = 0
        self._sessions: dict[bytes, float] = {}

    def new_code(self) -> str:
        """A code for one visitor; the one before is dead."""
        self._code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        self._code_until_s = self._clock() + CODE_S
        self._tries_left = TRIES
        return self._code

    def enter(self, code: str) -> str | None:
        """A session's token for the right code, which is then dead; None for a wrong or dead one."""
        if not self._code or self._clock() > self._code_until_s or self._tries_left <= 0:
            return None
        self._tries_left -= 1
        if not hmac.compare_digest(code.encode(), self._code.encode()):
            return None
        self._code = ""
        token = secrets.token_urlsafe(32)
        while len(self._sessions) >= MOST_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[_print(token)] = self._clock() + SESSION_S
        return token

    def knows(self, token: str | None) -> bool:
        """Whether a session is open."""
        return token is not None and self._sessions.get(_print(token), 0.0) > self._clock()

    def leave(self, token: str | None) -> None:
        """End a session."""
        if token is not None:
            self._sessions.pop(_print(token), None)


def _print(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def may_be_called(host: str) -> bool:
    """Whether a Host header names this box on its own network: a page of the internet, rebound, does not."""
    name, port = _split(host)
    if port is not None and not port.isdecimal():
        return False
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        own = socket.gethostname().lower().partition(".")[0]
        return name in {"localhost", own, f"{own}.local", f"{own}.lan", f"{own}.home"}
    return address.is_loopback or address.is_private or address.is_link_local


def comes_from_here(origin: str | None, host: str) -> bool:
    """Whether the page that sends this is ours. A request that changes something must say so."""
    return origin is not None and origin.lower() in {f"http://{host.lower()}", f"https://{host.lower()}"}


def _split(host: str) -> tuple[str, str | None]:
    host = host.strip().lower()
    if host.startswith("["):
        name, _, rest = host[1:].partition("]")
        return name, rest[1:] if rest.startswith(":") else None
    name, colon, port = host.partition(":")
    return name, port if colon else None
