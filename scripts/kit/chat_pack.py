"""The trained chat model → a GGUF that llama.cpp loads, tokenizer and chat template included."""

import json
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import numpy.typing as npt

from kit.chat_words import BEGIN, CLOSES, END, OPENS, TEMPLATE

THETA, EPSILON = 10_000.0, 1e-6
"""As `chat_network` has them, which only the training can import."""
Weights = dict[str, npt.NDArray[np.float32]]


def pack_chat(state: Path, tokenizer_file: Path, place: Path, *, eight_bits: bool = True) -> None:
    """Write the GGUF: matrices in 8 bits or in half floats, the rest as it is."""
    with np.load(state, allow_pickle=False) as found:
        weights = {n[2:]: found[n].astype(np.float32) for n in found.files if n.startswith("w/")}
        shape = json.loads(found["told"].tobytes())["shape"]
    writer = gguf.GGUFWriter(place, "qwen3")
    writer.add_name("Hearth kit: proof material, trained on its own scripts' dialogues")
    writer.add_license("Apache-2.0")
    writer.add_context_length(shape["context"])
    writer.add_embedding_length(shape["width"])
    writer.add_block_count(shape["layers"])
    writer.add_feed_forward_length(shape["feed"])
    writer.add_head_count(shape["heads"])
    writer.add_head_count_kv(shape["heads"])
    writer.add_key_length(shape["width"] // shape["heads"])
    writer.add_value_length(shape["width"] // shape["heads"])
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_rope_freq_base(THETA)
    writer.add_vocab_size(shape["vocabulary"])
    _add_words(writer, json.loads(tokenizer_file.read_text(encoding="utf-8")))
    for name, weight in weights.items():
        if weight.ndim == 1:
            writer.add_tensor(name, weight)
        elif eight_bits:
            kind = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(name, gguf.quants.quantize(weight, kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, weight.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_words(writer: gguf.GGUFWriter, learnt: dict[str, Any]) -> None:
    numbers = dict(learnt["model"]["vocab"])
    added = {entry["content"]: entry["id"] for entry in learnt["added_tokens"]}
    tokens = [token for token, _ in sorted({**numbers, **added}.items(), key=lambda entry: entry[1])]
    kinds = {BEGIN: gguf.TokenType.CONTROL, END: gguf.TokenType.CONTROL}
    kinds |= dict.fromkeys((OPENS, CLOSES), gguf.TokenType.USER_DEFINED)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([kinds.get(token, gguf.TokenType.NORMAL) for token in tokens])
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in learnt["model"]["merges"]]
    writer.add_token_merges(merges)
    writer.add_eos_token_id(added[END])
    writer.add_bos_token_id(added[BEGIN])
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)
