"""`assistant models add` and `lock`: what the owner brings is looked at, shown, trusted, then used."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pymicro_wakeword
import pytest

from assistant.catalogue import load_catalogue
from assistant.house.kit import kit_of
from assistant.settings import load_settings
from tests import models
from tests.test_cli import Shell
from tests.upkeep.hub import COMMIT, Hub, entry, served_as, serving


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def hub(shell: Shell) -> Iterator[Hub]:
    voice, whisper = models.tiny_piper(), models.tiny_whisper()
    files = served_as("chat", {"chat-Q4.gguf": models.tiny_gguf().read_bytes(), "README.md": b"hello"})
    files |= served_as("ear", {each.name: each.read_bytes() for each in whisper.iterdir()})
    files |= served_as(
        "voices", {f"en/{each.name}": each.read_bytes() for each in (voice, voice.with_suffix(".onnx.json"))}
    )
    with serving(files) as served:
        shell.environment["HEARTH_HUB"] = served.address
        yield served


def own(shell: Shell) -> Path:
    return shell.folder / ".config/hearth/models.yaml"


def place(shell: Shell, name: str) -> Path:
    return shell.folder / ".local/share/hearth/models" / name


def nothing_was_left(shell: Shell, name: str) -> bool:
    staging = place(shell, ".staging")
    left = [each for each in staging.rglob("*") if each.is_file() and each.name != "lock"]
    return not own(shell).exists() and not place(shell, name).exists() and not left


# ── from this box ────────────────────────────────────────────────────────────────────────────────


def test_a_language_model_of_ones_own_is_copied_and_answers(shell: Shell) -> None:
    file = shell.folder / "my-chat.gguf"
    shutil.copyfile(models.tiny_gguf(), file)
    done = shell("models", "add", str(file), "--licence", "MIT", typed="yes\n")
    assert done.returncode == 0, done.stderr
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    assert f"{sha256}  my-chat.gguf" in done.stdout
    assert "llama, dense, 4,096 tokens of context" in done.stdout
    file.unlink()
    settings = shell.folder / "s.yaml"
    settings.write_text("mind:\n  llm: {engine: llama_cpp, model: my-chat}\n")
    asked = shell("ask", "tell me a story", "--settings", str(settings))
    assert "Hello there" in asked.stdout, asked.stderr
    listed = shell("models", "list").stdout
    assert "✓ my-chat" in listed
    assert "MIT · trusted on first use" in listed
    assert "trusted on first use" in shell("models", "verify", "my-chat").stdout
    assert json.loads(shell("models", "show", "my-chat", "--json").stdout)["trust"] == "first_use"
    removed = shell("models", "remove", "my-chat")
    assert "no longer lists my-chat" in removed.stdout
    assert "my-chat" not in shell("models", "list").stdout


@pytest.mark.parametrize(
    ("typed", "told"), [("", "add --trust"), ("no\n", "not trusted"), ("y\n", "not trusted")]
)
def test_nothing_is_trusted_without_a_whole_yes(shell: Shell, typed: str, told: str) -> None:
    done = shell("models", "add", str(models.tiny_gguf()), typed=typed)
    assert (done.returncode, told in done.stderr) == (1, True), done.stderr
    assert nothing_was_left(shell, "tiny")


@pytest.mark.slow
def test_a_file_may_stay_where_it_lies_and_a_change_of_it_is_seen(shell: Shell) -> None:
    file = shell.folder / "big.gguf"
    shutil.copyfile(models.tiny_gguf(), file)
    assert shell("models", "add", "./big.gguf", "--in-place", "--trust").returncode == 0
    assert not (place(shell, "big") / "big.gguf").exists()
    assert "every byte is right" in shell("models", "verify", "big").stdout
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    done = shell("models", "verify", "big")
    assert done.returncode == 1
    assert f"bring it back: assistant models add {file} --id big" in done.stdout
    settings = shell.folder / "s.yaml"
    settings.write_text("mind:\n  llm: {engine: llama_cpp, model: big}\n")
    assert "is damaged" in shell("ask", "hello", "--settings", str(settings)).stderr
    assert shell("models", "add", "./big.gguf", "--in-place", "--trust", "--id", "big").returncode == 0
    assert file.exists()
    assert "every byte is right" in shell("models", "verify", "big").stdout


def test_a_voice_speaks_by_its_id_at_once(shell: Shell) -> None:
    done = shell("models", "add", str(models.tiny_piper()), "--id", "granny", "--trust")
    assert done.returncode == 0, done.stderr
    assert "use it: voice: granny" in done.stdout
    spoken = shell("say", "hello", "-o", "out.wav", "--voice", "granny")
    assert spoken.returncode == 0, spoken.stderr
    assert (shell.folder / "out.wav").stat().st_size > 10_000


def test_a_whisper_folder_and_a_wake_word(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    done = shell("models", "add", str(models.tiny_whisper()), "--id", "ear", "--trust")
    assert "speech to text (Whisper), English" in done.stdout, done.stderr
    carried = Path(pymicro_wakeword.__file__).parent / "models" / "hey_jarvis.tflite"
    shutil.copyfile(carried, shell.folder / "hey_house.tflite")
    lacking = shell("models", "add", "./hey_house.tflite", "--trust")
    assert "hey_house.yaml is missing" in lacking.stderr
    (shell.folder / "hey_house.yaml").write_text("family: micro\nword: hey house\n")
    done = shell("models", "add", "./hey_house.tflite", "--trust")
    assert "wake.words: [hey_house]" in done.stdout, done.stderr
    (shell.folder / "hey_house.tflite").unlink()
    settings = shell.folder / "s.yaml"
    settings.write_text("wake:\n  words: [hey_house]\n")
    word = place(shell, "hey_house") / "hey_house.tflite"
    monkeypatch.setenv("HEARTH_CONFIG", str(own(shell).parent))
    monkeypatch.setenv("HEARTH_DATA", str(place(shell, "").parent))
    (plan,) = kit_of(load_settings(settings), load_catalogue()).wake
    assert (plan.word, plan.first.options["model"]) == ("hey house", str(word))
    word.write_bytes(word.read_bytes()[:-1] + b"x")
    assert "is damaged" in shell("ask", "hello", "--settings", str(settings)).stderr
    known = load_catalogue().models
    assert (known["ear"].kind, known["hey_house"].engine) == ("stt", "micro_wake_word")


def test_comments_of_the_owner_survive_and_an_id_of_the_program_is_not_taken(shell: Shell) -> None:
    own(shell).parent.mkdir(parents=True)
    before = f"# mine\nmodels:\n{entry('llm', 'llama_cpp', 'old', {'old.gguf': b'x'})}  # the end\n"
    own(shell).write_text(before)
    taken = shell("models", "add", str(models.tiny_gguf()), "--id", "qwen3-0.6b", "--trust")
    assert "there is a model qwen3-0.6b already" in taken.stderr
    assert own(shell).read_text() == before
    assert shell("models", "add", str(models.tiny_gguf()), "--trust").returncode == 0
    after = own(shell).read_text()
    assert after.startswith("# mine\nmodels:\n")
    assert "# the end" in after
    assert "id: tiny" in after


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.gguf", b"GGML" + bytes(100), "does not begin with GGUF"),
        ("a.gguf", b"GGUF" + bytes(100), "version 0"),
        ("my model.gguf", b"GGUF" + bytes(100), "call it my-model.gguf"),
        ("a.txt", b"hello", "no model is recognised"),
        ("a.onnx", b"\x08\x07", "is missing: write it beside"),
    ],
)
def test_what_is_no_model_is_told_with_the_fix(shell: Shell, name: str, content: bytes, told: str) -> None:
    (shell.folder / name).write_bytes(content)
    done = shell("models", "add", f"./{name}", "--trust")
    assert (done.returncode, told in done.stderr) == (1, True), done.stderr
    assert nothing_was_left(shell, "a")


# ── from a hub ───────────────────────────────────────────────────────────────────────────────────


def test_a_branch_is_resolved_to_its_commit_and_kept_by_it(shell: Shell, hub: Hub) -> None:
    done = shell("models", "add", "house/chat", typed="yes\n")
    assert done.returncode == 0, done.stderr
    assert f"main is commit {COMMIT} today" in done.stdout
    text = own(shell).read_text()
    assert f"commit: {COMMIT}" in text
    assert "licence: apache-2.0" in text
    assert "main" not in text
    shutil.rmtree(place(shell, "chat-Q4"))
    assert "trusted on first use" in shell("models", "pull", "chat-Q4").stdout
    assert "every byte is right" in shell("models", "verify", "chat-Q4").stdout


def test_whole_folders_and_voices_come_from_a_hub(shell: Shell, hub: Hub) -> None:
    assert shell("models", "add", "house/ear", "--trust").returncode == 0
    assert "  ✓ ear " in shell("models", "list").stdout
    address = f"{hub.address}/house/voices/resolve/main/en/tiny.onnx"
    done = shell("models", "add", address, "--id", "hubvoice", "--trust")
    assert done.returncode == 0, done.stderr
    assert shell("say", "hello", "-o", "out.wav", "--voice", "hubvoice").returncode == 0


@pytest.mark.slow
def test_a_hub_is_not_believed_unattended_nor_when_it_lies(shell: Shell, hub: Hub) -> None:
    assert "add --trust" in shell("models", "add", "house/chat").stderr
    hub.files[f"/house/chat/resolve/{COMMIT}/chat-Q4.gguf"] += b"!"
    hub.told = {"sha": "main"}
    assert "is not understood" in shell("models", "add", "house/chat", "--trust").stderr
    hub.told = {}
    path = f"/house/ear/resolve/{COMMIT}/config.json"
    hub.cuts = [100_000, 40]
    assert shell("models", "add", "house/ear", "--trust").returncode == 1
    hub.cuts = []
    hub.onward = {path: f"/house/ear/resolve/{COMMIT}/tokenizer.json"}
    assert "is not that of commit" in shell("models", "add", "house/ear", "--trust").stderr
    assert nothing_was_left(shell, "chat-Q4")
    assert nothing_was_left(shell, "ear")


@pytest.mark.slow
def test_wrong_names_say_what_there_is(shell: Shell, hub: Hub) -> None:
    assert "it has README.md, chat-Q4.gguf" in shell("models", "add", "house/chat/x.gguf", "--trust").stderr
    assert "no such repository" in shell("models", "add", "house/nobody", "--trust").stderr
    assert "name one source" in shell("models", "add").stderr
    assert "there is no such file" in shell("models", "add", "./gone.gguf").stderr
    assert "is no path and no repository" in shell("models", "add", "gone").stderr


# ── lock ─────────────────────────────────────────────────────────────────────────────────────────


GAPS = """\
# mine
models:
  - id: chat
    kind: llm
    engine: llama_cpp
    repository: house/chat  # from a friend
    licence: MIT
    provenance: a friend
    languages: [en]
    ram_mb: 50
    tier: small
    files:
      - {name: chat-Q4.gguf}
"""


def test_lock_fills_the_gaps_shows_them_and_asks(shell: Shell, hub: Hub) -> None:
    own(shell).parent.mkdir(parents=True)
    own(shell).write_text(GAPS)
    assert (
        "look them up: assistant models lock chat"
        in shell("ask", "hi", "--settings", str(settings_with(shell, "chat"))).stderr
    )
    assert "models lock chat" in shell("models", "pull", "chat").stderr
    refused = shell("models", "lock")
    assert (refused.returncode, own(shell).read_text()) == (1, GAPS)
    done = shell("models", "lock", typed="yes\n")
    assert done.returncode == 0, done.stderr
    assert f"+    commit: {COMMIT}" in done.stdout
    text = own(shell).read_text()
    assert text.startswith("# mine\n")
    assert "# from a friend" in text
    assert "trust: first_use" in text
    assert "already" in shell("models", "lock").stdout
    assert shell("models", "pull", "chat").returncode == 0


def settings_with(shell: Shell, model: str) -> Path:
    file = shell.folder / "s.yaml"
    file.write_text(f"mind:\n  llm: {{engine: llama_cpp, model: {model}}}\n")
    return file


def test_the_maintainers_script_fills_and_compares(shell: Shell, hub: Hub) -> None:
    file = shell.folder / "models.yaml"
    file.write_text(GAPS)

    def run() -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, str(models.SCRIPTS / "lock_models.py"), str(file)]
        return subprocess.run(command, capture_output=True, text=True, env=shell.environment, check=False)

    done = run()
    assert done.returncode == 0, done.stderr
    assert "first_use" not in file.read_text()
    hub.files[f"/house/chat/resolve/{COMMIT}/chat-Q4.gguf"] += b"!"
    done = run()
    assert (done.returncode, "has another SHA-256" in done.stdout) == (1, True)
