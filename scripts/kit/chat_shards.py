"""Dialogues in many homes → shards of tokens to train with, and with other ways of asking to judge."""

import asyncio
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from assistant.messages import ToolSpec
from kit.chat_words import END, Reply, make_tokenizer
from kit.dialogues import Round, talked

ASKS, MORE = 16, 150
"""In one home: taking place, and put into the prompts of those."""
HOMES = 40
"""In one shard."""
JUDGES = 1
"""Shards to judge with."""
LEARNT_SHARDS = 2
"""Of those that are there, for the tokenizer."""
JUDGE_SEED = 900_000


def _told(rounds: Sequence[Round]) -> list[dict[str, Any]]:
    tools = [{tool.name: tool for tool in each.tools}.get(each.ask.tool) for each in rounds]
    return [
        {
            "prompt": each.prompt,
            "reply": each.reply,
            "tool": None if tool is None else {"name": tool.name, "parameters": tool.parameters},
        }
        for each, tool in zip(rounds, tools, strict=True)
    ]


def _make(place: Path, first: int, homes: int, asks: int) -> Path:
    os.nice(5)
    judging = place.stem.startswith("judge")
    found = [
        [_told(rounds) for rounds in asyncio.run(talked(seed, asks, 0 if judging else MORE, judging=judging))]
        for seed in range(first, first + homes)
    ]
    begun = place.with_suffix(".part")
    begun.write_text(json.dumps(found), encoding="utf-8")
    begun.replace(place)
    return place


def make_dialogues(folder: Path, count: int, told: Callable[[str], None], *, homes: int = HOMES) -> None:
    """`count` shards to train with and one to judge with; a shard that is there is not made again."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {folder / f"judge-{n:04d}.json": JUDGE_SEED + n * homes for n in range(JUDGES)}
    wanted |= {folder / f"train-{n:04d}.json": n * homes for n in range(count)}
    lacking = {place: first for place, first in wanted.items() if not place.exists()}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        made = [pool.submit(_make, place, first, homes, ASKS) for place, first in lacking.items()]
        for at, each in enumerate(made):
            told(f"{each.result().name}  ({at + 1} of {len(made)})")
    tokenizer = make_tokenizer(folder / "tokenizer.json", _texts(folder))
    for place in sorted(folder.glob("*-*.json")):
        tokens = place.with_suffix(".npz")
        if not tokens.exists():
            np.savez(tokens, **packed(json.loads(place.read_text(encoding="utf-8")), tokenizer))  # type: ignore[arg-type]


def _texts(folder: Path) -> Iterator[str]:
    for place in sorted(folder.glob("train-*.json"))[:LEARNT_SHARDS]:
        for home in json.loads(place.read_text(encoding="utf-8")):
            for talk in home:
                yield talk[-1]["prompt"] + talk[-1]["reply"]


def packed(homes: Iterable[Any], tokenizer: Tokenizer) -> dict[str, npt.NDArray[np.int32]]:
    """What each home's prompts begin with, once, and behind it each talk by itself.

    `heads`, `heads_ends`: tokens of all homes in a row. `talks`, `talks_ends`, and for each token `chosen`:
    the model itself writes it. `homes`: of each talk, its home.
    """
    reply = Reply(tokenizer)
    heads: list[list[int]] = []
    talks: list[list[int]] = []
    chosen: list[list[bool]] = []
    at_home: list[int] = []
    for home in homes:
        whole = [_tokens(talk, tokenizer, reply) for talk in home]
        if not whole:
            continue
        shared = _shared([tokens for tokens, _ in whole])
        heads.append(whole[0][0][:shared])
        for tokens, mine in whole:
            talks.append(tokens[shared:])
            chosen.append(mine[shared:])
            at_home.append(len(heads) - 1)
    return {
        "heads": np.concatenate(heads).astype(np.int32),
        "heads_ends": np.cumsum([len(head) for head in heads]).astype(np.int32),
        "talks": np.concatenate(talks).astype(np.int32),
        "talks_ends": np.cumsum([len(talk) for talk in talks]).astype(np.int32),
        "chosen": np.concatenate(chosen).astype(np.int32),
        "homes": np.asarray(at_home, np.int32),
    }


def _tokens(talk: Any, tokenizer: Tokenizer, reply: Reply) -> tuple[list[int], list[bool]]:
    """All rounds of one turn in a row, as each prompt begins with the rounds before it."""
    tokens: list[int] = []
    chosen: list[bool] = []
    before = ""
    for each in talk:
        prompt = each["prompt"]
        if not prompt.startswith(before):
            break  # the house told something new at the head
        shown = tokenizer.encode(prompt[len(before) :]).ids
        spec = each["tool"]
        tools = [] if spec is None else [ToolSpec(spec["name"], "", spec["parameters"], writes=False, risk=0)]
        said, mine = reply.tokens(each["reply"], tools)
        tokens += [*shown, *said]
        chosen += [False] * len(shown) + mine
        before = prompt + each["reply"] + END
    return tokens, chosen


def _shared(rows: Sequence[list[int]]) -> int:
    """How many tokens all rows begin with; one is left to each."""
    first, last = min(rows), max(rows)
    most = min(map(len, rows)) - 1
    return next((at for at in range(most) if first[at] != last[at]), most)
