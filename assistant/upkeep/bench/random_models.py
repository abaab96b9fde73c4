"""Models of true size whose weights are chance: made once by scripts of the checkout, kept in the cache."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant import paths
from assistant.errors import EngineError

SCRIPT = "make_random_models.py"


@dataclass(frozen=True, slots=True)
class RandomModels:
    """Where they are."""

    folder: Path

    @property
    def whisper(self) -> Path:
        """The shape of base.en."""
        return self.folder / "whisper"

    @property
    def voice(self) -> Path:
        """The shape of a Piper medium."""
        return self.folder / "voice.onnx"

    def llm(self, size: str) -> Path:
        """`0.6B` or `1.7B`, Qwen3's shape in Q4_0."""
        return self.folder / f"{size}.gguf"


def cache_folder() -> Path:
    """What a bench may throw away."""
    if named := os.environ.get("HEARTH_BENCH_CACHE"):
        return Path(named)
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "hearth" / "bench"


def made(tell: Callable[[str], None]) -> RandomModels:
    """Them, made where they are not there yet. EngineError says why they can't be."""
    script = paths.shipped("scripts") / SCRIPT
    if not isinstance(script, Path) or not script.is_file():
        raise EngineError(
            "models of random weights are made by the scripts of a source checkout; there is none"
        )
    sources = sorted([*script.parent.glob("random_*.py"), *script.parent.glob("tiny_*.py")])
    version = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    folder = cache_folder() / f"models-{version}"
    tell(f"models of random weights, in {folder} …")
    done = subprocess.run(
        [sys.executable, str(script), str(folder)], check=False, capture_output=True, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise EngineError(f"the models of random weights could not be made: {last}")
    return RandomModels(folder)
