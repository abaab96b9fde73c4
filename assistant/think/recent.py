"""The ledger's rows → what "it", "there" and "the same" can mean now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.memory.turns import Done, Row
from assistant.messages import ToolCall, ToolResult

_ASIDE = frozenset({"undo", "why", "repeat", "help", "stop", "device_restore", "timer_put_back"})
"""Tools of which nobody says "the same again"."""
_TIMED = ("timer", "alarm", "reminder", "command")
"""Results name an entry of the schedule by what it is, with its id."""
UNDOES = "-undo-"
"""In the id of a call that takes another one back (`skills/toolbox.py` makes them)."""
DEFAULT_LIST = "shopping"


@dataclass(frozen=True, slots=True)
class Referent:
    """Something that was spoken of."""

    kind: Literal["devices", "timed", "list", "volume"]
    names: tuple[str, ...] = ()
    """Devices by canonical names; else the one word for it: `timer`, `shopping`."""
    entry_id: int = 0
    newest: bool = False
    """It was spoken of in the room's very last turn."""


def deeds(row: Row) -> tuple[Done, ...]:
    """The calls of a row that may be meant again: not those that only took something back."""
    return tuple(
        (call, result) for call, result in row.calls if call.name not in _ASIDE and UNDOES not in call.id
    )


def base(rows: Sequence[Row]) -> Row | None:
    """The newest row in which something was done or asked of the house."""
    return next((row for row in rows if deeds(row)), None)


def as_done(calls: Sequence[ToolCall], room: str, text: str) -> Row:
    """A row of calls that are yet to be made, for the rest of the same sentence."""
    made = tuple((call, ToolResult(call.id, ok=True, say="")) for call in calls)
    return Row(room, 0, text, "intents", "", made, 0.0)


def referents(rows: Sequence[Row]) -> Iterator[Referent]:
    """What was spoken of, newest first, each once."""
    seen: set[tuple[str, tuple[str, ...], int]] = set()
    gone: set[int] = set()
    for row in rows:
        for call, result in reversed(row.calls):
            cancelled = result.values.get("gone")
            if isinstance(cancelled, list):
                gone |= {each for each in cancelled if isinstance(each, int)}
            for found in _of(call, result, newest=row is rows[0]):
                key = (found.kind, found.names, found.entry_id)
                if key not in seen and found.entry_id not in gone:
                    seen.add(key)
                    yield found


def together(rows: Sequence[Row], most: int | None = None) -> Referent | None:
    """The devices of the newest turns that went on with the same: what "them" means; "both": `most` two."""
    names: dict[str, None] = {}
    tools: set[str] = set()
    for row in rows:
        did = deeds(row)
        devices = [name for done in did for name in _devices(*done)]
        used = {call.name for call, _ in did}
        goes_on = not tools or set(devices) <= set(names) or (len(devices) == 1 and tools & used)
        if not devices or len(names) == most or not goes_on:
            break
        names.update(dict.fromkeys(devices))
        tools |= used
    if len(names) < 2 or (most is not None and len(names) > most):
        return None
    return Referent("devices", tuple(names), newest=True)


def _of(call: ToolCall, result: ToolResult, *, newest: bool) -> Iterator[Referent]:
    tool = call.name
    if tool == "device_restore":
        return
    if names := _devices(call, result):
        yield Referent("devices", names, newest=newest)
    for word in _TIMED:
        entry = result.values.get(word)
        if isinstance(entry, dict) and isinstance(entry.get("id"), int):
            yield Referent("timed", (word,), int(str(entry["id"])), newest)
    if tool.startswith("volume_") and not _devices(call, result):
        yield Referent("volume", ("volume",), newest=newest)
    if tool.startswith("list_") and result.ok:
        yield Referent("list", (str(call.arguments.get("list") or DEFAULT_LIST),), newest=newest)


def _devices(call: ToolCall, result: ToolResult) -> tuple[str, ...]:
    """The devices a call was about: those it reports, else those it was for."""
    there = result.values.get("devices")
    if not isinstance(there, dict):
        targets = call.arguments.get("targets")
        return tuple(map(str, targets)) if isinstance(targets, list) else ()
    return tuple(
        name for name, state in there.items() if isinstance(state, dict) and state.get("result") != "unknown"
    )
