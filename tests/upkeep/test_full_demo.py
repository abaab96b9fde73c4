"""`assistant demo --full`: the full profile on a folder of small models, and what is said of absent ones."""

import hashlib
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.devices.booth import Booth
from assistant.errors import ModelMissing
from assistant.house.build import Opening, open_house
from assistant.journal import Entry, Journal
from assistant.messages import ToolCall, Transcript
from assistant.upkeep.full_demo import PARTS, full_profile
from tests.models import tiny_gguf, tiny_piper, tiny_whisper
from tests.voices import heard, say

full = pytest.mark.skipif(
    find_spec("llama_cpp") is None, reason="needs the full profile (uv sync --extra full)"
)


def kit_folder(folder: Path) -> Path:
    """Tiny models in the places of the kit's."""
    shutil.copytree(tiny_whisper(), folder / "ear")
    shutil.copy(tiny_gguf(), folder / "chat.gguf")
    for name in ("tiny.onnx", "tiny.onnx.json"):
        shutil.copy(tiny_piper().with_name(name), folder / name.replace("tiny", "voice"))
    return folder


def test_what_is_not_trained_yet_is_named_with_the_fix(tmp_path: Path) -> None:
    (tmp_path / "voice.onnx").touch()
    with pytest.raises(ModelMissing, match=r"lacks the ear and the chat model: .* Fix: \./scripts/make_kit"):
        full_profile(tmp_path, "kitchen")


def test_a_file_that_is_not_the_one_listed_is_named_with_the_fix(tmp_path: Path) -> None:
    (tmp_path / "ear").mkdir()
    for name in PARTS:
        (tmp_path / name).write_bytes(b"other")
    listed = f"files:\n- name: chat.gguf\n  size: 5\n  sha256: {hashlib.sha256(b'trained').hexdigest()}\n"
    (tmp_path / "kit.yaml").write_text(listed)
    with pytest.raises(ModelMissing, match=r"chat\.gguf is not the file .* Fix: git checkout"):
        full_profile(tmp_path, "kitchen")


@pytest.mark.parametrize("listed", ["files: [", "", "files:\n- name: chat.gguf\n"])
def test_a_list_that_cannot_be_read_vouches_for_nothing(listed: str, tmp_path: Path) -> None:
    (tmp_path / "ear").mkdir()
    for name in (*PARTS, "kit.yaml"):
        (tmp_path / name).write_text(listed)
    with pytest.raises(ModelMissing, match=r"no list of a kit's files\. Fix: git checkout"):
        full_profile(tmp_path, "kitchen")


@full
@pytest.mark.slow
async def test_the_full_profile_runs_on_a_folder_of_small_models(tmp_path: Path) -> None:
    settings, kit = full_profile(kit_folder(tmp_path), "kitchen")
    assert [ear.engine for ear in kit.ears] == ["pocketsphinx", "faster_whisper"]
    assert kit.ears[1].options["short_windows"] is True
    assert kit.llm is not None
    assert kit.voice.engine == "piper"
    entries: list[Entry] = []
    journal = Journal(lambda: 0.0, live=False)
    booth = Booth(heard(say("hey jarvis, the neighbours are very loud tonight")))
    async with open_house(settings, journal, Opening(demo_home=True, ears=True, kit=kit)) as house:
        with journal.reading(entries.append):
            await house.hear(booth, "kitchen", wake=True)
    told = [entry.happening for entry in entries]
    assert "faster_whisper" in {h.engine for h in told if isinstance(h, Transcript)}
    assert [h.name for h in told if isinstance(h, ToolCall)] == ["device_on"]
    assert any(booth.played())
