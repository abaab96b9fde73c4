"""Programs of other projects to test with, each in an environment of its own, built once and kept."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BUILD_S = 600.0
UNREACHABLE = ("error sending request", "connection", "resolve", "timed out", "unreachable", "certificate")


def environment(name: str, *packages: str) -> Path:
    """The interpreter of an environment with these packages; skips where the registry can't be reached."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hearth-tests"
    folder = cache / f"{name}-{sys.version_info.major}.{sys.version_info.minor}"
    python = folder / "bin" / "python"
    if (folder / "complete").exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    uv = shutil.which("uv")
    if uv:
        _run([uv, "venv", "-q", "-p", sys.executable, str(folder)])
        _run([uv, "pip", "install", "-q", "-p", str(python), *packages])
    else:
        _run([sys.executable, "-m", "venv", str(folder)])
        _run([str(python), "-m", "pip", "install", "-q", *packages])
    (folder / "complete").touch()
    return python


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD_S, check=False)
    if done.returncode == 0:
        return
    told = (done.stdout + done.stderr)[-2000:]
    if any(words in told.casefold() for words in UNREACHABLE):
        pytest.skip(f"the package registry is not reachable: {told[-200:]}")
    pytest.fail(f"{command[:3]} failed: {told}")
