"""The things of one home as people call them, and what a tool calls them."""

import random
from collections.abc import Mapping, Sequence

from assistant.messages import Device
from assistant.think.prompt import grouped

BARE_SHARE, PLACED_SHARE, SHORT_SHARE = 0.15, 0.12, 0.1
"""Of things named: without the article; "the lamp in the kitchen"; "the lamp" where there is no other."""


class Things:
    """Devices and groups by sort; secure ones only where they are locks."""

    def __init__(self, devices: Sequence[Device], chance: random.Random) -> None:
        self._chance, self._groups = chance, grouped(devices)
        by_name = {device.name: device for device in devices}
        self._areas = list(dict.fromkeys(device.area for device in devices))
        self._area_of = {device.name: device.area for device in devices}
        self._sorts: dict[str, list[str]] = {"group": list(self._groups)}
        for device in devices:
            if not device.secure or device.kind == "lock":
                for sort in _sorts(device):
                    self._sorts.setdefault(sort, []).append(device.name)
        for sort, what in (("dimmable", "brightness"), ("colored", "color")):
            self._sorts.setdefault(sort, []).extend(
                name for name, members in self._groups.items() if _all_can(members, by_name, what)
            )

    def possible(self, slots: Mapping[str, object]) -> bool:
        """Whether there is something for each slot that is a thing."""
        return all(self._any(str(wanted)) for wanted in slots.values())

    def _any(self, wanted: str) -> bool:
        if wanted in ("here", "area"):
            return any(map(self.lights, self._areas))
        return not wanted or wanted.startswith("=") or any(self._sorts.get(sort) for sort in wanted.split())

    def lights(self, area: str) -> str:
        """What light there is in an area, as one target; empty: none."""
        if f"{area} lights" in self._groups:
            return f"{area} lights"
        return next((name for name in self._sorts.get("light", ()) if self._area_of[name] == area), "")

    def lit(self) -> tuple[str, str]:
        """An area with light, and the light."""
        area = self._chance.choice([area for area in self._areas if self.lights(area)])
        return area, self.lights(area)

    def room(self) -> tuple[str, str]:
        """An area."""
        area = self._chance.choice(self._areas)
        return area, area

    def alike(self) -> list[str]:
        """Lights where there are any, else switches."""
        return self._sorts.get("light", []) or self._sorts.get("switch", [])

    def called(self, sorts: Sequence[str]) -> tuple[str, str]:
        """One of these sorts: as somebody says it, and its name."""
        name = self._chance.choice([name for sort in sorts for name in self._sorts.get(sort, ())])
        draw = self._chance.random()
        if name.startswith("all ") or draw < BARE_SHARE:
            return name, name
        area = next((area for area in self._areas if name.startswith(f"{area} ")), "")
        if area and (rest := name.removeprefix(f"{area} ")):
            if draw < BARE_SHARE + PLACED_SHARE:
                return f"the {rest} in the {area}", name
            if draw < BARE_SHARE + PLACED_SHARE + SHORT_SHARE and self._only(rest):
                return f"the {rest}", name
        return f"the {name}", name

    def _only(self, rest: str) -> bool:
        """Whether one thing's name ends so, and no group's."""
        return sum(name.endswith(rest) for name in (*self._area_of, *self._groups)) == 1


def _sorts(device: Device) -> list[str]:
    sorts = [device.kind]
    if device.kind == "light":
        sorts += ["dimmable"] * ("brightness" in device.can) + ["colored"] * ("color" in device.can)
    if device.kind == "cover":
        sorts += ["positioned"] * ("position" in device.can)
    return sorts


def _all_can(names: Sequence[str], devices: Mapping[str, Device], what: str) -> bool:
    return all(what in devices[name].can for name in names)
