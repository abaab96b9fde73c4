"""What this environment has beyond the plain package: a release must bring the same."""

import re
from collections.abc import Mapping
from importlib import metadata
from typing import Final

from assistant.upkeep.release import Release, ReleaseError, ReleaseFile

PACKAGE: Final = "hearth-assistant"
COMPILED: Final = "llama-cpp-python"
"""Made on this box, so no release can name its digest: it is brought along as it is."""
_NEED: Final = re.compile(r"([A-Za-z0-9._-]+).*?;.*\bextra == ['\"]([A-Za-z0-9._-]+)['\"]")


def extras_here() -> tuple[str, ...]:
    """The extras whose packages are all here, e.g. ("models",); those with what is compiled here are none."""
    try:
        needs = needs_of_extras(metadata.requires(PACKAGE) or [])
    except metadata.PackageNotFoundError:
        return ()
    names = [extra for extra, packages in needs.items() if COMPILED not in packages]
    return tuple(sorted(extra for extra in names if all(map(_is_here, needs[extra]))))


def needs_of_extras(requires: list[str]) -> Mapping[str, set[str]]:
    """Requirements as metadata has them → the packages of each extra."""
    needs: dict[str, set[str]] = {}
    for said in requires:
        if (found := _NEED.match(said)) is not None:
            needs.setdefault(found[2], set()).add(found[1].lower())
    return needs


def _is_here(package: str) -> bool:
    try:
        metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def lists_of(release: Release) -> tuple[ReleaseFile, ...]:
    """Its lists of packages for this box: one an extra, each whole; else the plain one. ReleaseError."""
    here = extras_here()
    if missing := [extra for extra in here if extra not in release.extras]:
        raise ReleaseError(
            f"{release.version} brings no packages for {' and '.join(missing)}, which this box has; it is "
            "not taken. Whoever makes releases mends that: make_release.py index --extra NAME=FILE"
        )
    return tuple({release.extras[name].name: release.extras[name] for name in here}.values()) or (
        release.requirements,
    )
