"""A CTranslate2 Whisper of about 1 MB that hears the same words in everything.

Attention and feed-forward weights are nought, so what the decoder says depends on the position alone: the
position's vector points at the next word it was given. The shapes, the vocabulary's special tokens and the
files are those of an English-only Whisper. With `long_only` it babbles in short windows, as stock
Whisper weights do.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from ctranslate2.specs import whisper_spec
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

WIDTH, HEADS, MELS, FRAMES, LENGTH = 32, 2, 80, 1500, 448
WORDS = (" Turn", " on", " the", " kitchen", " light", ".")
BABBLE = " um"
LONG_FRAMES = 740
"""Encoder frames of 20 ms: just under half the full window, so that its mean is almost nought."""
PROMPT_TOKENS = 2
"""`<|startoftranscript|>` and `<|notimestamps|>`: the first word follows the second."""
SPECIAL = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|en|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nocaptions|>",
    "<|notimestamps|>",
)
Weights = npt.NDArray[np.float32]


def _vocabulary(said: Sequence[str]) -> list[str]:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    spelled = dict.fromkeys(word.replace(" ", "Ġ") for word in (*said, BABBLE))
    words = [word for word in spelled if word not in letters]
    timestamps = [f"<|{step * 0.02:.2f}|>" for step in range(FRAMES + 1)]
    return [*letters, *words, *SPECIAL, *timestamps]


def _tokenizer(vocabulary: list[str]) -> Tokenizer:
    plain = vocabulary[: vocabulary.index(SPECIAL[0])]
    tokenizer = Tokenizer(models.BPE(vocab={token: at for at, token in enumerate(plain)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in vocabulary[len(plain) :]])
    return tokenizer


def _norm(spec: object) -> None:
    spec.gamma, spec.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)  # type: ignore[attr-defined]


def _linear(spec: object, rows: int, columns: int) -> None:
    spec.weight = np.zeros((rows, columns), np.float32)  # type: ignore[attr-defined]
    spec.bias = np.zeros(rows, np.float32)  # type: ignore[attr-defined]


def _fill_layer(layer: object, attentions: tuple[str, ...]) -> None:
    for name in attentions:
        attention = getattr(layer, name)
        _norm(attention.layer_norm)
        shapes = [(3, 1), (1, 1)] if name == "self_attention" else [(1, 1), (2, 1), (1, 1)]
        for linear, (rows, columns) in zip(attention.linear, shapes, strict=True):
            _linear(linear, rows * WIDTH, columns * WIDTH)
    feed = layer.ffn  # type: ignore[attr-defined]
    _norm(feed.layer_norm)
    _linear(feed.linear_0, 4 * WIDTH, WIDTH)
    _linear(feed.linear_1, WIDTH, 4 * WIDTH)


def _babble_when_short(spec: whisper_spec.WhisperSpec, babble: Weights) -> None:
    """Early and late frames carry opposite marks; their mean steers towards `babble`."""
    mark = np.where(np.arange(WIDTH) % 2 == 0, 1, -1).astype(np.float32)
    for conv in (spec.encoder.conv1, spec.encoder.conv2):
        conv.weight = np.zeros_like(conv.weight)
    late = np.arange(FRAMES)[:, None] >= LONG_FRAMES
    spec.encoder.position_encodings.encodings = np.where(late, mark, -mark).astype(np.float32)
    seen = spec.decoder.layer[0].attention
    seen.linear[1].weight[WIDTH:] = -20 * np.outer(babble, mark) / WIDTH
    seen.linear[2].weight = np.eye(WIDTH, dtype=np.float32)


def _fill_decoder(decoder: whisper_spec.WhisperSpec, vocabulary: list[str], words: Sequence[str]) -> None:
    rng = np.random.default_rng(5)
    tokens = rng.standard_normal((len(vocabulary), WIDTH)).astype(np.float32)
    tokens -= tokens.mean(axis=1, keepdims=True)
    tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
    says = [word.replace(" ", "Ġ") for word in words]
    places = np.zeros((LENGTH, WIDTH), np.float32)
    for place in range(LENGTH):
        said = place - PROMPT_TOKENS + 1
        word = says[said] if 0 <= said < len(says) else SPECIAL[0]
        places[place] = 6 * tokens[vocabulary.index(word)]
    decoder.embeddings.weight = tokens
    decoder.projection.weight = 3 * tokens
    decoder.position_encodings.encodings = places
    _norm(decoder.layer_norm)
    for layer in decoder.layer:
        _fill_layer(layer, ("self_attention", "attention"))


def write_whisper(folder: Path, words: Sequence[str] = WORDS, *, long_only: bool = False) -> None:
    """Write model.bin, config.json, vocabulary.json, tokenizer.json and preprocessor_config.json."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = _vocabulary(words)
    spec = whisper_spec.WhisperSpec(1, HEADS, 1, HEADS)
    rng = np.random.default_rng(3)
    for name, channels in (("conv1", MELS), ("conv2", WIDTH)):
        conv = getattr(spec.encoder, name)
        conv.weight = (rng.standard_normal((WIDTH, channels, 3)) * 0.05).astype(np.float32)
        conv.bias = np.zeros(WIDTH, np.float32)
    spec.encoder.position_encodings.encodings = np.zeros((FRAMES, WIDTH), np.float32)
    _norm(spec.encoder.layer_norm)
    _fill_layer(spec.encoder.layer[0], ("self_attention",))
    _fill_decoder(spec.decoder, vocabulary, words)
    if long_only:
        _babble_when_short(spec, spec.decoder.embeddings.weight[vocabulary.index(BABBLE.replace(" ", "Ġ"))])
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [vocabulary.index("<|endoftext|>")]
    spec.config.alignment_heads = [(0, 0)]
    spec.config.lang_ids = []
    spec.validate()
    spec.save(str(folder))
    _tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    settings = {
        "feature_size": MELS,
        "sampling_rate": 16000,
        "hop_length": 160,
        "chunk_length": 30,
        "n_fft": 400,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(settings))
