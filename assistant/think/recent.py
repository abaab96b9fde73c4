"""The ledger's rows → what "it", "there" and "the same" can mean now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.memory.turns import Done, Row
from assistant.messages import ToolResult

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

    kind: Literal["devices", "timed", "list"]
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


def referents(rows: Sequence[Row]) -> Iterator[Referent]:
    """What was spoken of, newest first, each once."""
    seen: set[tuple[str, tuple[str, ...], int]] = set()
    gone: set[int] = set()
    for row in rows:
        for call, result in reversed(row.calls):
            cancelled = result.values.get("gone")
            if isinstance(cancelled, list):
                gone |= {each for each in cancelled if isinstance(each, int)}
            for found in _of(call.name, call.arguments, result, newest=row is rows[0]):
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
        devices = [name for _, result in did for name in _devices(result)]
        used = {call.name for call, _ in did}
        if (
            not devices
            or len(names) == most
            or (not set(devices) <= set(names) and tools and tools.isdisjoint(used))
        ):
            break
        names.update(dict.fromkeys(devices))
        tools |= used
    if len(names) < 2 or (most is not None and len(names) > most):
        return None
    return Referent("devices", tuple(names), newest=True)


def _of(
    tool: str, arguments: Mapping[str, object], result: ToolResult, *, newest: bool
) -> Iterator[Referent]:
    if tool == "device_restore":
        return
    if names := _devices(result):
        yield Referent("devices", names, newest=newest)
    for word in _TIMED:
        entry = result.values.get(word)
        if isinstance(entry, dict) and isinstance(entry.get("id"), int):
            yield Referent("timed", (word,), int(str(entry["id"])), newest)
    if tool.startswith("list_") and result.ok:
        yield Referent("list", (str(arguments.get("list") or DEFAULT_LIST),), newest=newest)


def _devices(result: ToolResult) -> tuple[str, ...]:
    there = result.values.get("devices")
    if not isinstance(there, dict):
        return ()
    return tuple(
        name for name, state in there.items() if isinstance(state, dict) and state.get("result") != "unknown"
    )
