"""A model's file is read whole before its engine is ready; a damaged one is never used and is told."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant.checked import NOTES, Sealed, digest, noted
from assistant.errors import EngineError, EngineGone, ModelMissing, WireError
from assistant.house.hosted import HostedTts
from assistant.house.kept import EngineState
from assistant.house.sealing import Checking, SealedFiles
from assistant.messages import Sound
from assistant.ports import Cancelled
from assistant.scripted import words
from tests.house.hosting import LAUNCHERS, hosted, said, until

HERE = f"{__name__}:FileTts"


class FileTts:
    """Says what its file says; the file may also refuse, end the process, or be changed while it loads."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._file = Path(options["model"])

    def load(self) -> None:
        self._file.with_suffix(".opened").touch()
        self._text = self._file.read_text("utf-8", "replace")
        if self._text.startswith("refuse"):
            raise EngineError("what kind of file is this")
        if self._text.startswith("crash"):
            os._exit(11)
        if self._text.startswith("slippery"):
            self._file.write_text("slippery slope")

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[Sound]:
        if text == "die":
            os._exit(9)
        yield Sound(words(self._text), 16_000)


def sealed(tmp_path: Path, text: str = "good morning") -> Sealed:
    file = tmp_path / "model.bin"
    file.write_text(text)
    return Sealed(file, digest(file), tmp_path / NOTES, "fetch it: assistant models pull it")


def options(file: Sealed) -> dict[str, Any]:
    return {"model": str(file.path), "files": [file.as_json()]}


def flip(file: Sealed, like: os.stat_result | None = None) -> None:
    """One wrong bit; with `like`, everything the file system tells stays as it was."""
    data = bytearray(file.path.read_bytes())
    data[-1] ^= 1
    with file.path.open("r+b") as stream:
        stream.write(data)
    if like is not None:
        os.utime(file.path, ns=(like.st_atime_ns, like.st_mtime_ns))


def opened(file: Sealed) -> bool:
    return file.path.with_suffix(".opened").exists()


@pytest.mark.parametrize("launcher", LAUNCHERS)
async def test_what_is_right_is_used_and_noted(launcher: str, tmp_path: Path) -> None:
    file = sealed(tmp_path)
    for _ in range(2):
        async with hosted(HostedTts, options(file), engine=HERE, launcher=launcher) as voice:
            assert await said(voice, "go on") == "good morning"
        assert noted(file) == "good"


@pytest.mark.parametrize("launcher", LAUNCHERS)
async def test_what_nobody_knows_is_read_before_it_is_opened(launcher: str, tmp_path: Path) -> None:
    file = sealed(tmp_path)
    flip(file)
    with pytest.raises(ModelMissing, match=r"damaged.*assistant models pull it"):
        async with hosted(HostedTts, options(file), engine=HERE, launcher=launcher):
            pass
    assert not opened(file)
    assert noted(file) == "damaged"


@pytest.mark.parametrize("launcher", LAUNCHERS)
async def test_a_bit_that_rotted_behind_the_notes_is_found_while_the_engine_loads(
    launcher: str, tmp_path: Path
) -> None:
    file = sealed(tmp_path)
    async with hosted(HostedTts, options(file), engine=HERE, launcher=launcher):
        pass
    flip(file, like=file.path.stat())
    assert noted(file) == "good"
    voice = HostedTts("tts", HERE, options(file), launcher="spawn" if launcher == "spawn" else "thread")
    with pytest.raises(ModelMissing, match="damaged"):
        await voice.start()
    assert voice.status.state is EngineState.FAILED
    with pytest.raises(EngineGone):
        await said(voice, "anything")
    await voice.close()
    assert noted(file) == "damaged"


async def test_a_known_bad_file_is_refused_at_once(tmp_path: Path) -> None:
    file = sealed(tmp_path)
    flip(file)
    for _ in range(2):
        with pytest.raises(ModelMissing, match="damaged"):
            async with hosted(HostedTts, options(file), engine=HERE):
                pass
    flip(file)  # the right bytes again
    async with hosted(HostedTts, options(file), engine=HERE) as voice:
        assert await said(voice, "go on") == "good morning"


@pytest.mark.parametrize("text", ["refuse me", "crash me"])
async def test_a_damaged_file_is_named_where_the_engine_only_stumbles(text: str, tmp_path: Path) -> None:
    file = sealed(tmp_path)
    async with hosted(HostedTts, options(file), engine=HERE):
        pass
    before = file.path.stat()
    with file.path.open("r+") as stream:
        stream.write(text.ljust(before.st_size))
    os.utime(file.path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(ModelMissing, match="damaged"):
        async with hosted(HostedTts, options(file), engine=HERE, launcher="spawn"):
            pass


async def test_a_good_file_that_the_engine_refuses_is_not_blamed(tmp_path: Path) -> None:
    file = sealed(tmp_path, "refuse me")
    with pytest.raises(EngineError, match="what kind"):
        async with hosted(HostedTts, options(file), engine=HERE):
            pass
    assert noted(file) == "good"


async def test_a_file_that_changes_while_it_is_loaded_is_not_used(tmp_path: Path) -> None:
    file = sealed(tmp_path, "slippery as ice")
    with pytest.raises(ModelMissing, match=r"changed while|damaged"):
        async with hosted(HostedTts, options(file), engine=HERE):
            pass


async def test_a_worker_is_replaced_but_never_by_one_with_a_changed_file(tmp_path: Path) -> None:
    file = sealed(tmp_path)
    async with hosted(HostedTts, options(file), engine=HERE, launcher="spawn") as voice:
        with pytest.raises(EngineGone):
            await said(voice, "die")
        assert await said(voice, "go on") == "good morning"
        flip(file)
        with pytest.raises(EngineGone):
            await said(voice, "die")
        await until(lambda: "damaged" in voice.status.reason)
        assert voice.status.state is not EngineState.READY


def test_a_missing_file_names_its_fix(tmp_path: Path) -> None:
    file = sealed(tmp_path)
    file.path.unlink()
    with pytest.raises(ModelMissing, match=r"cannot be read.*assistant models pull it"):
        SealedFiles([file]).asked()


@pytest.mark.parametrize("asked", [[1], [{}], [{"path": "x", "sha256": "y", "size": "z"}]])
def test_nonsense_on_the_wire_is_refused(asked: Any) -> None:
    with pytest.raises(WireError, match="named wrongly"):
        Checking(asked)
