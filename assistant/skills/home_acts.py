"""Asking devices and waiting for their own word: what every skill of the home does the same way."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from assistant.errors import ToolError
from assistant.messages import Device, DeviceState, JsonValue
from assistant.ports import Home
from assistant.skills import home_words
from assistant.skills.home_before import undo_of
from assistant.skills.home_reports import ReportTimes
from assistant.skills.home_words import Fate, Report
from assistant.skills.skill import Outcome, Word, listed

CONFIRM_S: Final = 2.0
"""How long a device may take to confirm before that is said."""

_STEPS: Final = {"_percent": 1, "_kelvin": 50}

Targets = Annotated[list[Word], Field(min_length=1, max_length=2000), BeforeValidator(listed)]
Percent = Annotated[int, Field(ge=0, le=100)]
Change = Annotated[int, Field(ge=-100, le=100)]


class HomeActs:
    """A home's devices, found by name, asked, and read back."""

    def __init__(self, home: Home, *, confirm_s: float = CONFIRM_S) -> None:
        self.home = home
        self.reports = ReportTimes()
        self._confirm_s = confirm_s

    def look(self, targets: Sequence[str]) -> list[Report]:
        """Each device that is meant, once, as it is now."""
        known = by_name(self.home.devices())
        seen: dict[str, Report] = {}
        for name in targets:
            device = known.get(name.casefold())
            if device is None:
                seen[name] = Report(name, None, DeviceState("unknown", available=False), Fate.UNKNOWN)
            else:
                state = self.home.state(device.name)
                fate = Fate.READ if state.available else Fate.AWAY
                seen[device.name] = Report(device.name, device, state, fate, was=state)
        return list(seen.values())

    async def act(
        self, seen: Report, action: str, arguments: Mapping[str, JsonValue], there: home_words.Check
    ) -> Report:
        """Ask, wait for the device's own word, and report that."""
        clock = asyncio.get_running_loop().time
        asked_s = clock()
        try:
            await self.home.act(seen.name, action, arguments)
        except ToolError as error:
            return seen.now(Fate.FAILED, self.home.state(seen.name), why=error.spoken)
        state = await self.home.settled(
            seen.name, lambda state: there(state) or not state.available, self._confirm_s
        )
        self.reports.took(seen.name, clock() - asked_s)
        if not state.available:
            return seen.now(Fate.AWAY, state)
        return seen.now(Fate.DONE if there(state) else Fate.UNCONFIRMED, state)

    async def wish(self, seen: Report, wanted: Mapping[str, JsonValue], there: home_words.Check) -> Report:
        """`set` what is wanted unless it is so already."""
        return seen.now(Fate.ALREADY) if there(seen.state) else await self.act(seen, "set", wanted, there)

    async def each(
        self, targets: Sequence[str], do: Callable[[Report], Awaitable[Report]], kinds: Collection[str] = ()
    ) -> list[Report]:
        """Do it with every device that is there; one of another kind cannot."""

        async def one(seen: Report) -> Report:
            if seen.device is None or seen.fate is not Fate.READ:
                return seen
            if kinds and seen.device.kind not in kinds:
                return seen.now(Fate.CANNOT, why="do that")
            return await do(seen)

        return await asyncio.gather(*(one(seen) for seen in self.look(targets)))

    def meant(self, arguments: Mapping[str, Any]) -> list[Device]:
        """The targets that there are."""
        known = by_name(self.home.devices())
        return [known[name.casefold()] for name in arguments["targets"] if name.casefold() in known]

    def secure(self, arguments: Mapping[str, Any]) -> list[Device]:
        """The targets whose moving is a matter of security."""
        return [device for device in self.meant(arguments) if device.secure]


def by_name(devices: Sequence[Device]) -> dict[str, Device]:
    """Names win over aliases."""
    known = {alias.casefold(): device for device in devices for alias in device.aliases}
    return known | {device.name.casefold(): device for device in devices}


def _near(key: str, value: JsonValue, wanted: JsonValue) -> bool:
    """Devices round what they are set to to their own steps."""
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return abs(value - wanted) <= next((step for end, step in _STEPS.items() if key.endswith(end)), 0.1)
    return value == wanted


def has(wanted: Mapping[str, JsonValue]) -> home_words.Check:
    """Whether a state reports all that is wanted."""
    return lambda state: all(_near(key, state.attributes.get(key), value) for key, value in wanted.items())


def lacking(seen: Report, abilities: Mapping[str, tuple[str, str]], wanted: Collection[str]) -> str:
    """Why a device cannot do what is wanted: `abilities` maps a wish to what it needs and the words."""
    assert seen.device is not None
    for key in wanted:
        ability, why = abilities.get(key, ("", ""))
        if ability and ability not in seen.device.can:
            return why
    return ""


def moved(seen: Report, key: str, change: int, low: int = 0, high: int = 100) -> float:
    """Where a change takes a value, within its limits; an unknown value counts from zero.

    A percentage is whole, half degrees stay.
    """
    value = seen.state.attributes.get(key)
    before = value if isinstance(value, int | float) else 0
    return max(low, min(high, (round(before) if key.endswith("_percent") else before) + change))


def outcome(reports: Sequence[Report], shown: home_words.Shown) -> Outcome:
    """What a write came to."""
    fates = {report.fate for report in reports}
    return Outcome(
        home_words.result(reports, shown),
        values(reports),
        ok=fates <= {Fate.DONE, Fate.ALREADY, Fate.MOVING},
        changed=bool(fates & {Fate.DONE, Fate.MOVING}),
        undo=undo_of(reports),
        led=home_words.led(reports),
    )


def values(reports: Sequence[Report]) -> dict[str, JsonValue]:
    """The states, for a mind."""
    return {
        "devices": {
            report.name: {"state": report.state.value, "result": report.fate.value, **_short(report.state)}
            for report in reports
        }
    }


def _short(state: DeviceState) -> dict[str, JsonValue]:
    """What is told of a device, without the days of a forecast: those have a tool of their own."""
    return {key: value for key, value in state.attributes.items() if key != "forecast"}
