"""Which units make a service of each kind, and which of them are started."""

from typing import Final, Literal

Kind = Literal["system", "user"]

SATELLITE: Final = "assistant-satellite.service"
TIMER: Final = "assistant-update.timer"
"""What it starts does nothing until the settings say so (update.automatic), which an owner may do any day."""
UPDATES: Final = ("assistant-update.service", "assistant-update-switch.service", TIMER)
HEARS: Final = ("assistant.service", SATELLITE)
"""What runs all the time, and is started anew when its program was replaced."""
_HUB: Final = (
    "assistant-engine.socket",
    "assistant-engine@.service",
    "assistant.service",
    "assistant-build.path",
    "assistant-build.service",
    "assistant-fetch.path",
    "assistant-fetch.service",
    *UPDATES,
)
_BOARD: Final = (SATELLITE, "assistant-satellite.path", *UPDATES)
_DESKTOP: Final = ("assistant.service", "assistant-update.service", TIMER)
_BY_OTHERS: Final = ("assistant-engine@.service", "assistant-fetch.service", *UPDATES[:2])
"""Started by a socket, a path, a timer or each other."""


def units(kind: Kind, satellite: bool = False) -> tuple[str, ...]:
    """All of a service; a satellite is a system's."""
    if kind == "user":
        return _DESKTOP
    return _BOARD if satellite else _HUB


def others(kind: Kind, satellite: bool) -> tuple[str, ...]:
    """What only a box of the other sort has."""
    return tuple(name for name in everything(kind) if name not in units(kind, satellite))


def everything(kind: Kind) -> tuple[str, ...]:
    """What any box may have of this kind."""
    return _DESKTOP if kind == "user" else tuple(dict.fromkeys((*_HUB, *_BOARD)))


def started(kind: Kind, satellite: bool = False) -> tuple[str, ...]:
    """Those that are started with the box."""
    return tuple(name for name in units(kind, satellite) if name not in _BY_OTHERS)
