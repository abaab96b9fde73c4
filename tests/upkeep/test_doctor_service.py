"""The doctor's line on the units that start the house."""

from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.upkeep.doctor_service import service
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
