"""The trained ear, packed: faster-whisper loads it, and our engine reads with it."""

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("faster_whisper", reason="needs the full profile (uv sync --extra full)")

from kit.hear_pack import pack_ear
from kit.hear_words import make_tokenizer

from assistant.hear.stt.faster_whisper import FasterWhisper
from tests.hear.test_faster_whisper import hear, speech

SHAPE = {"width": 32, "heads": 2, "encoder": 2, "decoder": 1, "frames": 200, "tokens": 96}


def names() -> dict[str, tuple[int, ...]]:
    """Every weight of the network, and its shape."""
    width = SHAPE["width"]
    found: dict[str, tuple[int, ...]] = {
        "conv1.weight": (width, 80, 3),
        "conv1.bias": (width,),
        "conv2.weight": (width, width, 3),
        "conv2.bias": (width,),
        "word_places": (SHAPE["tokens"], width),
    }
    norms = ["encoder_norm", "decoder_norm"]
    for side in ("encoder", "decoder"):
        for at in range(SHAPE[side]):
            sorts = ("own", "cross") if side == "decoder" else ("own",)
            norms += [f"{side}.{at}.{sort}_norm" for sort in (*sorts, "feed")]
            for sort in sorts:
                for part in ("query", "key", "value", "out"):
                    found[f"{side}.{at}.{sort}.{part}.weight"] = (width, width)
                    if part != "key":
                        found[f"{side}.{at}.{sort}.{part}.bias"] = (width,)
            for part, (rows, columns) in {"up": (4 * width, width), "down": (width, 4 * width)}.items():
                found[f"{side}.{at}.{part}.weight"] = (rows, columns)
                found[f"{side}.{at}.{part}.bias"] = (rows,)
    for norm in norms:
        found |= {f"{norm}.weight": (width,), f"{norm}.bias": (width,)}
    return found


@pytest.mark.slow
def test_an_ear_of_any_weights_is_packed_whole_and_read_with(tmp_path: Path) -> None:
    tokenizer = make_tokenizer(tmp_path / "tokenizer.json")
    vocabulary = tokenizer.get_vocab_size()
    rng = np.random.default_rng(2)
    shapes = {**names(), "words.weight": (vocabulary, SHAPE["width"])}
    weights = {
        f"w/{name}": rng.standard_normal(shape).astype(np.float32) * 0.1 for name, shape in shapes.items()
    }
    told = json.dumps({"step": 1, "shape": {**SHAPE, "vocabulary": vocabulary}}).encode()
    np.savez(tmp_path / "hear.npz", told=np.frombuffer(told, np.uint8), **weights)  # type: ignore[arg-type]
    pack_ear(tmp_path / "hear.npz", tmp_path / "tokenizer.json", tmp_path / "ear")
    ear = FasterWhisper({"model": str(tmp_path / "ear"), "threads": 1, "short_windows": True})
    ear.load()
    read = [hear(ear, speech(seconds=seconds)) for seconds in (1.6, 7.5)]
    assert all(each.refused for each in read), "weights that learnt nothing are never believed"
