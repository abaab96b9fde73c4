"""The box's own clocks: the zone it is in, also after somebody set another one."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assistant.memory import clocks
from assistant.memory.clocks import SystemClocks, local_now

ZONES = Path("/usr/share/zoneinfo")
pytestmark = pytest.mark.skipif(not (ZONES / "Europe/Berlin").exists(), reason="no zones on this box")


@pytest.fixture
def localtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(clocks, "_LOCALTIME", tmp_path / "localtime")
    return tmp_path / "localtime"


def offset(box: SystemClocks) -> timedelta | None:
    return datetime(2026, 7, 1, tzinfo=box.zone()).utcoffset()


def test_the_zone_is_the_one_the_box_is_set_to(localtime: Path) -> None:
    localtime.symlink_to(ZONES / "Europe/Berlin")
    box = SystemClocks()
    assert str(box.zone()) == "Europe/Berlin"
    assert box.zone() is box.zone()
    assert local_now(box).utcoffset() is not None
    localtime.unlink()
    localtime.symlink_to(ZONES / "Asia/Kolkata")
    assert str(box.zone()) == "Asia/Kolkata"


def test_a_copied_file_has_rules_and_no_name(localtime: Path) -> None:
    localtime.write_bytes((ZONES / "Europe/Berlin").read_bytes())
    box = SystemClocks()
    assert offset(box) == timedelta(hours=2)
    localtime.write_bytes((ZONES / "Asia/Kolkata").read_bytes())
    os.utime(localtime, ns=(1, 1))
    assert offset(box) == timedelta(hours=5, minutes=30)


def test_the_environment_wins(localtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    localtime.symlink_to(ZONES / "Europe/Berlin")
    monkeypatch.setenv("TZ", ":America/New_York")
    assert str(SystemClocks().zone()) == "America/New_York"


def test_a_box_without_any_zone_still_has_a_clock(localtime: Path) -> None:
    assert offset(SystemClocks()) is not None


async def test_time_passes() -> None:
    box = SystemClocks()
    before = box.steady_s()
    await box.sleep(0)
    assert box.steady_s() >= before
    assert abs(box.wall_s() - datetime.now().timestamp()) < 60
