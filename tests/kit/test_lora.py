"""An adapter for a catalogue LLM, in short: trained beside a tiny GGUF, it changes what llama.cpp answers."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("gguf", reason="needs the full profile (uv sync --extra full)")
if importlib.util.find_spec("llama_cpp") is None:
    pytest.skip("needs the full profile (uv sync --extra full)", allow_module_level=True)

from assistant.catalogue import load_catalogue
from assistant.house.kit import llm_of
from assistant.settings import Llm
from tests.kit.test_short import MOST_S, SCRIPTS, kit, losses, trained
from tests.models import tiny_gguf

TAUGHT = ("Paris", " is", " it")
"""Of the few words that the tiny model can say at all."""
PROMPT = "<|im_start|>user\nwho speaks?<|im_end|>\n<|im_start|>assistant\n<|hello|>"
# In processes of their own: llama.cpp's libraries keep others from loading after them.
TEACH = """
import sys, gguf, numpy
from pathlib import Path
from assistant.think.llm.llm_runtime import Runtime
runtime = Runtime(Path(sys.argv[1]), 512, 1)
count = len(gguf.GGUFReader(sys.argv[1]).get_field("tokenizer.ggml.tokens").data)
pieces = {runtime.piece(token): token for token in range(count)}
prompt, reply = runtime.tokens(sys.argv[3]), [pieces[word.encode()] for word in sys.argv[4:]]
rows = [prompt + reply] * 8
ends = numpy.cumsum([len(row) for row in rows])
numpy.savez(sys.argv[2], tokens=numpy.concatenate(rows).astype("i4"), ends=ends, starts=[len(prompt)] * 8)
"""
ASK = """
import sys, llama_cpp
lora = sys.argv[2] if len(sys.argv) > 3 else None
llama = llama_cpp.Llama(sys.argv[1], n_ctx=256, n_threads=1, verbose=False, lora_path=lora)
print(llama.create_completion(sys.argv[-1], max_tokens=12, temperature=0)["choices"][0]["text"])
"""
ENGINE = """
import sys
from assistant.messages import ChatMessage, Prompt, TextDelta
from assistant.think.llm.llama_cpp import LlamaCpp
engine = LlamaCpp({"model": sys.argv[1], "adapter": sys.argv[2], "threads": 1, "context": 256, "seed": 1})
engine.load()
prompt = Prompt((ChatMessage("user", "who speaks?"),), max_tokens=32, temperature=0)
print("".join(item.text for item in engine.converse(prompt, lambda: False) if isinstance(item, TextDelta)))
"""
ABSENT = """
import sys
from assistant.errors import ModelMissing
from assistant.think.llm.llama_cpp import LlamaCpp
try:
    LlamaCpp({"model": sys.argv[1], "adapter": sys.argv[2], "threads": 1}).load()
except ModelMissing as error:
    print(error)
"""


def python(code: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env={**os.environ, "PYTHONPATH": str(SCRIPTS.parent)},
        capture_output=True,
        text=True,
        timeout=MOST_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.timeout(MOST_S)
def test_an_adapter_is_trained_packed_and_answers_otherwise(tmp_path: Path) -> None:
    model = str(tiny_gguf())
    kit("adapt", str(tmp_path), "--model", model, "--short")
    python(TEACH, model, str(tmp_path / "talks.npz"), PROMPT, *TAUGHT)
    falling = losses(trained("lora", tmp_path, "--steps 120 --rank 8"), "loss")
    assert falling[-1] < falling[0] / 2, falling
    kit("adapter", str(tmp_path))
    assert "".join(TAUGHT) not in python(ASK, model, PROMPT)
    assert "".join(TAUGHT) in python(ASK, model, str(tmp_path / "adapter.gguf"), PROMPT)
    said = python(ENGINE, model, str(tmp_path / "adapter.gguf"))
    assert said.startswith("".join(TAUGHT)), said
    chosen = llm_of(Llm(model=model, adapter=tmp_path / "adapter.gguf"), load_catalogue(), tmp_path)
    assert chosen is not None
    assert chosen.options["adapter"] == str(tmp_path / "adapter.gguf")


@pytest.mark.slow
def test_an_adapter_that_is_absent_is_named(tmp_path: Path) -> None:
    said = python(ABSENT, str(tiny_gguf()), str(tmp_path / "none.gguf"))
    assert "there is no such adapter" in said
