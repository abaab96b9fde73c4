"""The chat model, packed: llama.cpp computes what was trained, in the tokens it was trained in."""

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("llama_cpp", reason="needs the full profile (uv sync --extra full)")

import llama_cpp
from kit.chat_pack import pack_chat
from kit.chat_words import CLOSES, END, OPENS, Reply, make_tokenizer
from tokenizers import Tokenizer

from assistant.messages import ToolSpec
from tests.kit.qwen import SHAPE, logits, random_weights

TEXTS = [
    "turn on the kitchen light\n\nTools:\ntimer_set(duration_s, name?)\n"
    '{"name": "timer_set", "arguments": {"a": 5}}',
    "It is Monday 23 November 2026, 03:55.)\nwe're out of milk, what's 12 + 7?\n\n",
] * 20
TIMER = ToolSpec(
    "timer_set",
    "",
    {"properties": {"duration_s": {}, "name": {}}, "required": ["duration_s"]},
    writes=True,
    risk=1,
)
CALL = f'{OPENS}{{"name": "timer_set", "arguments": {{"duration_s": 600, "name": "tea"}}}}{CLOSES}'


@pytest.fixture
def tokenizer(tmp_path: Path) -> Tokenizer:
    return make_tokenizer(tmp_path / "tokenizer.json", TEXTS)


@pytest.fixture
def model(tmp_path: Path, tokenizer: Tokenizer) -> Path:
    vocabulary = tokenizer.get_vocab_size()
    weights = {f"w/{name}": value for name, value in random_weights(vocabulary).items()}
    told = json.dumps({"step": 1, "shape": {**SHAPE, "vocabulary": vocabulary}}).encode()
    np.savez(tmp_path / "chat.npz", told=np.frombuffer(told, np.uint8), **weights)  # type: ignore[arg-type]
    pack_chat(tmp_path / "chat.npz", tmp_path / "tokenizer.json", tmp_path / "chat.gguf", eight_bits=False)
    return tmp_path / "chat.gguf"


@pytest.mark.slow
def test_llama_cpp_computes_what_was_trained(model: Path, tokenizer: Tokenizer) -> None:
    text = f"<|im_start|>user\n{TEXTS[0]}{END}\n<|im_start|>assistant\n{CALL}{END}\n{TEXTS[1]}"
    llama = llama_cpp.Llama(str(model), n_ctx=256, n_threads=1, logits_all=True, verbose=False)
    tokens = llama.tokenize(text.encode(), add_bos=False, special=True)
    assert tokens == tokenizer.encode(text).ids
    llama.eval(tokens)
    weights = random_weights(tokenizer.get_vocab_size())
    wanted = logits(weights, tokens)
    found = np.asarray(llama.scores[: len(tokens)])
    assert np.abs(found - wanted).max() < 0.03 * np.abs(wanted).max()


def test_a_reply_is_cut_as_the_engine_writes_it(tokenizer: Tokenizer) -> None:
    tokens, chosen = Reply(tokenizer).tokens(CALL, [TIMER])
    assert tokenizer.decode(tokens, skip_special_tokens=False) == CALL + END
    forced = tokenizer.decode([t for t, mine in zip(tokens, chosen, strict=True) if not mine])
    assert forced == 'name": " "arguments": {"duration_s": '


def test_words_are_all_chosen(tokenizer: Tokenizer) -> None:
    tokens, chosen = Reply(tokenizer).tokens("The milk is on the list.", [TIMER])
    assert tokenizer.decode(tokens, skip_special_tokens=False) == f"The milk is on the list.{END}"
    assert all(chosen)
