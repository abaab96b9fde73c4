"""Bits flipped and downloads cut, on the way and on the disk: what is used is right to the last byte."""

import hashlib
import logging
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.catalogue import Catalogue
from assistant.checked import NOTES
from assistant.errors import AssistantError, ModelMissing
from assistant.house.hosted import HostedTts
from assistant.messages import JsonValue
from assistant.model_entry import Model
from assistant.upkeep.models import Models
from tests.house.test_sealing import HERE
from tests.upkeep.hub import COMMIT, Hub, served_as, serving

CONTENT = random.Random(5).randbytes(200_000)
SPARE = b'{"a": "small file beside it"}'
FILES = {"model.bin": CONTENT, "model.json": SPARE}
COUNTS = [30, pytest.param(1000, marks=pytest.mark.soak)]
log = logging.getLogger(__name__)


def catalogue() -> Catalogue:
    files: list[dict[str, object]] = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in FILES.items()
    ]
    said: dict[str, object] = {
        "id": "tiny",
        "kind": "tts",
        "engine": "piper",
        "repository": "house/tiny",
        "commit": COMMIT,
    }
    said |= {"licence": "CC0", "provenance": "made here", "languages": ["en"], "ram_mb": 1, "tier": "small"}
    return Catalogue({"tiny": Model.model_validate(said | {"files": files})}, {})


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving(served_as("tiny", FILES)) as served:
        yield served


def flipped(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]


def is_right_or_absent(folder: Path) -> bool:
    here = {name: folder / "tiny" / name for name in FILES}
    return all(not path.exists() or path.read_bytes() == FILES[name] for name, path in here.items())


async def used(models: Catalogue, folder: Path) -> bool:
    """Whether an engine gets ready on it, by the way that the house goes."""
    try:
        path = models.locate("tiny", "tts", folder)
    except ModelMissing:
        return False
    files: list[JsonValue] = [sealed.as_json() for sealed in models.sealed("tiny", "tts", folder)]
    voice = HostedTts("tts", HERE, {"model": str(path), "files": files}, launcher="thread")
    try:
        await voice.start()
    except ModelMissing:
        return False
    else:
        return True
    finally:
        await voice.close()


@pytest.mark.parametrize("count", COUNTS)
async def test_a_bit_flipped_on_the_way(count: int, hub: Hub, tmp_path: Path) -> None:
    chance, known = random.Random(11), catalogue()
    models = Models(known, tmp_path, hub.address)
    for _ in range(count):
        name = chance.choice(list(FILES))
        hub.files = served_as("tiny", FILES | {name: flipped(FILES[name], chance)})
        with pytest.raises(AssistantError, match="nothing of it was kept"):
            models.pull(["tiny"], lambda line: None)
        assert is_right_or_absent(tmp_path)
        assert not await used(known, tmp_path)
        shutil.rmtree(tmp_path / "tiny", ignore_errors=True)
    log.info("%d bits flipped on the way: none used", count)


@pytest.mark.parametrize("count", COUNTS)
async def test_a_bit_flipped_on_the_disk(count: int, hub: Hub, tmp_path: Path) -> None:
    """Half of them as a disk does it: size, mtime and inode tell nothing."""
    chance, known = random.Random(12), catalogue()
    models = Models(known, tmp_path, hub.address)
    models.pull(["tiny"], lambda line: None)
    for turn in range(count):
        assert await used(known, tmp_path)
        file = tmp_path / "tiny" / chance.choice(list(FILES))
        before, content = file.stat(), file.read_bytes()
        with file.open("r+b") as stream:
            stream.write(flipped(content, chance))
        if turn % 2:
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert not await used(known, tmp_path)
        if turn % 3 == 0:  # without the notes it is as unknown as ever
            (tmp_path / "tiny" / NOTES).unlink()
            assert not await used(known, tmp_path)
        assert not models.verify(["tiny"], lambda line: None)
        with file.open("r+b") as stream:
            stream.write(content)
        (tmp_path / "tiny" / NOTES).unlink()
    log.info("%d bits flipped on the disk: none used", count)


@pytest.mark.parametrize("count", COUNTS)
async def test_a_download_cut_anywhere(count: int, hub: Hub, tmp_path: Path) -> None:
    """Given up at each cut as a killed process gives up, taken up by the next; some know no ranges."""
    chance, known = random.Random(13), catalogue()
    models, done = Models(known, tmp_path, hub.address), 0
    for turn in range(count):
        hub.cuts = [chance.randrange(len(CONTENT)), *([0] * 5)]
        hub.ranges = turn % 5 != 0
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("time.sleep", lambda seconds: None)
            try:
                models.pull(["tiny"], lambda line: None)
            except AssistantError as error:
                assert "goes on where it stopped" in str(error)  # noqa: PT017 - either outcome is right
        assert is_right_or_absent(tmp_path)
        if await used(known, tmp_path):
            done += 1
            for name in FILES:
                (tmp_path / "tiny" / name).unlink()
    assert done > count / 100
    log.info("%d downloads cut: %d became whole, nothing else was used", count, done)


@pytest.mark.parametrize("count", COUNTS)
async def test_a_file_cut_on_the_disk(count: int, hub: Hub, tmp_path: Path) -> None:
    chance, known = random.Random(14), catalogue()
    Models(known, tmp_path, hub.address).pull(["tiny"], lambda line: None)
    for _ in range(count):
        name = chance.choice(list(FILES))
        file = tmp_path / "tiny" / name
        file.write_bytes(FILES[name][: chance.randrange(len(FILES[name]))])
        assert not await used(known, tmp_path)
        file.write_bytes(FILES[name])
    assert await used(known, tmp_path)
