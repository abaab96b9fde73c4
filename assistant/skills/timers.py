"""Timers: several, named, kept by the schedule; what is said is made from the disk after a write."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, TypeAlias

from pydantic import Field

from assistant.errors import ToolError
from assistant.memory.entries import Kind, Ring, Timer
from assistant.memory.schedule import Schedule
from assistant.messages import JsonValue, Turn
from assistant.skills.skill import Outcome, Word, tool
from assistant.skills.timer_names import by_id, called, clean, pick, ways
from assistant.skills.wording import counted, duration, joined, length_adjective, number, sentence, time_left

LONGEST_S: Final = 24 * 3600
MOST: Final = 30
MOST_OFFERED: Final = 4
"""More than these are not listed in a question."""
NONE: Final = "No timer is running."
NOT_KEPT: Final = "Sorry, I couldn't keep that timer."

Seconds = Annotated[int, Field(ge=1, le=366 * 24 * 3600)]
Delta = Annotated[int, Field(ge=-366 * 24 * 3600, le=366 * 24 * 3600)]
Undo: TypeAlias = tuple[str, Mapping[str, JsonValue]]


class Timers:
    """Timers of the whole house; the asking room's come first where it matters."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    def abilities(self) -> Sequence[str]:
        return ["set timers"]

    def lead(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """The timer, by its length and name."""
        if tool != "timer_set" or not 1 <= arguments["duration_s"] <= LONGEST_S:
            return ""
        return told_set(arguments["duration_s"], clean(arguments.get("name"))).removesuffix(" set.")

    @tool(writes=True, risk=1)
    async def timer_set(self, turn: Turn, duration_s: Seconds, name: Word | None = None) -> Outcome:
        """Start a timer, with a name if the person gave one."""
        if duration_s > LONGEST_S:
            raise ToolError("too long", spoken="Sorry, a timer can be a day long at most.")
        if len(self._schedule.timers()) >= MOST:
            raise ToolError("too many", spoken=f"Sorry, I can't keep more than {MOST} timers.")
        started = await self._schedule.start(turn.room, duration_s, clean(name))
        timer = await self._read_back(started.id)
        return _changed(
            told_set(timer.length_s, timer.name), timer, ("timer_cancel", {"name": by_id(timer.id)})
        )

    @tool(writes=False, risk=0)
    async def timer_query(self, turn: Turn, name: Word | None = None) -> Outcome:
        """Tell how much time is left on one timer or on all."""
        found = self._schedule.timers()
        if name is not None:
            found = pick(found, clean(name), turn.room) or found[:0]
            if not found:
                return self._missing(name)
        if not found:
            ringing = [called(ring.name, ring.length_s) for ring in self._ringing()]
            return Outcome(f"Your {joined(ringing)} just ended." if ringing else NONE, {"timers": []})
        values: dict[str, JsonValue] = {"timers": [_values(timer) for timer in found]}
        if len(found) == 1:
            return Outcome(sentence(_state(found[0])), values)
        states = [_short_state(timer) for timer in found]
        return Outcome(f"You have {counted(len(found), 'timer')}: {joined(states)}.", values)

    @tool(writes=True, risk=1)
    async def timer_cancel(self, turn: Turn, name: Word | None = None, all: bool = False) -> Outcome:
        """Cancel a timer, or all of them."""
        ringing = tuple(
            Timer(ring.id, ring.kind, ring.room, ring.name, ring.length_s, 0.0) for ring in self._ringing()
        )
        if all:
            chosen = ringing + self._schedule.timers()
        elif ringing and name is None:
            chosen = ringing
        else:
            one = self._one(ringing + self._schedule.timers(), name, turn.room, "timer_cancel", {})
            if isinstance(one, Outcome):
                return one
            chosen = (one,)
        if not chosen:
            return Outcome(NONE, ok=False)
        for timer in chosen:
            await self._schedule.cancel(timer.id)
            if await self._schedule.stored(timer.id) is not None:
                raise ToolError(f"timer {timer.id} is still there", spoken="Sorry, I couldn't cancel it.")
        values: dict[str, JsonValue] = {"cancelled": len(chosen), "gone": [timer.id for timer in chosen]}
        undo = [_put_back(timer) for timer in chosen if timer not in ringing]
        if len(chosen) == 1:
            the = called(chosen[0].name, chosen[0].length_s)
            return Outcome(f"The {the} is cancelled.", values, changed=True, undo=undo)
        both = "Both" if len(chosen) == 2 else f"All {number(len(chosen))}"
        return Outcome(f"{both} timers are cancelled.", values, changed=True, undo=undo)

    @tool(writes=True, risk=1)
    async def timer_adjust(self, turn: Turn, delta_s: Delta, name: Word | None = None) -> Outcome:
        """Add time to a timer, or take some away with a negative number of seconds."""
        ringing = self._ringing()
        if ringing and name is None and 0 < delta_s <= LONGEST_S:
            return await self._again(ringing[-1].id, delta_s)
        chosen = self._one(self._schedule.timers(), name, turn.room, "timer_adjust", {"delta_s": delta_s})
        if isinstance(chosen, Outcome):
            return chosen
        the = f"the {called(chosen.name, chosen.length_s)}"
        if delta_s == 0:
            return Outcome(sentence(_state(chosen)), {"timer": _values(chosen)})
        if chosen.remaining_s + delta_s < 1:
            left = time_left(chosen.remaining_s)
            return Outcome(sentence(f"{the} has only {left} left"), {"timer": _values(chosen)}, ok=False)
        if chosen.remaining_s + delta_s > LONGEST_S:
            raise ToolError("too long", spoken="Sorry, a timer can be a day long at most.")
        await self._schedule.adjust(chosen.id, delta_s)
        timer = await self._read_back(chosen.id)
        moved = timer.remaining_s - chosen.remaining_s
        if moved * delta_s <= 0:
            raise ToolError(f"timer {chosen.id} did not move", spoken=f"Sorry, {the} did not change.")
        words = f"added to {the}" if delta_s > 0 else f"taken off {the}"
        left = time_left(timer.remaining_s)
        back: Undo = ("timer_adjust", {"delta_s": -delta_s, "name": by_id(timer.id)})
        return _changed(sentence(f"{duration(abs(delta_s))} {words}, {left} left"), timer, back)

    @tool(writes=True, risk=1)
    async def timer_pause(self, turn: Turn, name: Word | None = None) -> Outcome:
        """Pause a timer."""
        return await self._hold(turn, name, paused=True)

    @tool(writes=True, risk=1)
    async def timer_resume(self, turn: Turn, name: Word | None = None) -> Outcome:
        """Let a paused timer go on."""
        return await self._hold(turn, name, paused=False)

    def _ringing(self) -> list[Ring]:
        return [ring for ring in self._schedule.ringing() if ring.kind is Kind.TIMER]

    async def _again(self, timer_id: int, delta_s: int) -> Outcome:
        """More time for one that rings."""
        undo: Undo = ("entry_restore", {"version": self._schedule.note(timer_id)})
        await self._schedule.snooze(timer_id, delta_s)
        timer = await self._read_back(timer_id)
        if timer.remaining_s <= 0:
            raise ToolError(f"timer {timer_id} did not move")
        the = f"the {called(timer.name, timer.length_s)}"
        return _changed(sentence(f"{duration(delta_s)} more on {the}"), timer, undo)

    async def _hold(self, turn: Turn, name: str | None, *, paused: bool) -> Outcome:
        timers = self._schedule.timers()
        open_to_it = tuple(timer for timer in timers if timer.paused is not paused)
        if name is None and timers and not open_to_it:
            words = "already paused" if paused else "not paused"
            whose = "Your timer is" if len(timers) == 1 else "Your timers are"
            return Outcome(f"{whose} {words}.", ok=False)
        fitting = open_to_it if name is None or pick(open_to_it, clean(name), turn.room) else timers
        tool_name = "timer_pause" if paused else "timer_resume"
        chosen = self._one(fitting, name, turn.room, tool_name, {})
        if isinstance(chosen, Outcome):
            return chosen
        if chosen.paused is paused:
            already = "already paused" if paused else "already running"
            return Outcome(f"The {called(chosen.name, chosen.length_s)} is {already}.", ok=False)
        await (self._schedule.pause(chosen.id) if paused else self._schedule.resume(chosen.id))
        timer = await self._read_back(chosen.id)
        if timer.paused is not paused:
            raise ToolError(f"timer {chosen.id} did not follow")
        the, left = f"the {called(timer.name, timer.length_s)}", time_left(timer.remaining_s)
        said = f"{the} is paused with {left} left" if paused else f"{the} goes on with {left} left"
        undo = ("timer_resume" if paused else "timer_pause", {"name": by_id(timer.id)})
        return _changed(sentence(said), timer, undo)

    def _one(
        self, timers: Sequence[Timer], name: str | None, room: str, tool_name: str, more: dict[str, JsonValue]
    ) -> Timer | Outcome:
        """The timer that is meant, or the honest sentence or question why none can be picked."""
        if name is None and not timers:
            return Outcome(NONE, ok=False)
        found = pick(timers, clean(name), room)
        if len(found) == 1:
            return found[0]
        if not found:
            return self._missing(name or "")
        answers = ways(found)
        choices: list[JsonValue] = [
            {"say": way, "tool": tool_name, "arguments": {"name": way, **more}} for way in answers
        ]
        question = f"Which one: {joined([f'the {way}' for way in answers], 'or')}?"
        if len(answers) > MOST_OFFERED:
            question = f"You have {counted(len(answers), 'timer')}. Which one?"
        return Outcome(question, {"choices": choices}, ok=False, asks=True)

    def _missing(self, name: str) -> Outcome:
        timers = self._schedule.timers()
        if not timers:
            return Outcome(NONE, ok=False)
        there = joined([f"the {called(timer.name, timer.length_s)}" for timer in timers[:5]])
        asked = called(clean(name), 0)
        return Outcome(f"There is no {asked}. Running: {there}.", ok=False)

    async def _read_back(self, timer_id: int) -> Timer:
        timer = await self._schedule.stored(timer_id)
        if timer is None:
            raise ToolError(f"timer {timer_id} is not on disk", spoken=NOT_KEPT)
        return timer


def told_set(length_s: float, name: str = "") -> str:
    """`Ten minute timer, set.`"""
    return sentence(f"{length_adjective(length_s)} {f'{name} timer' if name else 'timer'}, set")


def _state(timer: Timer) -> str:
    the, left = f"the {called(timer.name, timer.length_s)}", time_left(timer.remaining_s)
    return f"{the} is paused with {left} left" if timer.paused else f"{left} left on {the}"


def _short_state(timer: Timer) -> str:
    paused = "paused " if timer.paused else ""
    return f"the {paused}{called(timer.name, timer.length_s)} with {time_left(timer.remaining_s)} left"


def _values(timer: Timer) -> dict[str, JsonValue]:
    left_s = round(timer.remaining_s)
    return {"id": timer.id, "name": timer.name, "room": timer.room, "left_s": left_s, "paused": timer.paused}


def _changed(say: str, timer: Timer, undo: Undo) -> Outcome:
    return Outcome(say, {"timer": _values(timer)}, changed=True, undo=[undo])


def _put_back(timer: Timer) -> Undo:
    return "timer_put_back", {
        "length_s": timer.length_s,
        "left_s": timer.remaining_s,
        "name": timer.name,
        "room": timer.room,
        "paused": timer.paused,
    }
