"""A server that is down costs a turn nothing: the model behind it answers."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from assistant.errors import EngineError
from assistant.house.spare import FIRST_WORD_S, REST_S, SparedLlm
from assistant.journal import Entry, Journal
from assistant.messages import LlmItem, LlmUsage, PrefillProgress, Prompt, TextDelta
from tests.think.virtual import run


class Scripted:
    """Waits, speaks, and fails, as told for each call in turn."""

    def __init__(self, name: str, *calls: Sequence[float | str | Exception]) -> None:
        self.name = name
        self._calls = list(calls)
        self.asked = 0

    async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        script = self._calls[min(self.asked, len(self._calls) - 1)]
        self.asked += 1
        for step in script:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, str):
                yield TextDelta(step)
            else:
                await asyncio.sleep(step)
                yield PrefillProgress(0, 0)
        yield LlmUsage(0, 0, 0)


DOWN = EngineError("connection refused")


def hears(first: Scripted, *waits_s: float) -> tuple[list[str], list[Entry]]:
    """What a turn after each wait hears, and what the journal was told."""
    entries: list[Entry] = []
    journal = Journal(lambda: 0.0)

    async def ask() -> list[str]:
        llm = SparedLlm(first, Scripted("local", ["local"]), journal)
        said = []
        for wait_s in waits_s:
            await asyncio.sleep(wait_s)
            items = [item async for item in llm.converse(Prompt(()))]
            said.append("".join(item.text for item in items if isinstance(item, TextDelta)))
        return said

    with journal.reading(entries.append):
        return run(ask()), entries


def test_the_first_answers_while_it_can() -> None:
    assert hears(Scripted("server", [1.0, "server"]), 0, 0)[0] == ["server", "server"]


def test_the_second_answers_in_the_same_turn_and_only_the_journal_is_told() -> None:
    said, entries = hears(Scripted("server", [DOWN]), 0)
    assert said == ["local"]
    assert [getattr(entry.happening, "spoken", None) for entry in entries] == [""]


def test_one_that_is_down_is_left_alone_for_a_while_and_then_tried_again() -> None:
    server = Scripted("server", [DOWN], ["server"])
    assert hears(server, 0, 1, 1, REST_S)[0] == ["local", "local", "local", "server"]
    assert server.asked == 2


def test_one_that_only_lives_is_not_waited_for() -> None:
    said, entries = hears(Scripted("server", [1.0] * 60), 0)
    assert said == ["local"]
    assert len(entries) == 1
    assert hears(Scripted("server", [FIRST_WORD_S - 1, "server", 30.0, " late"]), 0)[0] == ["server late"]


def test_a_first_that_breaks_off_is_not_said_twice() -> None:
    with pytest.raises(EngineError):
        hears(Scripted("server", ["half a sen", DOWN]), 0)
