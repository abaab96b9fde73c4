"""The wheel by itself, installed in an empty environment, gives a working `assistant`."""

import json
import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from tests.voices import RATE, heard, say

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `assistant` of a fresh environment, far from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    uv = [sys.executable, "-m", "uv"] if _has_uv_module() else ["uv"]
    subprocess.run([*uv, "build", "--wheel", "-o", str(folder), str(ROOT)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*uv, "venv", "-p", sys.executable, str(folder / "env")], check=True, capture_output=True)
    python = folder / "env" / "bin" / "python"
    subprocess.run([*uv, "pip", "install", "-p", str(python), str(wheel)], check=True, capture_output=True)
    return folder / "env" / "bin" / "assistant"


def _has_uv_module() -> bool:
    return (
        subprocess.run([sys.executable, "-m", "uv", "--version"], capture_output=True, check=False).returncode
        == 0
    )


def _run(command: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    return subprocess.run(
        [command, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=120,
        env={"PATH": os.environ["PATH"], "HEARTH_RUNTIME": str(folder / "run"), **home},
    )


def test_help_names_every_command(installed: Path, tmp_path: Path) -> None:
    told = _run(installed, "--help", folder=tmp_path).stdout
    for command in ("run", "demo", "hear", "ask", "say", "config", "engines", "stop"):
        assert f"\n    {command} " in told


def test_a_recording_is_heard_understood_and_answered(installed: Path, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "said.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(heard(say("hey jarvis, set a timer for ten minutes")))
    done = _run(installed, "hear", "said.wav", "--fast", "--json", "--reply", "reply.wav", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    (call,) = [line for line in lines if line["happening"] == "tool_call"]
    assert (call["tool"], call["arguments"]) == ("timer_set", {"duration_s": 600})
    assert (tmp_path / "reply.wav").stat().st_size > 10_000


def test_the_shipped_files_ride_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    spoken = _run(installed, "say", "Dinner is ready", "-o", "dinner.wav", folder=tmp_path)
    assert spoken.returncode == 0, spoken.stderr
    python = installed.with_name("python")
    look = "from assistant.paths import shipped; print(*(shipped(n) for n in ('models.yaml', 'systemd')))"
    found = _run(python, "-c", look, folder=tmp_path).stdout.split()
    assert all("site-packages" in path and Path(path).exists() for path in found)
