"""Homes that never were: what the chat model learns to find its way in."""

import functools
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from assistant.devices.home import MemoryHome
from assistant.hear.stt.narrow_english import commonest
from assistant.messages import Device, DeviceState

NAMES = Path(__file__).resolve().parent / "devices.yaml"
FEWEST, MOST, LARGE = 5, 26, 60
LARGE_SHARE = 0.05
"""Homes so large that their things are not listed but found by the words."""
MADE_UP_SHARE = 0.25
"""Of those words: of no language, so that names are read letter by letter."""
ODD_SHARE = 0.35
"""Devices with a word of no meaning in their name, so that names are read and not known by heart."""
CAN = {
    "light": ("brightness", "color", "temperature"),
    "fan": ("speed", "oscillation"),
    "cover": ("position",),
    "media_player": ("volume", "mute"),
    "climate": ("temperature", "modes"),
}
AT_REST = {"cover": "closed", "lock": "locked", "vacuum": "docked", "sensor": "21"}
ACTIVE = {"light": "on", "switch": "on", "fan": "on", "cover": "open", "media_player": "playing"}
ACTIVE_SHARE, ABLE_SHARE = 0.3, 0.8


@functools.cache
def words() -> list[str]:
    """Common words to make names and small talk of."""
    return [word for word in commonest()[200:3500] if word.isalpha() and len(word) > 2]


@functools.cache
def known_names() -> dict[str, Any]:
    """`devices.yaml`."""
    return dict(yaml.safe_load(NAMES.read_text(encoding="utf-8")))


def made_up(chance: random.Random) -> str:
    """A word of no language."""
    return "".join(
        chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(chance.randint(2, 3))
    )


def random_home(chance: random.Random) -> MemoryHome:
    """Devices of every sort in some of the areas, some of them on."""
    known = known_names()
    areas = chance.sample(known["areas"], chance.randint(2, 8))
    loose = words()
    found: dict[str, tuple[Device, DeviceState]] = {}
    sorts = [*known["things"], "light", "light", "light", "switch", "media_player", "cover"]
    large = chance.random() < LARGE_SHARE
    for _ in range(LARGE if large else chance.randint(FEWEST, MOST)):
        kind = chance.choice(sorts)
        device = _device(kind, chance.choice(known["things"][kind]), areas, loose, chance, known["anywhere"])
        found.setdefault(device.name, (device, _state(device, chance)))
    return MemoryHome(dict(found.values()))


def _device(
    kind: str, name: str, areas: list[str], loose: list[str], chance: random.Random, anywhere: list[str]
) -> Device:
    area = chance.choice(areas)
    if chance.random() < ODD_SHARE:
        odd = made_up(chance) if chance.random() < MADE_UP_SHARE else chance.choice(loose)
        name = f"{odd} {name}"
    elif name in anywhere or chance.random() < 0.3:
        name = f"{area} {name}"
    able = frozenset(what for what in CAN.get(kind, ()) if chance.random() < ABLE_SHARE)
    secure = kind == "lock" or "door" in name or name.endswith("gate")
    return replace(Device(name, area, kind), can=able, secure=secure)


def _state(device: Device, chance: random.Random) -> DeviceState:
    if device.kind == "climate":
        return DeviceState("heat", attributes={"temperature": 20})
    if device.kind not in ACTIVE or chance.random() > ACTIVE_SHARE:
        return DeviceState(AT_REST.get(device.kind, "off"))
    more = {}
    if "brightness" in device.can:
        more = {"brightness_percent": chance.randrange(10, 101, 10)}
    elif "position" in device.can:
        more = {"position_percent": 100}
    return DeviceState(ACTIVE[device.kind], attributes=more)
