"""`scripts/install.sh`: what it checks, and a bare box made into a house."""

import logging
import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.upkeep.root import REPOSITORY, Root, bare_root

SYSTEMS = {
    "debian 12": (True, "amd64"),
    "debian 13": (True, "arm64"),
    "raspbian 12": (True, "arm64"),
    "ubuntu 24.04": (True, "amd64"),
    "debian 11": (False, "amd64"),
    "ubuntu 22.04": (False, "amd64"),
    "debian 12 ": (False, "armhf"),
    "debian 13 ": (False, "riscv64"),
}


def sourced(script: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """A piece of shell with the functions of scripts/setup.sh."""
    return subprocess.run(
        ["bash", "-c", f'. "{REPOSITORY}/scripts/setup.sh"; {script}'],
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("system", SYSTEMS)
def test_systems_are_told_apart(tmp_path: Path, system: str) -> None:
    good, architecture = SYSTEMS[system]
    name, version = system.split()
    release = tmp_path / "os-release"
    release.write_text(f'ID={name}\nVERSION_ID="{version}"\n')
    done = sourced("supported_system", HEARTH_OS_RELEASE=str(release), HEARTH_ARCHITECTURE=architecture)
    assert (done.returncode == 0) == good, done.stderr
    if not good:
        assert "Debian 12 or 13" in done.stderr or "64-bit Arm is needed" in done.stderr


def test_ubuntu_is_told_where_the_packages_are(tmp_path: Path) -> None:
    release = tmp_path / "os-release"
    release.write_text("ID=ubuntu\nVERSION_ID=24.04\n")
    assert "add-apt-repository universe" in sourced("universe_hint", HEARTH_OS_RELEASE=str(release)).stdout
    release.write_text("ID=debian\nVERSION_ID=12\n")
    assert sourced("universe_hint", HEARTH_OS_RELEASE=str(release)).stdout == ""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_bare_box_becomes_a_house_and_bare_again(tmp_path: Path) -> None:
    with bare_root(tmp_path) as root:
        begun = time.monotonic()
        _look_first(root)
        done = root("/src/scripts/install.sh", "--yes", "--starter")
        assert done.returncode == 0, done.stderr[-2000:]
        assert "This will" in done.stderr
        installed_s = time.monotonic() - begun
        setup = root("/usr/local/bin/assistant", "setup", "--answers", "/tmp/answers.yaml", "--yes")
        assert setup.returncode == 0, setup.stderr
        asked = root("/usr/local/bin/assistant", "ask", "what time is it")
        assert "It's" in asked.stdout, asked.stderr
        spoken = root("/usr/local/bin/assistant", "say", "hello", "--output", "/var/lib/hearth/hello.wav")
        assert spoken.returncode == 0, spoken.stderr
        assert (root.folder / "var/lib/hearth/hello.wav").stat().st_size > 10_000
        told = "a bare box answers after %.1f minutes (%.1f of them installing), 2 commands, 0 questions"
        logging.getLogger("install").info(told, (time.monotonic() - begun) / 60, installed_s / 60)
        _owned_by_the_house(root)
        again = root("/src/scripts/install.sh", "--yes", "--starter")
        assert again.returncode == 0, again.stderr[-2000:]
        assert "Installing system packages" not in again.stderr
        _a_satellite(root)
        _taken_away(root)


def _look_first(root: Root) -> None:
    looked = root("/src/scripts/install.sh", "--check")
    assert looked.returncode == 0, looked.stderr
    assert "This box will do" in looked.stderr
    assert not (root.folder / "opt/hearth").exists()
    unasked = root("/src/scripts/install.sh")
    assert unasked.returncode == 1
    assert "add --yes" in unasked.stderr
    assert not (root.folder / "opt/hearth").exists()
    answers = root.folder / "tmp" / "answers.yaml"
    answers.write_text("level: starter\nrooms: kitchen\nquiet_hours: 22:00-07:00\n")


def _owned_by_the_house(root: Root) -> None:
    found = root("stat", "-c", "%U %a %n", "/etc/hearth", "/etc/hearth/assistant.yaml", "/var/lib/hearth")
    assert all(line.startswith("hearth ") for line in found.stdout.splitlines()), found.stdout
    assert "hearth 600 /etc/hearth/assistant.yaml" in found.stdout
    other = root("setpriv", "--reuid=1000", "--clear-groups", "/usr/local/bin/assistant", "ask", "hi")
    assert other.returncode == 1
    assert "sudo assistant" in other.stderr


def _a_satellite(root: Root) -> None:
    """The same box as one room's microphone and loudspeaker: paired by hand, started then."""
    done = root("/src/scripts/install.sh", "--satellite", "--yes")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "espeak" not in done.stderr
    assert "sudo assistant satellite pair HUB CODE" in done.stderr
    units = {path.name for path in (root.folder / "etc/systemd/system").glob("assistant*")}
    updates = {"assistant-update.service", "assistant-update-switch.service", "assistant-update.timer"}
    assert units == {"assistant-satellite.service", "assistant-satellite.path", *updates}
    asked = root("/usr/local/bin/assistant", "satellite", "status")
    assert "no satellite is running here" in asked.stderr
    assert "is not paired" in root("/usr/local/bin/assistant", "satellite").stderr


def _taken_away(root: Root) -> None:
    for folder in ("hearth-update", "hearth-releases"):
        (root.folder / "var/lib" / folder / "files").mkdir(parents=True)
    kept = root("/src/scripts/install.sh", "--uninstall", "--yes")
    assert kept.returncode == 0, kept.stderr
    assert "data stays" in kept.stderr
    for gone_folder in ("opt/hearth", "var/lib/hearth-update", "var/lib/hearth-releases"):
        assert not (root.folder / gone_folder).exists()
    assert not (root.folder / "usr/local/bin/assistant").exists()
    assert not list((root.folder / "etc/systemd/system").glob("assistant*"))
    assert (root.folder / "etc/hearth/assistant.yaml").exists()
    gone = root("/src/scripts/install.sh", "--uninstall", "--with-data", "--yes")
    assert gone.returncode == 0, gone.stderr
    assert not (root.folder / "etc/hearth").exists()
    assert not (root.folder / "var/lib/hearth").exists()
    assert root("id", "hearth").returncode == 1
