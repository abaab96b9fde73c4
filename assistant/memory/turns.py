"""The ledger of what was said and done: the last turns of each room, in memory only.

Undo, "why", "again", pronouns and corrections read it. A room that is told to remember nothing keeps its last
turn alone, and that only while the running talk needs it.
"""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from assistant.messages import ToolCall, ToolResult, Turn

MOST_ROWS: Final = 50
"""Turns kept of each room."""
FRESH_S: Final = 120.0
"""For so long "it" and "again" mean what was done last."""

_MOVED: Final = -1_000_000
"""Turns from another room count from here downwards, apart from the room's own."""

Done = tuple[ToolCall, ToolResult]


@dataclass(frozen=True, slots=True)
class Row:
    """One turn."""

    room: str
    turn_id: int
    text: str
    route: str
    reason: str
    calls: tuple[Done, ...]
    at_s: float
    meant: str = ""
    """The sentence that `text` stands for, where it leans on an earlier one."""
    said: tuple[str, ...] = ()

    @property
    def acts(self) -> tuple[Done, ...]:
        """The calls that took effect."""
        return tuple((call, result) for call, result in self.calls if result.changed)


class Turns:
    """The rows of all rooms. `clock()`: seconds; `remembers(room)`: whether rows outlive the running talk."""

    def __init__(
        self, clock: Callable[[], float], remembers: Callable[[str], bool] = lambda room: True
    ) -> None:
        self._clock = clock
        self.remembers = remembers
        self._rows: dict[str, deque[Row]] = {}
        self.changes: Counter[str] = Counter()
        """How often each room's rows have changed."""

    def begin(self, turn: Turn, text: str) -> None:
        """A turn was taken up."""
        rows = self._rows.setdefault(turn.room, deque(maxlen=MOST_ROWS))
        if not self.remembers(turn.room):
            while len(rows) > 1:
                rows.popleft()
            self._forget_stale(rows)
        self.changes[turn.room] += 1
        rows.append(Row(turn.room, turn.id, text, "none", "", (), self._clock()))

    def routed(self, turn: Turn, route: str, reason: str, meant: str = "") -> None:
        """Which mind took it and why; a later word replaces the earlier one."""
        self._change(turn, lambda row: replace(row, route=route, reason=reason, meant=meant or row.meant))

    def add(self, turn: Turn, call: ToolCall, result: ToolResult) -> None:
        """A tool was called in it."""
        self._change(turn, lambda row: replace(row, calls=(*row.calls, (call, result)), at_s=self._clock()))

    def say(self, turn: Turn, sentence: str) -> None:
        """A sentence was said in it."""
        self._change(turn, lambda row: replace(row, said=(*row.said, sentence)))

    def words(self, turn: Turn) -> str:
        """What was said in it; empty where it is not known."""
        return next((row.text for row in self.rows(turn.room) if row.turn_id == turn.id), "")

    def rows(self, room: str, but: Turn | None = None) -> Sequence[Row]:
        """The room's turns, newest first, without the turn `but`."""
        rows = self._rows.get(room)
        if rows is None:
            return ()
        if not self.remembers(room):
            self._forget_stale(rows)
        return tuple(row for row in reversed(rows) if but is None or row.turn_id != but.id)

    def fresh(self, room: str, but: Turn | None = None) -> Sequence[Row]:
        """Those of the last `FRESH_S`; a clock that was set back makes all of them old."""
        now_s = self._clock()
        return [row for row in self.rows(room, but) if 0 <= now_s - row.at_s <= FRESH_S]

    def move(self, here: str, there: str) -> None:
        """The talk of one room goes on in another, where "it" and "undo that" mean what they did here."""
        if not (self.remembers(here) and self.remembers(there)):
            return
        rows = self._rows.setdefault(there, deque(maxlen=MOST_ROWS))
        moved = [replace(row, room=there, turn_id=_MOVED - abs(row.turn_id)) for row in self.fresh(here)]
        rows.extend(reversed(moved))
        self.changes[there] += 1

    def forget(self, room: str) -> None:
        """Keep nothing of a room."""
        self._rows.pop(room, None)
        self.changes[room] += 1

    def _forget_stale(self, rows: deque[Row]) -> None:
        while rows and not 0 <= self._clock() - rows[0].at_s <= FRESH_S:
            rows.popleft()

    def _change(self, turn: Turn, change: Callable[[Row], Row]) -> None:
        rows = self._rows.get(turn.room, deque())
        for at in range(len(rows) - 1, -1, -1):
            if rows[at].turn_id == turn.id:
                self.changes[turn.room] += 1
                rows[at] = change(rows[at])
                return
