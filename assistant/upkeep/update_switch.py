"""A release that lies ready → the release in force: backed up, tried, switched to, watched.

Until the switch nothing in force is changed; the switch is one rename; after it the launcher counts starts.
"""

import asyncio
import os
import pwd
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from assistant import control, paths
from assistant.errors import AssistantError, WireError
from assistant.messages import JsonValue
from assistant.upkeep.backup import Places
from assistant.upkeep.release import ReleaseError
from assistant.upkeep.release_place import START, Place
from assistant.upkeep.update_backup import create_sealed, keep_settings
from assistant.upkeep.update_start import take_snapshot

Out = Callable[[str], None]
CHECK_S: Final = 600.0
"""For a new release's check of itself, on the slowest box."""
LOOK_S: Final = 20.0
"""Between two looks whether the house is still."""
STARTS_S: Final = 240.0
"""For a hub to be back; three starts in vain and a fourth fit in."""
SERVICE_USER: Final = "hearth"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long to wait for a still moment, and by what."""

    wait_s: float = 0.0
    """0: refuse at once."""
    pause: Callable[[float], None] = lambda seconds: asyncio.run(asyncio.sleep(seconds))


def tried(release: Path, settings: Path | None, out: Out) -> None:
    """Let the release check itself, by its own program. ReleaseError with its last words."""
    out("the new release checks itself: your settings, and a whole spoken turn")
    words = [str(release / "bin" / "assistant"), "update", "self-check"]
    words += [] if settings is None else ["--settings", str(settings)]
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=CHECK_S,
            check=False,
            **_as_service(),
        )
    except subprocess.TimeoutExpired as error:
        raise ReleaseError(f"{release.name} was not done with its check within {CHECK_S:.0f} s") from error
    except OSError as error:
        raise ReleaseError(f"{release.name} cannot be run ({error.strerror})") from error
    if done.returncode != 0:
        last = " ".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-2:])
        raise ReleaseError(f"{release.name} does not work here: {last or f'it ended with {done.returncode}'}")


def _as_service() -> Mapping[str, Any]:
    """Root lets nothing new run as root where there is an account for it."""
    if os.geteuid() != 0 or "HEARTH_RELEASES" not in os.environ:
        return {}
    try:
        account = pwd.getpwnam(SERVICE_USER)
    except KeyError:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def kept_safe(places: Places, out: Out) -> None:
    """Copies of memory and settings in the data folder, and a backup where a key is there to close one."""
    try:
        take_snapshot(places.database)
        out(f"the settings of before lie in {keep_settings(places)}, the memory beside them")
    except (OSError, sqlite3.Error) as error:
        raise ReleaseError(f"{places.data}: no copy can be made before the update ({error})") from error
    create_sealed(places, out)


def hub_says(message: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
    """The running hub's or satellite's answer to one request; None: none runs. WireError is its refusal."""
    place = control.satellite_path() if paths.is_satellite() else control.socket_path()

    async def asked() -> dict[str, JsonValue]:
        told: dict[str, JsonValue] = {}
        async with aclosing(control.request(message, place)) as answers:
            async for answer in answers:
                if "error" in answer:
                    raise WireError(str(answer["error"]))
                told |= answer
        return told

    try:
        return asyncio.run(asked())
    except control.NoHub:
        return None


def still(waiting: Waiting, out: Out) -> dict[str, JsonValue] | None:
    """Wait for a moment in which nobody talks and nothing is about to ring; what the hub says of itself.

    None: no hub runs. ReleaseError with the reason when there is no such moment.
    """
    waited_s, told = 0.0, False
    while True:
        answer = hub_says({"do": "idle"})
        idle = None if answer is None else answer.get("idle")
        if not isinstance(idle, dict):
            return None
        if (reason := idle.get("why_not")) is None:
            return idle
        if waited_s >= waiting.wait_s:
            raise ReleaseError(f"not now: {reason}; try again later, or let it wait: --wait MINUTES")
        if not told:
            out(f"waiting for a still moment: {reason}")
            told = True
        waiting.pause(LOOK_S)
        waited_s += LOOK_S


def put_in_force(place: Place, release: Path, waiting: Waiting, out: Out) -> bool:
    """Switch and restart the hub where one runs; whether the release is in force at the end.

    ReleaseError: it is not, and nothing was changed.
    """
    hub = still(waiting, out)
    place.switch(release)
    return begun_anew(place, release, hub, waiting, out)


def begun_anew(
    place: Place, release: Path, hub: dict[str, JsonValue] | None, waiting: Waiting, out: Out
) -> bool:
    """Restart the hub, where one runs (what it said of itself); whether `release` is in force at the end."""
    out(f"{place.version_of(release) or release} is in force from the next start on")
    if hub is None:
        return True
    if hub.get("service") is not True:
        out(
            f"the running hub is still the old one; end it (assistant stop), then: {place.folder / START} run"
        )
        return True
    return _restarted(place, release, waiting, out)


def _restarted(place: Place, release: Path, waiting: Waiting, out: Out) -> bool:
    """Have the service start anew; whether it is `release` that runs then."""
    if not _told_to_restart(waiting):
        out("the hub is not restarted, for somebody is talking; its next start takes the new release")
        return True
    out("the hub starts anew …")
    waited_s = 0.0
    while waited_s < STARTS_S:
        waiting.pause(1.0)
        waited_s += 1.0
        if place.in_force != release:
            return False
        running = _running()
        if running is not None and Path(running).resolve() == release:
            out(f"{release.name} runs and listens")
            return True
    out("the hub is not back yet; `assistant update status` tells more in a while")
    return place.in_force == release


def _told_to_restart(waiting: Waiting) -> bool:
    waited_s = 0.0
    while True:
        try:
            hub_says({"do": "restart"})
        except WireError:
            if waited_s >= max(waiting.wait_s, LOOK_S):
                return False
            waiting.pause(LOOK_S)
            waited_s += LOOK_S
        else:
            return True


def _running() -> str | None:
    try:
        answer = hub_says({"do": "idle"})
    except AssistantError:
        return None
    idle = None if answer is None else answer.get("idle")
    return str(idle["release"]) if isinstance(idle, dict) and "release" in idle else None
