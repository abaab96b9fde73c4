"""The units that start the house with the box: of the release that runs, and held to their memory limits."""

from pathlib import Path
from typing import Final

from assistant.settings import Settings
from assistant.upkeep.findings import Finding
from assistant.upkeep.service import differing
from assistant.upkeep.service_units import SATELLITE, Kind

CONTROLLERS: Final = "sys/fs/cgroup/cgroup.controllers"
BOOT_WORDS: Final = "boot/firmware/cmdline.txt"
KINDS: Final[tuple[tuple[Kind, str], ...]] = (
    ("system", "sudo assistant install-service --system"),
    ("user", "assistant install-service --user"),
)


def service(settings: Settings, root: Path | None = None) -> Finding:
    """An update brings a new program, and leaves the units alone: those are root's."""
    for kind, fix in KINDS:
        if (changed := differing(kind, root)) is None:
            continue
        if changed:
            told = f"{', '.join(changed)}: not as this release has them"
            satellite = SATELLITE in changed or "assistant-satellite.path" in changed
            return Finding(
                "service", False, told, fix.replace("--system", "--satellite") if satellite else fix
            )
        return Finding("service", True, f"starts with the box, as a {kind} service")
    return Finding("service", True, "started by hand; assistant install-service has it start with the box")


def limits(settings: Settings, root: Path | None = None) -> Finding:
    """Whether the kernel holds units to their memory limits; a Raspberry Pi's does where it is told to."""
    there = root or Path("/")
    if differing("system", root) is None:
        return Finding("memory limits", None, "only a system service has them")
    try:
        controllers = (there / CONTROLLERS).read_text().split()
    except OSError:
        controllers = []
    if "memory" in controllers:
        return Finding("memory limits", True, "the kernel holds every engine to its limit")
    on_a_pi = (there / BOOT_WORDS).exists()
    words = f"sudo sed -i '1 s/$/ cgroup_enable=memory/' /{BOOT_WORDS} && sudo reboot"
    other = "start the kernel with cgroup_enable=memory systemd.unified_cgroup_hierarchy=1"
    told = "the kernel does not hold engines to their limits: one that grows could fill this box's memory"
    return Finding("memory limits", False, told, words if on_a_pi else other)
