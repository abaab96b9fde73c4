"""kill -9 at any moment of an update: what starts next is the old release or the new one, whole."""

import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.upkeep.release_place import START, Place
from tests.upkeep.hub import Hub, serving
from tests.upkeep.releases import PEBBLE, PEBBLE_FILE, Shop, old_release

ROOT = Path(__file__).resolve().parents[2]
UPDATE = """
import sys
from pathlib import Path
from assistant.upkeep.update import Updating, update
print("begins", flush=True)
sys.exit(update(Updating("apply", Path(sys.argv[1]), yes=True), lambda line: None, lambda prompt: "n"))
"""
STARTS = ("0.1.0", "0.2.0 7")
log = logging.getLogger(__name__)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Shop, Hub]]:
    shop = Shop()
    shop.make("0.2.0")
    with serving(shop.files) as hub:
        yield shop, hub


class Box:
    """A house that is about to be updated."""

    def __init__(self, folder: Path, shop: Shop, hub: Hub) -> None:
        folder.mkdir()
        self.place = Place(folder / "releases")
        self.place.adopt(old_release(folder / "old"))
        self.settings = folder / "assistant.yaml"
        self.settings.write_text(f"update:\n  index: {hub.address}/site/index.json\n  key: '{shop.key}'\n")
        for name in ("wheels", "data", "config", "run"):
            (folder / name).mkdir()
        (folder / "wheels" / PEBBLE_FILE).write_bytes(PEBBLE)
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "HEARTH_RELEASES": str(self.place.folder),
            "HEARTH_DATA": str(folder / "data"),
            "HEARTH_CONFIG": str(folder / "config"),
            "HEARTH_RUNTIME": str(folder / "run"),
            "UV_FIND_LINKS": str(folder / "wheels"),
            "UV_NO_INDEX": "1",
        }

    def update(self) -> subprocess.Popen[str]:
        """An update that has just begun, in a group of its own."""
        process = subprocess.Popen(
            [sys.executable, "-c", UPDATE, str(self.settings)],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        with process.stdout as told:
            assert told.readline() == "begins\n"
        return process

    def starts(self) -> str:
        done = subprocess.run(
            [str(self.place.folder / START), "run"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return done.stdout.strip() if done.returncode == 0 else f"{done.returncode}: {done.stderr}"


def survived(folder: Path, shop: Shop, hub: Hub, after_s: float) -> str:
    """What starts after the update was killed so long after its beginning; then it is carried through."""
    box = Box(folder, shop, hub)
    process = box.update()
    time.sleep(after_s)  # the moment of a power cut is nobody's to choose
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    found = box.starts()
    assert found in STARTS, (after_s, found)
    again = box.update()
    assert again.wait(timeout=120) == 0, after_s
    assert box.starts() == STARTS[1], after_s
    return found


def longest_s(folder: Path, shop: Shop, hub: Hub) -> float:
    """An update that nobody disturbs, in seconds."""
    box = Box(folder, shop, hub)
    process = box.update()
    began_s = time.monotonic()
    assert process.wait(timeout=120) == 0
    return time.monotonic() - began_s


def rounds(folder: Path, server: tuple[Shop, Hub], count: int) -> list[str]:
    """Kills spread over the length of an update, jittered; what started after each."""
    folder.mkdir(exist_ok=True)
    length_s = longest_s(folder / "whole", *server)
    draw = random.Random(7)
    found = []
    for number in range(count):
        after_s = 1.1 * length_s * (number + draw.random()) / count
        found.append(survived(folder / str(number), *server, after_s))
        shutil.rmtree(folder / str(number))
        log.info("%d killed after %.2f s: %s", number + 1, after_s, Counter(found))
    return found


@pytest.mark.slow
def test_an_update_that_is_killed_leaves_a_whole_release(tmp_path: Path, server: tuple[Shop, Hub]) -> None:
    assert set(rounds(tmp_path, server, 10)) <= set(STARTS)


@pytest.mark.soak
def test_200_kills_leave_200_whole_releases(tmp_path: Path, server: tuple[Shop, Hub]) -> None:
    found = rounds(tmp_path, server, 200)
    print(Counter(found))  # noqa: T201 - the figure to quote
    assert set(found) == set(STARTS)
