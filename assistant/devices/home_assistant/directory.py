"""Entities and registries → the devices of the home, each by a name of its own."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from assistant.devices.home_assistant import features
from assistant.devices.home_assistant.entities import Entities, Entity
from assistant.devices.home_assistant.registries import Registries, called
from assistant.messages import Area, Device

KINDS: Final[Mapping[str, str]] = {
    **{
        kind: kind
        for kind in (
            *("light", "switch", "fan", "cover", "lock", "climate", "media_player", "vacuum", "valve"),
            *("todo", "scene", "script", "sensor", "weather"),
        )
    },
    "input_boolean": "switch",
    "binary_sensor": "sensor",
}
"""Domains we know, and what we call them."""
DOMAINS: Final = frozenset(KINDS)
_PLACES: Final = {domain: at for at, domain in enumerate(KINDS)}
HARMLESS: Final = "harmless"
"""What a scene or script can do, in `Device.can`: everything it touches is known and easily undone."""

_GUARDED: Final = frozenset({"garage", "gate", "door"})
_LOCKS: Final = frozenset({"lock", "alarm_control_panel"})
_EASY: Final = frozenset({
    "light", "switch", "fan", "cover", "climate", "media_player", "vacuum", "input_boolean", "group", "scene",
})  # fmt: skip
_DEEP: Final = 4
"""Groups in groups."""
_COLORS: Final = frozenset({"hs", "rgb", "rgbw", "rgbww", "xy"})
_CAN: Final[Mapping[str, Mapping[str, int]]] = {
    "cover": {"position": features.SET_POSITION},
    "valve": {"position": features.SET_POSITION},
    "fan": {"speed": features.FAN_SET_SPEED, "oscillation": features.FAN_OSCILLATE},
    "media_player": {
        "volume": features.PLAYER_VOLUME_SET,
        "mute": features.PLAYER_VOLUME_MUTE,
        "source": features.PLAYER_SOURCE,
        "search": features.PLAYER_SEARCH,
    },
    "climate": {"temperature": features.CLIMATE_TEMPERATURE | features.CLIMATE_RANGE},
}


@dataclass(frozen=True, slots=True)
class Directory:
    """The devices in order, by name, with the entity behind each."""

    devices: Mapping[str, Device] = field(default_factory=dict)
    entity_ids: Mapping[str, str] = field(default_factory=dict)
    areas: tuple[Area, ...] = ()

    def names(self) -> object:
        """Compares equal as long as nothing is called otherwise."""
        said = [(d.name, d.aliases, d.area, d.kind, d.device_class) for d in self.devices.values()]
        return said, self.areas


def directory(entities: Entities, registries: Registries, guarded: Collection[str] = ()) -> Directory:
    """What is exposed. `guarded`: entity ids or names that the owner calls a matter of security.

    Weather is nobody's secret: where none is exposed, the first one is taken.
    """
    known = [entity for entity in entities.all() if entity.domain in DOMAINS]
    chosen = [entity for entity in known if registries.exposed(entity)]
    weather = sorted(entity.id for entity in known if entity.domain == "weather")
    if weather and not any(entity.domain == "weather" for entity in chosen):
        chosen += [entity for entity in known if entity.id == weather[0]]
    chosen.sort(key=lambda entity: _order(entity, registries))
    names = _unique_names(chosen, registries)
    secret = frozenset(called(name) for name in guarded) | frozenset(guarded)
    watch = _Watch(entities, registries, secret)
    devices = [_device(entity, names[entity.id], registries, watch) for entity in chosen]
    return Directory(
        {device.name: device for device in devices},
        {names[entity.id]: entity.id for entity in chosen},
        registries.places(),
    )


def _order(entity: Entity, registries: Registries) -> tuple[int, int, str]:
    """By area as the owner ordered them, then by kind and name."""
    return registries.order_of(entity.id), _PLACES[entity.domain], entity.id


def _name(entity: Entity, registries: Registries) -> str:
    shown = registries.displayed.get(entity.id)
    own = called(entity.text("friendly_name")) or called((shown.en if shown else None) or "")
    return own or called(entity.id.partition(".")[2])


def _place(entity: Entity, registries: Registries) -> str:
    area = registries.area_of(entity.id)
    return called(area.name) if area else ""


def _unique_names(chosen: Sequence[Entity], registries: Registries) -> dict[str, str]:
    """What can be moved keeps its name; a namesake is told apart by its place or its sort."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    later = ("scene", "script", "sensor", "binary_sensor", "weather")
    for entity in sorted(chosen, key=lambda entity: entity.domain in later):
        name, place = _name(entity, registries), _place(entity, registries)
        sort = f"{entity.text('device_class')} {KINDS[entity.domain]}".replace("_", " ").strip()
        tries = (name, f"{place} {name}".strip(), f"{name} {sort}", f"{name} {called(entity.id)}")
        found[entity.id] = next((text for text in tries if text not in taken), entity.id)
        taken.add(found[entity.id])
    return found


def _device(entity: Entity, name: str, registries: Registries, watch: "_Watch") -> Device:
    entry = registries.entries.get(entity.id)
    own = _name(entity, registries)
    aliases = [own, *map(called, entry.aliases if entry else ())]
    area = registries.area_of(entity.id)
    floor = registries.floor_of(area)
    return Device(
        name,
        called(area.name) if area else "",
        KINDS[entity.domain],
        tuple(dict.fromkeys(alias for alias in aliases if alias and alias != name)),
        frozenset(_abilities(entity, watch)),
        watch.secure(entity, name),
        entity.text("device_class"),
        called(floor.name) if floor else "",
    )


def _abilities(entity: Entity, watch: "_Watch") -> Iterator[str]:
    if entity.domain == "light":
        modes = set(entity.texts("supported_color_modes"))
        if modes - {"onoff", "unknown"}:
            yield "brightness"
        if modes & _COLORS:
            yield "color"
        if modes & {"color_temp", "rgbww"}:
            yield "temperature"
    if entity.domain == "climate":
        yield "modes"
    if entity.domain in ("scene", "script") and watch.harmless(entity):
        yield HARMLESS
    yield from (able for able, bit in _CAN.get(entity.domain, {}).items() if entity.has(bit))


class _Watch:
    """What is a matter of security, also through groups, scenes and scripts."""

    def __init__(self, entities: Entities, registries: Registries, guarded: frozenset[str]) -> None:
        self._entities = entities
        self._registries = registries
        self._guarded = guarded

    def secure(self, entity: Entity, name: str = "", deep: int = 0) -> bool:
        """Whether moving it moves a lock, a gate, a garage door or what the owner guards."""
        if entity.domain in _LOCKS or {entity.id, name, _name(entity, self._registries)} & self._guarded:
            return True
        if entity.domain == "cover" and entity.text("device_class") in _GUARDED:
            return True
        if deep >= _DEEP:
            return True
        return any(self.secure(member, deep=deep + 1) for member in self._members(entity) if member)

    def harmless(self, entity: Entity) -> bool:
        """Whether all it touches is known, and of a kind that is easily undone."""
        members = self._members(entity)
        return bool(members) and all(
            member is not None and member.domain in _EASY and not self.secure(member) for member in members
        )

    def _members(self, entity: Entity) -> list[Entity | None]:
        """What it moves; None for something that is not known."""
        if entity.domain == "script":
            return self._touched(entity)
        return [self._entities.find(member) for member in entity.texts("entity_id")]

    def _touched(self, script: Entity) -> list[Entity | None]:
        """What a script names; what it names otherwise than as entities, devices or areas is unknown."""
        related = self._registries.related.get(script.id)
        if related is None:
            return []
        ids = set(related.entity) | self._registries.within(related.area, related.device)
        ids.discard(script.id)
        found: list[Entity | None] = [self._entities.find(entity_id) for entity_id in sorted(ids)]
        return [*found, None] if related.script or related.automation else found
