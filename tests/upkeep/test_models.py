"""`assistant models`: from a hub to this box, checked, used by the real engine, and gone again."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.catalogue import load_catalogue
from assistant.errors import AssistantError
from assistant.upkeep.models import Models
from tests import models
from tests.test_cli import Shell
from tests.upkeep.hub import Hub, entry, served_as, serving


@pytest.fixture
def files() -> dict[str, bytes]:
    voice = models.tiny_piper()
    return {path.name: path.read_bytes() for path in (voice, voice.with_name(voice.name + ".json"))}


@pytest.fixture
def hub(files: dict[str, bytes]) -> Iterator[Hub]:
    with serving(served_as("tiny-voice", files)) as served:
        yield served


@pytest.fixture
def shell(tmp_path: Path, files: dict[str, bytes], hub: Hub) -> Shell:
    """A box whose owner knows one more model."""
    made = Shell(tmp_path)
    made.environment["HEARTH_HUB"] = hub.address
    folder = tmp_path / ".config" / "hearth"
    folder.mkdir(parents=True)
    (folder / "models.yaml").write_text(
        f"models:\n{entry('tts', 'piper', 'tiny-voice', files)}    non_commercial: true\n"
    )
    return made


def place(shell: Shell, name: str = "tiny.onnx") -> Path:
    return shell.folder / ".local/share/hearth/models/tiny-voice" / name


def test_the_list_shows_what_is_here_and_its_licence(shell: Shell) -> None:
    listed = shell("models", "list").stdout
    assert "    tiny-voice " in listed
    assert "CC0 (not for profit)" in listed
    shell("models", "pull", "tiny-voice")
    assert "  ✓ tiny-voice " in shell("models", "list").stdout
    (told,) = [
        line
        for text in shell("models", "list", "--json").stdout.splitlines()
        if (line := json.loads(text))["id"] == "tiny-voice"
    ]
    assert told["installed"] is True


def test_a_pulled_voice_speaks(shell: Shell) -> None:
    own = shell.folder / ".config/hearth/voices"
    own.mkdir()
    (own / "tiny.yaml").write_text("name: tiny\nengine: piper\nmodel: tiny-voice\nlanguage: en\n")
    missing = shell("say", "hello", "-o", "out.wav", "--voice", "tiny")
    assert "fetch it: assistant models pull tiny-voice" in missing.stderr
    done = shell("models", "pull", "tiny-voice")
    assert done.returncode == 0, done.stderr
    assert "bars profit" in done.stdout
    assert "every file is the one the catalogue names" in done.stdout
    spoken = shell("say", "hello", "-o", "out.wav", "--voice", "tiny")
    assert spoken.returncode == 0, spoken.stderr
    assert len((shell.folder / "out.wav").read_bytes()) > 10_000


@pytest.mark.slow
def test_a_pull_that_is_killed_goes_on_where_it_stopped(shell: Shell, hub: Hub) -> None:
    content = next(content for path, content in hub.files.items() if path.endswith(".onnx"))
    hub.hangs_at = len(content) // 2
    part = place(shell).parent.parent / f".staging/{hashlib.sha256(content).hexdigest()}.part"
    with shell.started("models", "pull", "tiny-voice") as pulling:
        while not part.exists() or part.stat().st_size < hub.hangs_at:
            assert pulling.poll() is None
        pulling.kill()
    assert not place(shell).exists()
    hub.hangs_at = None
    assert shell("models", "pull", "tiny-voice").returncode == 0
    assert f"bytes={len(content) // 2}-" in hub.asked
    assert shell("models", "verify", "tiny-voice").returncode == 0


def test_too_little_room_is_told_before_anything_is_fetched(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARTH_CONFIG", str(tmp_path))
    models_ = Models(load_catalogue(), tmp_path, hub.address)
    monkeypatch.setattr("shutil.disk_usage", lambda place: SimpleNamespace(free=10))
    with pytest.raises(AssistantError, match=r"MB too full for whisper-tiny\.en; free some"):
        models_.pull(["whisper-tiny.en"], lambda line: None)
    assert hub.asked == []


def test_what_is_here_already_is_not_fetched_again(shell: Shell, hub: Hub) -> None:
    shell("models", "pull", "tiny-voice")
    asked = len(hub.asked)
    assert shell("models", "pull", "tiny-voice").returncode == 0
    assert len(hub.asked) == asked


def test_a_damaged_file_is_found_and_fetched_again(shell: Shell) -> None:
    shell("models", "pull", "tiny-voice")
    content = bytearray(place(shell).read_bytes())
    content[100] ^= 1
    place(shell).write_bytes(content)
    done = shell("models", "verify")
    assert done.returncode == 1
    assert "missing or damaged: tiny.onnx" in done.stdout
    assert "assistant models pull tiny-voice" in done.stdout
    assert shell("models", "pull", "tiny-voice").returncode == 0
    done = shell("models", "verify", "tiny-voice")
    assert (done.returncode, "every byte is right" in done.stdout) == (0, True)


def test_a_hub_that_lies_leaves_nothing(shell: Shell, hub: Hub) -> None:
    for path in hub.files:
        hub.files[path] = b"malice" + hub.files[path][6:]
    done = shell("models", "pull", "tiny-voice")
    assert done.returncode == 1
    assert "nothing of it was kept" in done.stderr
    assert not place(shell).exists()


def test_a_model_is_removed(shell: Shell) -> None:
    shell("models", "pull", "tiny-voice")
    assert "removed" in shell("models", "remove", "tiny-voice").stdout
    assert not place(shell).parent.exists()
    assert "is not on this box" in shell("models", "remove", "tiny-voice").stdout


def test_wrong_words_name_the_fix(shell: Shell) -> None:
    assert 'did you mean "whisper-base.en"' in shell("models", "pull", "whisper-bas.en").stderr
    assert "no model was named" in shell("models", "pull").stderr
    assert "rides in the Python package" in shell("models", "pull", "microwakeword-alexa").stdout
    assert "no model was fetched yet" in shell("models", "verify").stdout
