"""What a taken-apart command wishes, apart from the things it names."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

_LEVELS: Final[Mapping[str, Mapping[str, int]]] = {
    "light": {"full": 100, "high": 100, "half": 50, "medium": 50, "low": 20, "min": 1},
    "cover": {"full": 100, "half": 50},
    "fan": {"full": 100, "high": 100, "half": 50, "medium": 66, "low": 33, "min": 1},
    "media_player": {"full": 100, "high": 80, "half": 50, "medium": 50, "low": 20, "min": 5},
}
_SHARES: Final = {"quarter": 25, "three_quarters": 75, "third": 33}


@dataclass(frozen=True, slots=True)
class Wish:
    """Everything a command says but its things; an empty field was not said."""

    action: str = ""
    """on, off, start, stop, open, close, lock, unlock, up, down, dim, brighten, warm, cool, mute, …"""
    number: float | None = None
    unit: str = ""
    level: str = ""
    color: str = ""
    white: int | None = None
    mode: str = ""
    source: str = ""
    prop: str = ""
    more: str = ""
    by: bool = False
    to: bool = False
    bare: bool = False
    """The number follows "at" or "on" and has no unit: a temperature, but no share of anything."""
    bit: bool = False
    """A little of it: "open them a bit"."""

    def only(self, *allowed: str) -> bool:
        """Whether nothing but these fields was said; "by" and "to" say nothing alone."""
        return all(
            field.name in allowed or not _said(getattr(self, field.name))
            for field in fields(self)
            if field.name not in ("by", "to", "bare", "bit")
        )

    @property
    def sign(self) -> int:
        """+1 for more, -1 for less, 0 for neither."""
        ups, downs = {"up", "brighten", "warm"}, {"down", "dim", "cool"}
        said = self.more.rpartition(" ")[2] or self.action
        return 1 if said in ups else -1 if said in downs else 0


def _said(value: object) -> bool:
    return value is not None and value not in ("", False)


def percent(kind: str, wish: Wish) -> int | None:
    """The share that is wished of a kind of device."""
    if wish.number is not None and wish.unit in ("", "percent") and not wish.level and not wish.bare:
        whole = round(wish.number)
        return whole if whole == wish.number and 0 <= whole <= 100 else None
    if wish.level and wish.number is None:
        return _LEVELS.get(kind, {}).get(wish.level, _SHARES.get(wish.level))
    return None


def implied(wish: Wish) -> str:
    """The kind of device that a wish without a thing is about; "" where it may be about any."""
    by_action = {
        **dict.fromkeys(("mute", "unmute", "pause", "play", "resume", "next", "previous"), "media_player"),
        **{"light": "light", "dim": "light", "brighten": "light", "clean": "vacuum", "dock": "vacuum"},
        **{"water": "valve", "warm": "climate", "oscillate": "fan", "still": "fan"},
    }
    by_prop = {
        **{"brightness": "light", "color": "light", "volume": "media_player", "track": "media_player"},
        **{"source": "media_player", "temperature": "climate", "speed": "fan", "oscillation": "fan"},
        **{"humidity": "humidifier"},
    }
    about = wish.prop or wish.more.partition(" ")[0]
    if about in by_prop:
        return by_prop[about]
    if wish.color or wish.white or wish.unit == "kelvin":
        return "light"
    if wish.action == "cool" or (wish.unit == "degrees" and wish.action in ("", "set", "up", "down")):
        return "climate"
    return by_action.get(wish.action, "")
