"""Who may run how many threads."""

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.house.hosted import HostedLlm, HostedTts
from assistant.house.threads import MOST, Threads, cores
from tests.house.hosting import hosted


@given(st.integers(2, 256))
def test_what_works_at_the_same_time_fits_the_box(count: int) -> None:
    shares = Threads(count)
    narrow = 1
    assert narrow + shares.wide_ear <= count
    assert shares.writing + shares.voice <= count
    assert shares.reading <= count


@given(st.integers(1, 256))
def test_everyone_has_a_thread_and_nobody_too_many(count: int) -> None:
    shares = Threads(count)
    for each in (shares.wide_ear, shares.writing, shares.reading, shares.voice):
        assert 1 <= each <= MOST


def group(folder: Path, line: str) -> Path:
    own = folder / "own"
    own.write_text(line)
    return own


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)))


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("inner", "outer", "found"),
    [
        ("max 100000", "max 100000", 16),
        ("150000 100000", "max 100000", 2),
        ("max 100000", "400000 100000", 4),
        ("800000 100000", "300000 100000", 3),
        ("10000 100000", "max 100000", 1),
        ("nonsense", "", 16),
    ],
)
def test_the_narrowest_quota_above_us_counts(tmp_path: Path, inner: str, outer: str, found: int) -> None:
    folder = tmp_path / "cgroup"
    place = folder / "system.slice" / "assistant.service"
    place.mkdir(parents=True)
    (place / "cpu.max").write_text(f"{inner}\n")
    (place.parent / "cpu.max").write_text(f"{outer}\n")
    assert cores(folder, group(tmp_path, "0::/system.slice/assistant.service\n")) == found


@pytest.mark.usefixtures("many")
def test_the_older_form_of_a_quota_counts_too(tmp_path: Path) -> None:
    place = tmp_path / "cpu"
    place.mkdir()
    (place / "cpu.cfs_quota_us").write_text("250000\n")
    (place / "cpu.cfs_period_us").write_text("100000\n")
    assert cores(tmp_path, group(tmp_path, "3:cpu,cpuacct:/docker/abc\n0::/\n")) == 3
    (place / "cpu.cfs_quota_us").write_text("-1\n")
    assert cores(tmp_path, group(tmp_path, "3:cpu,cpuacct:/docker/abc\n")) == 16


@pytest.mark.usefixtures("many")
def test_no_control_groups_at_all(tmp_path: Path) -> None:
    assert cores(tmp_path / "none", tmp_path / "nothing") == 16


def priority_of(pid: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, pid)


async def test_the_voice_goes_before_the_language_model() -> None:
    async with (
        hosted(HostedTts, launcher="spawn") as voice,
        hosted(HostedLlm, launcher="spawn") as mind,
    ):
        assert priority_of(voice.status.pid) < priority_of(mind.status.pid)


async def test_an_engine_on_a_thread_leaves_the_house_its_priority() -> None:
    before = priority_of(0)
    async with hosted(HostedTts):
        await asyncio.sleep(0)
        assert priority_of(0) == before
        assert "OMP_NUM_THREADS" not in os.environ
