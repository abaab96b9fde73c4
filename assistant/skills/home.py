"""The home's devices: asked, read back, and told from what they report. Never "is on" unless it is on."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from assistant.errors import ToolError
from assistant.messages import Device, DeviceState, JsonValue, Turn
from assistant.ports import Home
from assistant.skills import home_words
from assistant.skills.home_words import Fate, Report
from assistant.skills.skill import Outcome, Weight, Word, listed, tool
from assistant.skills.wording import joined

CONFIRM_S: Final = 2.0
"""How long a device may take to confirm before that is said."""
# fmt: off
COLORS: Final = frozenset({
    "amber", "beige", "blue", "brown", "cool white", "crimson", "cyan", "gold", "gray", "green", "indigo",
    "lavender", "lime", "magenta", "maroon", "navy", "orange", "peach", "pink", "purple", "red", "salmon",
    "silver", "tan", "teal", "turquoise", "violet", "warm white", "white", "yellow",
})
# fmt: on

_TO_ON: Final = {"cover": "open", "lock": "locked"}
_TO_OFF: Final = {"cover": "closed", "lock": "unlocked"}
_ON_WAY: Final = {"open": "opening", "closed": "closing"}

Targets = Annotated[list[Word], Field(min_length=1, max_length=2000), BeforeValidator(listed)]
Percent = Annotated[int, Field(ge=0, le=100)]


class HomeSkill:
    """Switching, dimming and asking, through any `ports.Home`."""

    def __init__(self, home: Home, *, confirm_s: float = CONFIRM_S) -> None:
        self._home = home
        self._confirm_s = confirm_s

    def abilities(self) -> Sequence[str]:
        words = home_words.controllable(self._home.devices())
        return [f"control {words}"] if words else []

    async def weigh(self, tool: str, arguments: Mapping[str, Any], room: str) -> Weight | None:
        """Locks and garage doors are a matter of security; locking a door only wants a yes."""
        if tool == "device_query":
            return None
        known = _by_name(self._home.devices())
        secure = [d for name in arguments["targets"] if (d := known.get(name.casefold())) and d.secure]
        if not secure:
            return None
        if tool == "device_on" and all(device.kind == "lock" for device in secure):
            return Weight(2, f"Shall I lock {joined([f'the {device.name}' for device in secure])}?")
        return Weight(3)

    @tool(writes=True, risk=1)
    async def device_on(self, turn: Turn, targets: Targets) -> Outcome:
        """Switch devices on (covers open, locks lock)."""
        return await self._switch(targets, "on")

    @tool(writes=True, risk=1)
    async def device_off(self, turn: Turn, targets: Targets) -> Outcome:
        """Switch devices off (covers close)."""
        return await self._switch(targets, "off")

    @tool(writes=True, risk=1)
    async def light_set(
        self,
        turn: Turn,
        targets: Targets,
        brightness_percent: Percent | None = None,
        color: Word | None = None,
    ) -> Outcome:
        """Set lights to a brightness, a color or both."""
        if brightness_percent == 0 and color is None:
            return await self._switch(targets, "off")
        wanted: dict[str, JsonValue] = {}
        if brightness_percent is not None:
            wanted["brightness_percent"] = brightness_percent
        if color is not None:
            wanted["color"] = " ".join(color.casefold().replace("grey", "gray").split())
            if wanted["color"] not in COLORS:
                raise ToolError(f"no color {color!r}", spoken=f"I don't know the color {color}.")
        if not wanted:
            raise ToolError("neither brightness nor color", spoken="Tell me a brightness or a color.")
        reports = await asyncio.gather(*(self._set(seen, wanted) for seen in self._look(targets)))
        return _outcome(reports, lambda state: home_words.setting(state, wanted))

    @tool(writes=False, risk=0)
    async def device_query(self, turn: Turn, targets: Targets) -> Outcome:
        """Tell the state of devices."""
        reports = self._look(targets)
        ok = any(report.fate is Fate.READ for report in reports)
        return Outcome(home_words.answer(reports), _values(reports), ok=ok)

    # ── one device ───────────────────────────────────────────────────────────────────────────────

    async def _switch(self, targets: Sequence[str], action: str) -> Outcome:
        reports = await asyncio.gather(*(self._switch_one(seen, action) for seen in self._look(targets)))
        return _outcome(reports, home_words.power)

    async def _switch_one(self, seen: Report, action: str) -> Report:
        if seen.device is None or seen.fate is not Fate.READ:
            return seen
        if seen.device.kind == "sensor":
            return seen.now(Fate.CANNOT, why="be switched")
        goal = (_TO_ON if action == "on" else _TO_OFF).get(seen.device.kind, action)

        def there(state: DeviceState) -> bool:
            # A player that plays and a heater that heats are on, whatever word they have for it.
            return state.value == goal or (goal == "on" and state.value != "off")

        def under_way(state: DeviceState) -> bool:
            return state.value == _ON_WAY.get(goal)

        if there(seen.state):
            return seen.now(Fate.ALREADY)
        if under_way(seen.state):
            return seen.now(Fate.MOVING)
        seen = await self._act(seen, action, {}, lambda state: there(state) or under_way(state))
        return seen.now(Fate.MOVING) if seen.fate is Fate.DONE and under_way(seen.state) else seen

    async def _set(self, seen: Report, wanted: Mapping[str, JsonValue]) -> Report:
        if seen.device is None or seen.fate is not Fate.READ:
            return seen
        for key, ability, why in (
            ("color", "color", "change color"),
            ("brightness_percent", "brightness", "be dimmed"),
        ):
            if key in wanted and ability not in seen.device.can:
                return seen.now(Fate.CANNOT, why=why)

        def there(state: DeviceState) -> bool:
            return state.value == "on" and all(_near(state.attributes.get(k), v) for k, v in wanted.items())

        if there(seen.state):
            return seen.now(Fate.ALREADY)
        return await self._act(seen, "set", wanted, there)

    async def _act(
        self, seen: Report, action: str, arguments: Mapping[str, JsonValue], there: home_words.Check
    ) -> Report:
        """Ask, wait for the device's own word, and report that."""
        try:
            await self._home.act(seen.name, action, arguments)
        except ToolError as error:
            return seen.now(Fate.FAILED, self._home.state(seen.name), why=error.spoken)
        state = await self._home.settled(
            seen.name, lambda state: there(state) or not state.available, self._confirm_s
        )
        if not state.available:
            return seen.now(Fate.AWAY, state)
        return seen.now(Fate.DONE if there(state) else Fate.UNCONFIRMED, state)

    def _look(self, targets: Sequence[str]) -> list[Report]:
        """Each device that is meant, once, as it is now."""
        known = _by_name(self._home.devices())
        seen: dict[str, Report] = {}
        for name in targets:
            device = known.get(name.casefold())
            if device is None:
                seen[name] = Report(name, None, DeviceState("unknown", available=False), Fate.UNKNOWN)
            else:
                state = self._home.state(device.name)
                fate = Fate.READ if state.available else Fate.AWAY
                seen[device.name] = Report(device.name, device, state, fate)
        return list(seen.values())


def _by_name(devices: Sequence[Device]) -> dict[str, Device]:
    """Names win over aliases."""
    known = {alias.casefold(): device for device in devices for alias in device.aliases}
    return known | {device.name.casefold(): device for device in devices}


def _near(value: JsonValue, wanted: JsonValue) -> bool:
    """Devices round a brightness to their own steps."""
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return abs(value - wanted) <= 1
    return value == wanted


def _outcome(reports: Sequence[Report], shown: home_words.Shown) -> Outcome:
    fates = {report.fate for report in reports}
    return Outcome(
        home_words.result(reports, shown),
        _values(reports),
        ok=fates <= {Fate.DONE, Fate.ALREADY, Fate.MOVING},
        changed=bool(fates & {Fate.DONE, Fate.MOVING}),
    )


def _values(reports: Sequence[Report]) -> dict[str, JsonValue]:
    return {
        "devices": {
            report.name: {"state": report.state.value, "result": report.fate.value, **report.state.attributes}
            for report in reports
        }
    }
