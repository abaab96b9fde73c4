"""The filler: once, after 1.5 s of silence, never after words and never for a turn that is over."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import pytest

from assistant.errors import EngineGone
from assistant.messages import LlmItem, LlmUsage, PrefillProgress, Prompt, Sentence, TextDelta, ToolCall, Turn
from assistant.think.bridge import ONE_MOMENT, bridged
from tests.think.test_converse import House
from tests.think.virtual import run


class Slow:
    """Waits before each item, as a model does that reads a long prompt."""

    name = "slow"

    def __init__(self, *rounds: Sequence[tuple[float, LlmItem]]) -> None:
        self._rounds = iter(rounds)
        self.closed = 0

    async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        try:
            for wait_s, item in next(self._rounds):
                await asyncio.sleep(wait_s)
                yield item
            yield LlmUsage(0, 0, 0)
        finally:
            self.closed += 1


def heard(llm: Slow) -> list[tuple[float, str]]:
    """What a turn says, and when."""

    async def ask() -> list[tuple[float, str]]:
        turn = Turn(1, "kitchen")
        turn.committed.set()
        loop = asyncio.get_running_loop()
        return [(round(loop.time(), 1), s.text) async for s in House(llm).converse.answer("go", turn, ())]

    return run(ask())


@pytest.mark.parametrize("wait_s", [0.0, 0.5, 1.4])
def test_a_quick_answer_has_none(wait_s: float) -> None:
    assert heard(Slow([(wait_s, TextDelta("Yes."))])) == [(wait_s, "Yes.")]


def test_a_slow_answer_has_one_after_a_second_and_a_half() -> None:
    prefill = [(1.0, PrefillProgress(n, 5)) for n in range(5)]
    assert heard(Slow([*prefill, (0.2, TextDelta("Yes. ")), (9.0, TextDelta("Really."))])) == [
        (1.5, ONE_MOMENT),
        (5.2, "Yes."),
        (14.2, "Really."),
    ]


def test_silence_is_counted_over_all_rounds_until_a_sentence_is_said() -> None:
    ask = ToolCall("1", "lamp_query", {})
    assert heard(Slow([(1.0, ask)], [(1.0, ask)], [(1.0, TextDelta("It is off."))])) == [
        (1.5, ONE_MOMENT),
        (3.0, "It is off."),
    ]


def test_after_a_sentence_there_is_none() -> None:
    first: list[tuple[float, LlmItem]] = [
        (0.1, TextDelta("Let me see. ")),
        (0.1, ToolCall("1", "lamp_query", {})),
    ]
    assert heard(Slow(first, [(8.0, TextDelta("It is off."))])) == [(0.1, "Let me see."), (8.2, "It is off.")]


def test_a_cancelled_turn_says_nothing_more_and_stops_the_llm() -> None:
    llm = Slow([(60.0, TextDelta("Yes."))])

    async def ask(cancel_s: float) -> list[str]:
        said: list[str] = []
        turn = Turn(1, "kitchen")

        async def listen() -> None:
            async with aclosing(House(llm).converse.answer("go", turn, ())) as sentences:
                async for sentence in sentences:
                    said.append(sentence.text)

        task = asyncio.create_task(listen())
        await asyncio.sleep(cancel_s)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(100)
        return said

    assert run(ask(1.0)) == []
    assert llm.closed == 1


def test_a_turn_closed_at_the_filler_stops_the_llm() -> None:
    llm = Slow([(60.0, TextDelta("Yes."))])

    async def ask() -> Sentence:
        turn = Turn(1, "kitchen")
        turn.commit()
        stream = House(llm).converse.answer("go", turn, ())
        first = await anext(stream)
        await stream.aclose()
        return first

    assert run(ask()) == Sentence(ONE_MOMENT, filler=True)
    assert llm.closed == 1


def test_an_error_while_waiting_comes_through() -> None:
    async def fails() -> AsyncGenerator[Sentence, None]:
        await asyncio.sleep(3)
        if asyncio.get_running_loop().time() > 1:
            raise EngineGone("killed")
        yield Sentence("")

    async def ask() -> list[Sentence]:
        committed = asyncio.Event()
        committed.set()
        return [sentence async for sentence in bridged(fails(), 1.5, committed)]

    with pytest.raises(EngineGone):
        run(ask())


def test_the_silence_counts_from_the_commit() -> None:
    """What is thought of in a pause of the speaker lets nobody wait."""

    async def ask() -> list[tuple[float, str]]:
        turn, loop = Turn(1, "kitchen"), asyncio.get_running_loop()
        loop.call_later(2.0, turn.commit)
        said = House(Slow([(5.0, TextDelta("Yes."))])).converse.answer("go", turn, ())
        return [(round(loop.time(), 1), sentence.text) async for sentence in said]

    assert run(ask()) == [(3.5, ONE_MOMENT), (5.0, "Yes.")]
