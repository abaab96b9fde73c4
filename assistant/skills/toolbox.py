"""ToolCall → ToolResult: the one place where tools are called, permitted, timed and recorded."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from assistant.errors import AssistantError, ToolError
from assistant.journal import Journal
from assistant.messages import Failed, Happening, JsonValue, ToolCall, ToolResult, ToolSpec, Turn
from assistant.skills.policy import Pace, Policy, Verdict
from assistant.skills.skill import Helps, Offers, Outcome, Tool, Weighs, tools_of

MOST_RUNNING: Final = 64
"""Tasks at work at once in the whole house, two a call; the next call is told so."""
CLOSING_S: Final = 10.0
"""How long writes under way may take to end when the house closes."""

UNKNOWN: Final = "Sorry, I don't have a way to do that."
INCOMPLETE: Final = "Sorry, I didn't get all the details for that."
NOT_HERE: Final = "Sorry, I can't do that from this room."
INSECURE: Final = "Sorry, I don't do that by voice. It's a matter of security."
BUSY: Final = "Sorry, I'm still busy with other things. Please try again in a moment."
TOO_MANY: Final = "That is more than I do in a minute. Please try again shortly."
SLOW_READ: Final = "Sorry, that is taking too long."
SLOW_WRITE: Final = "I asked for it, but I don't know yet whether it was done."
BROKEN_WRITE: Final = "Sorry, something went wrong, so I can't say that it was done."


@dataclass(frozen=True, slots=True)
class _Leave:
    """What a person has said or proved of a call."""

    confirmed: bool
    proven: bool


class SkillToolbox:
    """The tools of the house's own skills. A turn never cuts off a call that began."""

    def __init__(
        self,
        skills: Sequence[object],
        policy: Policy,
        journal: Journal,
        *,
        time_limit_s: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._skills = tuple(skills)
        self._policy = policy
        self._journal = journal
        self._time_limit_s = time_limit_s
        self._pace = Pace(clock)
        self._tools: dict[str, Tool] = {}
        self._running: set[asyncio.Task[Any]] = set()
        for skill in self._skills:
            for tool in tools_of(skill):
                if tool.spec.name in self._tools:
                    raise ValueError(f"two skills have a tool named {tool.spec.name}")
                self._tools[tool.spec.name] = tool

    def specs(self) -> Sequence[ToolSpec]:
        """Every tool of use in this house, in the order of the skills."""
        return [
            tool.spec
            for tool in self._tools.values()
            if not isinstance(tool.skill, Offers) or tool.skill.offers(tool.spec.name)
        ]

    def abilities(self) -> Sequence[str]:
        """What help names, in the order of the skills."""
        return [words for skill in self._skills if isinstance(skill, Helps) for words in skill.abilities()]

    async def call(self, call: ToolCall, turn: Turn, *, confirmed: bool = False) -> ToolResult:
        """Do it once the turn is committed; every failure comes back as a result with ok=False.

        `confirmed`: the room was asked and a person said yes. Where policy asks first, the result has
        asks=True and `values["confirm"]` holds the tool and arguments to call again with it. Where policy
        wants a proof, the call is refused and `values["provable"]` is true (`skills/proof.py`).
        """
        return await self._called(call, turn, confirmed, proven=False)

    async def call_proven(self, call: ToolCall, turn: Turn) -> ToolResult:
        """As `call`, for what a person has just proved outside speech to be theirs to ask for."""
        return await self._called(call, turn, confirmed=True, proven=True)

    async def _called(self, call: ToolCall, turn: Turn, confirmed: bool, *, proven: bool) -> ToolResult:
        tool = self._tools.get(call.name)
        if tool is None:
            return self._refused(call, turn, UNKNOWN)
        try:
            arguments = tool.checked(call.arguments)
        except ValidationError:
            return self._refused(call, turn, INCOMPLETE)
        if len(self._running) >= MOST_RUNNING:
            return self._refused(call, turn, BUSY)
        if tool.spec.writes:
            await turn.committed.wait()
            if not self._pace.allows(turn.room):
                return self._refused(call, turn, TOO_MANY)
        task = asyncio.create_task(
            self._whole(tool, call, arguments, turn, _Leave(confirmed, proven)), name=f"tool {call.name}"
        )
        self._keep(task)
        return await asyncio.shield(task)

    async def risk(self, call: ToolCall, room: str) -> int | None:
        """The risk class of this very call if it were made in the room; None where it could not be made, or
        changes nothing.
        """
        tool = self._tools.get(call.name)
        if tool is None or not tool.spec.writes:
            return None
        try:
            arguments = tool.checked(call.arguments)
        except ValidationError:
            return None
        weight = None
        if isinstance(tool.skill, Weighs):
            async with asyncio.timeout(self._time_limit_s):
                weight = await tool.skill.weigh(tool.spec.name, arguments, room)
        return tool.spec.risk if weight is None else weight.risk

    async def close(self) -> None:
        """Let what is under way end, then cut off what does not."""
        if self._running:
            _, stuck = await asyncio.wait(self._running, timeout=CLOSING_S)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)

    def _refused(self, call: ToolCall, turn: Turn, say: str) -> ToolResult:
        result = ToolResult(call.id, ok=False, say=say)
        self._told(turn, call)
        self._told(turn, result)
        return result

    async def _whole(
        self, tool: Tool, call: ToolCall, arguments: dict[str, Any], turn: Turn, leave: _Leave
    ) -> ToolResult:
        self._told(turn, call)
        try:
            outcome = await self._permitted(tool, call, arguments, turn, leave)
        except AssistantError as error:
            outcome = Outcome(error.spoken, ok=False)
            self._told(turn, Failed(f"{type(error).__name__}: {error}", error.spoken))
        except Exception as error:  # noqa: BLE001 - whatever a skill breaks on, the turn gets an honest result
            spoken = BROKEN_WRITE if tool.spec.writes else ToolError.spoken
            outcome = Outcome(spoken, ok=False)
            self._told(turn, Failed(f"{type(error).__name__}: {error}", spoken))
        result = _result(call, outcome)
        self._told(turn, result)
        return result

    def _told(self, turn: Turn, happening: Happening) -> None:
        """A read may run ahead of the commit; the record has only what counts."""
        turn.when_committed(lambda: self._journal.write(turn.room, turn.id, happening))

    async def _permitted(
        self, tool: Tool, call: ToolCall, arguments: dict[str, Any], turn: Turn, leave: _Leave
    ) -> Outcome:
        weight = None
        if isinstance(tool.skill, Weighs):
            try:
                async with asyncio.timeout(self._time_limit_s):
                    weight = await tool.skill.weigh(tool.spec.name, arguments, turn.room)
            except TimeoutError:
                return Outcome(SLOW_READ, ok=False)
        risk = tool.spec.risk if weight is None else weight.risk
        verdict = self._policy.verdict(risk, turn.room) if risk <= turn.highest_risk else Verdict.REFUSE
        if verdict is Verdict.REFUSE:
            return Outcome(INSECURE if risk >= 3 else NOT_HERE, {"refused_risk": risk}, ok=False)
        if verdict is Verdict.PROVE and not leave.proven:
            return Outcome(INSECURE, {"refused_risk": risk, "provable": True}, ok=False)
        if verdict is Verdict.ASK and not leave.confirmed:
            question = (weight.question if weight else "") or "Are you sure?"
            again: JsonValue = {"tool": tool.spec.name, "arguments": arguments}
            return Outcome(question, {"confirm": again}, ok=False, asks=True)
        return await self._in_time(tool, call, arguments, turn)

    async def _in_time(self, tool: Tool, call: ToolCall, arguments: dict[str, Any], turn: Turn) -> Outcome:
        """A read that takes too long is cut off; a write goes on behind the honest answer."""
        if tool.spec.writes:
            turn.acted.set()
        work = asyncio.create_task(tool.run(turn, **arguments), name=f"skill {call.name}")
        self._keep(work)
        done, _ = await asyncio.wait({work}, timeout=self._time_limit_s)
        if done:
            return work.result()
        if tool.spec.writes:
            work.add_done_callback(lambda late: self._late(call, turn, late))
            return Outcome(SLOW_WRITE, ok=False)
        work.cancel()
        return Outcome(SLOW_READ, ok=False)

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _late(self, call: ToolCall, turn: Turn, work: asyncio.Task[Outcome]) -> None:
        """The record learns how a write ended that had outlasted its turn."""
        if work.cancelled():
            return
        if error := work.exception():
            self._journal.write(turn.room, turn.id, Failed(f"{type(error).__name__}: {error}", ""))
        else:
            self._journal.write(turn.room, turn.id, _result(call, work.result()))


def _result(call: ToolCall, outcome: Outcome) -> ToolResult:
    undo = tuple(
        ToolCall(f"{call.id}-undo-{at}", name, arguments) for at, (name, arguments) in enumerate(outcome.undo)
    )
    told = (outcome.ok, outcome.say, outcome.values, outcome.changed, outcome.asks)
    return ToolResult(call.id, *told, undo, outcome.led)
