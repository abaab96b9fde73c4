"""ToolResult → the sentence of another language, from what was read back. English the skills say themselves.

What a result holds decides, not its English: "done" is said only where the result says that it changed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from assistant.errors import AssistantError, DiskError
from assistant.memory.entries import Ring
from assistant.messages import Device, JsonValue, ToolCall, ToolResult, ToolSpec, Turn
from assistant.ports import Toolbox
from assistant.skills import proof, reply_times
from assistant.skills import toolbox as english
from assistant.skills.reply_file import Replies
from assistant.skills.reply_home import devices_told, duration, listed

ENGLISH: Final[Mapping[str, str]] = {
    english.UNKNOWN: "unknown_tool",
    english.INCOMPLETE: "incomplete",
    english.NOT_HERE: "not_here",
    english.INSECURE: "insecure",
    proof.NO_PIN: "pin_unset",
    proof.NEEDS_PIN: "pin_needed",
    proof.SAY_WHOLE: "say_whole",
    english.BUSY: "busy",
    english.SLOW_READ: "slow_read",
    english.SLOW_WRITE: "slow_write",
    english.BROKEN_WRITE: "broken_write",
    DiskError.spoken: "disk",
    AssistantError.spoken: "failed",
}
_AS_IT_IS: Final = frozenset({"repeat"})
"""What they say was said in the language already."""


class InLanguage:
    """A toolbox whose results are told in one language."""

    def __init__(self, toolbox: Toolbox, replies: Replies, devices: Callable[[], Sequence[Device]]) -> None:
        self._toolbox = toolbox
        self._replies = replies
        self._devices = devices

    def specs(self) -> Sequence[ToolSpec]:
        return self._toolbox.specs()

    async def call(self, call: ToolCall, turn: Turn, *, confirmed: bool = False) -> ToolResult:
        """The same call; only its sentence is another."""
        result = await self._toolbox.call(call, turn, confirmed=confirmed)
        kinds = {device.name: device.kind for device in self._devices()}
        return replace(result, say=told(call, result, self._replies, kinds))


def told(call: ToolCall, result: ToolResult, replies: Replies, kinds: Mapping[str, str]) -> str:
    """What to say of a call; empty where nothing was to be said."""
    if not result.say or call.name in _AS_IT_IS:
        return result.say
    values = result.values
    if result.say in ENGLISH:
        return replies.fixed[ENGLISH[result.say]]
    if "refused_risk" in values:
        return replies.fixed["not_here"]
    if "confirm" in values:
        return replies.fixed["sure"].format(names=_names(call, replies))
    if isinstance(offered := values.get("choices"), list):
        says = [str(each["say"]) for each in offered if isinstance(each, dict)]
        return replies.fixed["which"].format(names=listed(says, replies.either))
    if isinstance(devices := values.get("devices"), dict):
        return devices_told(devices, call, replies, kinds)
    made = _BY_TOOL.get(call.name)
    said = made(call, result, replies) if made is not None else ""
    return said or _unknown(result, replies)


def ring_told(ring: Ring, replies: Replies, english_words: str) -> str:
    """What is said when something is due."""
    key = f"ring_{ring.kind.value}{'_missed' if ring.missed else ''}"
    if key not in replies.tools:
        return english_words
    return replies.tools[key].format(
        name=f"{ring.name}: " if ring.name else "",
        text=ring.text,
        ago=duration(ring.late_s, replies),
        length=duration(ring.length_s, replies),
    )


def _unknown(result: ToolResult, replies: Replies) -> str:
    if result.changed:
        return replies.fixed["done"]
    return replies.fixed["untold" if result.ok else "failed"]


def _names(call: ToolCall, replies: Replies) -> str:
    targets = call.arguments.get("targets")
    names = [str(name) for name in targets] if isinstance(targets, list) else []
    return listed([name.title() if replies.capitals else name for name in names], replies.joined)


# ── one tool each ────────────────────────────────────────────────────────────────────────────────


def _time(call: ToolCall, result: ToolResult, replies: Replies) -> str:
    hour, _, minute = str(result.values.get("time", "")).partition(":")
    if not minute or "place" in call.arguments:
        return ""
    form = replies.time_one if replies.time_one and int(hour) == 1 else replies.time
    return form.format(hour=int(hour), minute=minute)


def _date(call: ToolCall, result: ToolResult, replies: Replies) -> str:
    day = date.fromisoformat(str(result.values["date"]))
    return replies.date.format(
        weekday=replies.weekdays[day.weekday()],
        day=day.day,
        month=replies.months[day.month - 1],
        year=day.year,
    )


def _timer(key: str) -> Callable[[ToolCall, ToolResult, Replies], str]:
    def said(call: ToolCall, result: ToolResult, replies: Replies) -> str:
        timer = result.values.get("timer")
        if not result.ok or not isinstance(timer, dict):
            return replies.tools["timer_none"] if not result.ok else ""
        return replies.tools[key].format(left=_left(timer, replies), name=_timer_name(timer))

    return said


def _timers(call: ToolCall, result: ToolResult, replies: Replies) -> str:
    timers = result.values.get("timers")
    if not isinstance(timers, list) or not timers:
        return replies.tools["timer_none"]
    parts = [
        replies.tools["timer_paused" if timer["paused"] else "timer_left"].format(
            left=_left(timer, replies), name=_timer_name(timer)
        )
        for timer in timers
        if isinstance(timer, dict)
    ]
    return " ".join(part[:1].upper() + part[1:] for part in parts)


def _cancelled(call: ToolCall, result: ToolResult, replies: Replies) -> str:
    count = result.values.get("cancelled")
    if not result.changed or not isinstance(count, int):
        return replies.tools["timer_none"]
    return replies.tools["timer_cancelled" if count == 1 else "timers_cancelled"].format(count=count)


def _left(timer: Mapping[str, Any], replies: Replies) -> str:
    return duration(float(timer["left_s"]), replies)


def _timer_name(timer: Mapping[str, Any]) -> str:
    return f"{timer['name']}: " if timer["name"] else ""


def _list(key: str) -> Callable[[ToolCall, ToolResult, Replies], str]:
    def said(call: ToolCall, result: ToolResult, replies: Replies) -> str:
        wanted: JsonValue = result.values.get("items")
        if key == "list_added":
            wanted = call.arguments.get("items") if result.ok else None
        items = [str(item) for item in wanted] if isinstance(wanted, list) else []
        if not items:
            return replies.tools["list_empty"] if result.ok and key == "list_read" else ""
        return replies.tools[key].format(items=listed(items, replies.joined))

    return said


def _percent(call: ToolCall, result: ToolResult, replies: Replies) -> str:
    percent = result.values.get("percent")
    return replies.tools["volume"].format(percent=percent) if isinstance(percent, int) else ""


def _announced(call: ToolCall, result: ToolResult, replies: Replies) -> str:
    rooms = result.values.get("rooms")
    if not result.changed or not isinstance(rooms, list):
        return replies.tools["announce_nobody"]
    return replies.tools["announced"].format(rooms=listed([str(room) for room in rooms], replies.joined))


def _fixed(key: str) -> Callable[[ToolCall, ToolResult, Replies], str]:
    return lambda call, result, replies: replies.tools[key].format(
        number=" ".join(str(result.values.get("number", "112")))
    )


_BY_TOOL: Final[Mapping[str, Callable[[ToolCall, ToolResult, Replies], str]]] = {
    "time_now": _time,
    "date_now": _date,
    "timer_set": _timer("timer_set"),
    "timer_adjust": _timer("timer_adjusted"),
    "timer_pause": _timer("timer_held"),
    "timer_resume": _timer("timer_resumed"),
    "timer_query": _timers,
    "timer_cancel": _cancelled,
    "alarm_set": reply_times.entry_set("alarm"),
    "alarm_query": reply_times.entries("alarm"),
    "alarm_cancel": reply_times.cancelled("alarm"),
    "reminder_set": reply_times.entry_set("reminder"),
    "reminder_query": reply_times.entries("reminder"),
    "reminder_cancel": reply_times.cancelled("reminder"),
    "list_add": _list("list_added"),
    "list_read": _list("list_read"),
    "volume_set": _percent,
    "volume_change": _percent,
    "announce": _announced,
    "emergency": _fixed("emergency"),
    "help": _fixed("help"),
}
