"""The doctor's line on the units that start the house."""

from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.upkeep.doctor_service import limits, service
from assistant.upkeep.service import Installing, install
from tests.test_systemd import skip_where_no_service_could_see_it


@pytest.fixture(autouse=True)
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/home/somebody/.config")
    monkeypatch.setenv("HEARTH_RELEASES", "/home/somebody/releases")


def test_a_house_started_by_hand_is_told_how_to_start_with_the_box(tmp_path: Path) -> None:
    found = service(Settings(), tmp_path)
    assert found.good
    assert "install-service" in found.told


@pytest.mark.parametrize(
    ("asked", "fix"),
    [
        (Installing("user"), "assistant install-service --user"),
        (Installing("system"), "sudo assistant install-service --system"),
        (Installing("system", satellite=True), "sudo assistant install-service --satellite"),
    ],
)
def test_units_of_another_release_are_named_with_the_command_that_mends_them(
    tmp_path: Path, asked: Installing, fix: str
) -> None:
    skip_where_no_service_could_see_it()
    install(Installing(asked.kind, tmp_path, satellite=asked.satellite), lambda line: None)
    assert service(Settings(), tmp_path).told == f"starts with the box, as a {asked.kind} service"
    unit = sorted(tmp_path.rglob("assistant*.service"))[0]
    unit.write_text(unit.read_text() + "Nice=1\n")
    found = service(Settings(), tmp_path)
    assert found.good is False
    assert unit.name in found.told
    assert found.fix == fix


@pytest.mark.parametrize(
    ("controllers", "on_a_pi", "good", "fix"),
    [
        ("cpuset cpu io memory pids\n", False, True, ""),
        ("cpuset cpu io pids\n", True, False, "/boot/firmware/cmdline.txt"),
        ("cpu io\n", False, False, "start the kernel with cgroup_enable=memory"),
        (None, False, False, "start the kernel with"),
    ],
)
def test_a_kernel_that_holds_no_unit_to_its_memory_limit_is_told(
    tmp_path: Path, controllers: str | None, on_a_pi: bool, good: bool, fix: str
) -> None:
    skip_where_no_service_could_see_it()
    assert limits(Settings(), tmp_path).good is None
    install(Installing("system", tmp_path), lambda line: None)
    if controllers is not None:
        (tmp_path / "sys/fs/cgroup").mkdir(parents=True)
        (tmp_path / "sys/fs/cgroup/cgroup.controllers").write_text(controllers)
    if on_a_pi:
        (tmp_path / "boot/firmware").mkdir(parents=True)
        (tmp_path / "boot/firmware/cmdline.txt").write_text("console=tty1\n")
    found = limits(Settings(), tmp_path)
    assert found.good is good
    assert fix in found.fix
