"""A home in memory, read from YAML: devices with states, and faults for trying what may go wrong."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from assistant.devices.behaviour import after
from assistant.errors import ToolError
from assistant.messages import Area, Device, DeviceState, JsonValue
from assistant.ports import Home
from assistant.settings_yaml import read_yaml

Kind = Literal[
    "light",
    "switch",
    "fan",
    "cover",
    "lock",
    "climate",
    "media_player",
    "vacuum",
    "valve",
    "todo",
    "sensor",
    "scene",
    "script",
]
_ABILITIES: Final = {
    "light": {"brightness", "color", "temperature"},
    "fan": {"speed", "oscillation"},
    "cover": {"position"},
    "valve": {"position"},
    "media_player": {"volume", "mute", "source"},
    "climate": {"temperature", "modes"},
}

_FIRST: Final = {"cover": "closed", "valve": "closed", "lock": "locked", "vacuum": "docked", "todo": "0"}
_MOVING: Final = {"open": "opening", "closed": "closing"}


def _spoken(name: str) -> str:
    return " ".join(name.casefold().split())


Name = Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(_spoken)]


class Fault(StrEnum):
    """How a device misbehaves."""

    IGNORES = "ignores"
    """It takes what is asked and does nothing."""
    SLOW = "slow"
    """What is asked happens only at `MemoryHome.finish`; a cover moves meanwhile."""
    FAILS = "fails"
    """It answers every request with an error."""
    AWAY = "away"
    """It is not reachable."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Device(_Section):
    name: Name
    area: Name
    kind: Kind
    aliases: tuple[Name, ...] = Field(default=(), max_length=20)
    can: tuple[str, ...] = ()
    device_class: Annotated[str, StringConstraints(max_length=30)] = ""
    secure: bool | None = None
    state: Annotated[str, StringConstraints(min_length=1, max_length=60)] = ""
    unit: Annotated[str, StringConstraints(max_length=30)] = ""
    available: bool = True

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if unfit := set(self.can) - _ABILITIES.get(self.kind, set()):
            known = ", ".join(sorted(_ABILITIES.get(self.kind, ())))
            raise ValueError(f'a {self.kind} can not "{min(unfit)}"; can takes: {known or "nothing here"}')
        if self.kind == "sensor" and not self.state:
            raise ValueError('a sensor needs a state; add it, e.g. state: "21.5"')
        return self


class _Home(_Section):
    devices: tuple[_Device, ...] = Field(min_length=1, max_length=5000)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        seen: dict[str, str] = {}
        for device in self.devices:
            for name in dict.fromkeys((device.name, *device.aliases)):
                if name in seen:
                    raise ValueError(
                        f'"{seen[name]}" and "{device.name}" are both called "{name}"; rename one'
                    )
                seen[name] = device.name
        return self


class MemoryHome:
    """Implements `ports.Home`. What a device is asked to do happens at once unless a fault is set."""

    def __init__(self, devices: Mapping[Device, DeviceState]) -> None:
        self._devices = {device.name: device for device in devices}
        self._states = {device.name: state for device, state in devices.items()}
        self._faults: dict[str, Fault] = {}
        self._late: dict[str, DeviceState] = {}
        self._reports: set[asyncio.Event] = set()

    @classmethod
    def from_yaml(cls, path: Path) -> Self:
        """Read a home; a mistake is a SettingsError that names file, line, key and fix."""
        return cls({_device(entry): _state(entry) for entry in read_yaml(path, _Home).devices})

    # ── ports.Home ───────────────────────────────────────────────────────────────────────────────

    def devices(self) -> Sequence[Device]:
        """Every device, in the order of the file."""
        return tuple(self._devices.values())

    def areas(self) -> Sequence[Area]:
        """Every area that has a device, in the order of the file."""
        return tuple(Area(name) for name in dict.fromkeys(each.area for each in self._devices.values()))

    def state(self, name: str) -> DeviceState:
        """The last report of a device."""
        self._known(name)
        return self._states[name]

    async def act(self, name: str, action: str, arguments: Mapping[str, JsonValue]) -> None:
        """`on`, `off`, `set` or what `behaviour` knows of its kind.

        Raises ToolError for an unknown device or one that reports a fault.
        """
        device = self._known(name)
        fault = self._faults.get(name)
        if fault is Fault.FAILS or not self._states[name].available:
            raise ToolError(f"{name} answered with an error", spoken=f"The {name} reported a fault.")
        if fault is Fault.IGNORES:
            return
        wanted = after(device, self._states[name], action, arguments)
        if fault is Fault.SLOW:
            self._late[name] = wanted
            if moving := _MOVING.get(wanted.value):
                self.report(name, replace(self._states[name], value=moving))
            return
        self.report(name, wanted)

    async def settled(self, name: str, reached: Callable[[DeviceState], bool], limit_s: float) -> DeviceState:
        """The state once it satisfies `reached`, or as it is after `limit_s`."""
        report = asyncio.Event()
        self._reports.add(report)
        try:
            async with asyncio.timeout(limit_s):
                while not reached(self.state(name)):
                    report.clear()
                    await report.wait()
        except TimeoutError:
            pass
        finally:
            self._reports.discard(report)
        return self.state(name)

    # ── what happens to the devices from outside ─────────────────────────────────────────────────

    def report(self, name: str, state: DeviceState) -> None:
        """The device says how it is now (somebody used its switch, say)."""
        self._known(name)
        self._states[name] = state
        for report in self._reports:
            report.set()

    def fault(self, name: str, fault: Fault | None) -> None:
        """Let a device misbehave from now on, or no more (None)."""
        self._known(name)
        self._faults.pop(name, None)
        if fault is not None:
            self._faults[name] = fault
        self.report(name, replace(self._states[name], available=fault is not Fault.AWAY))

    def finish(self, name: str) -> None:
        """A slow device gets done with what it was asked."""
        if (state := self._late.pop(name, None)) is not None:
            self.report(name, state)

    def _known(self, name: str) -> Device:
        device = self._devices.get(name)
        if device is None:
            raise ToolError(f"no device {name!r}", spoken=f"I don't know a device called {name}.")
        return device


def _device(entry: _Device) -> Device:
    secure = entry.kind == "lock" if entry.secure is None else entry.secure
    can = frozenset(entry.can)
    return Device(entry.name, entry.area, entry.kind, entry.aliases, can, secure, entry.device_class)


def _state(entry: _Device) -> DeviceState:
    attributes: dict[str, JsonValue] = {"unit": entry.unit} if entry.unit else {}
    value = entry.state or _FIRST.get(entry.kind, "off")
    return DeviceState(value, entry.available, attributes)


_fits: type[Home] = MemoryHome
