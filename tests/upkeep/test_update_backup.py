"""Backups nobody is there for: closed by a key beside the settings, opened only by its other half."""

from pathlib import Path

import pytest

from assistant.upkeep.backup import BackupError, Places, content_of
from assistant.upkeep.update_backup import (
    KEPT,
    RECIPIENT,
    create_sealed,
    keep_settings,
    make_key,
    restore_sealed,
)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places(tmp_path / "config" / "assistant.yaml", tmp_path / "data")
    places.settings.parent.mkdir()
    places.data.mkdir()
    places.settings.write_text("voice: slate\n")
    return places


def key_of(places: Places, folder: Path) -> Path:
    lines: list[str] = []
    make_key(places, lines.append)
    (folder / "mine.key").write_text(lines[0] + "\n")
    return folder / "mine.key"


def test_what_was_sealed_comes_back_with_the_owners_key(places: Places, tmp_path: Path) -> None:
    key = key_of(places, tmp_path)
    file = create_sealed(places, lambda line: None)
    assert file is not None
    assert b"slate" not in file.read_bytes()
    places.settings.write_text("voice: hearth\n")
    restore_sealed(places, file, key, lambda line: None)
    assert places.settings.read_text() == "voice: slate\n"


def test_the_settings_of_before_an_update_lie_beside_the_memory_and_only_the_last(places: Places) -> None:
    voices = places.settings.parent / "voices"
    voices.mkdir()
    (voices / "own.yaml").write_text("name: own\n")
    kept = keep_settings(places)
    assert (kept / "assistant.yaml").read_text() == "voice: slate\n"
    assert (kept / "voices/own.yaml").read_text() == "name: own\n"
    assert kept.stat().st_mode & 0o777 == 0o700
    (voices / "own.yaml").unlink()
    places.settings.write_text("voice: hearth\n")
    assert keep_settings(places) == kept
    assert {path.name for path in kept.rglob("*") if path.is_file()} == {"assistant.yaml"}
    assert (kept / "assistant.yaml").read_text() == "voice: hearth\n"


def test_of_a_home_that_holds_the_settings_too_only_those_are_taken(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    (places.settings.parent / "letter.txt").write_text("dear diary")
    monkeypatch.setenv("HOME", str(places.settings.parent))
    assert [name for name, _ in content_of(places)] == ["settings/assistant.yaml"]


def test_no_other_key_and_no_damaged_file_changes_anything(places: Places, tmp_path: Path) -> None:
    key = key_of(places, tmp_path)
    file = create_sealed(places, lambda line: None)
    assert file is not None
    (places.settings.parent / RECIPIENT).unlink()
    (tmp_path / "other").mkdir()
    other = key_of(places, tmp_path / "other")
    with pytest.raises(BackupError, match="the key is not the one"):
        restore_sealed(places, file, other, lambda line: None)
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(BackupError, match="damaged"):
        restore_sealed(places, file, key, lambda line: None)
    key.write_text("rubbish")
    with pytest.raises(BackupError, match="is no key"):
        restore_sealed(places, file, key, lambda line: None)
    assert places.settings.read_text() == "voice: slate\n"


def test_without_a_key_the_owner_is_told_how_to_make_one(places: Places) -> None:
    lines: list[str] = []
    assert create_sealed(places, lines.append) is None
    assert "assistant backup key" in lines[0]
    (places.settings.parent / RECIPIENT).write_text("rubbish\n")
    with pytest.raises(BackupError, match="assistant backup key"):
        create_sealed(places, lines.append)


def test_a_key_is_not_replaced_by_accident(places: Places, tmp_path: Path) -> None:
    key_of(places, tmp_path)
    with pytest.raises(BackupError, match="is there already"):
        key_of(places, tmp_path)


def test_only_the_last_backups_before_updates_are_kept(places: Places, tmp_path: Path) -> None:
    key_of(places, tmp_path)
    places.backups.mkdir()
    for day in range(10, 20):
        (places.backups / f"before-update-2020-01-{day}-000000.hearth").touch()
    (places.backups / "2020-01-01-000000.hearth").touch()
    assert create_sealed(places, lambda line: None) is not None
    assert len(list(places.backups.glob("before-update-*"))) == KEPT
    assert (places.backups / "2020-01-01-000000.hearth").exists()
