"""Home Assistant's compressed state events → the live entities."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from assistant.devices.home_assistant.trouble import LinkError

MOST: Final = 50_000
"""Entities; more are no home's."""
_CALLED: Final = ("friendly_name", "device_class")
_ABLE: Final = ("supported_features", "supported_color_modes", "entity_id")


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity as Home Assistant tells it."""

    id: str
    state: str
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        return self.id.partition(".")[0]

    @property
    def available(self) -> bool:
        return self.state != "unavailable"

    def number(self, key: str) -> float | None:
        """An attribute that is a number, or None."""
        value = self.attributes.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return None
        return value

    def text(self, key: str) -> str:
        """An attribute as text; empty where it is none."""
        value = self.attributes.get(key)
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of an attribute that is a list."""
        value = self.attributes.get(key)
        return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()

    def has(self, feature: int) -> bool:
        """Whether `supported_features` holds this bit."""
        value = self.attributes.get("supported_features")
        return isinstance(value, int) and bool(value & feature)


@dataclass(frozen=True, slots=True)
class Change:
    """What an event touched."""

    states: frozenset[str]
    came_or_went: bool = False
    """Entities appeared, left, or changed what they are called."""
    able: bool = False
    """Entities changed what they can do."""


class Entities:
    """Every entity by its id."""

    def __init__(self) -> None:
        self._all: dict[str, Entity] = {}

    def find(self, entity_id: str) -> Entity | None:
        return self._all.get(entity_id)

    def all(self) -> tuple[Entity, ...]:
        return tuple(self._all.values())

    def copy(self) -> "Entities":
        """As they are now, for another thread to read."""
        same = Entities()
        same._all = dict(self._all)
        return same

    def take(self, event: Any) -> Change:
        """Apply one event of `subscribe_entities`. LinkError when it is none."""
        if not isinstance(event, Mapping):
            raise LinkError("an event of states is no object")
        added, removed, changed = event.get("a") or {}, event.get("r") or [], event.get("c") or {}
        if (
            not isinstance(added, Mapping)
            or not isinstance(changed, Mapping)
            or not isinstance(removed, list)
        ):
            raise LinkError("an event of states has another shape")
        if len(self._all) + len(added) > MOST:
            raise LinkError(f"more than {MOST} entities")
        before = {name: self._all.get(name) for name in (*added, *changed, *map(str, removed))}
        for name, told in added.items():
            self._all[name] = _added(name, told)
        for name, told in changed.items():
            self._change(name, told)
        for name in removed:
            self._all.pop(str(name), None)
        pairs = [(was, self._all.get(name)) for name, was in before.items()]
        return Change(
            frozenset(before),
            any(_those(was, _CALLED) != _those(now, _CALLED) for was, now in pairs),
            any(_those(was, _ABLE) != _those(now, _ABLE) for was, now in pairs),
        )

    def _change(self, name: str, told: Any) -> None:
        there = self._all.get(name)
        plus, minus = _part(told, "+"), _part(told, "-")
        if there is None:
            return
        gone, come = minus.get("a") or [], plus.get("a") or {}
        if not isinstance(gone, list) or not isinstance(come, Mapping):
            raise LinkError("a change of attributes has another shape")
        kept = {key: value for key, value in there.attributes.items() if key not in gone}
        state = plus.get("s", there.state)
        self._all[name] = Entity(name, str(state), {**kept, **come})


def _added(name: str, told: Any) -> Entity:
    attributes = told.get("a") if isinstance(told, Mapping) else None
    if not isinstance(told, Mapping) or not isinstance(attributes, Mapping | None):
        raise LinkError("a state has another shape")
    return Entity(name, str(told.get("s", "unknown")), dict(attributes or {}))


def _part(told: Any, sign: str) -> Mapping[str, Any]:
    part = told.get(sign) if isinstance(told, Mapping) else None
    if part is None:
        return {}
    if not isinstance(part, Mapping):
        raise LinkError("a change of a state has another shape")
    return part


def _those(entity: Entity | None, keys: Sequence[str]) -> object:
    return None if entity is None else [entity.attributes.get(key) for key in keys]
