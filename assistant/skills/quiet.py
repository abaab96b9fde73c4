"""Do not disturb, per room; and the microphone closed by voice."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Protocol

from pydantic import Field

from assistant.errors import ToolError
from assistant.memory.quiet import FOR_EVER, QuietRooms
from assistant.messages import JsonValue, Turn
from assistant.skills.clock import Hours, local_now, time_words
from assistant.skills.skill import Outcome, Weight, tool
from assistant.skills.wording import joined, sentence

UNMUTE: Final = "assistant unmute"
NO_MICROPHONE: Final = "No microphone is open here."
TimeOfDay = Annotated[str, Field(pattern=r"^([01]?\d|2[0-3]):[0-5]\d$")]
Seconds = Annotated[int, Field(ge=60, le=7 * 86_400)]


class MutingPort(Protocol):
    """The microphones of the house."""

    def listening(self) -> Sequence[str]:
        """Rooms whose microphone is open."""

    async def change(self, names: Sequence[str], *, muted: bool) -> None: ...


class Quiet:
    """`rooms()`: every room of the house."""

    def __init__(
        self,
        quiet: QuietRooms,
        muting: MutingPort,
        rooms: Callable[[], Sequence[str]] = tuple,
        now: Callable[[], datetime] = local_now,
        *,
        hours: Hours = "12",
    ) -> None:
        self._quiet = quiet
        self._muting = muting
        self._rooms = rooms
        self._now = now
        self._hours = hours

    def abilities(self) -> Sequence[str]:
        return ["leave you in peace"]

    async def weigh(self, tool: str, arguments: Mapping[str, Any], room: str) -> Weight | None:
        """A closed microphone cannot be opened by voice: said before, and only after a yes."""
        if tool != "mute" or not self._muting.listening():
            return None
        where = "every room" if arguments.get("everywhere") else "this room"
        how = f"until somebody opens the microphone again: {UNMUTE}, on this box"
        return Weight(2, f"I will stop listening in {where} {how}. Shall I?")

    @tool(writes=True, risk=1)
    async def do_not_disturb(
        self, turn: Turn, on: bool = True, duration_s: Seconds | None = None, until: TimeOfDay | None = None,
        everywhere: bool = False,
    ) -> Outcome:  # fmt: skip
        """Leave this room (or all) in peace, for good, for a time, until a time of day; on=false: end it."""
        rooms = list(dict.fromkeys([turn.room, *(self._rooms() if everywhere else ())]))
        before = {room: self._quiet.until(room) for room in rooms}
        end = self._end(duration_s, until) if on else None
        if not on and not any(before.values()):
            return Outcome("Do not disturb is not on.", {"on": False})
        for room in rooms:
            await self._quiet.keep(room, end)
        if any(self._quiet.until(room) != end for room in rooms):
            raise ToolError("do not disturb was not kept", spoken="Sorry, I couldn't keep that.")
        undo: tuple[tuple[str, dict[str, JsonValue]], ...] = ()
        if len(set(before.values())) == 1 and (before[turn.room] in (None, FOR_EVER)):
            undo = (("do_not_disturb", {"on": before[turn.room] is not None, "everywhere": everywhere}),)
        where = " in every room" if everywhere and len(rooms) > 1 else ""
        say = (
            f"Do not disturb is on{where}{self._until_words(end)}."
            if on
            else f"Do not disturb is off{where}."
        )
        return Outcome(say, {"on": on}, changed=True, undo=undo)

    @tool(writes=False, risk=0)
    async def quiet_query(self, turn: Turn) -> Outcome:
        """Tell whether this room is not to be disturbed."""
        end = self._quiet.until(turn.room)
        if end is None:
            return Outcome("Do not disturb is off.", {"on": False})
        return Outcome(f"Do not disturb is on{self._until_words(end)}.", {"on": True})

    @tool(writes=True, risk=1)
    async def mute(self, turn: Turn, everywhere: bool = False) -> Outcome:
        """Close the microphone of this room (or all), so that nothing is heard until it is opened by hand."""
        open_ones = self._muting.listening()
        chosen = [room for room in open_ones if everywhere or room == turn.room]
        if not chosen:
            return Outcome(NO_MICROPHONE, ok=False)
        await self._muting.change(chosen, muted=True)
        if set(chosen) & set(self._muting.listening()):
            raise ToolError("a microphone is still open", spoken="Sorry, a microphone is still open.")
        say = sentence(f"I no longer listen in {joined([f'the {room}' for room in chosen])}")
        return Outcome(say, {"muted": [*chosen]}, changed=True)

    def _end(self, duration_s: int | None, until: str | None) -> float:
        """Seconds of the epoch."""
        if until is not None:
            return self._next(until).timestamp()
        return FOR_EVER if duration_s is None else (self._now() + timedelta(seconds=duration_s)).timestamp()

    def _next(self, until: str) -> datetime:
        """The next time the clock shows it; `7:00` without a leading zero may be either half of the day."""
        hour, minute = (int(part) for part in until.split(":"))
        now = self._now()
        either = len(until) == 4 and 1 <= hour <= 9
        hours = {hour, (hour + 12) % 24} if either else {hour}
        times = [
            now.replace(hour=each, minute=minute, second=0, microsecond=0) + timedelta(days=day)
            for each in hours
            for day in (0, 1)
        ]
        return min(time for time in times if time > now)

    def _until_words(self, end: float | None) -> str:
        if end is None or end == FOR_EVER:
            return ""
        now = self._now()
        time = datetime.fromtimestamp(end, now.tzinfo)
        days = (time.date() - now.date()).days
        day = {0: "", 1: " tomorrow"}.get(days, f" on {time:%A}")
        return f" until {time_words(time, self._hours)}{day}"
