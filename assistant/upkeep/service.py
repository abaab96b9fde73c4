"""`assistant install-service`: the units of systemd/ into place, with the paths of this installation."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant import __version__, paths
from assistant.errors import AssistantError, SettingsError
from assistant.settings import load_settings
from assistant.upkeep.release_place import START, Place
from assistant.upkeep.service_units import HEARS, SATELLITE, Kind, everything, others, started, units
from assistant.yaml_text import parse

Out = Callable[[str], None]

RUNNING: Final = Path("/run/systemd/system")
"""Is there where systemd runs the box."""
STARTS_S: Final = 660.0
"""For the service manager's answer: it waits until the house listens, which large models delay."""
SYSUSERS: Final = "hearth.sysusers"
ACCOUNTS: Final = Path("/etc/sysusers.d/hearth.conf")
SYSTEM_UNITS: Final = Path("/etc/systemd/system")
SERVICE_USER: Final = "hearth"
SYSTEM_SETTINGS: Final = Path("/etc/hearth/assistant.yaml")
PAIRED: Final = Path("/var/lib/hearth/satellite/hub.json")
"""Is there on a board that was paired with a hub."""


@dataclass(frozen=True, slots=True)
class Installing:
    """What to install where."""

    kind: Kind | None = None
    """None: the system's for root, else the user's."""
    root: Path | None = None
    """Put the files below this folder and start nothing (for an image of a box)."""
    remove: bool = False
    satellite: bool = False
    """This box is the microphone and the loudspeaker of one room, no more."""


def install(asked: Installing, out: Out) -> None:
    """Put the units in place, or take them away. AssistantError names what stands in the way."""
    kind = asked.kind or ("system" if os.geteuid() == 0 or asked.satellite else "user")
    satellite = asked.satellite or (kind == "system" and _is_satellite(asked.root))
    _tell_what(asked, kind, satellite, out)
    if kind == "system" and asked.root is None and os.geteuid() != 0:
        raise AssistantError("a system service needs root: sudo assistant install-service --system")
    if asked.remove:
        _take_away(kind, asked.root, [*everything(kind)], out)
        (_place(kind, asked.root).folder / START).unlink(missing_ok=True)
        if kind == "system":
            _under(asked.root, ACCOUNTS).unlink(missing_ok=True)
        return
    _check_program(kind)
    _take_away(kind, asked.root, others(kind, satellite), out)
    place = _place(kind, asked.root)
    place.install(Path(sys.prefix), __version__)
    for target, text in _targets(kind, asked.root, satellite):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        out(f"wrote {target}")
    if kind == "system":
        _manage(asked.root, out, ["systemd-sysusers", str(ACCOUNTS)])
        _give_away(place.folder, asked.root)
    _control(kind, asked.root, out, ["daemon-reload"])
    _start(kind, asked.root, satellite, out)


def _tell_what(asked: Installing, kind: Kind, satellite: bool, out: Out) -> None:
    if satellite and kind == "user":
        raise AssistantError(
            "a satellite is a system service: sudo assistant install-service --satellite; "
            "in a desktop session start it by hand: assistant satellite"
        )
    sort = "system service on ALSA" if kind == "system" else "user service on PipeWire or PulseAudio"
    why = "" if asked.kind else " (as root)" if kind == "system" else " (not as root)"
    if satellite:
        sort = "satellite as a system service on ALSA"
        why = "" if asked.satellite else " (this box was paired with a hub)"
    out(f"a {sort}{why}")


def _is_satellite(root: Path | None) -> bool:
    """It was paired with a hub, and has no house of its own: no settings, or such for updates alone."""
    settings = _under(root, SYSTEM_SETTINGS)
    if not _under(root, PAIRED).exists() or not settings.exists():
        return _under(root, PAIRED).exists()
    try:
        keys = parse(settings.read_bytes(), str(settings)).data
    except SettingsError:
        return False
    return isinstance(keys, Mapping) and set(keys) == {"update"}


def _start(kind: Kind, root: Path | None, satellite: bool, out: Out) -> None:
    here = units(kind, satellite)
    # A hub that runs would go on with the program of before.
    _control(kind, root, out, ["try-restart", *(name for name in HEARS if name in here)])
    out(f"updates by themselves: {'once a week' if _wants_updates(kind) else 'off (assistant setup asks)'}")
    _control(kind, root, out, ["enable", "--now", *started(kind, satellite)])


def _take_away(kind: Kind, root: Path | None, names: Sequence[str], out: Out) -> None:
    """Stop and remove those of the units that are here."""
    folder = _folder(kind, root)
    here = [name for name in names if (folder / name).exists()]
    if not here:
        return
    _control(kind, root, out, ["disable", "--now", *(name for name in here if "@" not in name)])
    for name in here:
        (folder / name).unlink()
        out(f"removed {folder / name}")
    _control(kind, root, out, ["daemon-reload"])


def _folder(kind: Kind, root: Path | None) -> Path:
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return _under(root, SYSTEM_UNITS if kind == "system" else home / "systemd/user")


def _targets(kind: Kind, root: Path | None, satellite: bool) -> Iterator[tuple[Path, str]]:
    """Where each file goes, and what it holds."""
    shipped = paths.shipped("systemd")
    for name in units(kind, satellite):
        text = (shipped / "user" / name if kind == "user" else shipped / name).read_text()
        text = text.replace("%h/.local/share/hearth/releases", str(paths.releases_folder()))
        yield _folder(kind, root) / name, text
    if kind == "system":
        yield _under(root, ACCOUNTS), (shipped / SYSUSERS).read_text()


def differing(kind: Kind, root: Path | None = None) -> list[str] | None:
    """The units that are not as this release has them; None: it was not made a service of this kind here."""
    satellite = kind == "system" and (_folder(kind, root) / SATELLITE).exists()
    wanted = dict(_targets(kind, root, satellite))
    if not any((_folder(kind, root) / name).exists() for name in units(kind, satellite)):
        return None
    return [file.name for file, text in wanted.items() if not file.exists() or file.read_text() != text]


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
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=STARTS_S)
    except FileNotFoundError as error:
        raise AssistantError(f"{command[0]} is not on this box; is it run by systemd?") from error
    except subprocess.CalledProcessError as error:
        raise AssistantError(f"{' '.join(command)}: {error.stderr.strip()}") from error
    except subprocess.TimeoutExpired as error:
        raise AssistantError(f"{' '.join(command)}: no answer within {STARTS_S:.0f} s") from error
