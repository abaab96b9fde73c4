"""Names of colors ⇄ hue and saturation, and white ⇄ kelvin. Brightness is no part of a color here.

A lamp reports the color it can show, not the one it was asked for; what was asked for is told as long as the
report is near it, else the nearest of the plain names.
"""

import colorsys
import math
from typing import Final

Rgb = tuple[int, int, int]
Hs = tuple[float, float]
"""Hue in degrees, saturation in percent."""

# fmt: off
NAMED: Final[dict[str, Rgb]] = {
    "amber": (255, 191, 0), "beige": (245, 245, 220), "blue": (0, 0, 255), "brown": (165, 42, 42),
    "crimson": (220, 20, 60), "cyan": (0, 255, 255), "gold": (255, 215, 0), "gray": (128, 128, 128),
    "green": (0, 255, 0), "indigo": (75, 0, 130), "lavender": (230, 230, 250), "lime": (191, 255, 0),
    "magenta": (255, 0, 255), "maroon": (128, 0, 0), "navy": (0, 0, 128), "orange": (255, 128, 0),
    "peach": (255, 218, 185), "pink": (255, 105, 180), "purple": (128, 0, 255), "red": (255, 0, 0),
    "salmon": (250, 128, 114), "silver": (192, 192, 192), "tan": (210, 180, 140), "teal": (0, 128, 128),
    "turquoise": (64, 224, 208), "violet": (200, 60, 255), "white": (255, 255, 255), "yellow": (255, 255, 0),
    "warm white": (255, 214, 170), "cool white": (214, 225, 255),
}
# fmt: on
WHITES: Final = {"warm white": 2700, "white": 4000, "cool white": 6500}
"""In kelvin, for lamps that have whites of their own."""
PLAIN: Final = (
    *("red", "orange", "yellow", "lime", "green", "turquoise", "cyan", "blue", "purple", "violet"),
    *("magenta", "pink", "white"),
)
"""What a color nobody asked for is called."""
NEAR: Final = 30.0
"""Distance on the color wheel (radius 100) within which a lamp shows what it was asked for."""


def hs(rgb: Rgb) -> Hs:
    """Hue and saturation of a color."""
    hue, saturation, _ = colorsys.rgb_to_hsv(*(part / 255 for part in rgb))
    return hue * 360, saturation * 100


def called(reported: Hs, asked: str = "") -> str:
    """The name of a reported color: what was `asked` where it is near, else the nearest plain name."""
    if asked in NAMED and _apart(reported, hs(NAMED[asked])) <= NEAR:
        return asked
    return min(PLAIN, key=lambda name: _apart(reported, hs(NAMED[name])))


def _apart(one: Hs, other: Hs) -> float:
    """Distance of two points of the color wheel."""
    points = [
        (part[1] * math.cos(math.radians(part[0])), part[1] * math.sin(math.radians(part[0])))
        for part in (one, other)
    ]
    return math.dist(*points)
