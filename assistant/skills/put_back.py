"""What undo calls: tools that bring things back, known to no mind and found in no phrase."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field

from assistant.errors import ToolError
from assistant.memory.schedule import Schedule
from assistant.messages import DeviceState, JsonValue, Turn
from assistant.ports import Home
from assistant.skills import home_words
from assistant.skills.home_acts import CONFIRM_S, HomeActs, by_name, has, outcome
from assistant.skills.home_before import Request, requests
from assistant.skills.home_words import Fate, Report
from assistant.skills.skill import Outcome, Weight, Word, tool
from assistant.skills.timer_names import by_id, called
from assistant.skills.wording import time_left

States = Annotated[dict[Word, dict[str, Any]], Field(min_length=1, max_length=2000)]
Span = Annotated[float, Field(ge=0, le=366 * 24 * 3600)]
OVER: Final = "That timer was as good as over; I can't bring it back."
_SETTINGS: Final = ("temperature", "position_percent", "speed_percent", "volume_percent", "muted", "source")


class DevicesBack:
    """Devices as they were, through any `ports.Home`."""

    def __init__(self, home: Home, *, confirm_s: float = CONFIRM_S) -> None:
        self._acts = HomeActs(home, confirm_s=confirm_s)

    def offers(self, tool: str) -> bool:
        """No mind needs to hear of it."""
        return False

    async def weigh(self, tool: str, arguments: Mapping[str, Any], room: str) -> Weight | None:
        """Moving what guards the house is a matter of security, also on the way back."""
        known = by_name(self._acts.home.devices())
        named = [known[name.casefold()] for name in arguments["states"] if name.casefold() in known]
        return Weight(3) if any(device.secure for device in named) else None

    @tool(writes=True, risk=1)
    async def device_restore(self, turn: Turn, states: States) -> Outcome:
        """Bring devices back to earlier states."""
        before = {name: _state(kept) for name, kept in states.items()}
        reports = await self._acts.each(list(states), lambda seen: self._back(seen, before[seen.name]))
        return outcome(reports, _told)

    async def _back(self, seen: Report, before: DeviceState) -> Report:
        assert seen.device is not None
        for request in requests(seen.device, before):
            wanted = _wanted(request, before)
            if wanted(seen.state):
                seen = seen if seen.fate is Fate.DONE else seen.now(Fate.ALREADY)
                continue
            seen = await self._acts.act(seen, request.action, request.arguments, wanted)
            if seen.fate is not Fate.DONE:
                return seen
        return seen.now(Fate.MOVING) if seen.state.value in ("opening", "closing", "returning") else seen


class TimersBack:
    """Timers that were cancelled, with the time they had left."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    def offers(self, tool: str) -> bool:
        """No mind needs to hear of it."""
        return False

    @tool(writes=True, risk=1)
    async def timer_put_back(
        self,
        turn: Turn,
        length_s: Span,
        left_s: Span,
        room: Word,
        name: Annotated[str, Field(max_length=100)] = "",
        paused: bool = False,
    ) -> Outcome:
        """Let a cancelled timer go on."""
        if left_s < 1:
            return Outcome(OVER, ok=False)
        timer = await self._schedule.start(room, length_s, name)
        await self._schedule.adjust(timer.id, left_s - length_s)
        if paused:
            await self._schedule.pause(timer.id)
        there = await self._schedule.stored(timer.id)
        if there is None:
            raise ToolError(f"timer {timer.id} is not on disk", spoken="Sorry, I couldn't bring it back.")
        words = f"The {called(there.name, there.length_s)} is back, with {time_left(there.remaining_s)} left."
        again = ("timer_cancel", {"name": by_id(there.id)})
        return Outcome(words, {"timer": {"id": there.id, "name": there.name}}, changed=True, undo=[again])


def _state(kept: Mapping[str, Any]) -> DeviceState:
    attributes: dict[str, JsonValue] = {key: value for key, value in kept.items() if key != "state"}
    return DeviceState(str(kept.get("state", "")), attributes=attributes)


def _wanted(request: Request, before: DeviceState) -> home_words.Check:
    """Whether what this request is for has come about."""
    settings = {key: value for key, value in request.arguments.items() if key != "mode"}
    reached = has(settings)
    values = {
        "open": {"open", "opening"},
        "closed": {"closed", "closing"},
        "docked": {"docked", "returning"},
    }.get(before.value, {before.value})
    if settings and before.value in ("opening", "closing"):
        return reached
    return lambda state: state.value in values and reached(state)


def _told(state: DeviceState) -> str:
    keys = [key for key in _SETTINGS if state.attributes.get(key) is not None]
    return home_words.full(state) if not keys or state.value == "off" else home_words.reached(state, keys[:1])
