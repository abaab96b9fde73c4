"""The chat model, packed: llama.cpp computes what was trained, in the tokens it was trained in."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("gguf", reason="needs the full profile (uv sync --extra full)")

from kit.chat_pack import pack_chat
from kit.chat_words import CLOSES, END, OPENS, Reply, make_tokenizer
from tokenizers import Tokenizer

from assistant.messages import ToolSpec
from tests.kit.qwen import SHAPE, logits, random_weights

LLAMA = """
import sys
import llama_cpp, numpy
llama = llama_cpp.Llama(sys.argv[1], n_ctx=256, n_threads=1, logits_all=True, verbose=False)
tokens = llama.tokenize(open(sys.argv[2], "rb").read(), add_bos=False, special=True)
llama.eval(tokens)
numpy.savez(sys.argv[3], tokens=tokens, logits=llama.scores[: len(tokens)])
"""
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
@pytest.mark.skipif(find_spec("llama_cpp") is None, reason="needs the full profile (uv sync --extra full)")
def test_llama_cpp_computes_what_was_trained(model: Path, tokenizer: Tokenizer, tmp_path: Path) -> None:
    text = f"<|im_start|>user\n{TEXTS[0]}{END}\n<|im_start|>assistant\n{CALL}{END}\n{TEXTS[1]}"
    (tmp_path / "text").write_text(text, encoding="utf-8")
    # In a process of its own: llama.cpp's libraries keep others from loading after it.
    told = [str(model), str(tmp_path / "text"), str(tmp_path / "found.npz")]
    subprocess.run([sys.executable, "-c", LLAMA, *told], check=True)
    with np.load(tmp_path / "found.npz") as read:
        tokens, found = read["tokens"].tolist(), read["logits"]
    assert tokens == tokenizer.encode(text).ids
    wanted = logits(random_weights(tokenizer.get_vocab_size()), tokens)
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
