"""Whatever comes from outside is understood or refused: valid input, changed input, what a fuzzer finds."""

import logging
import os
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import peers
from tests.fuzz.targets import TARGETS, seeds

log = logging.getLogger(__name__)
ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("name", TARGETS)
def test_valid_input_and_all_its_beginnings_are_taken(name: str) -> None:
    for seed in seeds(name):
        for end in range(len(seed) + 1):
            TARGETS[name](seed[:end])


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.data())
def test_valid_input_with_a_few_bytes_changed_is_taken_or_refused(name: str, data: st.DataObject) -> None:
    changed = bytearray(data.draw(st.sampled_from(seeds(name))))
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    TARGETS[name](bytes(changed))


@pytest.mark.soak
@pytest.mark.parametrize("name", TARGETS)
def test_a_fuzzer_finds_nothing(name: str, tmp_path: Path) -> None:
    """HEARTH_FUZZ_S seconds each (60)."""
    python = peers.environment("atheris", "atheris==3.1.0")
    corpus, found = tmp_path / "corpus", tmp_path / "found"
    corpus.mkdir()
    found.mkdir()
    for number, seed in enumerate(seeds(name)):
        (corpus / str(number)).write_bytes(seed)
    seconds = os.environ.get("HEARTH_FUZZ_S", "60")
    done = subprocess.run(
        [str(python), str(ROOT / "tests" / "fuzz" / "atheris_run.py"), name, str(corpus), seconds],
        cwd=found,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{sysconfig.get_path('purelib')}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=float(seconds) + 120,
    )
    runs = re.search(r"Done (\d+) runs in (\d+) second", done.stderr)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    assert runs is not None, done.stderr[-2000:]
    kept = len(list(corpus.iterdir()))
    log.info("%s: %s inputs in %s s, %d kept as new ways through the code", name, *runs.groups(), kept)
