"""Who may come in: the right address, the right page, a session opened by a one-time code."""

import asyncio
import hashlib
import hmac
import ipaddress
import json
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from assistant.errors import DiskError
from assistant.upkeep.on_disk import write_whole

CODE_DIGITS: Final = 6
CODE_S: Final = 600.0
"""A code that was not used is dead by then."""
TRIES: Final = 5
"""Wrong codes until the code is dead, whoever tried."""
SESSION_S: Final = 30 * 86_400.0
FRESH_S: Final = 600.0
"""So long after its code a session may do what is only for who stands at the box."""
MOST_SESSIONS: Final = 32
"""The oldest one ends for a new one."""
NAME: Final = "hearth"
"""The name that the page is announced by at home: NAME.local."""


@dataclass(frozen=True, slots=True)
class _Session:
    """When its code was entered, by the wall clock."""

    entered_s: float

    def open_at(self, now_s: float) -> bool:
        """Also where the clock was set back: then as old as it looks, the other way round."""
        return abs(now_s - self.entered_s) < SESSION_S


class Doors:
    """Codes in memory; sessions also in `file`, by their hash alone. None: in memory only.

    `clock()`: seconds that never go back; `wall_clock()`: seconds since 1970.
    """

    def __init__(
        self,
        file: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._file = file
        self._clock = clock
        self._wall_clock = wall_clock
        self._code = ""
        self._code_until_s = 0.0
        self._tries_left = 0
        self._sessions = _read(file)
        self._writing = asyncio.Lock()

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
        self._sessions[_print(token)] = _Session(self._wall_clock())
        return token

    def knows(self, token: str | None) -> bool:
        """Whether a session is open."""
        found = None if token is None else self._sessions.get(_print(token))
        return found is not None and found.open_at(self._wall_clock())

    def fresh(self, token: str | None) -> bool:
        """Whether its code was entered just now: whoever it is, they have just been at the box."""
        found = None if token is None else self._sessions.get(_print(token))
        return found is not None and 0 <= self._wall_clock() - found.entered_s < FRESH_S

    @property
    def open_sessions(self) -> int:
        """How many browsers are inside."""
        return sum(each.open_at(self._wall_clock()) for each in self._sessions.values())

    def leave(self, token: str | None) -> None:
        """End a session."""
        if token is not None:
            self._sessions.pop(_print(token), None)

    def leave_all(self) -> None:
        """End every session; a code that waits is dead too."""
        self._sessions.clear()
        self._code = ""

    async def keep(self) -> None:
        """Put the sessions as they are now on disk. DiskError: those in memory count all the same."""
        if self._file is None:
            return
        async with self._writing:
            kept = {key: each.entered_s for key, each in self._sessions.items()}
            await asyncio.to_thread(_write, self._file, kept)


def _read(file: Path | None) -> dict[str, _Session]:
    """The sessions of a file; one that cannot be read holds none, and everybody enters a code again."""
    if file is None:
        return {}
    try:
        found: Any = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        key: _Session(float(entered_s))
        for key, entered_s in list(found.items())[-MOST_SESSIONS:]
        if isinstance(entered_s, int | float) and not isinstance(entered_s, bool)
    }


def _write(file: Path, kept: dict[str, float]) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps(kept).encode())
    except OSError as error:
        raise DiskError(f"{file}: cannot be written ({error.strerror})") from error


def _print(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def may_be_called(host: str) -> bool:
    """Whether a Host header names this box on its own network: a page of the internet, rebound, does not."""
    name, port = _split(host)
    if port is not None and not port.isdecimal():
        return False
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        own = socket.gethostname().lower().partition(".")[0]
        return name in {"localhost", f"{NAME}.local", own, f"{own}.local", f"{own}.lan", f"{own}.home"}
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
