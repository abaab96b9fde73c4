"""`assistant install-service`: the units of systemd/ into place, with the paths of this installation."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from assistant import __version__, paths
from assistant.errors import AssistantError, SettingsError
from assistant.settings import load_settings
from assistant.upkeep.release_place import START, Place

Out = Callable[[str], None]
Kind = Literal["system", "user"]

RUNNING: Final = Path("/run/systemd/system")
"""Is there where systemd runs the box."""
UPDATES: Final = "assistant-update.timer"
"""Enabled only where the settings say so (update.automatic)."""
SYSTEM: Final = (
    "assistant-engine.socket",
    "assistant-engine@.service",
    "assistant.service",
    "assistant-update.service",
    "assistant-update-switch.service",
    UPDATES,
    "assistant-build.path",
    "assistant-build.service",
    "assistant-fetch.path",
    "assistant-fetch.service",
)
USER: Final = ("assistant.service", "assistant-update.service", UPDATES)
STARTED: Final[dict[Kind, tuple[str, ...]]] = {
    "system": (
        "assistant-engine.socket",
        "assistant.service",
        "assistant-build.path",
        "assistant-build.service",
        "assistant-fetch.path",
    ),
    "user": ("assistant.service",),
}
SYSUSERS: Final = "hearth.sysusers"
SERVICE_USER: Final = "hearth"
SYSTEM_SETTINGS: Final = Path("/etc/hearth/assistant.yaml")


@dataclass(frozen=True, slots=True)
class Installing:
    """What to install where."""

    kind: Kind | None = None
    """None: the system's for root, else the user's."""
    root: Path | None = None
    """Put the files below this folder and start nothing (for an image of a box)."""
    remove: bool = False


def install(asked: Installing, out: Out) -> None:
    """Put the units in place, or take them away. AssistantError names what stands in the way."""
    kind = asked.kind or ("system" if os.geteuid() == 0 else "user")
    why = "" if asked.kind else " (as root)" if kind == "system" else " (not as root)"
    sort = "system service on ALSA" if kind == "system" else "user service on PipeWire or PulseAudio"
    out(f"a {sort}{why}")
    if kind == "system" and asked.root is None and os.geteuid() != 0:
        raise AssistantError("a system service needs root: sudo assistant install-service --system")
    targets = dict(_targets(kind, asked.root))
    if asked.remove:
        _control(kind, asked.root, out, ["disable", "--now", *STARTED[kind], UPDATES])
        (_place(kind, asked.root).folder / START).unlink(missing_ok=True)
        for target in targets:
            target.unlink(missing_ok=True)
            out(f"removed {target}")
        _control(kind, asked.root, out, ["daemon-reload"])
        return
    _check_program(kind)
    place = _place(kind, asked.root)
    place.install(Path(sys.prefix), __version__)
    for target, text in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.replace("%h/.local/share/hearth/releases", str(paths.releases_folder())))
        out(f"wrote {target}")
    if kind == "system":
        _manage(asked.root, out, ["systemd-sysusers", "/etc/sysusers.d/hearth.conf"])
        _give_away(place.folder, asked.root)
    _control(kind, asked.root, out, ["daemon-reload"])
    updates = _wants_updates(kind)
    out(f"updates by themselves: {'once a week' if updates else 'off (assistant setup asks)'}")
    _control(kind, asked.root, out, ["enable", "--now", *STARTED[kind], *([UPDATES] if updates else [])])
    if not updates:
        _control(kind, asked.root, out, ["disable", "--now", UPDATES])


def _targets(kind: Kind, root: Path | None) -> Iterator[tuple[Path, str]]:
    """Where each file goes, and what it holds."""
    shipped = paths.shipped("systemd")
    if kind == "user":
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd/user"
        for name in USER:
            yield _under(root, folder / name), (shipped / "user" / name).read_text()
        return
    for name in SYSTEM:
        yield _under(root, Path("/etc/systemd/system") / name), (shipped / name).read_text()
    yield _under(root, Path("/etc/sysusers.d/hearth.conf")), (shipped / SYSUSERS).read_text()


def _under(root: Path | None, path: Path) -> Path:
    return path if root is None else root / path.relative_to("/")


def _place(kind: Kind, root: Path | None) -> Place:
    """Where the service finds the release in force."""
    return Place(_under(root, paths.SYSTEM_RELEASES if kind == "system" else paths.releases_folder()))


def _give_away(folder: Path, root: Path | None) -> None:
    """Releases belong to what switches to them, never to what fetches them."""
    try:
        account = pwd.getpwnam(SERVICE_USER)
    except KeyError:
        return
    if root is None and os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _wants_updates(kind: Kind) -> bool:
    """What the owner's settings say; broken ones say no."""
    try:
        file = SYSTEM_SETTINGS if kind == "system" and SYSTEM_SETTINGS.exists() else None
        return load_settings(file).update.automatic
    except SettingsError:
        return False


def _check_program(kind: Kind) -> None:
    """The `assistant` of this installation is there; a system service cannot use one in somebody's home."""
    program = Path(sys.executable).with_name("assistant")
    if not program.is_file():
        raise AssistantError(f"{program} is not there; install Hearth with pip or uv, then try again")
    hidden = [home for home in ("/root", "/home") if program.is_relative_to(home)]
    if kind == "system" and hidden:
        raise AssistantError(
            f"{program} lies in {hidden[0]}, which the service may not see; install Hearth to /opt: "
            "python3 -m venv /opt/hearth && /opt/hearth/bin/pip install ."
        )


def _control(kind: Kind, root: Path | None, out: Out, words: list[str]) -> None:
    _manage(root, out, ["systemctl", *(["--user"] if kind == "user" else []), *words])


def _manage(root: Path | None, out: Out, command: list[str]) -> None:
    """Run a command of the service manager where there is one."""
    if root is not None:
        return
    if not RUNNING.is_dir() or shutil.which(command[0]) is None:
        out(f"systemd does not run this box; where it does: {' '.join(command)}")
        return
    _run(command)


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    except FileNotFoundError as error:
        raise AssistantError(f"{command[0]} is not on this box; is it run by systemd?") from error
    except subprocess.CalledProcessError as error:
        raise AssistantError(f"{' '.join(command)}: {error.stderr.strip()}") from error
    except subprocess.TimeoutExpired as error:
        raise AssistantError(f"{' '.join(command)}: no answer within a minute") from error
