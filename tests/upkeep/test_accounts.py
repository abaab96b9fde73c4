"""Two accounts of one group: what the hub fetches the engines read; what the house keeps, only the hub."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import models
from tests.upkeep.hub import entry, served_as, serving

ROOT = Path(__file__).resolve().parents[2]
GROUP, HUB, ENGINE = 61_000, 61_001, 61_002
"""Accounts need no name."""
PULL = """
import os, sys
from assistant.catalogue import load_catalogue
from assistant.upkeep.models import Models
from pathlib import Path
os.umask(0o077)  # as the hub's unit has it
Models(load_catalogue(), Path(sys.argv[1]) / "models", sys.argv[2]).pull(["tiny-voice"], print)
"""
ADD = """
import os, sys
from assistant.__main__ import main
os.umask(0o077)
sys.argv = ["assistant", "models", "add", sys.argv[1], "--id", "own", "--trust"]
sys.exit(main())
"""


def as_account(number: int, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The hub's may read everything, for its Python may lie in a closed home; it writes as any account."""
    account = ["setpriv", f"--reuid={number}", f"--regid={GROUP}", "--clear-groups"]
    if number == HUB:
        account += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    return subprocess.run(
        [*account, *words],
        cwd="/",
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def box() -> Iterator[Path]:
    """A data folder and a settings folder of the hub's account, as the units make them."""
    if os.geteuid() != 0:
        pytest.skip("acting for two accounts needs root")
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # pytest's own folders are closed to others
    try:
        folder.chmod(0o755)
        for name in ("data", "config"):
            (folder / name).mkdir(mode=0o750)
            os.chown(folder / name, HUB, GROUP)
        yield folder
    finally:
        shutil.rmtree(folder)


def read_by(number: int, folder: Path) -> set[str]:
    """The names of the plain files below the folder that the account can read."""
    found = as_account(number, "find", str(folder), "-type", "f", "-readable").stdout.splitlines()
    return {Path(line).name for line in found}


def test_what_the_hub_fetches_under_its_own_umask_the_engines_can_read(box: Path) -> None:
    voice = models.tiny_piper()
    files = {path.name: path.read_bytes() for path in (voice, voice.with_name(voice.name + ".json"))}
    (box / "config" / "models.yaml").write_text(f"models:\n{entry('tts', 'piper', 'tiny-voice', files)}")
    with serving(served_as("tiny-voice", files)) as hub:
        done = as_account(
            HUB, sys.executable, "-c", PULL, str(box / "data"), hub.address, HEARTH_CONFIG=str(box / "config")
        )
    assert done.returncode == 0, done.stderr
    assert read_by(ENGINE, box / "data" / "models") >= set(files)
    assert as_account(ENGINE, "touch", str(box / "data/models/tiny-voice/more")).returncode != 0


def test_a_model_the_owner_adds_the_engines_can_read(box: Path) -> None:
    voice = models.tiny_piper()
    own = box / "own"
    own.mkdir()
    for path in (voice, voice.with_name(voice.name + ".json")):
        shutil.copy(path, own)
    places = {"HEARTH_CONFIG": str(box / "config"), "HEARTH_DATA": str(box / "data")}
    done = as_account(HUB, sys.executable, "-c", ADD, str(own / voice.name), **places)
    assert done.returncode == 0, done.stderr
    assert read_by(ENGINE, box / "data" / "models") >= {voice.name, voice.name + ".json"}


def test_what_the_house_keeps_the_engines_cannot_read(box: Path) -> None:
    code = "import os; os.umask(0o077); open('/'.join(os.sys.argv[1:]), 'w')"
    assert as_account(HUB, sys.executable, "-c", code, str(box / "data"), "hearth.db").returncode == 0
    assert (box / "data/hearth.db").exists()
    assert "hearth.db" not in read_by(ENGINE, box / "data")
