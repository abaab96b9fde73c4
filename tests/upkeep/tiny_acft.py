"""A Whisper of random weights in the Hugging Face layout, and what it computes, in plain numpy."""

import json
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

from tests import models

WIDTH, HEADS, LAYERS, FEED, MELS, FRAMES, LENGTH = 32, 2, 2, 64, 80, 1500, 448
Array = npt.NDArray[np.float32]
Weights = dict[str, Array]
_erf = np.vectorize(math.erf, otypes=[np.float32])


def vocabulary() -> dict[str, int]:
    said = json.loads((models.tiny_whisper() / "tokenizer.json").read_text())
    found = dict(said["model"]["vocab"])
    return found | {each["content"]: each["id"] for each in said["added_tokens"]}


def random_weights(seed: int = 7) -> Weights:
    rng = np.random.default_rng(seed)
    made: Weights = {}

    def linear(name: str, rows: int, columns: int, *, bias: bool = True) -> None:
        made[f"{name}.weight"] = rng.standard_normal((rows, columns)).astype(np.float32) / math.sqrt(columns)
        if bias:
            made[f"{name}.bias"] = rng.standard_normal(rows).astype(np.float32) * 0.1

    def norm(name: str) -> None:
        made[f"{name}.weight"] = 1 + rng.standard_normal(WIDTH).astype(np.float32) * 0.1
        made[f"{name}.bias"] = rng.standard_normal(WIDTH).astype(np.float32) * 0.1

    for name, channels in (("conv1", MELS), ("conv2", WIDTH)):
        shape = (WIDTH, channels, 3)
        made[f"model.encoder.{name}.weight"] = rng.standard_normal(shape).astype(np.float32) * 0.1
        made[f"model.encoder.{name}.bias"] = rng.standard_normal(WIDTH).astype(np.float32) * 0.1
    for side, length in (("encoder", FRAMES), ("decoder", LENGTH)):
        places = rng.standard_normal((length, WIDTH)).astype(np.float32)
        made[f"model.{side}.embed_positions.weight"] = places * (4 if side == "decoder" else 1)
        norm(f"model.{side}.layer_norm")
        for number in range(LAYERS):
            root = f"model.{side}.layers.{number}."
            for attention in ("self_attn",) if side == "encoder" else ("self_attn", "encoder_attn"):
                for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
                    linear(f"{root}{attention}.{part}", WIDTH, WIDTH, bias=part != "k_proj")
                norm(f"{root}{attention}_layer_norm")
            linear(f"{root}fc1", FEED, WIDTH)
            linear(f"{root}fc2", WIDTH, FEED)
            norm(f"{root}final_layer_norm")
    shape2 = (len(vocabulary()), WIDTH)
    made["model.decoder.embed_tokens.weight"] = rng.standard_normal(shape2).astype(np.float32)
    return made


def write(folder: Path, weights: Weights) -> None:
    """model.safetensors, config.json, generation_config.json, tokenizer.json, preprocessor_config.json."""
    folder.mkdir(parents=True)
    save_file(weights, folder / "model.safetensors")
    config = {
        "architectures": ["WhisperForConditionalGeneration"],
        "encoder_layers": LAYERS,
        "encoder_attention_heads": HEADS,
        "decoder_layers": LAYERS,
        "decoder_attention_heads": HEADS,
        "d_model": WIDTH,
        "vocab_size": len(vocabulary()),
    }
    (folder / "config.json").write_text(json.dumps(config))
    end = vocabulary()["<|endoftext|>"]
    generation = {"suppress_tokens": [1, 2], "begin_suppress_tokens": [end], "alignment_heads": [[1, 0]]}
    (folder / "generation_config.json").write_text(json.dumps(generation))
    for name in ("tokenizer.json", "preprocessor_config.json"):
        (folder / name).write_bytes((models.tiny_whisper() / name).read_bytes())


# ── the reference ────────────────────────────────────────────────────────────────────────────────


def _gelu(x: Array) -> Array:
    return np.asarray(x * 0.5 * (1 + _erf(x / math.sqrt(2))), np.float32)


def _norm(weights: Weights, name: str, x: Array) -> Array:
    spread = np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5)
    scaled = (x - x.mean(axis=-1, keepdims=True)) / spread
    return np.asarray(scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"], np.float32)


def _linear(weights: Weights, name: str, x: Array) -> Array:
    bias = weights.get(f"{name}.bias")
    y = x @ weights[f"{name}.weight"].T
    return np.asarray(y if bias is None else y + bias, np.float32)


def _attention(weights: Weights, root: str, x: Array, seen: Array, *, causal: bool) -> Array:
    def heads(name: str, of: Array) -> Array:
        return _linear(weights, f"{root}.{name}", of).reshape(len(of), HEADS, -1).transpose(1, 0, 2)

    query, key, value = heads("q_proj", x), heads("k_proj", seen), heads("v_proj", seen)
    scores = query @ key.transpose(0, 2, 1) / math.sqrt(WIDTH // HEADS)
    if causal:
        scores = np.where(np.tril(np.ones(scores.shape[-2:], bool)), scores, -np.inf)
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    mixed = (scores / scores.sum(axis=-1, keepdims=True)) @ value
    return _linear(weights, f"{root}.out_proj", mixed.transpose(1, 0, 2).reshape(len(x), WIDTH))


def _feed(weights: Weights, root: str, x: Array) -> Array:
    inside = _gelu(_linear(weights, f"{root}fc1", _norm(weights, f"{root}final_layer_norm", x)))
    return x + _linear(weights, f"{root}fc2", inside)


def _conv(weights: Weights, name: str, x: Array, stride: int) -> Array:
    padded = np.pad(x, ((0, 0), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 3, axis=1)[:, ::stride]
    kernel = weights[f"model.encoder.{name}.weight"]
    return _gelu(np.einsum("ock,ctk->ot", kernel, windows) + weights[f"model.encoder.{name}.bias"][:, None])


def encoded(weights: Weights, features: Array) -> Array:
    """(mels, frames) → (frames / 2, width)."""
    x = _conv(weights, "conv2", _conv(weights, "conv1", features, 1), 2).T
    x = x + weights["model.encoder.embed_positions.weight"][: len(x)]
    for number in range(LAYERS):
        root = f"model.encoder.layers.{number}."
        y = _norm(weights, f"{root}self_attn_layer_norm", x)
        x = _feed(weights, root, x + _attention(weights, f"{root}self_attn", y, y, causal=False))
    return _norm(weights, "model.encoder.layer_norm", x)


def logits(weights: Weights, tokens: list[int], heard: Array) -> Array:
    """What the decoder makes of the last token."""
    embedding = weights["model.decoder.embed_tokens.weight"]
    x = embedding[tokens] + weights["model.decoder.embed_positions.weight"][: len(tokens)]
    for number in range(LAYERS):
        root = f"model.decoder.layers.{number}."
        y = _norm(weights, f"{root}self_attn_layer_norm", x)
        x = x + _attention(weights, f"{root}self_attn", y, y, causal=True)
        y = _norm(weights, f"{root}encoder_attn_layer_norm", x)
        x = _feed(weights, root, x + _attention(weights, f"{root}encoder_attn", y, heard, causal=False))
    return np.asarray(_norm(weights, "model.decoder.layer_norm", x)[-1] @ embedding.T, np.float32)
