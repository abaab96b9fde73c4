"""Where things live on this box; every place can be moved by an environment variable."""

import os
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

SYSTEM_RELEASES = Path("/var/lib/hearth-releases")
"""Where a system service keeps them: not where what hears could write."""
SATELLITE_UNIT = Path("/etc/systemd/system/assistant-satellite.service")


def settings_places() -> tuple[Path, ...]:
    """Where the owner's YAML is looked for, first found wins."""
    places = [config_folder() / "assistant.yaml", Path("/etc/hearth/assistant.yaml")]
    if named := os.environ.get("HEARTH_SETTINGS"):
        places.insert(0, Path(named))
    return tuple(places)


def _folder(variable: str, xdg: str, default: str) -> Path:
    if named := os.environ.get(variable):
        return Path(named)
    root = os.environ.get(xdg)
    return (Path(root) if root else Path.home() / default) / "hearth"


def config_folder() -> Path:
    """The owner's settings."""
    return _folder("HEARTH_CONFIG", "XDG_CONFIG_HOME", ".config")


def data_folder() -> Path:
    """What the house was asked to keep, and models."""
    return _folder("HEARTH_DATA", "XDG_DATA_HOME", ".local/share")


def models_folder() -> Path:
    """Model files, one folder an id."""
    return data_folder() / "models"


def releases_folder() -> Path:
    """Where the releases lie, and which one is in force: the box's own folder, else the owner's."""
    if named := os.environ.get("HEARTH_RELEASES"):
        return Path(named)
    return SYSTEM_RELEASES if (SYSTEM_RELEASES / "current").exists() else data_folder() / "releases"


def is_satellite() -> bool:
    """Whether the service of this box is that of a satellite, and so not a hub's."""
    return SATELLITE_UNIT.exists()


def runtime_folder() -> Path:
    """The control socket and the lock; gone after a restart of the box."""
    if named := os.environ.get("HEARTH_RUNTIME"):
        return Path(named)
    root = os.environ.get("XDG_RUNTIME_DIR")
    return Path(root) / "hearth" if root else Path("/tmp") / f"hearth-{os.getuid()}"


def shipped(name: str) -> Traversable:
    """`models.yaml`, `voices` or `systemd`, from the wheel or from the checkout."""
    inside = resources.files("assistant") / "shipped" / name
    if inside.is_file() or inside.is_dir():
        return inside
    return Path(__file__).resolve().parent.parent / name
