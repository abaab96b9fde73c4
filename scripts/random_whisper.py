"""A CTranslate2 Whisper with the shape of base.en and random weights: its speed, and always one sentence.

The weights of attention and feed-forward are real work but small, so that what the decoder says hangs on the
position alone, as in `tiny_whisper.py`: eight words, then the end. So a decoding is as long as a command's.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ctranslate2.specs import whisper_spec
from tiny_whisper import FRAMES, LENGTH, MELS, PROMPT_TOKENS, SPECIAL
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

LAYERS, WIDTH, HEADS = 6, 512, 8
"""Whisper base's own."""
VOCABULARY = 51_864
WORDS = (" Turn", " on", " the", " light", " in", " the", " kitchen", ".")
SMALL = 2e-3
"""Spread of the weights: what they add stays below what the position says."""
Weights = npt.NDArray[np.float32]


def _vocabulary() -> list[str]:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [word.replace(" ", "Ġ") for word in dict.fromkeys(WORDS) if word not in letters]
    timestamps = [f"<|{step * 0.02:.2f}|>" for step in range(FRAMES + 1)]
    plain = [*letters, *words]
    fill = VOCABULARY - len(plain) - len(SPECIAL) - len(timestamps)
    return [*plain, *(f"Ġfill{at}" for at in range(fill)), *SPECIAL, *timestamps]


def _norm(spec: Any) -> None:
    spec.gamma, spec.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)


def _linear(rng: np.random.Generator, spec: Any, rows: int, columns: int) -> None:
    weight = rng.standard_normal((rows, columns), np.float32) * np.float32(SMALL)
    spec.weight, spec.bias = weight, np.zeros(rows, np.float32)


def _layer(rng: np.random.Generator, layer: Any, attentions: tuple[str, ...]) -> None:
    for name in attentions:
        attention = getattr(layer, name)
        _norm(attention.layer_norm)
        rows = (3, 1) if name == "self_attention" else (1, 2, 1)
        for linear, times in zip(attention.linear, rows, strict=True):
            _linear(rng, linear, times * WIDTH, WIDTH)
    feed = layer.ffn
    _norm(feed.layer_norm)
    _linear(rng, feed.linear_0, 4 * WIDTH, WIDTH)
    _linear(rng, feed.linear_1, WIDTH, 4 * WIDTH)


def _encoder(rng: np.random.Generator, encoder: Any) -> None:
    for name, channels in (("conv1", MELS), ("conv2", WIDTH)):
        conv = getattr(encoder, name)
        conv.weight = rng.standard_normal((WIDTH, channels, 3), np.float32) * np.float32(0.05)
        conv.bias = np.zeros(WIDTH, np.float32)
    encoder.position_encodings.encodings = np.zeros((FRAMES, WIDTH), np.float32)
    _norm(encoder.layer_norm)
    for layer in encoder.layer:
        _layer(rng, layer, ("self_attention",))


def _decoder(rng: np.random.Generator, decoder: Any, vocabulary: list[str]) -> None:
    tokens: Weights = rng.standard_normal((len(vocabulary), WIDTH), np.float32)
    tokens -= tokens.mean(axis=1, keepdims=True)
    tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
    places = np.zeros((LENGTH, WIDTH), np.float32)
    for place in range(LENGTH):
        at = place - PROMPT_TOKENS + 1
        word = WORDS[at].replace(" ", "Ġ") if 0 <= at < len(WORDS) else SPECIAL[0]
        places[place] = 6 * tokens[vocabulary.index(word)]
    decoder.embeddings.weight = tokens
    decoder.projection.weight = 3 * tokens
    decoder.position_encodings.encodings = places
    _norm(decoder.layer_norm)
    for layer in decoder.layer:
        _layer(rng, layer, ("self_attention", "attention"))


def write_random_whisper(folder: Path) -> None:
    """Write model.bin (float16, 198 MB: base.en's 145 and a projection not shared) and what goes with it."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = _vocabulary()
    spec = whisper_spec.WhisperSpec(LAYERS, HEADS, LAYERS, HEADS)
    rng = np.random.default_rng(11)
    _encoder(rng, spec.encoder)
    _decoder(rng, spec.decoder, vocabulary)
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [vocabulary.index("<|endoftext|>")]
    spec.config.alignment_heads = [(0, 0)]
    spec.config.lang_ids = []
    spec.validate()
    spec.optimize(quantization="float16")
    spec.save(str(folder))
    plain = vocabulary[: vocabulary.index(SPECIAL[0])]
    tokenizer = Tokenizer(models.BPE(vocab={token: at for at, token in enumerate(plain)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in vocabulary[len(plain) :]])
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "feature_size": MELS,
        "sampling_rate": 16000,
        "hop_length": 160,
        "chunk_length": 30,
        "n_fft": 400,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(settings))
