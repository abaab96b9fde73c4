"""Dialogues with the teacher: the house's own prompts, real results, calls in the engine's form."""

import json

import pytest

pytest.importorskip("tokenizers", reason="needs the full profile (uv sync --extra full)")

from kit.chat_words import END, OPENS
from kit.dialogues import talked

from assistant.think.prompt import RULES


@pytest.mark.slow
async def test_the_house_asks_the_teacher_and_does_what_it_says() -> None:
    talks = await talked(3, 14)
    assert len(talks) >= 8
    assert all(RULES not in rounds[0].prompt for rounds in talks), "which the model knows by heart"
    things = [
        rounds[0].prompt.partition("<|im_end|>")[0].removesuffix("\n").rpartition("\n")[0] for rounds in talks
    ]
    assert len(set(things)) == 1
    assert "light" in things[0], "the things of this home, the same in every talk"
    for rounds in talks:
        assert rounds[0].ask.words in rounds[0].prompt
        if rounds[0].ask.tool:
            body = json.loads(rounds[0].reply.removeprefix(OPENS).partition("</tool_call>")[0])
            assert body["name"] == rounds[0].ask.tool
            assert len(rounds) == 1 or rounds[1].prompt.startswith(rounds[0].prompt + rounds[0].reply + END)
    assert any(len(rounds) == 2 and "<|im_start|>tool\n" in rounds[1].prompt for rounds in talks)
    more = await talked(3, 14, 9)
    assert len(more) == len(talks) + 9
    assert all(rounds[0].ask.words in rounds[0].prompt for rounds in more)
    assert [[r.prompt for r in rounds] for rounds in talks[:3]] == [
        [r.prompt for r in rounds] for rounds in (await talked(3, 14))[:3]
    ]
