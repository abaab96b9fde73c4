"""Home Assistant's registries → where each entity is, what else it is called, and whether it is exposed.

Shapes as Home Assistant 2024.3 to 2026.9 answers them; unknown keys are ignored, wrong shapes are LinkError.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from assistant.devices.home_assistant.entities import Entity
from assistant.devices.home_assistant.trouble import LinkError
from assistant.messages import Area

ASSISTANT: Final = "conversation"
"""Home Assistant's own voice assistant: what is exposed to it is ours to use."""
MOST_PARENTS: Final = 8
"""Devices a child device's area is looked for through (2026.9 has one level)."""
# fmt: off
_USUAL: Final = frozenset({
    "climate", "cover", "fan", "light", "media_player", "scene", "switch", "todo", "vacuum", "valve",
})
_USUAL_CLASSES: Final = {
    "binary_sensor": frozenset({
        "door", "garage_door", "lock", "motion", "opening", "presence", "window",
    }),
    "sensor": frozenset({
        "aqi", "carbon_dioxide", "carbon_monoxide", "humidity", "pm10", "pm25", "temperature",
        "volatile_organic_compounds",
    }),
}
# fmt: on


def _texts(value: Any) -> Any:
    """Newer lists of aliases hold a null for the entity's own name."""
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()


Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class AreaEntry(_Loose):
    area_id: str
    name: str
    aliases: Texts = ()
    floor_id: str | None = None


class FloorEntry(_Loose):
    floor_id: str
    name: str
    aliases: Texts = ()
    level: int | None = None


class DeviceEntry(_Loose):
    id: str
    area_id: str | None = None
    parent_device_id: str | None = None


class Displayed(_Loose):
    """An entity in `config/entity_registry/list_for_display`."""

    ei: str
    di: str | None = None
    ai: str | None = None
    en: str | None = None
    hb: bool = False
    ec: int | None = None


class _Display(_Loose):
    entities: tuple[Displayed, ...]


class EntityEntry(_Loose):
    """An entity in `config/entity_registry/get_entries`."""

    aliases: Texts = ()
    options: Mapping[str, Any] = {}

    @property
    def exposed(self) -> bool | None:
        """What the owner said of it; None: nothing."""
        own = self.options.get(ASSISTANT)
        said = own.get("should_expose") if isinstance(own, Mapping) else None
        return said if isinstance(said, bool) else None


class Related(_Loose):
    """What a script touches, in `search/related`."""

    entity: Texts = ()
    device: Texts = ()
    area: Texts = ()
    script: Texts = ()
    automation: Texts = ()


Entries = TypeVar("Entries")


def read(kind: type[Entries] | Any, answer: Any) -> Entries:
    """An answer in its shape, else LinkError."""
    try:
        checked: Entries = TypeAdapter(kind).validate_python(answer)
    except ValidationError as error:
        raise LinkError(f"a registry has another shape: {error.error_count()} mistakes") from error
    return checked


@dataclass(frozen=True)
class Registries:
    """The registries of one moment."""

    areas: tuple[AreaEntry, ...] = ()
    floors: tuple[FloorEntry, ...] = ()
    devices: Mapping[str, DeviceEntry] = field(default_factory=dict)
    displayed: Mapping[str, Displayed] = field(default_factory=dict)
    listed: Mapping[str, bool] | None = None
    """Exposed or not, as far as Home Assistant tells; None: it tells only admins, and we are none."""
    expose_new: bool = True
    """Whether what is not decided is exposed by Home Assistant's usual rule."""
    entries: Mapping[str, EntityEntry] = field(default_factory=dict)
    related: Mapping[str, Related] = field(default_factory=dict)
    """Scripts, as far as Home Assistant tells what they touch."""

    def candidates(self, entities: Sequence[Entity], domains: frozenset[str]) -> tuple[str, ...]:
        """Those worth asking the full entry of."""
        return tuple(
            entity.id
            for entity in entities
            if entity.domain in domains
            and entity.id in self.displayed
            and (self.listed is None or self.listed.get(entity.id, self._usual(entity)))
        )

    def exposed(self, entity: Entity) -> bool:
        """The owner's word, else the list, else the usual rule."""
        entry = self.entries.get(entity.id)
        if entry is not None and entry.exposed is not None:
            return entry.exposed
        if self.listed is not None and entity.id in self.listed:
            return self.listed[entity.id]
        return self._usual(entity)

    def _usual(self, entity: Entity) -> bool:
        """What Home Assistant exposes of itself."""
        shown = self.displayed.get(entity.id)
        if not self.expose_new or (shown is not None and (shown.hb or shown.ec is not None)):
            return False
        classes = _USUAL_CLASSES.get(entity.domain, frozenset())
        return entity.domain in _USUAL or entity.text("device_class") in classes

    def area_of(self, entity_id: str) -> AreaEntry | None:
        """The entity's own area, else its device's, else that of the device it is part of."""
        return self._places_of.get(entity_id)

    def order_of(self, entity_id: str) -> int:
        """Where the entity's area stands in the owner's order; after all of them where it has none."""
        area = self.area_of(entity_id)
        return len(self.areas) if area is None else self._order[area.area_id]

    def within(self, area_ids: Collection[str], device_ids: Collection[str]) -> set[str]:
        """Every entity of these areas and devices."""
        in_areas = {name for name, area in self._places_of.items() if area.area_id in area_ids}
        return in_areas | {shown.ei for shown in self.displayed.values() if shown.di in device_ids}

    @cached_property
    def _order(self) -> Mapping[str, int]:
        return {area.area_id: at for at, area in enumerate(self.areas)}

    @cached_property
    def _places_of(self) -> Mapping[str, AreaEntry]:
        areas = {area.area_id: area for area in self.areas}
        found = {name: self._area_id(shown) for name, shown in self.displayed.items()}
        return {name: areas[area_id] for name, area_id in found.items() if area_id in areas}

    def _area_id(self, shown: Displayed) -> str | None:
        area_id, device_id = shown.ai, shown.di
        for _ in range(MOST_PARENTS):
            device = self.devices.get(device_id or "")
            if area_id is not None or device is None:
                break
            area_id, device_id = device.area_id, device.parent_device_id
        return area_id

    def floor_of(self, area: AreaEntry | None) -> FloorEntry | None:
        wanted = area.floor_id if area else None
        return next((floor for floor in self.floors if floor.floor_id == wanted), None)

    def _up_or_down(self, floor: FloorEntry) -> tuple[str, ...]:
        """What everyone calls a floor that lies above or below the others."""
        levels = {each.level for each in self.floors if each.level is not None}
        if floor.level is None or len(levels) < 2:
            return ()
        return ("upstairs",) if floor.level > 0 else ("downstairs",)

    def places(self) -> tuple[Area, ...]:
        """The areas with all their names."""
        found = []
        for area in self.areas:
            floor = self.floor_of(area)
            floors = (floor.name, *floor.aliases, *self._up_or_down(floor)) if floor else ()
            found.append(
                Area(
                    called(area.name),
                    tuple(map(called, area.aliases)),
                    tuple(dict.fromkeys(map(called, floors))),
                )
            )
        return tuple(area for area in found if area.name)


def displayed(answer: Any) -> dict[str, Displayed]:
    """`config/entity_registry/list_for_display` by entity."""
    shown: _Display = read(_Display, answer)
    return {entry.ei: entry for entry in shown.entities}


def listed(answer: Any) -> dict[str, bool]:
    """`homeassistant/expose_entity/list` by entity."""
    told: dict[str, dict[str, Any]] = read(dict[str, dict[str, Any]], (answer or {}).get("exposed_entities"))
    return {entity: bool(by[ASSISTANT]) for entity, by in told.items() if ASSISTANT in by}


def called(name: str) -> str:
    """A name as it is said: lower case, printable, underscores are blanks, at most 60 characters."""
    plain = name.casefold().replace("_", " ")
    if not plain.isprintable():
        plain = "".join(sign if sign.isprintable() else " " for sign in plain)
    return " ".join(plain.split())[:60].strip()
