"""A llama-shaped GGUF of a few hundred kB whose replies are fixed chains of tokens.

Its output matrix maps every token to one successor, so a reply depends only on the prompt's last token, and
its chat template ends the prompt with the token that starts the reply asked for: a message that holds
"[endless]" gets the endless reply. Attention is small but not nothing: what the cache holds shows in the
logits. The vocabulary has all 256 bytes, so any text can be tokenised.
"""

from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt

WIDTH, HEADS, LAYERS, FEED, CONTEXT = 128, 4, 2, 64, 4096
END, START = "<|im_end|>", "<|im_start|>"

REPLIES: dict[str, list[str]] = {
    "hello": ["Hello", " there", ".", " How", " can", " I", " help", "?", END],
    "call": [
        "<tool_call>",
        '\n{"name": "timer_set", "arguments": {"duration_s": 600, "name": "tea"}}\n',
        "</tool_call>",
        END,
    ],
    "unknown": ['<tool_call>{"name": "launch_rocket",', ' "arguments": {}}</tool', "_call>", END],
    "broken": ['<tool_call>{"name": "timer_set",', ' "argum</tool_call>', END],
    "begin": ['<tool_call>{"', END],
    "think": ["<think>", "\nhmm", " hmm", "</think>", "Paris", " is", " it", END],
    "accents": ["Caf", "\xc3", "\xa9", " cr", "\xe2", END],
    "endless": [" on", " and", " on"],
    "claim": ["I've", " turned", " the", " lamp", " up!", END],
    "silent": [END],
}
"""What each starter token leads to; a token has one successor in all. A single character is a byte."""

MARKS = ("<think>", "</think>", "<tool_call>", "</tool_call>")

TEMPLATE = """\
{%- for message in messages -%}
<|im_start|>{{ message.role }}
{{ message.content }}
{%- for call in message.tool_calls or [] %}
<tool_call>
{{ {"name": call.function.name, "arguments": call.function.arguments} | tojson }}
</tool_call>
{%- endfor -%}
{%- if loop.first and tools %}
{% for tool in tools %}{{ tool | tojson }}
{% endfor %}{% endif -%}
<|im_end|>
{% endfor -%}
{%- if add_generation_prompt -%}
<|im_start|>assistant
{% set last = messages[-1].content -%}
STARTERS
{%- endif -%}
"""


def _bytes_to_letters() -> list[str]:
    """The letter that stands for each byte in a byte-level vocabulary, as GPT-2 fixed it."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = iter(range(256, 512))
    return [chr(byte) if byte in shown else chr(next(hidden)) for byte in range(256)]


LETTERS = _bytes_to_letters()


def _spell(text: str) -> str:
    raw = bytes([ord(text)]) if len(text) == 1 else text.encode()
    return "".join(LETTERS[byte] for byte in raw)


class Vocabulary:
    """Tokens in order, with the kind llama.cpp needs for each."""

    def __init__(self) -> None:
        self.tokens: list[str] = list(LETTERS)
        self.kinds: list[int] = [gguf.TokenType.NORMAL] * 256

    def add(self, token: str, kind: int) -> int:
        """The token's number, new or old."""
        if token not in self.tokens:
            self.tokens.append(token)
            self.kinds.append(kind)
        return self.tokens.index(token)

    def number(self, part: str) -> int:
        """The token for a part of a reply."""
        if part == END:
            return self.add(part, gguf.TokenType.CONTROL)
        if part in MARKS:
            return self.add(part, gguf.TokenType.USER_DEFINED)
        return self.add(_spell(part), gguf.TokenType.NORMAL)


def _chains(words: Vocabulary) -> dict[int, int]:
    """Token → successor for all replies."""
    follows = {LETTERS.index("Ċ"): words.add("<|hello|>", gguf.TokenType.CONTROL)}
    for name, parts in REPLIES.items():
        at = words.add(f"<|{name}|>", gguf.TokenType.CONTROL)
        for part in parts:
            follows[at] = words.number(part)
            at = follows[at]
    return follows


def _template() -> str:
    branches = "".join(
        f"{{%- {'if' if place == 0 else 'elif'} '[{name}]' in last -%}}<|{name}|>\n"
        for place, name in enumerate(REPLIES)
    )
    return TEMPLATE.replace("STARTERS", branches + "{%- else -%}<|hello|>\n{%- endif -%}")


def _weights(tokens: int, follows: dict[int, int]) -> dict[str, npt.NDArray[np.float32]]:
    rng = np.random.default_rng(11)

    def small(*shape: int) -> npt.NDArray[np.float32]:
        return (rng.standard_normal(shape) * 0.02).astype(np.float32)

    embedding = rng.standard_normal((tokens, WIDTH)).astype(np.float32)
    embedding /= np.linalg.norm(embedding, axis=1, keepdims=True)
    output = np.zeros((tokens, WIDTH), np.float32)
    for token, successor in follows.items():
        output[successor] += 3 * embedding[token]
    weights = {"token_embd": embedding, "output": output, "output_norm": np.ones(WIDTH, np.float32)}
    for layer in range(LAYERS):
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            weights[f"blk.{layer}.{part}"] = small(WIDTH, WIDTH)
        weights[f"blk.{layer}.ffn_gate"] = small(FEED, WIDTH)
        weights[f"blk.{layer}.ffn_up"] = small(FEED, WIDTH)
        weights[f"blk.{layer}.ffn_down"] = small(WIDTH, FEED)
        weights[f"blk.{layer}.attn_norm"] = np.ones(WIDTH, np.float32)
        weights[f"blk.{layer}.ffn_norm"] = np.ones(WIDTH, np.float32)
    return weights


def write_gguf(path: Path, *, template: str | None = None) -> None:
    """Write the model; `template` replaces its chat template ("" leaves it out)."""
    words = Vocabulary()
    follows = _chains(words)
    start = words.add(START, gguf.TokenType.CONTROL)
    pair = words.add("th", gguf.TokenType.NORMAL)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny test model")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(words.tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(words.tokens)
    writer.add_token_types(words.kinds)
    writer.add_token_merges([" ".join(words.tokens[pair])])
    writer.add_eos_token_id(words.tokens.index(END))
    writer.add_bos_token_id(start)
    writer.add_add_bos_token(False)
    chosen = _template() if template is None else template
    if chosen:
        writer.add_chat_template(chosen)
    for name, weight in _weights(len(words.tokens), follows).items():
        writer.add_tensor(f"{name}.weight", weight if weight.ndim == 1 else weight.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
