"""What was done, told and taken back: both read the ledger of the room that asks."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from assistant.memory.turns import Row, Turns
from assistant.messages import Device, JsonValue, ToolCall, ToolResult, Turn
from assistant.skills.skill import Outcome, tool
from assistant.skills.wording import counted, joined, sentence

UNDO_S: Final = 600.0
"""What lies further back is not taken back on a mere "undo that"."""
UNDO: Final = "undo"
WHY: Final = "why"
NOTHING: Final = "There is nothing I did here lately that I could undo."
NOT_UNDONE: Final = "I haven't undone anything that I could do again."
CANNOT: Final = "Sorry, I can't take that back."
NO_REASON: Final = "I haven't done anything here lately."

Call: TypeAlias = Callable[[ToolCall, Turn], Awaitable[ToolResult]]
"""The toolbox's own `call`, so that taking back obeys the same rules as doing."""
_DID: Final = {
    "device_on": "switched on",
    "device_off": "switched off",
    "light_set": "set",
    "light_change": "changed",
    "cover_set": "moved",
    "cover_stop": "stopped",
    "fan_set": "set",
    "vacuum_control": "told",
    "media_control": "told",
    "media_set": "set",
    "climate_set": "set",
    "device_query": "looked at",
}
"""What is done to devices, in front of their names."""
_NAMED: Final = 3
"""More devices than this are counted."""


class Past:
    """Undo, and why. `devices()`: the home's, by whose rooms "the lights of this room" is told."""

    def __init__(
        self,
        turns: Turns,
        call: Call,
        clock: Callable[[], float],
        devices: Callable[[], Sequence[Device]] = tuple,
    ) -> None:
        self._turns = turns
        self._call = call
        self._clock = clock
        self._devices = devices

    def abilities(self) -> Sequence[str]:
        return ["undo what I did"]

    @tool(writes=True, risk=1)
    async def undo(self, turn: Turn, redo: bool = False) -> Outcome:
        """Take back what was last changed in this room; once more, or with redo: do it again."""
        row = next((row for row in self._turns.rows(turn.room, turn) if row.acts), None)
        if row is None or not 0 <= self._clock() - row.at_s <= UNDO_S:
            return Outcome(NOTHING, ok=False)
        if redo and row.acts[-1][0].name != UNDO:
            return Outcome(NOT_UNDONE, ok=False)
        acts = [result for _, result in reversed(row.acts)]
        results: list[ToolResult] = []
        for at, back in enumerate(call for result in acts for call in result.undo):
            results.append(
                await self._call(ToolCall(f"undo-{turn.id}-{at}", back.name, back.arguments), turn)
            )
            if results[-1].asks:
                break
        told = [result.say for result in results if result.say]
        if not all(result.undo for result in acts):
            told.append(CANNOT if not results else "The rest I can't take back.")
        return Outcome(
            " ".join(told),
            _values(results),
            ok=bool(results) and all(result.ok for result in results),
            changed=any(result.changed for result in results),
            asks=bool(results) and results[-1].asks,
            undo=[(c.name, c.arguments) for result in reversed(results) for c in result.undo],
        )

    @tool(writes=False, risk=0)
    async def why(self, turn: Turn) -> Outcome:
        """Tell why the last thing was done, and by whom it was decided."""
        rows = [row for row in self._turns.rows(turn.room, turn) if not _only_tells(row)]
        if not rows:
            return Outcome(NO_REASON)
        row = next((row for row in rows if row.calls), rows[0])
        return Outcome(self._reason(row, turn.room), {"said": row.text, "route": row.route})

    def _reason(self, row: Row, room: str) -> str:
        words = f'you said "{row.text.strip().rstrip(".!?")}"'
        if row.meant:
            words += f', which I took as "{row.meant}"'
        if not row.calls:
            return sentence(f"{words}; I did nothing but answer")
        deeds = joined(list(dict.fromkeys(self._deed(*done, room) for done in row.calls)))
        if row.route == "llm":
            return sentence(
                f"{words}. No house command fits that, so the language model chose, and I {deeds}"
            )
        if row.route == "question":
            return sentence(f"I had asked you and {words}, so I {deeds}")
        return sentence(f"{words}, so I {deeds}")

    def _deed(self, call: ToolCall, result: ToolResult, room: str) -> str:
        told = result.say.rstrip(".")
        if not result.ok and not result.changed:
            return f'tried that and had to say "{told}"' if told else "tried that in vain"
        if call.name == UNDO:
            return f'took back what I had done and told you "{told}"'
        things = self._things(call, room)
        if things and call.name in _DID and (result.changed or call.name == "device_query"):
            return f"{_DID[call.name]} {things}"
        return f'told you "{told}"' if told else "did so without a word"

    def _things(self, call: ToolCall, room: str) -> str:
        named = call.arguments.get("targets")
        names = [str(name) for name in named] if isinstance(named, list) else []
        found = [device for device in self._devices() if device.name in names]
        here = len(found) > 1 and all(device.area == room for device in found)
        if (
            here
            and len({device.kind for device in found}) == 1
            and found[0].kind in ("light", "fan", "cover")
        ):
            return f"the {counted(len(found), found[0].kind)} of this room"
        if len(names) > _NAMED:
            return counted(len(names), "device")
        return joined([f"the {name}" for name in names])


def _only_tells(row: Row) -> bool:
    """A turn about turns is not what "that" means."""
    return bool(row.calls) and all(call.name in (WHY, "help", "repeat") for call, _ in row.calls)


def _values(results: Sequence[ToolResult]) -> dict[str, JsonValue]:
    """What all results tell together, the devices of each; of one that asks, its own values."""
    told: dict[str, JsonValue] = {}
    devices: dict[str, JsonValue] = {}
    for result in results:
        if result.asks:
            return dict(result.values)
        there = result.values.get("devices")
        devices.update(there if isinstance(there, dict) else {})
        told.update(result.values)
    return {**told, "devices": devices} if devices else told
