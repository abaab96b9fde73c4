"""Task suites (`_fixtures.yaml` beside files of `tests`) → our in-memory home before a sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from assistant.devices.home import MemoryHome
from assistant.devices.task_states import (
    Area,
    Entity,
    Fixtures,
    Loose,
    Task,
    Wanted,
    abilities,
    is_secure,
    loaded,
    shown,
    sort_of,
)
from assistant.messages import Device, DeviceState

FIXTURES: Final = "_fixtures.yaml"
ROOMLESS: Final = "somewhere"
"""Where a sentence is said whose task names no device."""
_SENSED: Final = frozenset({"binary_sensor", "sensor"})


class _Tests(Loose):
    tests: tuple[Task, ...] = ()


@dataclass(frozen=True, slots=True)
class Suite:
    """One home with its tasks."""

    name: str
    fixtures: Fixtures
    tasks: tuple[Task, ...]


def suites(root: Path) -> Iterator[Suite]:
    """Every folder below `root` with fixtures. Raises ValueError (pydantic's too) and yaml.YAMLError."""
    for file in sorted(root.rglob(FIXTURES)):
        tasks: list[Task] = []
        for other in sorted(file.parent.glob("*.yaml")):
            if other.name != FIXTURES:
                tasks += _Tests.model_validate(_read(other) or {}).tests
        name = file.parent.relative_to(root).as_posix()
        yield Suite(name, Fixtures.model_validate(_read(file) or {}), tuple(tasks))


def _read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


# ── the home ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class SuiteHome:
    """A fixture's home as it stands before a sentence."""

    fixtures: Fixtures
    setup: Mapping[str, Wanted] = field(default_factory=dict)
    home: MemoryHome = field(init=False)
    names: Mapping[str, str] = field(init=False)
    """Entity ids → the canonical names of the devices."""
    _entities: Mapping[str, Entity] = field(init=False)

    def __post_init__(self) -> None:
        self._entities = {entity.id: entity for entity in self.fixtures.entities}
        self.names = _unique_names(self.fixtures)
        devices = {self._device(entity): self._state(entity) for entity in self.fixtures.entities}
        self.home = MemoryHome(devices)

    def areas(self) -> Sequence[Area]:
        """The areas, by names as our devices have them."""
        return [area.model_copy(update={"name": _lower(area.name)}) for area in self.fixtures.areas]

    def room(self, context_device: str | None) -> str:
        """The room a device stands in."""
        wanted = context_device or ""
        for thing in self.fixtures.devices:
            if wanted in (thing.id, thing.name):
                return _area(self.fixtures, thing.area) or ROOMLESS
        entity = self._entities.get(wanted)
        return (_place(self.fixtures, entity) if entity else "") or ROOMLESS

    def states(self) -> dict[str, Wanted]:
        """Every entity as the suite writes it."""
        return {
            entity.id: shown(entity, self.home.state(self.names[entity.id]))
            for entity in self.fixtures.entities
        }

    def secure(self, entity_id: str) -> bool:
        """Whether moving it is a matter of security."""
        return is_secure(self._entities[entity_id])

    def _device(self, entity: Entity) -> Device:
        kind = "sensor" if entity.domain in _SENSED else entity.domain
        own = _lower(entity.name or _device_name(self.fixtures, entity))
        aliases = tuple(dict.fromkeys((*((own,) if own != self.names[entity.id] else ()), *entity.aliases)))
        area = _place(self.fixtures, entity)
        return Device(
            self.names[entity.id], area, kind, aliases, abilities(entity), is_secure(entity), sort_of(entity)
        )

    def _state(self, entity: Entity) -> DeviceState:
        before = self.setup.get(entity.id, Wanted())
        state = entity.state if before.state is None else before.state
        return loaded(entity, state, {**entity.attributes, **before.attributes})


def _lower(name: str) -> str:
    return " ".join(name.casefold().split())


def _area(fixtures: Fixtures, area: str | None) -> str:
    return next((_lower(a.name) for a in fixtures.areas if area and area in (a.id, a.name)), "")


def _device_name(fixtures: Fixtures, entity: Entity) -> str:
    return next((thing.name for thing in fixtures.devices if thing.id == entity.device), entity.id)


def _place(fixtures: Fixtures, entity: Entity) -> str:
    thing = next((thing for thing in fixtures.devices if thing.id == entity.device), None)
    return _area(fixtures, entity.area) or _area(fixtures, thing.area if thing else None)


def _unique_names(fixtures: Fixtures) -> dict[str, str]:
    """What can be moved keeps its name; a namesake is told apart by its place or its sort."""
    found: dict[str, str] = {}
    for entity in sorted(fixtures.entities, key=lambda entity: entity.domain in _SENSED):
        name = _lower(entity.name or _device_name(fixtures, entity))
        sort = f"{sort_of(entity)} {entity.domain}".replace("_", " ").strip()
        tries = (name, f"{_place(fixtures, entity)} {name}", f"{name} {sort}", f"{name} {entity.id}")
        found[entity.id] = next(text for text in tries if text not in found.values())
    return found
