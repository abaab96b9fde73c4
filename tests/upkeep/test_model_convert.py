"""`assistant models convert`: safetensors in; out comes a Whisper that computes the same and hears."""

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import AssistantError
from assistant.hear.stt.faster_whisper import FasterWhisper
from assistant.messages import SpeechChunk
from assistant.upkeep.whisper_weights import convert
from tests import models
from tests.test_cli import Shell
from tests.upkeep.hub import served_as, serving

ctranslate2 = pytest.importorskip("ctranslate2")
pytest.importorskip("safetensors")
from safetensors.numpy import save_file  # noqa: E402

from tests.upkeep import tiny_acft  # noqa: E402 - both need the full profile


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "acft-tiny"
    tiny_acft.write(folder, tiny_acft.random_weights())
    return folder


def test_what_comes_out_computes_what_went_in(source: Path, tmp_path: Path) -> None:
    models.folder()
    convert(source, tmp_path / "out", quantization=None)
    model = ctranslate2.models.Whisper(str(tmp_path / "out"), compute_type="float32", intra_threads=1)
    weights = tiny_acft.random_weights()
    features = np.random.default_rng(1).standard_normal((tiny_acft.MELS, 400)).astype(np.float32)
    heard = model.encode(ctranslate2.StorageView.from_array(features[None]))
    expected = tiny_acft.encoded(weights, features)
    assert np.max(np.abs(np.array(heard)[0] - expected)) < 1e-3
    words = tiny_acft.vocabulary()
    prompt = [words["<|startoftranscript|>"], words["<|notimestamps|>"]]
    made = model.generate(heard, [prompt], beam_size=1, max_length=24, return_scores=True)[0].sequences_ids[0]
    tokens = list(prompt)
    for token in made:
        chances = tiny_acft.logits(weights, tokens, expected)
        chances[[1, 2]] = -np.inf
        if len(tokens) == len(prompt):
            chances[words["<|endoftext|>"]] = -np.inf
        assert token == int(np.argmax(chances))
        tokens.append(token)
    assert len(set(made)) >= 8, "too easy a test"


def test_in_8_bits_it_is_nearly_the_same_and_the_real_engine_loads_it(source: Path, tmp_path: Path) -> None:
    convert(source, tmp_path / "out")
    assert (tmp_path / "out/model.bin").stat().st_size < 0.6 * (source / "model.safetensors").stat().st_size
    model = ctranslate2.models.Whisper(str(tmp_path / "out"), compute_type="int8", intra_threads=1)
    features = np.random.default_rng(1).standard_normal((tiny_acft.MELS, 400)).astype(np.float32)
    heard = np.array(model.encode(ctranslate2.StorageView.from_array(features[None])))[0]
    expected = tiny_acft.encoded(tiny_acft.random_weights(), features)
    likeness = np.sum(heard * expected) / np.linalg.norm(heard) / np.linalg.norm(expected)
    assert likeness > 0.99
    engine = FasterWhisper({"model": str(tmp_path / "out"), "threads": 1, "short_windows": True})
    engine.load()
    noise = np.random.default_rng(2).integers(-9000, 9000, 16_000).astype("<i2").tobytes()
    assert list(engine.transcribe(iter([SpeechChunk(noise, 0, voiced=True)]), lambda: False))[-1].final


@pytest.mark.parametrize(
    ("breaks", "told"),
    [
        ("cut", "not those of a whole Whisper"),
        ("lacks", "not those of a whole Whisper"),
        ("shape", "not those of a whole Whisper|load"),
        ("kind", "names no Whisper"),
        ("layers", "not believed"),
        ("config", "is damaged"),
    ],
)
def test_what_is_no_whole_whisper_is_refused(source: Path, tmp_path: Path, breaks: str, told: str) -> None:
    weights, file, config = tiny_acft.random_weights(), source / "model.safetensors", source / "config.json"
    said = json.loads(config.read_text())
    if breaks == "cut":
        file.write_bytes(file.read_bytes()[:-1000])
    elif breaks in ("lacks", "shape"):
        name = "model.decoder.layers.1.encoder_attn.v_proj.weight"
        weights = {key: value for key, value in weights.items() if key != name}
        if breaks == "shape":
            weights[name] = np.zeros((3, 5), np.float32)
        file.unlink()
        save_file(weights, file)
    else:
        said |= {"kind": {"architectures": ["Llama"]}, "layers": {"encoder_layers": 10**9}}.get(breaks, {})
        config.write_text("{" if breaks == "config" else json.dumps(said))
    with pytest.raises(AssistantError, match=told):
        convert(source, tmp_path / "out")


@pytest.mark.slow
def test_from_a_hub_with_the_tokenizer_of_another_to_an_ear(source: Path, tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    files = {each.name: each.read_bytes() for each in source.iterdir()}
    tokenizer = {"tokenizer.json": files.pop("tokenizer.json")}
    with serving(served_as("acft-whisper-tiny", files) | served_as("stock", tokenizer)) as hub:
        shell.environment["HEARTH_HUB"] = hub.address
        lacking = shell("models", "convert", "house/acft-whisper-tiny", "--trust")
        assert "lacks tokenizer.json" in lacking.stderr
        words = ("models", "convert", "house/acft-whisper-tiny", "--tokenizer", "house/stock")
        assert "add --trust" in shell(*words).stderr
        done = shell(*words, "--trust")
    assert done.returncode == 0, done.stderr
    assert "use it: ears.wide: {model: acft-whisper-tiny}" in done.stdout
    own = (tmp_path / ".config/hearth/models.yaml").read_text()
    assert "short_windows: true" in own
    assert "made_by: convert" in own
    assert "every byte is right" in shell("models", "verify").stdout
    (tmp_path / "s.yaml").write_text("ears:\n  wide: {model: acft-whisper-tiny}\n")
    spoken = shell("doctor", "--no-sound", "--settings", "s.yaml").stdout
    assert "✓ model acft-whisper-tiny: every byte is right (trusted on first use)" in spoken
    assert "✓ a whole turn" in spoken
