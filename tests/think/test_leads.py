"""A sentence that begins before its end is known stays true and well formed, whatever comes of the call."""

import asyncio
from collections.abc import Sequence

import pytest

from assistant.messages import Sentence, ToolCall, ToolResult, ToolSpec, Turn
from assistant.think.leads import led, whole

CALL = ToolCall("1", "device_on", {"targets": ["kitchen light"]})
LEAD = "The kitchen light"


class Waiting:
    """A toolbox whose one call waits for the commit, and then until it is let go."""

    def __init__(self, result: ToolResult) -> None:
        self.result = result
        self.began = asyncio.Event()
        self.let_go = asyncio.Event()

    def specs(self) -> Sequence[ToolSpec]:
        return ()

    async def call(self, call: ToolCall, turn: Turn, *, confirmed: bool = False) -> ToolResult:
        await turn.committed.wait()
        self.began.set()
        await self.let_go.wait()
        return self.result


def came_of_it(say: str, *, led: str = "", ok: bool = True) -> ToolResult:
    return ToolResult("1", ok, say, led=led)


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (came_of_it("The kitchen light is on."), "The kitchen light is on."),
        (
            came_of_it(
                "I can't reach the kitchen light.", led="The kitchen light can't be reached.", ok=False
            ),
            "The kitchen light can't be reached.",
        ),
        (
            came_of_it("Sorry, something went wrong.", ok=False),
            "The kitchen light: Sorry, something went wrong.",
        ),
        (
            came_of_it("The kitchen lights are on.", ok=False),
            "The kitchen light: The kitchen lights are on.",
        ),
    ],
)
def test_whatever_comes_of_a_call_the_sentence_goes_on_from_its_beginning(
    result: ToolResult, told: str
) -> None:
    assert whole(LEAD, result) == told


async def test_the_call_does_not_wait_for_the_voice() -> None:
    toolbox, turn = Waiting(came_of_it("The kitchen light is on.")), Turn(1, "kitchen")
    steps = led(LEAD, CALL, turn, toolbox)
    assert await anext(steps) == Sentence(LEAD, begins=True)
    assert not toolbox.began.is_set()
    turn.commit()  # the beginning is still being made: nobody has asked for the next sentence
    await asyncio.wait_for(toolbox.began.wait(), 30)
    toolbox.let_go.set()
    assert [step async for step in steps] == [toolbox.result, Sentence("The kitchen light is on.", led=LEAD)]


async def test_a_turn_that_is_thrown_away_calls_nothing() -> None:
    toolbox, turn = Waiting(came_of_it("The kitchen light is on.")), Turn(1, "kitchen")
    steps = led(LEAD, CALL, turn, toolbox)
    await anext(steps)
    await steps.aclose()
    turn.commit()
    await asyncio.sleep(0)
    assert not toolbox.began.is_set()
    assert [task for task in asyncio.all_tasks() if task.get_name().startswith("led")] == []
