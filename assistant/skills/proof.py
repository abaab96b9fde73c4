"""What only a proof outside speech permits: it waits here, and only words understood whole bring it here.

The mind that understands by grammar calls tools through `Proofs`; a language model's toolbox is the plain
one, where the same call is refused. What a person does not prove within `PROOF_S` is forgotten.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final, TypeAlias

from assistant.messages import ToolCall, ToolResult, ToolSpec, Turn
from assistant.ports import Toolbox
from assistant.skills.policy import SECURITY
from assistant.skills.toolbox import SkillToolbox

PROOF_S: Final = 60.0
MOST_WAITING: Final = 4
"""Of the whole house; the oldest makes room."""
NO_PIN: Final = "That needs a PIN, and none is set. You can set one on my page, under security."
NEEDS_PIN: Final = "I need your PIN for that. Type it on my page within a minute."
SAY_WHOLE: Final = "That is a matter of security. Please say it in one whole sentence."
FELL_DUE: Final = 0
"""The turn of a command that fell due: nobody is there to prove anything."""

Meaning: TypeAlias = Callable[[Turn], Awaitable[Sequence[ToolCall]]]
"""What the words of a turn mean by themselves, by grammar alone."""


@dataclass(frozen=True, slots=True)
class Unproven:
    """A call that waits for its proof."""

    id: str
    room: str
    words: str
    """What was said."""
    call: ToolCall
    until_s: float

    @property
    def targets(self) -> Sequence[str]:
        """What would be moved."""
        arguments = self.call.arguments
        named = arguments.get("targets", arguments.get("target"))
        return [str(name) for name in named] if isinstance(named, list) else [str(named or "")]


class Proofs:
    """The toolbox of the grammar. `pin_is_set()`: whether a proof can be given at all."""

    def __init__(
        self,
        toolbox: SkillToolbox,
        meaning: Meaning,
        words: Callable[[Turn], str],
        pin_is_set: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._toolbox = toolbox
        self._meaning = meaning
        self._words = words
        self._pin_is_set = pin_is_set
        self._clock = clock
        self._waiting: dict[str, Unproven] = {}
        self._ids = count(1)

    def specs(self) -> Sequence[ToolSpec]:
        """As the toolbox tells them."""
        return self._toolbox.specs()

    async def call(self, call: ToolCall, turn: Turn, *, confirmed: bool = False) -> ToolResult:
        """As the toolbox does it; what wants a proof waits for one, if the turn's words ask for just that."""
        result = await self._toolbox.call(call, turn, confirmed=confirmed)
        if result.values.get("provable") is not True or turn.id == FELL_DUE:
            return result
        if await self._toolbox.risk(call, turn.room) != SECURITY:
            return result  # something within it was refused, as in taking back
        if not self._pin_is_set():
            return replace(result, say=NO_PIN)
        if not any(_same(call, meant) for meant in await self._meaning(turn)):
            return replace(result, say=SAY_WHOLE)
        self._put(call, turn)
        return replace(result, say=NEEDS_PIN)

    def _put(self, call: ToolCall, turn: Turn) -> None:
        for each in self.waiting():
            if each.room == turn.room and _same(each.call, call):
                del self._waiting[each.id]
        while len(self._waiting) >= MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        name = f"{next(self._ids)}"
        self._waiting[name] = Unproven(name, turn.room, self._words(turn), call, self._clock() + PROOF_S)

    # ── for who brings the proof ─────────────────────────────────────────────────────────────────

    def waiting(self) -> Sequence[Unproven]:
        """What waits still, oldest first."""
        now_s = self._clock()
        for name in [name for name, each in self._waiting.items() if each.until_s <= now_s]:
            del self._waiting[name]
        return tuple(self._waiting.values())

    def left_s(self, unproven: Unproven) -> float:
        """How long it waits still."""
        return max(0.0, unproven.until_s - self._clock())

    def take(self, name: str) -> Unproven | None:
        """Out of the waiting, to be done or dropped: nobody gets it twice. None: too late, or never there."""
        self.waiting()
        return self._waiting.pop(name, None)


class Proven:
    """The toolbox for calls whose proof was given."""

    def __init__(self, toolbox: SkillToolbox) -> None:
        self._toolbox = toolbox

    def specs(self) -> Sequence[ToolSpec]:
        """As the toolbox tells them."""
        return self._toolbox.specs()

    async def call(self, call: ToolCall, turn: Turn, *, confirmed: bool = False) -> ToolResult:
        """Do it."""
        return await self._toolbox.call_proven(call, turn)


def _same(one: ToolCall, other: ToolCall) -> bool:
    return (one.name, dict(one.arguments)) == (other.name, dict(other.arguments))


_fits: type[Toolbox] = Proofs
_fits_too: type[Toolbox] = Proven
