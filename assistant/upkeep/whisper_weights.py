"""Whisper in the Hugging Face layout (safetensors) → Whisper in CTranslate2's, without torch.

The one has a matrix for each projection; the other joins those that read the same input: query, key and value
of self-attention, key and value of cross-attention.
"""

import json
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from assistant.errors import AssistantError

NEEDS: Final = ("model.safetensors", "config.json", "tokenizer.json")
SPARE: Final = ("generation_config.json", "preprocessor_config.json")
_MOST_LAYERS: Final = 64
Weights = npt.NDArray[np.float32]
Take = Callable[[str], Weights]


def convert(source: Path, target: Path, quantization: str | None = "int8") -> None:
    """Write model.bin, config.json, vocabulary.json and the tokenizer to the folder `target`.

    AssistantError where a file is missing, broken, or no Whisper.
    """
    config = _json(source / "config.json")
    if "WhisperForConditionalGeneration" not in config.get("architectures", []):
        raise AssistantError(f"{source}: its config.json names no Whisper; only Whisper is converted")
    try:
        from ctranslate2.specs import whisper_spec
        from safetensors import SafetensorError, safe_open
    except ImportError as error:
        raise AssistantError(f"{error.name} is not installed: uv sync --extra full") from error
    layers, heads = config["encoder_layers"], config["encoder_attention_heads"]
    deep, wide = config["decoder_layers"], config["decoder_attention_heads"]
    if not all(isinstance(each, int) and 0 < each <= _MOST_LAYERS for each in (layers, heads, deep, wide)):
        raise AssistantError(f"{source}: the layers in its config.json are not believed; fetch it again")
    spec = whisper_spec.WhisperSpec(layers, heads, deep, wide)
    try:
        with safe_open(source / NEEDS[0], framework="numpy") as held:

            def take(name: str) -> Weights:
                return np.ascontiguousarray(held.get_tensor(name), np.float32)

            _fill(spec, take)
        _describe(spec, source, config)
        spec.validate()
        spec.optimize(quantization=quantization)
        target.mkdir(parents=True, exist_ok=True)
        spec.save(str(target))
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise AssistantError(f"{source}: its weights are not those of a whole Whisper ({error})") from error
    _copy_beside(source, target)


def _fill(spec: Any, take: Take) -> None:
    for side in ("encoder", "decoder"):
        part, root = getattr(spec, side), f"model.{side}."
        part.position_encodings.encodings = take(f"{root}embed_positions.weight")
        _norm(part.layer_norm, take, f"{root}layer_norm")
        for number, layer in enumerate(part.layer):
            _layer(layer, take, f"{root}layers.{number}.", crosses=side == "decoder")
    for name in ("conv1", "conv2"):
        conv = getattr(spec.encoder, name)
        conv.weight = take(f"model.encoder.{name}.weight")
        conv.bias = take(f"model.encoder.{name}.bias")
    spec.decoder.embeddings.weight = take("model.decoder.embed_tokens.weight")
    spec.decoder.projection.weight = spec.decoder.embeddings.weight  # Whisper ties them


def _layer(layer: Any, take: Take, root: str, *, crosses: bool) -> None:
    whole = [_linear(take, f"{root}self_attn.{name}_proj") for name in "qkv"]
    _set(layer.self_attention.linear[0], _joined(whole))
    _set(layer.self_attention.linear[1], _linear(take, f"{root}self_attn.out_proj"))
    _norm(layer.self_attention.layer_norm, take, f"{root}self_attn_layer_norm")
    if crosses:
        query, key, value = (_linear(take, f"{root}encoder_attn.{name}_proj") for name in "qkv")
        _set(layer.attention.linear[0], query)
        _set(layer.attention.linear[1], _joined([key, value]))
        _set(layer.attention.linear[2], _linear(take, f"{root}encoder_attn.out_proj"))
        _norm(layer.attention.layer_norm, take, f"{root}encoder_attn_layer_norm")
    _set(layer.ffn.linear_0, _linear(take, f"{root}fc1"))
    _set(layer.ffn.linear_1, _linear(take, f"{root}fc2"))
    _norm(layer.ffn.layer_norm, take, f"{root}final_layer_norm")


def _linear(take: Take, name: str) -> tuple[Weights, Weights]:
    """Weight (out, in) and bias (out); Whisper's keys have none, which is a bias of nought."""
    weight = take(f"{name}.weight")
    if name.endswith("k_proj"):
        return weight, np.zeros(weight.shape[0], np.float32)
    return weight, take(f"{name}.bias")


def _joined(parts: list[tuple[Weights, Weights]]) -> tuple[Weights, Weights]:
    return np.concatenate([weight for weight, _ in parts]), np.concatenate([bias for _, bias in parts])


def _set(spec: Any, pair: tuple[Weights, Weights]) -> None:
    spec.weight, spec.bias = pair


def _norm(spec: Any, take: Take, name: str) -> None:
    spec.gamma, spec.beta = take(f"{name}.weight"), take(f"{name}.bias")


def _describe(spec: Any, source: Path, config: Mapping[str, Any]) -> None:
    """Vocabulary, and the tokens with a meaning of their own."""
    tokens = _tokens(_json(source / "tokenizer.json"), int(config["vocab_size"]))
    spec.register_vocabulary(tokens)
    spare = source / SPARE[0]
    said = {**config, **(_json(spare) if spare.is_file() else {})}
    spec.config.suppress_ids = said.get("suppress_tokens") or []
    spec.config.suppress_ids_begin = said.get("begin_suppress_tokens") or []
    layers, heads = int(config["decoder_layers"]), int(config["decoder_attention_heads"])
    usual = [list(each) for each in product(range(layers // 2, layers), range(heads))]
    spec.config.alignment_heads = said.get("alignment_heads") or usual
    languages = said.get("lang_to_id")
    spec.config.lang_ids = sorted(languages.values()) if isinstance(languages, dict) else []


def _tokens(tokenizer: Mapping[str, Any], size: int) -> list[str]:
    """Every token at its number; numbers that the tokenizer leaves free are timestamps of 20 ms."""
    vocabulary = tokenizer["model"]["vocab"]
    by_number = {int(number): str(token) for token, number in vocabulary.items()}
    by_number |= {int(each["id"]): str(each["content"]) for each in tokenizer.get("added_tokens", ())}
    known = [by_number[number] for number in range(min(size, max(by_number) + 1))]
    return known + [f"<|{step * 0.02:.2f}|>" for step in range(size - len(known))]


def _copy_beside(source: Path, target: Path) -> None:
    for name in (NEEDS[2], SPARE[1]):
        if (source / name).is_file():
            (target / name).write_bytes((source / name).read_bytes())


def _json(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(file.read_bytes())
    except OSError as error:
        raise AssistantError(f"{file}: is missing ({error.strerror}); put it beside the weights") from error
    except (ValueError, RecursionError) as error:
        raise AssistantError(f"{file}: is damaged ({error}); fetch it again") from error
    if not isinstance(said, dict):
        raise AssistantError(f"{file}: should hold a section of keys; fetch it again")
    return said
