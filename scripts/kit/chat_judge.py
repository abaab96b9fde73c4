"""The packed chat model in our own engine, grammar and all: how often it calls what was meant."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assistant.messages import JsonValue, TextDelta, ToolCall
from assistant.think.llm.llama_cpp import LlamaCpp
from kit.chat_shards import JUDGE_SEED
from kit.dialogues import Round, in_order, talked

ASKS = 30
"""In one home."""
FROM_SEED = JUDGE_SEED + 50_000
"""Homes that are in no shard."""


@dataclass(slots=True)
class Judgement:
    """Of the asks that were judged."""

    calls: int = 0
    right: int = 0
    talks: int = 0
    silent: int = 0
    """Small talk that got an answer in words, and no call."""
    told: int = 0
    retold: int = 0
    """Results that were to be told, and were, word by word."""
    wrong: Counter[str] = field(default_factory=Counter)
    """By tool."""

    def __str__(self) -> str:
        return (
            f"calls right {self.right}/{self.calls}, talk without a call {self.silent}/{self.talks}, "
            f"results told {self.retold}/{self.told}; wrong: {dict(self.wrong.most_common(8))}"
        )


def judge(model: Path, homes: int, told: Callable[[str], None]) -> Judgement:
    """Ask in `homes` homes; every mistake is told."""
    engine = LlamaCpp({"model": str(model), "threads": 1, "seed": 1})
    engine.load()
    found = Judgement()
    for seed in range(FROM_SEED, FROM_SEED + homes):
        for rounds in asyncio.run(talked(seed, ASKS, judging=True)):
            for each in rounds:
                _one(engine, each, found, told)
    return found


def _one(engine: LlamaCpp, each: Round, found: Judgement, told: Callable[[str], None]) -> None:
    text, calls = _replied(engine, each)
    if each.reply.startswith("<tool_call>"):
        spec = next(tool for tool in each.tools if tool.name == each.ask.tool)
        wanted: list[tuple[str, dict[str, JsonValue]]] = [
            (each.ask.tool, in_order(spec, each.ask.arguments or {}))
        ]
        good = [(call.name, dict(call.arguments)) for call in calls] == wanted
        found.calls, found.right = found.calls + 1, found.right + good
        if not good:
            found.wrong[each.ask.tool] += 1
            told(f"{each.ask.words!r}: {[(c.name, c.arguments) for c in calls] or text!r} for {wanted}")
    elif each.ask.tool:
        if each.reply:
            found.told, found.retold = found.told + 1, found.retold + (text == each.reply and not calls)
    else:
        found.talks, found.silent = found.talks + 1, found.silent + (bool(text) and not calls)
        told(f"{each.ask.words!r}: {calls or text!r}")


def _replied(engine: LlamaCpp, each: Round) -> tuple[str, list[ToolCall]]:
    items = list(_items(engine, each))
    text = "".join(item.text for item in items if isinstance(item, TextDelta))
    return text.strip(), [item for item in items if isinstance(item, ToolCall)]


def _items(engine: LlamaCpp, each: Round) -> Iterator[object]:
    yield from engine.converse(each.shown, lambda: False)
