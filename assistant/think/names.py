"""The names of the house: what its devices and areas are called, and what a spoken name means in a room."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from assistant.think.numbers import plain

FIXED_KINDS = frozenset({"lock", "cover", "sensor", "todo", "scene", "script", "weather"})
"""Kinds that `device_on` and `device_off` never take: opening and unlocking are not switching."""
_LIGHT_WORDS = frozenset({"light", "lights"})


@dataclass(frozen=True, slots=True)
class Named:
    """A device (with its area and kind) or an area of the house."""

    name: str
    aliases: tuple[str, ...] = ()
    area: str | None = None
    kind: str = ""
    device_class: str = ""
    """What sort of its kind a device is: "garage", "curtain"."""
    floor: str | None = None
    """Where an area lies."""
    floor_aliases: tuple[str, ...] = ()
    """What that floor is called besides: "upstairs"."""

    @property
    def floor_names(self) -> tuple[str, ...]:
        """All that its floor is called."""
        return (self.floor, *self.floor_aliases) if self.floor else ()


def guards(device: Named) -> bool:
    """Whether it is the door or the gate that a place is known for."""
    sorts = {device.device_class} if device.device_class else set(plain(device.name).split())
    return device.kind == "cover" and not sorts.isdisjoint(("garage", "gate"))


@dataclass(frozen=True, slots=True)
class HouseNames:
    """All devices in home order, and all areas."""

    devices: tuple[Named, ...] = ()
    areas: tuple[Named, ...] = ()
    scale: str = ""
    """What the house's degrees are: `°C` or `°F`; empty: nobody knows."""

    def kinds(self, wanted: Collection[str]) -> frozenset[str]:
        """The kinds of the devices of these names."""
        return frozenset(device.kind for device in self.devices if device.name in wanted)

    def area(self, spoken: str) -> str | None:
        """The canonical name of an area called `spoken`, or None."""
        wanted = plain(spoken)
        for area in self.areas:
            if wanted in _called(area):
                return area.name
        return None

    def lights(self, area: str | None = None) -> tuple[str, ...]:
        """Canonical names of all lights (of one area, by its canonical name) in home order."""
        return tuple(d.name for d in self.devices if d.kind == "light" and area in (None, d.area))

    def spoken(self, *, kinds: Collection[str] | None = None, but: Collection[str] = ()) -> tuple[str, ...]:
        """Every way to name a device of these kinds, plain words, without doubles."""
        wanted = (d for d in self.devices if d.kind not in but and (kinds is None or d.kind in kinds))
        return tuple(dict.fromkeys(form for device in wanted for form in self.forms(device)))

    def forms(self, device: Named) -> tuple[str, ...]:
        """How a device may be named: "bedroom lamp", "lamp", "lamp in the bedroom"."""
        full = _called(device)
        area = next((a for a in self.areas if a.name == device.area), None)
        if area is None:
            return full
        short = tuple(
            rest
            for name in full
            for place in _called(area)
            if (rest := name.removeprefix(f"{place} ")) != name and rest not in _LIGHT_WORDS
        )
        placed = tuple(
            f"{name} in the {place}"
            for name in (*full, *short)
            for place in _called(area)
            if not name.startswith(f"{place} ")
        )
        return tuple(dict.fromkeys((*full, *short, *placed)))

    def meant(self, spoken: str, room: str) -> tuple[str, ...]:
        """Canonical names of the devices `spoken` may mean; several when the house must ask."""
        exact = [d for d in self.devices if spoken in _called(d)]
        loose = exact or [d for d in self.devices if spoken in self.forms(d)]
        here = [d for d in loose if d.area is not None and d.area == self.area(room)]
        return tuple(d.name for d in (here if len(here) == 1 else loose))


@lru_cache(maxsize=4096)
def _called(named: Named) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for form in map(plain, (named.name, *named.aliases)) if form))
