"""The tiny models that the real engines load in tests, built once per version of their scripts."""

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from assistant.messages import JsonValue
from tests.think.chat_server import running

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"
NEEDS = ("gguf", "onnx", "ctranslate2", "tokenizers")


def _cache() -> Path:
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path(tempfile.gettempdir())) / f"hearth-test-models-{os.getuid()}"


@functools.cache
def folder() -> Path:
    """The folder with all tiny models; built by `scripts/make_test_models.py` where it is not there yet."""
    for module in NEEDS:
        pytest.importorskip(module, reason="the tiny models need the full profile (uv sync --extra full)")
    sources = [SCRIPTS / "make_test_models.py", *sorted(SCRIPTS.glob("tiny_*.py"))]
    key = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    place = _cache() / key
    if place.is_dir():
        return place
    _cache().mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=_cache()))
    subprocess.run([sys.executable, str(sources[0]), str(made)], check=True, capture_output=True)
    try:
        made.rename(place)
    except OSError:
        shutil.rmtree(made)
    return place


def tiny_gguf() -> Path:
    """A llama whose reply is named in the last message: "[call]", "[endless]"… (`scripts/tiny_gguf.py`)."""
    return folder() / "tiny.gguf"


def tiny_whisper(kind: str = "") -> Path:
    """A Whisper that hears "Turn on the kitchen light."; kinds: "long-only" (babbles short), "thanks"."""
    return folder() / (f"whisper-{kind}" if kind else "whisper")


def tiny_piper() -> Path:
    """A Piper voice of tones, its `.onnx.json` beside it."""
    return folder() / "tiny.onnx"


def tiny_turn() -> Path:
    """A Smart Turn that holds those who have fallen silent for done."""
    return folder() / "turn.onnx"


def engine_options(kind: str, name: str) -> dict[str, JsonValue]:
    """Options with which a registered engine runs here on a tiny model; {} where it needs none.

    Both LLMs say "Hello there", or what a mark in the last message asks: [call], [endless], [think].
    """
    if (kind, name) == ("llm", "llama_cpp"):
        return {"model": str(tiny_gguf()), "context": 2048, "threads": 1}
    if (kind, name) == ("llm", "openai"):
        return {"base_url": running().url, "model": "tiny"}
    if (kind, name) == ("stt", "faster_whisper"):
        return {"model": str(tiny_whisper()), "threads": 1}
    if (kind, name) == ("turn", "smart_turn"):
        return {"model": str(tiny_turn())}
    if (kind, name) == ("tts", "piper"):
        return {"model": str(tiny_piper())}
    return {}
