"""Temperatures of Home Assistant ↔ the degrees of this house, where the two differ."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from assistant.devices.home_assistant.entities import Entity
from assistant.devices.home_assistant.services import Service

Scale = Literal["°C", "°F"]
_KEPT: Final = ("temperature", "current_temperature", "min_temp", "max_temp")
_RANGE: Final = ("target_temp_low", "target_temp_high")
_SKY: Final = ("temperature", "apparent_temperature")
_FORECAST: Final = ("temperature", "templow")


@dataclass(frozen=True, slots=True)
class Degrees:
    """What Home Assistant counts in, and what is said here; `ours` None: as it tells them."""

    theirs: str | None = None
    """By its own settings; thermostats are told in it."""
    ours: Scale | None = None

    def told(self, entity: Entity) -> Entity:
        """The entity with its temperatures in our degrees."""
        match entity.domain:
            case "climate" | "water_heater":
                return self._changed(entity, self.theirs, (*_KEPT, *_RANGE), _felt)
            case "sensor":
                return self._sensor(entity)
            case "weather":
                unit = entity.text("temperature_unit") or self.theirs
                return _named(self._changed(entity, unit, _SKY, _exact), self.ours)
        return entity

    def day(self, part: Mapping[str, Any], entity: Entity) -> Mapping[str, Any]:
        """A part of the weather's forecast in our degrees. `entity`: as Home Assistant tells it."""
        unit = entity.text("temperature_unit") or self.theirs
        return {**part, **self._converted(part, unit, _FORECAST, _exact)}

    def asked(self, service: Service) -> Service:
        """The service with its temperatures in Home Assistant's degrees."""
        if self.ours is None or self.theirs == self.ours or service.name != "set_temperature":
            return service
        keys = [key for key in ("temperature", *_RANGE) if key in service.data]
        back = {key: round(converted(float(service.data[key]), self.ours), 1) for key in keys}
        return replace(service, data={**service.data, **back}) if self.theirs in _SCALES else service

    def _sensor(self, entity: Entity) -> Entity:
        unit, number = entity.text("unit_of_measurement"), _number(entity.state)
        if number is None or self.ours is None or unit not in _SCALES or unit == self.ours:
            return entity
        told = f"{converted(number, unit):.1f}"
        return replace(entity, state=told, attributes={**entity.attributes, "unit_of_measurement": self.ours})

    def _changed(
        self, entity: Entity, unit: str | None, keys: tuple[str, ...], rounded: Callable[[float, str], float]
    ) -> Entity:
        found = self._converted(entity.attributes, unit, keys, rounded)
        return replace(entity, attributes={**entity.attributes, **found}) if found else entity

    def _converted(
        self,
        known: Mapping[str, Any],
        unit: str | None,
        keys: tuple[str, ...],
        rounded: Callable[[float, str], float],
    ) -> dict[str, float]:
        if self.ours is None or unit not in _SCALES or unit == self.ours:
            return {}
        there = {key: known.get(key) for key in keys}
        return {
            key: rounded(converted(value, unit), self.ours)
            for key, value in there.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        }


_SCALES: Final = ("°C", "°F")


def converted(degrees: float, unit: str) -> float:
    """Of the scale `unit` in the other one."""
    return (degrees - 32) / 1.8 if unit == "°F" else degrees * 1.8 + 32


def _felt(degrees: float, unit: str) -> float:
    """As thermostats are set, so that what was asked for is what is read back: 21 °C is 69.8 °F is 70 °F."""
    return float(round(degrees)) if unit == "°F" else round(degrees * 2) / 2


def _exact(degrees: float, unit: str) -> float:
    return round(degrees, 1)


def _named(entity: Entity, ours: Scale | None) -> Entity:
    if ours is None or not entity.text("temperature_unit"):
        return entity
    return replace(entity, attributes={**entity.attributes, "temperature_unit": ours})


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
