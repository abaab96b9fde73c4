"""Backups: what went in comes out, and what is not whole changes nothing."""

import asyncio
import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from assistant.errors import AssistantError
from assistant.memory.database import Database
from assistant.memory.schedule import Schedule
from assistant.upkeep import backup
from assistant.upkeep.backup import BackupError, Places, create, put_back, restore
from tests.test_cli import Shell

WORDS = "correct horse battery"


def house(folder: Path) -> Places:
    places = Places(folder / "config" / "assistant.yaml", folder / "data")
    places.settings.parent.mkdir(parents=True)
    places.settings.write_text("voice: slate\n")
    (places.settings.parent / "voices").mkdir()
    (places.settings.parent / "voices" / "mine.yaml").write_text("name: mine\n")
    (places.settings.parent / "ha.token").write_text("secret")
    (places.data / "models" / "whisper-base.en").mkdir(parents=True)
    return places


async def keep_a_timer(places: Places, seconds: float) -> None:
    database = Database(places.database)
    await database.open()
    schedule = Schedule(database)
    await schedule.open()
    await schedule.start("kitchen", seconds, "egg")
    await schedule.close()
    await database.close()


async def timers(places: Places) -> list[str]:
    database = Database(places.database)
    await database.open()
    schedule = Schedule(database)
    await schedule.open()
    found = [timer.name for timer in schedule.timers()]
    await schedule.close()
    await database.close()
    return found


@pytest.mark.slow
async def test_settings_keys_voices_and_timers_come_back(tmp_path: Path) -> None:
    places = house(tmp_path)
    told: list[str] = []
    await keep_a_timer(places, 3600)
    file = await asyncio.to_thread(create, places, None, WORDS, told.append)
    assert backup.listed(places) == [file]
    assert b"slate" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    other = Places(tmp_path / "new" / "assistant.yaml", tmp_path / "new-data")
    await asyncio.to_thread(restore, other, file, WORDS, told.append)
    assert other.settings.read_text() == "voice: slate\n"
    assert (other.settings.parent / "voices" / "mine.yaml").read_text() == "name: mine\n"
    assert (other.settings.parent / "ha.token").read_text() == "secret"
    assert await timers(other) == ["egg"]
    assert "assistant models pull whisper-base.en" in told[-1]


async def test_what_was_here_is_kept_beside(tmp_path: Path) -> None:
    places = house(tmp_path)
    places.settings.write_text("voice: hearth\n")
    await keep_a_timer(places, 60)
    older = archive({"settings/assistant.yaml": b"voice: slate\n"})
    await asyncio.to_thread(put_back, places, older, tmp_path / "b.hearth", lambda line: None)
    assert places.settings.read_text() == "voice: slate\n"
    (kept,) = places.data.glob("before-restore-*")
    assert (kept / "settings" / "assistant.yaml").read_text() == "voice: hearth\n"
    assert await timers(Places(kept / "settings" / "assistant.yaml", kept)) == ["egg"]


def everything(places: Places) -> dict[Path, bytes]:
    roots = (places.settings.parent, places.data)
    return {path: path.read_bytes() for root in roots for path in root.rglob("*") if path.is_file()}


def archive(content: dict[str, bytes], **manifest: object) -> bytes:
    """What is inside a backup, with anything in it."""
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}
    told = {"format": 1, "hearth": "0", "models": [], "files": digests, **manifest}
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as packed:
        for name, data in {"manifest.json": json.dumps(told).encode(), **content}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            packed.addfile(entry, io.BytesIO(data))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "manifest", "why"),
    [
        ({"settings/../../evil": b"x"}, {}, "no backup of Hearth"),
        ({"/etc/passwd": b"x"}, {}, "no backup of Hearth"),
        ({"settings/assistant.yaml": b"voice: lj\n"}, {"files": {}}, "is damaged"),
        ({"settings/assistant.yaml": b"voice: lj\n"}, {"format": 9}, "newer version"),
        ({"settings/assistant.yaml": b"voice: [\n"}, {}, "the backup's settings"),
        ({"hearth.db": b"no database at all"}, {}, "database is damaged"),
    ],
)
def test_what_is_not_whole_changes_nothing(
    tmp_path: Path, content: dict[str, bytes], manifest: dict[str, object], why: str
) -> None:
    places = house(tmp_path)
    before = everything(places)
    with pytest.raises(AssistantError, match=why):
        put_back(places, archive(content, **manifest), tmp_path / "odd", lambda line: None)
    assert everything(places) == before


@pytest.mark.slow
def test_another_passphrase_or_one_wrong_byte_is_refused(tmp_path: Path) -> None:
    places = house(tmp_path)
    file = create(places, tmp_path / "b.hearth", WORDS, lambda line: None)
    before = everything(places)
    with pytest.raises(BackupError, match="the passphrase is not the one"):
        restore(places, file, "incorrect horse", lambda line: None)
    content = bytearray(file.read_bytes())
    content[-40] ^= 1
    file.write_bytes(content)
    with pytest.raises(BackupError, match="or the file is damaged"):
        restore(places, file, WORDS, lambda line: None)
    assert everything(places) == before


def test_the_command_makes_lists_and_brings_back(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    (tmp_path / "words").write_text(WORDS + "\n")
    settings = tmp_path / ".config/hearth/assistant.yaml"
    settings.parent.mkdir(parents=True)
    settings.write_text("time_format: '24'\n")
    done = shell("backup", "create", "--passphrase-file", "words")
    assert done.returncode == 0, done.stderr
    (name,) = shell("backup", "list").stdout.split()[:1]
    settings.unlink()
    done = shell("backup", "restore", name, "--passphrase-file", "words")
    assert done.returncode == 0, done.stderr
    assert settings.read_text() == "time_format: '24'\n"


def test_wrong_words_name_the_fix(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    assert "no backup was named" in shell("backup", "restore").stderr
    assert "name a file: --passphrase-file" in shell("backup", "create").stderr
    (tmp_path / "words").write_text("short")
    assert "too short" in shell("backup", "create", "--passphrase-file", "words").stderr
