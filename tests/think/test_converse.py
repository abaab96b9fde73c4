"""The LLM with its tools, on a scripted LLM and the real toolbox."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Annotated

import pytest
from pydantic import Field

from assistant.errors import EngineGone, ToolError
from assistant.journal import Entry, Journal
from assistant.messages import (
    ChatMessage,
    JsonValue,
    LlmItem,
    LlmUsage,
    Prompt,
    Sentence,
    TextDelta,
    ToolCall,
    Turn,
)
from assistant.scripted.engines import ScriptedLlm
from assistant.skills.policy import Policy, RoomPolicy
from assistant.skills.skill import Outcome, tool
from assistant.skills.toolbox import SkillToolbox
from assistant.think.converse import BROKEN_OFF, TOO_SLOW, Converse
from assistant.think.exchange import NO_ANSWER, NOT_DONE, NOT_SURE, Limits


class Lamp:
    """A skill with a lamp and what may go wrong."""

    def __init__(self) -> None:
        self.on = False
        self.switched = 0

    @tool(writes=True, risk=1)
    async def lamp_on(self, turn: Turn, brightness: Annotated[int, Field(ge=1, le=100)] = 100) -> Outcome:
        """Turn the lamp on."""
        self.switched += 1
        if self.on:
            return Outcome("The lamp is on already.")
        self.on = True
        return Outcome("The lamp is on now.", changed=True)

    @tool(writes=False, risk=0)
    async def lamp_query(self, turn: Turn) -> Outcome:
        """Tell whether the lamp is on."""
        return Outcome("The lamp is on." if self.on else "The lamp is off.", {"on": self.on})

    @tool(writes=True, risk=1)
    async def oven_on(self, turn: Turn) -> Outcome:
        """Turn the oven on."""
        raise ToolError("no answer", spoken="Sorry, the oven can't be reached.")

    @tool(writes=True, risk=2)
    async def list_clear(self, turn: Turn) -> Outcome:
        """Clear the list."""
        return Outcome("The list is empty now.", changed=True)

    @tool(writes=True, risk=3)
    async def door_unlock(self, turn: Turn) -> Outcome:
        """Unlock the door."""
        return Outcome("The door is unlocked.", changed=True)


class Near:
    """A scripted engine without a process."""

    name = "scripted"

    def __init__(self, *answer: JsonValue, to: str = "go") -> None:
        self._engine = ScriptedLlm({"replies": {to: list(answer)}})
        self._engine.load()
        self.prompts: list[Prompt] = []
        self.closed = 0

    async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        self.prompts.append(prompt)
        try:
            words = Prompt(prompt.messages, prompt.tools, prompt.max_tokens)
            for item in self._engine.converse(words, lambda: False):
                yield item
                await asyncio.sleep(0)
        finally:
            self.closed += 1


def use(name: str, **arguments: JsonValue) -> JsonValue:
    return {"tool": name, "arguments": arguments}


class House:
    """A Converse with a lamp."""

    def __init__(self, llm: object, *, limits: Limits | None = None, english: bool = False) -> None:
        """`english`: the words count; most tests say nothing but "go"."""
        self.lamp = Lamp()
        self.entries: list[Entry] = []
        self.journal = Journal(lambda: 0.0)
        toolbox = SkillToolbox([self.lamp], Policy(RoomPolicy()), self.journal)
        self.asked: list[ToolCall] = []
        self.converse = Converse(
            llm,  # type: ignore[arg-type]
            toolbox,
            lambda room: f"Things: lamp in the {room}",
            limits=limits,
            journal=self.journal,
            ask_back=lambda call, _: self.asked.append(call),
            english=lambda room: english,
        )

    async def say(self, words: str = "go", history: Sequence[ChatMessage] = ()) -> list[str]:
        turn = Turn(1, "kitchen")
        turn.committed.set()
        with self.journal.reading(self.entries.append):
            self.sentences = [sentence async for sentence in self.converse.answer(words, turn, history)]
        return [sentence.text for sentence in self.sentences]


async def test_speaks_sentence_by_sentence() -> None:
    llm = Near("Paris is the capital. It is big. Shall I go on?")
    house = House(llm)
    assert await house.say() == ["Paris is the capital.", "It is big.", "Shall I go on?"]
    assert [sentence.asks for sentence in house.sentences] == [False, False, True]
    assert llm.prompts[0].messages[1].content == "Things: lamp in the kitchen"
    assert len(llm.prompts) == 1


async def test_the_first_sentence_goes_out_before_the_last_is_written() -> None:
    llm = Near("One is here. Two is here. Three is here.")
    turn = Turn(1, "kitchen")
    stream = House(llm).converse.answer("go", turn, ())
    assert await anext(stream) == Sentence("One is here.")
    assert llm.closed == 0
    await stream.aclose()
    assert llm.closed == 1


async def test_a_write_is_told_in_the_tools_words_and_the_llms_claim_is_dropped() -> None:
    house = House(Near([use("lamp_on")], ["Done! I've turned on the lamp. Dinner is at six."]))
    assert await house.say() == ["The lamp is on now.", "Dinner is at six."]
    assert house.lamp.on


@pytest.mark.parametrize(
    "claim",
    [
        "I've turned on the lamp.",
        "Done.",
        "OK, the lamp is on now.",
        "Sure, I'll turn it on.",
        "Lamp turned on.",
    ],
)
async def test_a_claim_without_a_tool_is_held_back(claim: str) -> None:
    house = House(Near(claim))
    assert await house.say() == [NOT_DONE]
    assert not house.lamp.on


async def test_only_the_claim_is_held_back() -> None:
    assert await House(Near("It is dark. I've turned on the lamp.")).say() == ["It is dark.", NOT_DONE]


async def test_a_claim_before_its_tool_call_waits_for_the_tool() -> None:
    assert await House(Near(["I've turned on the lamp.", use("lamp_on")], [])).say() == [
        "The lamp is on now."
    ]


async def test_a_failed_tool_is_told_even_if_the_llm_claims_success() -> None:
    house = House(Near([use("oven_on")], ["Done, the oven is on now."]))
    assert await house.say() == ["Sorry, the oven can't be reached."]


async def test_a_failed_tool_is_told_even_if_another_worked() -> None:
    house = House(Near([use("oven_on"), use("lamp_on")], ["All done."]))
    assert await house.say() == ["The lamp is on now.", "Sorry, the oven can't be reached."]


async def test_a_failure_the_llm_admits_is_not_told_twice() -> None:
    house = House(Near([use("oven_on")], ["I could not reach the oven."]))
    assert await house.say() == ["I could not reach the oven."]


async def test_a_read_is_put_into_the_llms_words() -> None:
    llm = Near([use("lamp_query")], ["It is dark, as {result}"])
    assert await House(llm).say() == ["It is dark, as The lamp is off."]
    call, result = llm.prompts[1].messages[-2:]
    assert (call.role, call.calls[0].name) == ("assistant", "lamp_query")
    assert (result.role, result.content, result.name) == ("tool", "The lamp is off.", "lamp_query")


async def test_a_read_nobody_puts_into_words_is_told_by_itself() -> None:
    assert await House(Near([use("lamp_query")], [])).say() == ["The lamp is off."]


async def test_an_unchanged_write_is_no_success() -> None:
    house = House(Near([use("lamp_on")], ["I've turned on the lamp."]))
    house.lamp.on = True
    assert await house.say() == ["The lamp is on already."]


async def test_what_nobodys_words_speak_of_is_asked_about() -> None:
    house = House(Near([use("lamp_on")], ["It is on."], to="i am home again"), english=True)
    assert await house.say("i am home again") == ["Do you want me to turn the lamp on?"]
    assert house.lamp.switched == 0
    assert [call.name for call in house.asked] == ["lamp_on"]


async def test_what_the_words_speak_of_is_done_at_once() -> None:
    house = House(
        Near([use("lamp_on")], ["Good night."], to="a little lamp light would be nice"), english=True
    )
    assert await house.say("a little lamp light would be nice") == ["The lamp is on now.", "Good night."]


async def test_the_same_write_is_made_once() -> None:
    house = House(Near([use("lamp_on")], [use("lamp_on")], [use("lamp_on")], ["Good night."]))
    assert await house.say() == ["The lamp is on now.", "Good night."]
    assert house.lamp.switched == 1


async def test_a_question_about_a_state_changes_nothing() -> None:
    house = House(Near([use("lamp_on")], ["I turned it on."], to="is the lamp on?"))
    assert await house.say("is the lamp on?") == [NOT_SURE]
    assert house.lamp.switched == 0


async def test_four_rounds_at_most() -> None:
    llm = Near(*([use("lamp_query")] for _ in range(9)))
    assert await House(llm).say() == ["The lamp is off."]
    assert len(llm.prompts) == 4


async def test_too_many_calls_at_once_are_not_made() -> None:
    house = House(Near([use("lamp_on", brightness=n) for n in range(1, 40)], []))
    await house.say()
    assert house.lamp.switched == Limits().calls


async def test_unknown_tools_and_bad_arguments_are_failures() -> None:
    assert await House(Near([use("moon_on")], [])).say() == ["Sorry, I don't have a way to do that."]
    assert await House(Near([use("lamp_on", brightness="very")], ["Done."])).say() == [
        "Sorry, I didn't get all the details for that."
    ]


async def test_a_tool_that_wants_a_yes_ends_the_turn_with_its_question() -> None:
    house = House(Near([use("list_clear")], ["Cleared."], to="clear my list"))
    assert await house.say("clear my list") == ["Are you sure?"]
    assert house.sentences[-1].asks
    assert [call.name for call in house.asked] == ["list_clear"]


async def test_what_lasts_and_was_not_asked_for_is_not_even_a_question() -> None:
    house = House(Near([use("list_clear")], ["Shall I clear it?"], to="good night"))
    assert await house.say("good night") == ["Shall I clear it?"]
    assert house.asked == []


async def test_after_other_peoples_text_only_what_was_asked_for_is_changed() -> None:
    def reads_then_acts(words: str) -> House:
        return House(Near([use("lamp_query")], [use("lamp_on")], ["Good night."], to=words))

    unasked = reads_then_acts("tell me a story")
    await unasked.say("tell me a story")
    assert not unasked.lamp.on
    wished = reads_then_acts("see whether the lamp is dark and turn the lamp on")
    await wished.say("see whether the lamp is dark and turn the lamp on")
    assert wished.lamp.on


async def test_what_is_written_for_machines_is_not_said() -> None:
    for written in (
        '{"name": "lamp_on", "arguments": {}}',
        "```json",
        "<tool>lamp_on</tool>",
        "\ufffd\ufffd",
    ):
        assert await House(Near(written)).say() == [NO_ANSWER]


async def test_a_million_characters_are_within_the_limits() -> None:
    for text in ("word " * 200_000, "x" * 1_000_000, "[" * 1_000_000, "No end. " * 125_000):
        said = await House(Broken(text, EngineGone("killed"))).say()
        assert len(said) <= Limits().sentences + 1
        assert sum(map(len, said)) <= 4_000


async def test_security_is_not_offered() -> None:
    llm = Near("Hello.")
    await House(llm).say()
    assert "door_unlock" not in {spec.name for spec in llm.prompts[0].tools}
    assert await House(Near([use("door_unlock")], ["Done."])).say() == [
        "Sorry, I don't do that by voice. It's a matter of security."
    ]


@pytest.mark.parametrize("answer", ["", "   ", "…!?", []])
async def test_nothing_to_say_is_said(answer: JsonValue) -> None:
    assert await House(Near(*([answer] if answer else []))).say() == [NO_ANSWER]


async def test_the_token_limit_drops_the_torn_end() -> None:
    house = House(Near("One two three. " + "four " * 100), limits=Limits(tokens=10))
    assert await house.say() == ["One two three."]


async def test_a_reply_that_turns_in_circles_is_stopped() -> None:
    assert await House(Near("Round we go. " * 50)).say() == ["Round we go."] * 3


async def test_at_most_twelve_sentences() -> None:
    said = await House(Near(" ".join(f"Number {n} is here." for n in range(50)))).say()
    assert len(said) == 12


class Broken:
    """Says something, then fails or hangs."""

    name = "broken"

    def __init__(self, text: str, error: Exception | None) -> None:
        self._text = text
        self._error = error
        self.closed = False

    async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        try:
            yield TextDelta(self._text)
            if self._error is not None:
                raise self._error
            await asyncio.Event().wait()
            yield LlmUsage(0, 0, 0)
        finally:
            self.closed = True


async def test_an_error_is_one_honest_sentence_and_in_the_journal() -> None:
    house = House(Broken("Half a sen", EngineGone("killed")))
    assert await house.say() == [EngineGone.spoken]
    assert [type(entry.happening).__name__ for entry in house.entries] == ["Failed"]
    assert await House(Broken("Whole. Half", EngineGone("killed"))).say() == ["Whole.", BROKEN_OFF]


async def test_a_silent_llm_runs_into_the_turns_limit() -> None:
    llm = Broken("", None)
    assert await House(llm, limits=Limits(seconds=0.01)).say() == [TOO_SLOW]
    assert llm.closed


async def test_what_was_said_before_goes_in() -> None:
    llm = Near("Yes.")
    history = (ChatMessage("user", "hello"), ChatMessage("assistant", "hi"))
    await House(llm).say(history=history)
    assert llm.prompts[0].messages[-3:] == (*history, ChatMessage("user", "go"))


async def test_warming_reads_the_head_of_every_prompt_and_says_nothing() -> None:
    llm = Near("Hello.")
    house = House(llm)
    await house.converse.warm("kitchen")
    await house.say()
    warmed, asked = llm.prompts
    assert warmed.max_tokens == 0
    assert (warmed.messages[:2], warmed.tools) == (asked.messages[:2], asked.tools)
