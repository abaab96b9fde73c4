"""A file of a hub → staging → our own hash → its place, where only what is verified ever lies.

An interrupted download goes on where it stopped, in this call or a later one: the part lies in staging under
the digest it must come to. Only `assistant models` uses this; the hub that hears never opens it.
"""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from assistant.checked import Stamp, hashed
from assistant.errors import AssistantError
from assistant.upkeep.on_disk import open_to_group

ATTEMPTS: Final = 5
"""Tries in a row without one new byte; any progress starts the count anew."""
STALL_S: Final = 30.0
SPARE_BYTES: Final = 200_000_000
"""Left free on the disk: the house's own database must go on."""
MOST_BYTES: Final = 60_000_000_000
"""A file whose size nobody knows beforehand ends here."""
MOST_REDIRECTS: Final = 5
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


class FetchError(AssistantError):
    """A file could not be fetched; what was kept of it, and what to do, is in the message."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file: where it comes from and what it must be."""

    url: str
    sha256: str
    size: int | None
    """Bytes; None: not known, the digest decides."""
    target: Path


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one file is."""

    done_bytes: int
    total_bytes: int | None
    bytes_per_s: float
    """Over this call."""

    @property
    def left_s(self) -> float | None:
        """Time left at this rate; None: not known."""
        if self.total_bytes is None or self.bytes_per_s <= 0:
            return None
        return (self.total_bytes - self.done_bytes) / self.bytes_per_s


Tell = Callable[[Progress], None]


def fetch(
    wanted: Wanted, staging: Path, client: httpx.Client, tell: Tell, *, pause: Callable[[float], None]
) -> Stamp:
    """Bring the file to its place, and say what it is there.

    FetchError leaves at most a part in `staging`, never a file at `target`.
    `pause(seconds)` waits between tries. KeyboardInterrupt may come at any time.
    """
    part = staging / f"{wanted.sha256}.part"
    try:
        staging.mkdir(parents=True, exist_ok=True)
        _check_room(wanted, part, staging)
        _whole(wanted, part, client, tell, pause)
        return _settle(wanted, part)
    except OSError as error:
        raise FetchError(
            f"{staging}: cannot be written ({error.strerror}); mend that and run it again"
        ) from error


def _whole(
    wanted: Wanted, part: Path, http: httpx.Client, tell: Tell, pause: Callable[[float], None]
) -> None:
    """Every byte of it, over as many connections as it takes."""
    tries = 0
    while not _complete(part, wanted):
        before = _size(part)
        try:
            _more(wanted, part, http, tell)
        except httpx.TransportError as error:
            tries = tries + 1 if _size(part) == before else 1
            if tries >= ATTEMPTS:
                raise FetchError(
                    f"{wanted.url}: the connection failed {ATTEMPTS} times ({error}); "
                    "check the network and run the command again: it goes on where it stopped"
                ) from error
            pause(min(30.0, 2.0**tries))
        else:
            return


def client() -> httpx.Client:
    """A connection that follows no redirect by itself and tells nobody what it runs on."""
    timeout = httpx.Timeout(STALL_S)
    return httpx.Client(timeout=timeout, headers={"User-Agent": "hearth", "Accept-Encoding": "identity"})


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _complete(part: Path, wanted: Wanted) -> bool:
    return wanted.size is not None and _size(part) >= wanted.size


def _check_room(wanted: Wanted, part: Path, staging: Path) -> None:
    if wanted.size is None:
        return
    needed = wanted.size - _size(part) + SPARE_BYTES
    free = shutil.disk_usage(staging).free
    if free < needed:
        short_mb = (needed - free) / 1e6
        raise FetchError(
            f"{staging}: the disk is {short_mb:,.0f} MB too full for {wanted.target.name}; free some"
        )


def _more(wanted: Wanted, part: Path, http: httpx.Client, tell: Tell) -> None:
    """One connection's worth of the file, appended to the part."""
    start = _size(part)
    with opened(http, wanted.url, start) as response:
        start, total = _where(response, start, wanted)
        began_s, got = time.monotonic(), 0
        with part.open("ab") as file:
            file.truncate(start)
            for (
                piece
            ) in response.iter_raw():  # as they come: a piece still being filled is lost with the line
                file.write(piece)
                file.flush()  # a kill loses nothing of it
                got += len(piece)
                if start + got > (wanted.size or MOST_BYTES):
                    break  # more than was promised: the digest will not fit
                took_s = time.monotonic() - began_s
                tell(Progress(start + got, wanted.size or total, got / took_s if took_s > 0 else 0.0))
    if wanted.size is not None and start + got < wanted.size:
        raise httpx.ReadError("the server ended the file early")


@contextmanager
def opened(http: httpx.Client, address: str, start: int) -> Iterator[httpx.Response]:
    """The response to a GET from `start` on, redirects followed by hand: never from https to http."""
    url = httpx.URL(address)
    headers = {"Range": f"bytes={start}-"} if start else {}
    for _ in range(MOST_REDIRECTS + 1):
        response = http.send(http.build_request("GET", url, headers=headers), stream=True)
        with closing(response):
            if not response.has_redirect_location:
                yield response
                return
        onward = url.join(response.headers["location"])
        if onward.scheme not in ("https", url.scheme):
            raise FetchError(f"{address}: leads away from https, to {onward.scheme}; it is not followed")
        url = onward
    raise FetchError(f"{address}: leads on more than {MOST_REDIRECTS} times; try again later")


def _where(response: httpx.Response, start: int, wanted: Wanted) -> tuple[int, int | None]:
    """From which byte on the response goes, and the whole size where told. FetchError for a refusal."""
    status = response.status_code
    if status == httpx.codes.PARTIAL_CONTENT:
        said = _RANGE.fullmatch(response.headers.get("content-range", ""))
        if said is not None and int(said[1]) == start:
            return start, None if said[3] == "*" else int(said[3])
        raise FetchError(f"{wanted.url}: the server sent another part than was asked for; try again later")
    if status == httpx.codes.OK:
        length = response.headers.get("content-length", "")
        return 0, int(length) if length.isdecimal() else None
    if status == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
        return start, start  # nothing is left to send; the digest decides
    if status in (httpx.codes.TOO_MANY_REQUESTS, *range(500, 600)):
        raise httpx.ReadError(f"the server is busy ({status})")
    raise FetchError(f"{wanted.url}: the server answered {status}: {_why(status)}")


def _why(status: int) -> str:
    if status in (401, 403):
        return "this model is only given to people who are signed in; choose another"
    if status in (404, 410):
        return "the file is not there any more; update the assistant for a newer catalogue"
    return "try again later"


def _settle(wanted: Wanted, part: Path) -> Stamp:
    """Hash what came; only what is right moves to its place, and only when it is on the disk."""
    found, stamp = hashed(part)
    if found != wanted.sha256:
        part.unlink()
        raise FetchError(
            f"{wanted.url}: the file is not the one the catalogue names (SHA-256 {found[:12]}… instead of "
            f"{wanted.sha256[:12]}…); nothing of it was kept"
        )
    wanted.target.parent.mkdir(parents=True, exist_ok=True)
    open_to_group(part)
    open_to_group(wanted.target.parent)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(wanted.target)
    folder = os.open(wanted.target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return stamp
