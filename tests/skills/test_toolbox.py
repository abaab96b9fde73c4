import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

import pytest
from pydantic import Field

from assistant.errors import DiskError
from assistant.messages import Failed, ToolCall, ToolResult, Turn
from assistant.skills.policy import Policy, RoomPolicy, Verdict
from assistant.skills.skill import Outcome, Weight, Words, tool
from assistant.skills.toolbox import (
    BROKEN_WRITE,
    BUSY,
    INCOMPLETE,
    INSECURE,
    MOST_RUNNING,
    NOT_HERE,
    SLOW_READ,
    SLOW_WRITE,
    UNKNOWN,
    SkillToolbox,
)
from tests.skills.bench import Bench, committed_turn, turns_of_the_loop


class Shutter:
    """A skill with a write that can be held between write and read-back."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.steps: list[str] = []

    @tool(writes=True, risk=1)
    async def shutter_close(self, turn: Turn, percent: Annotated[int, Field(ge=0, le=100)] = 100) -> Outcome:
        """Close the shutter."""
        self.steps.append("written")
        await self.go_on.wait()
        self.steps.append("read back")
        return Outcome(f"The shutter is at {percent} percent.", {"percent": percent}, changed=True)

    @tool(writes=False, risk=0)
    async def shutter_query(self, turn: Turn) -> Outcome:
        """Tell where the shutter is."""
        self.steps.append("looking")
        await self.go_on.wait()
        return Outcome(f"In the {turn.room} it is open.")

    @tool(name="shutter_break", writes=True, risk=1)
    async def breaks(self, turn: Turn, kind: str) -> Outcome:
        """Break on purpose."""
        raise (DiskError if kind == "disk" else ValueError)("the shutter fell down")

    @tool(writes=True, risk=2)
    async def shutter_sell(self, turn: Turn, names: Words) -> Outcome:
        """Sell shutters."""
        return Outcome(f"Sold {len(names)}.", changed=True)

    @tool(writes=True, risk=3)
    async def shutter_disarm(self, turn: Turn) -> Outcome:
        """Take the bars away."""
        self.steps.append("disarmed")
        return Outcome("Disarmed.", changed=True)


@pytest.fixture
def shutter() -> Shutter:
    return Shutter()


@pytest.fixture
def bench(shutter: Shutter) -> Bench:
    return Bench(shutter)


def test_the_specs_come_from_the_signatures(bench: Bench) -> None:
    specs = {spec.name: spec for spec in bench.toolbox.specs()}
    assert list(specs) == [
        "shutter_close",
        "shutter_query",
        "shutter_break",
        "shutter_sell",
        "shutter_disarm",
    ]
    close = specs["shutter_close"]
    assert (close.description, close.writes, close.risk) == ("Close the shutter.", True, 1)
    assert close.parameters == {
        "type": "object",
        "properties": {"percent": {"type": "integer", "minimum": 0, "maximum": 100, "default": 100}},
        "additionalProperties": False,
    }
    assert specs["shutter_break"].parameters["required"] == ["kind"]


def test_two_skills_cannot_share_a_tool_name(shutter: Shutter) -> None:
    with pytest.raises(ValueError, match="shutter_close"):
        Bench(shutter, Shutter())


async def test_call_and_result_are_recorded(bench: Bench) -> None:
    result = await bench.call("shutter_close", {"percent": 40})
    assert result == ToolResult("c1", True, "The shutter is at 40 percent.", {"percent": 40}, changed=True)
    assert bench.happenings == [ToolCall("c1", "shutter_close", {"percent": 40}), result]
    assert {(entry.room, entry.turn) for entry in bench.entries} == {("kitchen", 1)}


async def test_an_unknown_tool_is_an_honest_result(bench: Bench) -> None:
    result = await bench.call("rocket_launch")
    assert (result.ok, result.changed, result.say) == (False, False, UNKNOWN)
    assert bench.happenings[-1] == result


@pytest.mark.parametrize(
    "arguments", [{"percent": 101}, {"percent": "much"}, {"percent": 4.5}, {"speed": 1}, {"percent": [1]}]
)
async def test_bad_arguments_do_nothing(bench: Bench, shutter: Shutter, arguments: dict[str, Any]) -> None:
    result = await bench.call("shutter_close", arguments)
    assert (result.ok, result.say) == (False, INCOMPLETE)
    assert shutter.steps == []


async def test_null_is_left_out_and_one_word_is_a_list(bench: Bench) -> None:
    assert (await bench.call("shutter_close", {"percent": None})).values == {"percent": 100}
    assert (await bench.call("shutter_sell", {"names": "old"}, yes=True)).say == "Sold 1."


async def test_a_write_waits_for_the_commit_and_a_read_does_not(bench: Bench, shutter: Shutter) -> None:
    turn = Turn(1, "kitchen")
    await bench.toolbox.call(ToolCall("r", "shutter_query", {}), turn)
    write = asyncio.create_task(bench.toolbox.call(ToolCall("w", "shutter_close", {}), turn))
    await turns_of_the_loop()
    assert shutter.steps == ["looking"]
    turn.committed.set()
    assert (await write).changed
    assert shutter.steps == ["looking", "written", "read back"]


async def test_a_turn_cancelled_before_its_commit_does_nothing(bench: Bench, shutter: Shutter) -> None:
    turn = Turn(1, "kitchen")
    write = asyncio.create_task(bench.toolbox.call(ToolCall("w", "shutter_close", {}), turn))
    await turns_of_the_loop()
    write.cancel()
    await asyncio.wait({write})
    turn.committed.set()
    await turns_of_the_loop()
    assert shutter.steps == []
    assert bench.happenings == []


async def test_a_cancelled_turn_never_aborts_between_write_and_read_back(
    bench: Bench, shutter: Shutter
) -> None:
    shutter.go_on.clear()
    write = asyncio.create_task(bench.call("shutter_close"))
    await turns_of_the_loop()
    assert shutter.steps == ["written"]
    write.cancel()
    await asyncio.wait({write})
    assert write.cancelled()
    shutter.go_on.set()
    await bench.toolbox.close()
    assert shutter.steps == ["written", "read back"]
    last = bench.happenings[-1]
    assert isinstance(last, ToolResult)
    assert last.changed


@pytest.mark.parametrize(
    ("kind", "said", "recorded"),
    [
        ("value", BROKEN_WRITE, "ValueError: the shutter fell down"),
        ("disk", DiskError.spoken, "DiskError: the shutter fell down"),
    ],
)
async def test_whatever_a_skill_breaks_on_is_a_result(
    bench: Bench, kind: str, said: str, recorded: str
) -> None:
    result = await bench.call("shutter_break", {"kind": kind})
    assert (result.ok, result.changed, result.say) == (False, False, said)
    assert Failed(recorded, said) in bench.happenings


async def test_a_read_that_takes_too_long_is_cut_off(shutter: Shutter) -> None:
    shutter.go_on.clear()
    bench = Bench(shutter, time_limit_s=0)
    assert (await bench.call("shutter_query")).say == SLOW_READ
    await turns_of_the_loop()
    assert not bench.toolbox._running


async def test_a_write_that_takes_too_long_goes_on_and_is_not_claimed(shutter: Shutter) -> None:
    shutter.go_on.clear()
    bench = Bench(shutter, time_limit_s=0)
    result = await bench.call("shutter_close", {"percent": 40})
    assert (result.ok, result.changed, result.say) == (False, False, SLOW_WRITE)
    await turns_of_the_loop()
    assert shutter.steps == ["written"]
    shutter.go_on.set()
    await bench.toolbox.close()
    assert shutter.steps == ["written", "read back"]
    late = bench.happenings[-1]
    assert isinstance(late, ToolResult)
    assert (late.call_id, late.changed) == (result.call_id, True)


async def test_too_much_at_once_is_told(shutter: Shutter) -> None:
    shutter.go_on.clear()
    bench = Bench(shutter)
    calls = [asyncio.create_task(bench.call("shutter_close")) for _ in range(MOST_RUNNING // 2)]
    await turns_of_the_loop()
    assert (await bench.call("shutter_close")).say == BUSY
    shutter.go_on.set()
    assert all(result.changed for result in await asyncio.gather(*calls))
    assert (await bench.call("shutter_close")).changed


async def test_security_is_refused_even_after_a_yes(bench: Bench, shutter: Shutter) -> None:
    for yes in (False, True):
        result = await bench.call("shutter_disarm", yes=yes)
        assert (result.ok, result.asks, result.say) == (False, False, INSECURE)
    assert shutter.steps == []


async def test_what_lasts_wants_a_yes(bench: Bench) -> None:
    result = await bench.call("shutter_sell", {"names": ["old"]})
    assert (result.ok, result.changed, result.asks, result.say) == (False, False, True, "Are you sure?")
    assert result.values["confirm"] == {"tool": "shutter_sell", "arguments": {"names": ["old"]}}
    assert (await bench.call("shutter_sell", {"names": ["old"]}, yes=True)).say == "Sold 1."


async def test_a_room_may_have_less(shutter: Shutter) -> None:
    bench = Bench(shutter, policy=Policy(rooms={"nursery": RoomPolicy(at_once=0, after_yes=0)}))
    assert (await bench.call("shutter_close", room="nursery")).say == NOT_HERE
    assert (await bench.call("shutter_query", room="nursery")).say == "In the nursery it is open."
    assert (await bench.call("shutter_close")).changed


class Weighing(Shutter):
    """A shutter that is harmless when it closes half."""

    async def weigh(self, tool: str, arguments: Mapping[str, Any], room: str) -> Weight | None:
        if tool == "shutter_close" and arguments.get("percent", 100) == 100:
            return Weight(2, f"Shall I make the {room} dark?")
        return None


async def test_the_risk_may_hang_on_the_arguments() -> None:
    bench = Bench(Weighing())
    result = await bench.call("shutter_close")
    assert (result.asks, result.say) == (True, "Shall I make the kitchen dark?")
    assert (await bench.call("shutter_close", {"percent": 50})).changed
    assert (await bench.call("shutter_sell", {"names": ["old"]})).asks


class Dreaming(Weighing):
    """A shutter that never finds out how much a call weighs."""

    async def weigh(self, tool: str, arguments: Mapping[str, Any], room: str) -> Weight | None:
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_weight_that_takes_too_long_permits_nothing() -> None:
    shutter = Dreaming()
    result = await Bench(shutter, time_limit_s=0).call("shutter_close")
    assert (result.ok, result.say) == (False, SLOW_READ)
    assert shutter.steps == []


@pytest.mark.parametrize(
    ("highest", "allowed", "asked"), [(0, {0}, set()), (1, {0, 1}, set()), (2, {0, 1}, {2}), (3, {0, 1}, {2})]
)
def test_a_rooms_highest_risk(highest: int, allowed: set[int], asked: set[int]) -> None:
    policy = Policy(rooms={"nursery": RoomPolicy.up_to(highest)})
    verdicts = {risk: policy.verdict(risk, "nursery") for risk in range(5)}
    assert {risk for risk, verdict in verdicts.items() if verdict is Verdict.ALLOW} == allowed
    assert {risk for risk, verdict in verdicts.items() if verdict is Verdict.ASK} == asked


@pytest.mark.parametrize(
    ("risk", "verdict"),
    [(0, Verdict.ALLOW), (1, Verdict.ALLOW), (2, Verdict.ASK), (3, Verdict.REFUSE), (4, Verdict.REFUSE)],
)
def test_policy_starts_careful(risk: int, verdict: Verdict) -> None:
    assert Policy().verdict(risk, "anywhere") is verdict


def test_a_toolbox_is_what_the_mind_expects(bench: Bench) -> None:
    from assistant.ports import Toolbox

    toolbox: Toolbox = bench.toolbox
    assert isinstance(toolbox, SkillToolbox)
    assert committed_turn().committed.is_set()
