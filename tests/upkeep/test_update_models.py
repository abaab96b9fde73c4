"""Successors of models: fetched, loaded, and only then named; whatever fails leaves the model in use."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.catalogue import load_catalogue
from assistant.errors import AssistantError
from assistant.model_entry import Model
from assistant.settings import Settings, load_settings
from assistant.settings_yaml import read_yaml_bytes
from assistant.upkeep.release import Successor
from assistant.upkeep.update_models import offered, take_over
from tests import models
from tests.upkeep.hub import Hub, entry, served_as, serving

OLD = "whisper-base.en"
NEW = "whisper-base.en-2"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("HEARTH_CONFIG", str(tmp_path))
    monkeypatch.setenv("HEARTH_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    (tmp_path / "assistant.yaml").write_text(f"# mine\nears:\n  wide:\n    model: {OLD} # good\n")
    with serving({}) as hub:
        monkeypatch.setenv("HEARTH_HUB", hub.address)
        yield hub


def successor(files: dict[str, bytes], tmp_path: Path) -> Successor:
    text = "models:\n" + entry("stt", "faster_whisper", NEW, files)
    (tmp_path / "new.yaml").write_text(text)
    model: Model = load_catalogue(tmp_path / "new.yaml").models[NEW]
    return Successor(replaces=OLD, model=model)


def test_only_a_successor_of_a_model_in_use_is_offered(tmp_path: Path) -> None:
    new = successor({"model.bin": b"1"}, tmp_path)
    text = f"ears: {{wide: {{model: {OLD}}}}}".encode()
    assert offered(read_yaml_bytes(text, "settings", Settings, folder=tmp_path), [new]) == [new]
    assert offered(Settings(), [new]) == []


def test_a_successor_that_does_not_load_or_is_another_changes_nothing(hub: Hub, tmp_path: Path) -> None:
    file = tmp_path / "assistant.yaml"
    before = file.read_text()
    files = {"model.bin": b"no whisper at all", "config.json": b"{}"}
    new = successor(files, tmp_path)
    for served in ({}, served_as(NEW, {**files, "model.bin": b"no Whisper at all"}), served_as(NEW, files)):
        hub.files.update(served)
        with pytest.raises(AssistantError):
            take_over(file, new, lambda line: None)
        assert file.read_text() == before
    assert not list(tmp_path.glob(".update-candidate*"))


@pytest.mark.slow
def test_a_successor_that_loads_takes_the_place_and_the_old_one_stays(hub: Hub, tmp_path: Path) -> None:
    whisper = models.tiny_whisper()
    files = {path.name: path.read_bytes() for path in sorted(whisper.iterdir())}
    hub.files.update(served_as(NEW, files))
    (tmp_path / "data" / "models" / OLD).mkdir(parents=True)
    lines: list[str] = []
    take_over(tmp_path / "assistant.yaml", successor(files, tmp_path), lines.append)
    settings = load_settings(tmp_path / "assistant.yaml")
    assert settings.ears.wide is not None
    assert settings.ears.wide.model == NEW
    assert (tmp_path / "assistant.yaml").read_text().startswith("# mine\n")
    assert NEW in load_catalogue().models
    assert (tmp_path / "data" / "models" / OLD).is_dir()
    assert f"{NEW} takes the place of {OLD}" in lines[-1]
    take_over(tmp_path / "assistant.yaml", successor(files, tmp_path), lines.append)
