"""Which words may be all, and which are not."""

import pytest

from assistant.journal import Journal
from assistant.messages import ToolCall, Turn
from assistant.skills.policy import Policy
from assistant.skills.toolbox import SkillToolbox
from assistant.think.answer import Answer
from assistant.think.endings import Ending
from assistant.think.intents import Intents
from assistant.think.phrases import Phrases
from tests.think.house import HOUSE


@pytest.fixture(scope="module")
def answer() -> Answer:
    journal = Journal(lambda: 0.0)
    mind = Intents(Phrases.load("en", HOUSE))
    return Answer(mind, SkillToolbox([], Policy(), journal), journal, clock=lambda: 0.0)


@pytest.mark.parametrize(
    "text",
    [
        "turn on the kitchen light",
        "turn off the bedroom lamp please",
        "turn on the light in the bedroom",
        "set a timer for ten minutes",
        "what time is it",
        "is the kitchen light on",
        "add milk to the shopping list",
        "turn off the fan in ten minutes",
    ],
)
async def test_whole(answer: Answer, text: str) -> None:
    assert await answer.ending(text, "kitchen") is Ending.WHOLE


@pytest.mark.parametrize("text", ["turn on the light", "turn the light off"])
async def test_whole_but_often_continued(answer: Answer, text: str) -> None:
    assert await answer.ending(text, "kitchen") is Ending.OPEN


@pytest.mark.parametrize("text", ["set an alarm for seven", "set the volume to fifty"])
async def test_whole_if_the_number_is(answer: Answer, text: str) -> None:
    assert await answer.ending(text, "kitchen") is Ending.NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "set a timer for",
        "set a timer for twenty",
        "set a timer",
        "turn on",
        "turn on the",
        "turn the kitchen light",
        "add milk and",
        "is the kitchen light",
        "tell me about the",
        "what's the weather in",
    ],
)
async def test_unfinished(answer: Answer, text: str) -> None:
    assert await answer.ending(text, "kitchen") is Ending.UNFINISHED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "who wrote the magic flute",
        "how old are you",
        "remember that the bins go out on tuesday",
        "yes",
        "thanks",
        "stop",
    ],
)
async def test_nobody_knows(answer: Answer, text: str) -> None:
    assert await answer.ending(text, "kitchen") is Ending.UNKNOWN


async def test_the_answer_to_our_question_is_whole(answer: Answer) -> None:
    assert await answer.ending("go ahead", "office") is not Ending.WHOLE
    answer.wait_for_yes(ToolCall("c", "list_clear", {}), "office")
    assert await answer.ending("go ahead", "office") is Ending.WHOLE
    assert await answer.ending("go ahead", "kitchen") is not Ending.WHOLE


async def test_looking_at_an_ending_changes_nothing(answer: Answer) -> None:
    before = answer.state("office")
    await answer.ending("turn on the light", "office")
    assert answer.state("office") == before
    assert not answer.turns.rows("office")


async def test_a_turn_that_is_never_committed_leaves_nothing(answer: Answer) -> None:
    before = answer.state("office")
    async for _ in answer.answer("who wrote the magic flute", Turn(7, "office")):
        pass
    assert answer.state("office") == before
    assert not answer.turns.rows("office")
    assert not answer.dialogue("office").messages
