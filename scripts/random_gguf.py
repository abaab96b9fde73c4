"""Qwen3-shaped GGUFs of random weights in Q4_0: the size and speed of the real ones, and nothing to say."""

import itertools
import random
import re
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt
from tiny_gguf import END, LETTERS, MARKS, START

VOCABULARY = 151_936
HEADS, KV_HEADS, HEAD = 16, 8, 128
PHRASES = Path(__file__).resolve().parent.parent / "assistant" / "skills" / "phrases" / "en"
PROMPT = Path(__file__).resolve().parent.parent / "assistant" / "think" / "prompt.py"
TEMPLATE = (
    "{% for message in messages %}"
    "<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LONGEST_PIECE = 7
"""Letters."""
BLOCK = 32
"""Weights that share a scale in Q4_0: 2 bytes of scale, 16 of weights."""


@dataclass(frozen=True)
class Shape:
    """What differs between the sizes; Qwen3's own configuration."""

    layers: int
    width: int
    feed: int


SHAPES = {"0.6B": Shape(28, 1024, 3072), "1.7B": Shape(28, 2048, 6144)}


def _merges() -> list[tuple[str, str]]:
    """What joins letters to pieces of words, so that a text has as many tokens as with a real vocabulary.

    The words are those of the house's own phrases and prompts. Pieces that follow a space come first: what
    is longest from the start of a word on is one token.
    """
    texts = [*PHRASES.glob("*.yaml"), PROMPT]
    words = sorted(
        set(re.findall(r"[A-Za-z]+", " ".join(path.read_text(encoding="utf-8") for path in texts)))
    )
    found: dict[tuple[str, str], None] = {}
    for first in ("Ġ", ""):
        for word in words:
            piece = first or word[0]
            for letter in (word if first else word[1:])[:LONGEST_PIECE]:
                found.setdefault((piece, letter))
                piece += letter
    return list(found)


def _tokens() -> list[str]:
    """As many tokens as Qwen3 has, about as long: bytes, marks, pieces of words, and made-up words."""
    chance = random.Random(7)
    found = dict.fromkeys([*LETTERS, START, END, *MARKS])
    for left, right in _merges():
        found.setdefault(left + right)
    syllables = ["".join(pair) for pair in itertools.product("bcdfghklmnprstvw", "aeiou")]
    for mark in ('{"', '":', '",', '":"', '"}', "}}", "ĠĠ", ",Ġ", ".", '"]', '["'):
        found.setdefault(mark)
    while len(found) < VOCABULARY:
        word = "".join(chance.choices(syllables, k=chance.randint(1, 4))) + chance.choice(("", "n", "s", "d"))
        found.setdefault(("Ġ" if chance.random() < 0.5 else "") + word)
    return list(found)


def _q4(rng: np.random.Generator, rows: int, columns: int) -> npt.NDArray[np.uint8]:
    """Random weights of about ±0.02."""
    blocks = rng.integers(0, 256, (rows, columns // BLOCK, 18), np.uint8)
    scale = np.array([0.02 / 8], np.float16).view(np.uint8)
    blocks[:, :, 0], blocks[:, :, 1] = scale[0], scale[1]
    return blocks.reshape(rows, columns // BLOCK * 18)


def write_random(path: Path, shape: Shape) -> None:
    """Write the model: 0.34 GB for 0.6B, 0.97 GB for 1.7B."""
    writer = gguf.GGUFWriter(path, "qwen3")
    writer.add_context_length(4096)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1_000_000.0)
    tokens = _tokens()
    controls = {START, END}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    kinds = [gguf.TokenType.CONTROL if token in controls else gguf.TokenType.NORMAL for token in tokens]
    for mark in MARKS:
        kinds[tokens.index(mark)] = gguf.TokenType.USER_DEFINED
    writer.add_token_types(kinds)
    writer.add_token_merges(['{ "', *(" ".join(pair) for pair in _merges())])
    writer.add_eos_token_id(tokens.index(END))
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)
    rng = np.random.default_rng(3)
    for name, rows, columns in _matrices(shape):
        writer.add_tensor(f"{name}.weight", _q4(rng, rows, columns), raw_dtype=gguf.GGMLQuantizationType.Q4_0)
    for name, size in _norms(shape):
        writer.add_tensor(f"{name}.weight", np.ones(size, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _matrices(shape: Shape) -> list[tuple[str, int, int]]:
    found = [("token_embd", VOCABULARY, shape.width)]
    for layer in range(shape.layers):
        found += [
            (f"blk.{layer}.attn_q", HEADS * HEAD, shape.width),
            (f"blk.{layer}.attn_k", KV_HEADS * HEAD, shape.width),
            (f"blk.{layer}.attn_v", KV_HEADS * HEAD, shape.width),
            (f"blk.{layer}.attn_output", shape.width, HEADS * HEAD),
            (f"blk.{layer}.ffn_gate", shape.feed, shape.width),
            (f"blk.{layer}.ffn_up", shape.feed, shape.width),
            (f"blk.{layer}.ffn_down", shape.width, shape.feed),
        ]
    return found


def _norms(shape: Shape) -> list[tuple[str, int]]:
    found = [("output_norm", shape.width)]
    for layer in range(shape.layers):
        found += [(f"blk.{layer}.attn_norm", shape.width), (f"blk.{layer}.ffn_norm", shape.width)]
        found += [(f"blk.{layer}.attn_q_norm", HEAD), (f"blk.{layer}.attn_k_norm", HEAD)]
    return found
