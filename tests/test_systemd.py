"""The units: valid, as closed as promised, put in place with this installation's paths."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import AssistantError
from assistant.upkeep.service import Installing, install

UNITS = Path(__file__).resolve().parent.parent / "systemd"

needs_analyze = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="systemd-analyze is not installed (apt-get install systemd)",
)


def skip_where_no_service_could_see_it() -> None:
    program = Path(sys.executable).with_name("assistant")
    if not program.is_file() or any(program.is_relative_to(home) for home in ("/root", "/home")):
        pytest.skip("this installation lies where a system service could not see it")


def exposure(unit: str) -> float:
    """systemd's own score: 0 closed, 10 open."""
    command = ["systemd-analyze", "security", "--offline=true", str(UNITS / unit)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"exposure level for .*: ([\d.]+)", told)
    assert found is not None, told
    return float(found[1])


@needs_analyze
@pytest.mark.parametrize(
    ("unit", "most"),
    [
        ("assistant.service", 1.5),
        ("assistant-satellite.service", 1.5),
        ("assistant-engine@.service", 0.5),
        ("assistant-build.service", 1.6),
        ("assistant-update.service", 1.5),
        ("assistant-fetch.service", 1.5),
        ("assistant-update-switch.service", 0.6),
    ],
)
def test_a_unit_is_as_closed_as_promised(unit: str, most: float) -> None:
    assert exposure(unit) <= most


@needs_analyze
@pytest.mark.parametrize(
    "unit",
    [
        "assistant.service",
        "assistant-satellite.service",
        "assistant-satellite.path",
        "assistant-engine.socket",
        "assistant-update.timer",
        "assistant-update.service",
        "assistant-update-switch.service",
        "assistant-build.service",
        "assistant-build.path",
        "assistant-fetch.path",
        "assistant-fetch.service",
        "user/assistant.service",
        "user/assistant-update.service",
    ],
)
def test_systemd_finds_no_fault_in_a_unit(tmp_path: Path, unit: str) -> None:
    """But that the program is not in the place it is shipped with: another program stands in for it."""
    for source in [*UNITS.glob("*.s*"), *UNITS.glob("*.timer"), *UNITS.glob("*.path"), *UNITS.glob("user/*")]:
        text = re.sub(r"ExecStart(Pre)?=\S+", rf"ExecStart\1={sys.executable}", source.read_text())
        (tmp_path / (source.name if source.parent == UNITS else f"user-{source.name}")).write_text(text)
    name = unit.replace("/", "-")
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert str(tmp_path / name) not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr


def test_what_runs_models_has_no_network_and_what_hears_only_the_home() -> None:
    engine, hub = (UNITS / "assistant-engine@.service").read_text(), (UNITS / "assistant.service").read_text()
    assert {"PrivateNetwork=yes", "IPAddressDeny=any", "RestrictAddressFamilies=none"} <= set(
        engine.split("\n")
    )
    (allowed,) = [line for line in hub.split("\n") if line.startswith("IPAddressAllow=")]
    assert "any" not in allowed
    assert "IPAddressDeny=any" in hub


def test_what_fetches_releases_can_reach_no_microphone_and_no_socket_of_the_house() -> None:
    fetch = set((UNITS / "assistant-update.service").read_text().split("\n"))
    assert {"PrivateDevices=yes", "RestrictAddressFamilies=AF_INET AF_INET6"} <= fetch
    (hidden,) = [line for line in fetch if line.startswith("InaccessiblePaths=")]
    assert {"-/run/hearth", "-/run/hearth-engines", "-/var/lib/hearth"} <= set(
        hidden.partition("=")[2].split()
    )
    switch = (UNITS / "assistant-update-switch.service").read_text()
    assert "PrivateNetwork=yes" in switch
    assert "RestrictAddressFamilies=AF_UNIX\n" in switch


def test_what_fetches_for_the_page_reaches_the_internet_and_no_sound_no_socket_and_no_memory() -> None:
    fetch = set((UNITS / "assistant-fetch.service").read_text().split("\n"))
    assert {"PrivateDevices=yes", "RestrictAddressFamilies=AF_INET AF_INET6"} <= fetch
    assert {"TemporaryFileSystem=/var/lib/hearth:ro", "CapabilityBoundingSet="} <= fetch
    assert "BindPaths=/var/lib/hearth/models /var/lib/hearth/fetch" in fetch
    (hidden,) = [line for line in fetch if line.startswith("InaccessiblePaths=")]
    assert {"-/run/hearth", "-/run/hearth-engines", "-/dev/snd"} <= set(hidden.partition("=")[2].split())


def test_nothing_of_an_update_runs_as_root_and_what_fetches_writes_nothing_that_is_run() -> None:
    fetch = (UNITS / "assistant-update.service").read_text()
    switch = (UNITS / "assistant-update-switch.service").read_text()
    assert "User=hearth-update\n" in fetch
    assert "StateDirectory=hearth-update\n" in fetch
    assert "ReadWritePaths" not in fetch
    assert "User=hearth\n" in switch
    assert "CapabilityBoundingSet=\n" in switch
    (start,) = re.findall(r"^ExecStartPre=(.*)$", (UNITS / "assistant.service").read_text(), re.M)
    assert "--reuid=hearth " in start
    assert "--no-new-privs" in start


def test_what_the_weekly_timer_starts_asks_the_settings_first() -> None:
    for name in (
        "assistant-update.service",
        "assistant-update-switch.service",
        "user/assistant-update.service",
    ):
        (start,) = re.findall(r"^ExecStart=(.*)$", (UNITS / name).read_text(), re.M)
        assert " --if-wanted " in start, name


def test_updates_by_themselves_are_told_as_the_settings_have_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "assistant.yaml"
    settings.write_text("update: {automatic: true}\n")
    monkeypatch.setenv("HEARTH_SETTINGS", str(settings))
    monkeypatch.setenv("XDG_CONFIG_HOME", "/home/somebody/.config")
    monkeypatch.setenv("HEARTH_RELEASES", "/home/somebody/releases")
    lines: list[str] = []
    install(Installing("user", tmp_path), lines.append)
    assert "updates by themselves: once a week" in lines


def test_a_system_service_is_written_with_the_paths_of_this_installation(tmp_path: Path) -> None:
    lines: list[str] = []
    skip_where_no_service_could_see_it()
    install(Installing("system", tmp_path), lines.append)
    folder = tmp_path / "etc/systemd/system"
    releases = tmp_path / "var/lib/hearth-releases"
    assert (releases / "current").resolve() == Path(sys.prefix).resolve()
    assert (
        "ExecStart=/var/lib/hearth-releases/current/bin/assistant run"
        in (folder / "assistant.service").read_text()
    )
    assert os.access(releases / "hearth-start", os.X_OK)
    assert "u hearth-engine" in (tmp_path / "etc/sysusers.d/hearth.conf").read_text()
    assert "a system service on ALSA" in lines
    assert "updates by themselves: off (assistant setup asks)" in lines
    install(Installing("system", tmp_path, remove=True), lines.append)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_satellite_gets_its_own_unit_and_none_of_the_hubs(tmp_path: Path) -> None:
    skip_where_no_service_could_see_it()
    lines: list[str] = []
    install(Installing("system", tmp_path), lines.append)
    install(Installing(root=tmp_path, satellite=True), lines.append)
    folder = tmp_path / "etc/systemd/system"
    updates = {"assistant-update.service", "assistant-update-switch.service", "assistant-update.timer"}
    here = {path.name for path in folder.iterdir()}
    assert here == {"assistant-satellite.service", "assistant-satellite.path", *updates}
    unit = (folder / "assistant-satellite.service").read_text()
    assert "ExecStart=/var/lib/hearth-releases/current/bin/assistant satellite\n" in unit
    for lets_in in (
        "DeviceAllow=char-input r",
        "ReadWritePaths=-/sys/devices/platform/leds",
        "satellite.env",
    ):
        assert lets_in in unit, "its LED and button"
    assert "a satellite as a system service on ALSA" in lines
    install(Installing("system", tmp_path, remove=True), lines.append)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_box_that_was_paired_and_has_no_house_is_a_satellite_unasked(tmp_path: Path) -> None:
    skip_where_no_service_could_see_it()
    paired = tmp_path / "var/lib/hearth/satellite/hub.json"
    paired.parent.mkdir(parents=True)
    paired.write_text("{}")
    lines: list[str] = []
    install(Installing("system", tmp_path), lines.append)
    assert "a satellite as a system service on ALSA (this box was paired with a hub)" in lines
    (tmp_path / "etc/hearth").mkdir()
    (tmp_path / "etc/hearth/assistant.yaml").write_text("update: {automatic: true}\n")
    install(Installing("system", tmp_path), lines.append)
    assert not (tmp_path / "etc/systemd/system/assistant.service").exists()
    (tmp_path / "etc/hearth/assistant.yaml").write_text("language: en\n")
    install(Installing("system", tmp_path), lines.append)
    assert (tmp_path / "etc/systemd/system/assistant.service").exists()
    assert not (tmp_path / "etc/systemd/system/assistant-satellite.service").exists()


def test_a_satellite_of_a_desktop_session_is_refused_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match="sudo assistant install-service --satellite"):
        install(Installing("user", tmp_path, satellite=True), lambda line: None)


def test_a_user_service_is_written_for_a_desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/home/somebody/.config")
    monkeypatch.setenv("HEARTH_RELEASES", "/home/somebody/releases")
    lines: list[str] = []
    install(Installing("user", tmp_path), lines.append)
    written = tmp_path / "home/somebody/.config/systemd/user/assistant.service"
    assert "ExecStart=/home/somebody/releases/current/bin/assistant run" in written.read_text()
    assert "ExecStartPre=/home/somebody/releases/hearth-start" in written.read_text()
    assert "a user service on PipeWire or PulseAudio" in lines


def test_a_program_in_a_home_is_refused_with_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "bin"
    home.mkdir()
    (home / "assistant").touch()
    monkeypatch.setattr(sys, "executable", str(home / "python"))
    monkeypatch.setattr(Path, "is_relative_to", lambda self, other: other == "/home")
    with pytest.raises(AssistantError, match="install Hearth to /opt"):
        install(Installing("system", tmp_path), lambda line: None)
