"""Whether the units that start the house with the box are those of the release that runs."""

from pathlib import Path
from typing import Final

from assistant.settings import Settings
from assistant.upkeep.findings import Finding
from assistant.upkeep.service import SATELLITE, Kind, differing

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
            satellite = SATELLITE[0] in changed or SATELLITE[1] in changed
            return Finding(
                "service", False, told, fix.replace("--system", "--satellite") if satellite else fix
            )
        return Finding("service", True, f"starts with the box, as a {kind} service")
    return Finding("service", True, "started by hand; assistant install-service has it start with the box")
