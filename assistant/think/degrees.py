"""Degrees of a scale that is named → those of the house."""

from dataclasses import replace
from typing import Final

from assistant.think.wishes import Wish

_NAMED: Final = {"celsius": "°C", "fahrenheit": "°F"}
MOST_CHANGE: Final = 10
"""Degrees up or down by which a room is made warmer; more than that is where it shall end."""


def in_degrees(wish: Wish | None, scale: str) -> Wish | None:
    """The wish in the house's own `scale` (`°C`, `°F`; empty: nobody knows, so the number stays as it is)."""
    if wish is None or wish.unit not in _NAMED or wish.number is None:
        return wish
    said, number = _NAMED[wish.unit], wish.number
    if scale not in ("", said):
        change = wish.sign and not wish.to and number <= MOST_CHANGE
        number = (_change if change else _felt)(number, said)
        if change and number > MOST_CHANGE:
            return None
    return replace(wish, unit="degrees", number=number)


def _change(number: float, said: str) -> float:
    """How many degrees more or less; at least one."""
    return float(max(1, round(number / 1.8 if said == "°F" else number * 1.8)))


def _felt(number: float, said: str) -> float:
    """As thermostats are set: half degrees Celsius, whole degrees Fahrenheit."""
    return round((number - 32) / 1.8 * 2) / 2 if said == "°F" else float(round(number * 1.8 + 32))
