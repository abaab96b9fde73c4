"""The trainings' short mode, from data to engines: few clips and talks, few steps, and it loads."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("tokenizers", reason="needs the full profile (uv sync --extra full)")

from assistant.hear.stt.faster_whisper import FasterWhisper
from tests.hear.test_faster_whisper import hear, speech

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
STEPS = 16
MOST_S = 900
ASKED = """
import sys
from assistant.messages import ChatMessage, Prompt, TextDelta
from assistant.think.llm.llama_cpp import LlamaCpp
engine = LlamaCpp({"model": sys.argv[1], "threads": 1, "context": 256})
engine.load()
said = list(engine.converse(Prompt((ChatMessage("user", "hello"),), max_tokens=32), lambda: False))
print("replied", len(said))
"""


def kit(*words: str) -> str:
    """What the kit's scripts say, in the environment of these tests."""
    done = subprocess.run(
        [sys.executable, "-m", "kit", *words],
        env={**os.environ, "PYTHONPATH": f"{SCRIPTS}:{SCRIPTS.parent}"},
        cwd=SCRIPTS.parent,
        capture_output=True,
        text=True,
        timeout=MOST_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def trained(part: str, folder: Path, shape: str) -> str:
    """What a training of a small shape tells; a skip where torch cannot be had."""
    done = subprocess.run(
        [str(SCRIPTS / "make_kit"), part, str(folder), *shape.split()],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=MOST_S,
    )
    if "torch" in done.stderr and "No matching distribution" in done.stderr:
        pytest.skip("torch cannot be had here: no package registry has it (PIP_EXTRA_INDEX_URL)")
    assert done.returncode == 0, done.stderr
    return done.stdout


def losses(told: str, name: str) -> list[float]:
    return [float(found) for found in re.findall(rf"{name} (\d+\.\d+)", told)]


@pytest.mark.slow
@pytest.mark.timeout(MOST_S)
def test_the_ear_is_trained_for_a_few_steps_and_hears(tmp_path: Path) -> None:
    for program in ("flite", "festival", "espeak-ng"):
        if shutil.which(program) is None:
            pytest.skip(
                f"{program} is not installed (apt-get install flite festival festvox-us-slt-hts espeak-ng)"
            )
    kit("data", str(tmp_path), "--short")
    falling = losses(
        trained("hear", tmp_path, f"--steps {STEPS} --width 48 --encoder 1 --decoder 1"), "letters"
    )
    assert falling[-1] < falling[0], falling
    kit("pack", str(tmp_path))
    ear = FasterWhisper({"model": str(tmp_path / "kit" / "ear"), "threads": 1, "short_windows": True})
    ear.load()
    assert hear(ear, speech(seconds=1.6)).final


@pytest.mark.slow
@pytest.mark.timeout(MOST_S)
def test_the_chat_model_is_trained_for_a_few_steps_and_replies(tmp_path: Path) -> None:
    if importlib.util.find_spec("llama_cpp") is None:
        pytest.skip("needs the full profile (uv sync --extra full)")
    kit("dialogues", str(tmp_path), "--short")
    falling = losses(
        trained("chat", tmp_path, f"--steps {STEPS} --width 64 --heads 2 --layers 1 --feed 64"), "loss"
    )
    assert falling[-1] < falling[0], falling
    kit("pack", str(tmp_path))
    # In a process of its own: llama.cpp's libraries keep others from loading after it.
    model = str(tmp_path / "kit" / "chat.gguf")
    done = subprocess.run(
        [sys.executable, "-c", ASKED, model], capture_output=True, text=True, timeout=MOST_S
    )
    assert done.stdout.startswith("replied"), done.stderr
