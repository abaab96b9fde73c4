"""The trained ear → a folder that faster-whisper loads: CTranslate2, int8."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ctranslate2.specs import whisper_spec
from tokenizers import Tokenizer

RATE_HZ, HOP = 16_000, 320
"""As `hear_sound` has them, which only the training can import."""
Weights = dict[str, npt.NDArray[np.float32]]


def _state(place: Path) -> tuple[Weights, dict[str, int]]:
    with np.load(place, allow_pickle=False) as found:
        weights = {name[2:]: found[name].astype(np.float32) for name in found.files if name.startswith("w/")}
        return weights, json.loads(found["told"].tobytes())["shape"]


def _norm(spec: Any, weights: Weights, name: str) -> None:
    spec.gamma, spec.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]


def _linear(spec: Any, weights: Weights, *names: str) -> None:
    """Several layers side by side; a key has no bias."""
    rows = [weights[f"{name}.weight"] for name in names]
    spec.weight = np.concatenate(rows)
    biases = [weights.get(f"{name}.bias") for name in names]
    none = [np.zeros(len(row), np.float32) for row in rows]
    spec.bias = np.concatenate([b if b is not None else z for b, z in zip(biases, none, strict=True)])


def _attention(spec: Any, weights: Weights, name: str, norm: str, *, crossed: bool) -> None:
    _norm(spec.layer_norm, weights, norm)
    parts = [f"{name}.{part}" for part in ("query", "key", "value")]
    if crossed:
        _linear(spec.linear[0], weights, parts[0])
        _linear(spec.linear[1], weights, *parts[1:])
    else:
        _linear(spec.linear[0], weights, *parts)
    _linear(spec.linear[-1], weights, f"{name}.out")


def _layer(spec: Any, weights: Weights, name: str, *, crossed: bool) -> None:
    _attention(spec.self_attention, weights, f"{name}.own", f"{name}.own_norm", crossed=False)
    if crossed:
        _attention(spec.attention, weights, f"{name}.cross", f"{name}.cross_norm", crossed=True)
    _norm(spec.ffn.layer_norm, weights, f"{name}.feed_norm")
    _linear(spec.ffn.linear_0, weights, f"{name}.up")
    _linear(spec.ffn.linear_1, weights, f"{name}.down")


def _sinusoids(length: int, width: int) -> npt.NDArray[np.float32]:
    """Whisper's fixed positions of the encoder."""
    scale = np.exp(-np.log(10_000) / (width // 2 - 1) * np.arange(width // 2))
    angle = np.arange(length)[:, None] * scale[None]
    return np.concatenate([np.sin(angle), np.cos(angle)], 1).astype(np.float32)


def pack_ear(state: Path, tokenizer_file: Path, folder: Path) -> None:
    """Write model.bin, config.json, vocabulary.json, tokenizer.json and preprocessor_config.json."""
    weights, shape = _state(state)
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    spec = whisper_spec.WhisperSpec(shape["encoder"], shape["heads"], shape["decoder"], shape["heads"])
    for name in ("conv1", "conv2"):
        conv = getattr(spec.encoder, name)
        conv.weight, conv.bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    spec.encoder.position_encodings.encodings = _sinusoids(shape["frames"], shape["width"])
    spec.decoder.position_encodings.encodings = weights["word_places"]
    spec.decoder.embeddings.weight = weights["words.weight"]
    spec.decoder.projection.weight = weights["words.weight"]
    for side, crossed in (("encoder", False), ("decoder", True)):
        half = getattr(spec, side)
        _norm(half.layer_norm, weights, f"{side}_norm")
        for at, layer in enumerate(half.layer):
            _layer(layer, weights, f"{side}.{at}", crossed=crossed)
    pieces = [piece for piece, _ in sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])]
    spec.register_vocabulary(pieces)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [tokenizer.token_to_id("<|endoftext|>")]
    spec.config.alignment_heads = [(0, 0)]
    spec.config.lang_ids = []
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    shutil.copy(tokenizer_file, folder / "tokenizer.json")
    window = {"feature_size": 80, "sampling_rate": RATE_HZ, "hop_length": HOP, "n_fft": 400}
    window["chunk_length"] = 2 * shape["frames"] * HOP // RATE_HZ
    (folder / "preprocessor_config.json").write_text(json.dumps(window), encoding="utf-8")
