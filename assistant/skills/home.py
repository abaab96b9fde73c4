"""The home's devices: asked, read back, and told from what they report. Never "is on" unless it is on."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from assistant.errors import ToolError
from assistant.messages import DeviceState, JsonValue, Turn
from assistant.ports import Home
from assistant.skills import home_told, home_words, scenes
from assistant.skills.home_acts import (
    CONFIRM_S,
    HomeActs,
    Percent,
    Targets,
    has,
    lacking,
    outcome,
    values,
)
from assistant.skills.home_words import Fate, Report
from assistant.skills.skill import Outcome, Weight, Word, tool
from assistant.skills.wording import joined

# fmt: off
COLORS: Final = frozenset({
    "amber", "beige", "blue", "brown", "cool white", "crimson", "cyan", "gold", "gray", "green", "indigo",
    "lavender", "lime", "magenta", "maroon", "navy", "orange", "peach", "pink", "purple", "red", "salmon",
    "silver", "tan", "teal", "turquoise", "violet", "warm white", "white", "yellow",
})
# fmt: on

_TO_ON: Final = {"cover": "open", "valve": "open", "lock": "locked", "vacuum": "cleaning"}
_TO_OFF: Final = {"cover": "closed", "valve": "closed", "lock": "unlocked", "vacuum": "idle"}
_ON_WAY: Final = {"open": "opening", "closed": "closing"}
OPEN_PERCENT: Final = 95
"""A cover that stands at least here is open; motors stop a little short."""
_AT_REST: Final = frozenset({"idle", "docked", "returning"})
"""A vacuum that does not clean is off, whatever it does instead."""
_UNSWITCHED: Final = frozenset({"sensor", "todo", "weather"})
_NEEDS: Final = {
    "color": ("color", "change color"),
    "brightness_percent": ("brightness", "be dimmed"),
}


class HomeSkill:
    """Switching, dimming and asking, through any `ports.Home`."""

    def __init__(self, home: Home, *, confirm_s: float = CONFIRM_S) -> None:
        self._acts = HomeActs(home, confirm_s=confirm_s)

    def abilities(self) -> Sequence[str]:
        words = home_words.controllable(self._acts.home.devices())
        return [f"control {words}"] if words else []

    async def weigh(self, tool: str, arguments: Mapping[str, Any], room: str) -> Weight | None:
        """Locks and garage doors are a matter of security; locking a door only wants a yes."""
        if tool == "device_query":
            return None
        secure = self._acts.secure(arguments)
        if not secure:
            return scenes.weight(self._acts.meant(arguments)) if tool == "device_on" else None
        if tool == "device_on" and all(device.kind == "lock" for device in secure):
            return Weight(2, f"Shall I lock {joined([f'the {device.name}' for device in secure])}?")
        return Weight(3)

    def lead(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """The devices by name, where all are there and they take a while to report, but not long."""
        if tool == "device_query":
            return ""
        reports = self._acts.look(arguments["targets"])
        if any(report.fate is not Fate.READ or _unlike(report, tool) for report in reports):
            return ""
        names = [report.name for report in reports if not _is_so(report, tool)]
        return home_words.subject(reports) if self._acts.reports.worth_leading(names) else ""

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
        reports = await self._acts.each(targets, lambda seen: self._set(seen, wanted))
        return outcome(reports, lambda state: home_words.setting(state, wanted))

    @tool(writes=False, risk=0)
    async def device_query(self, turn: Turn, targets: Targets, state: Word | None = None) -> Outcome:
        """Tell the state of devices, or which of them are in a state (on, open, locked)."""
        reports = self._acts.look(targets)
        ok = any(report.fate is Fate.READ for report in reports)
        return Outcome(home_told.answer(reports, state), values(reports), ok=ok)

    # ── one device ───────────────────────────────────────────────────────────────────────────────

    async def _switch(self, targets: Sequence[str], action: str) -> Outcome:
        reports = await self._acts.each(targets, lambda seen: self._switch_one(seen, action))
        return outcome(reports, home_words.power)

    async def _switch_one(self, seen: Report, action: str) -> Report:
        assert seen.device is not None
        kind = seen.device.kind
        if kind in _UNSWITCHED:
            return seen.now(Fate.CANNOT, why="be switched")
        if kind in scenes.KINDS:
            return await scenes.activated(self._acts, seen) if action == "on" else _not_off(seen)
        goal = (_TO_ON if action == "on" else _TO_OFF).get(kind, action)

        def there(state: DeviceState) -> bool:
            # A player that plays and a heater that heats are on, whatever word they have for it.
            if kind == "vacuum" and action == "off":
                return state.value in _AT_REST
            if goal == "open" and _half_open(state):
                return False
            return state.value == goal or (goal == "on" and state.value != "off")

        def under_way(state: DeviceState) -> bool:
            return state.value == _ON_WAY.get(goal)

        if there(seen.state):
            return seen.now(Fate.ALREADY)
        if under_way(seen.state):
            return seen.now(Fate.MOVING)
        seen = await self._acts.act(seen, action, {}, lambda state: there(state) or under_way(state))
        return seen.now(Fate.MOVING) if seen.fate is Fate.DONE and under_way(seen.state) else seen

    async def _set(self, seen: Report, wanted: Mapping[str, JsonValue]) -> Report:
        if why := lacking(seen, _NEEDS, wanted):
            return seen.now(Fate.CANNOT, why=why)
        reached = has(wanted)
        return await self._acts.wish(seen, wanted, lambda state: state.value == "on" and reached(state))


def _unlike(report: Report, tool: str) -> bool:
    """It is told of in other words than its state."""
    assert report.device is not None
    kind = report.device.kind
    return kind in _UNSWITCHED or kind in scenes.KINDS or (tool == "light_set" and kind != "light")


def _is_so(report: Report, tool: str) -> bool:
    """It is switched as it should be, so it is asked for nothing."""
    assert report.device is not None
    goals = {"device_on": (_TO_ON, "on"), "device_off": (_TO_OFF, "off")}
    if tool not in goals:
        return False
    words, word = goals[tool]
    return report.state.value == words.get(report.device.kind, word) and not _half_open(report.state)


def _half_open(state: DeviceState) -> bool:
    """Whoever says "open the blinds" of blinds that are open a hand's breadth wants them open."""
    percent = state.attributes.get("position_percent")
    return isinstance(percent, int | float) and percent < OPEN_PERCENT


def _not_off(seen: Report) -> Report:
    return seen.now(Fate.CANNOT, why="be switched off")
