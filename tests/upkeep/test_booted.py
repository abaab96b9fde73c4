"""The units under a real systemd: installed, killed, hung, updated, cut off, taken away. One box, in turn."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import make_release
import pytest

from tests.upkeep.booted import Box, box_under, until

pytestmark = [pytest.mark.soak, pytest.mark.timeout(0)]
HUB, SWITCH, BUILD = "assistant.service", "assistant-update-switch.service", "assistant-build.service"
AS_HUB = [
    "setpriv",
    "--reuid=hearth",
    "--regid=hearth",
    "--clear-groups",
    "env",
    "HEARTH_DATA=/var/lib/hearth",
]
SERVER = "http://127.0.0.1:8099"
REACHES = """
import socket, sys, threading

def reached(address):
    listening = socket.create_server((address, 0))
    try:
        with socket.create_connection(listening.getsockname(), 2):
            return "reached"
    except OSError as error:
        return error.strerror or "nothing"

for address in sys.argv[1:]:
    try:
        print(address, reached(address))
    except OSError as error:
        print(address, "barred:", error.strerror)
"""
READS = """
import os, sys
for path in sys.argv[1:]:
    try:
        os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1)
        print(path, "read")
    except OSError as error:
        print(path, error.strerror)
try:
    open("/var/lib/hearth/models/mark", "w")
    print("written")
except OSError as error:
    print("not written:", error.strerror)
"""


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with box_under(tmp_path_factory.mktemp("box")) as made:
        done = made("/src/scripts/install.sh", "--yes", "--starter", network=True)
        assert done.returncode == 0, done.stderr[-2000:]
        yield made


def answers(box: Box) -> None:
    until(lambda: "It's" in box("assistant", "ask", "what time is it").stdout, 120, "the house answers")


def starts(box: Box, unit: str = HUB) -> int:
    return int(box.shows(unit, "NRestarts"))


def test_a_fresh_install_listens_answers_and_nothing_failed(box: Box) -> None:
    assert box.shows(HUB, "ActiveState") == "active"
    answers(box)
    until(lambda: "the engines' sandbox holds" in box.journal(), 60, "the sandbox was tried")
    assert "0 loaded units" in box("systemctl", "--failed").stdout
    assert "hearth-engine" in box("ps", "-eo", "user:20,args").stdout
    assert box("systemctl", "is-enabled", "assistant-update.timer").stdout == "enabled\n"


def test_a_fresh_install_opens_the_page_and_no_other_door(box: Box) -> None:
    listening = box("ss", "-Hltn").stdout.splitlines()
    assert {line.split()[3].rpartition(":")[2] for line in listening} == {"8730"}


@pytest.mark.parametrize(
    ("unit", "most"),
    [(HUB, 1.5), ("assistant-engine@0.service", 0.5), ("assistant-update.service", 1.5), (SWITCH, 0.6)],
)
def test_the_running_units_are_as_closed_as_promised(box: Box, unit: str, most: float) -> None:
    told = box("systemd-analyze", "security", "--no-pager", unit).stdout
    found = re.search(r"exposure level for .*: ([\d.]+)", told)
    assert found is not None
    assert float(found[1]) <= most


def test_the_hub_reaches_the_home_and_nothing_beyond_and_an_engine_nothing(box: Box) -> None:
    for address in ("192.168.7.7", "203.0.113.9"):
        box("ip", "addr", "add", f"{address}/32", "dev", "lo")
    places = ("127.0.0.1", "192.168.7.7", "203.0.113.9")
    said = box.probe(HUB, REACHES, *places).splitlines()
    assert said[:2] == ["127.0.0.1 reached", "192.168.7.7 reached"]
    assert said[2] != "203.0.113.9 reached"
    said = box.probe("assistant-engine@.service", REACHES, *places).splitlines()
    assert all("barred" in line for line in said), said


def test_an_engine_reads_models_and_not_what_the_house_keeps(box: Box) -> None:
    models = box.files / "var/lib/hearth/models"
    box(*AS_HUB, "mkdir", "-m", "750", "/var/lib/hearth/models")
    (models / "one.bin").write_bytes(b"x")
    box("chown", "hearth:hearth", "/var/lib/hearth/models/one.bin")
    (models / "one.bin").chmod(0o640)
    kept = ("/var/lib/hearth/hearth.db", "/run/hearth/control.sock", "/etc/shadow")
    said = box.probe("assistant-engine@.service", READS, "/var/lib/hearth/models/one.bin", *kept).splitlines()
    assert said[0].endswith(" read")
    assert not any(line.endswith(" read") for line in said[1:]), said
    assert said[-1].startswith("not written")


def test_a_hub_that_is_killed_is_back_and_so_is_an_engine(box: Box) -> None:
    before = box.shows(HUB, "MainPID")
    box("systemctl", "kill", "-s", "KILL", HUB)
    until(lambda: box.shows(HUB, "MainPID") not in ("0", before), 60, "another hub")
    until(lambda: box.shows(HUB, "ActiveState") == "active", 120, "it listens")
    answers(box)
    box("pkill", "-KILL", "-u", "hearth-engine")
    answers(box)
    said = box("assistant", "say", "hello", "--output", "/var/lib/hearth/hello.wav")
    assert said.returncode == 0, said.stderr
    until(lambda: box("pgrep", "-u", "hearth-engine").stdout != "", 60, "engines again")


def test_a_hub_that_hangs_is_started_anew_by_the_watchdog(box: Box) -> None:
    before, pid = starts(box), box.shows(HUB, "MainPID")
    box("systemctl", "kill", "-s", "STOP", "--kill-who=main", HUB)
    until(lambda: starts(box) > before and box.shows(HUB, "MainPID") != pid, 150, "another hub")
    until(lambda: box.shows(HUB, "ActiveState") == "active", 120, "it listens")
    answers(box)


def test_a_hub_that_was_told_to_stop_stays_stopped(box: Box) -> None:
    assert box("assistant", "stop").returncode == 0
    until(lambda: box.shows(HUB, "ActiveState") == "inactive", 60, "it ended")
    until(lambda: box("pgrep", "-u", "hearth-engine").stdout == "", 60, "the engines ended too")
    assert "no hub is running" in box("assistant", "mute").stderr
    assert box("systemctl", "start", HUB).returncode == 0
    answers(box)


def test_an_errand_of_the_page_is_done_by_the_unit_that_may_reach_the_internet(box: Box) -> None:
    errand = "from assistant.upkeep.errand import ask; ask('one', ['no-such-model'])"
    done = box(*AS_HUB, "/opt/hearth/bin/python", "-c", errand)
    assert done.returncode == 0, done.stderr
    told = box.files / "var/lib/hearth/fetch/told.json"
    until(lambda: told.exists() and "not a model" in told.read_text(), 60, "the errand was looked at")


# ── updates ──────────────────────────────────────────────────────────────────────────────────────


class Shelf:
    """Real releases of this program, signed and served in the box."""

    def __init__(self, box: Box, folder: Path) -> None:
        self._box, self._folder = box, folder
        self._key = folder / "key"
        self.public = make_release.new_key(self._key)
        self._list, self._sequence = folder / "requirements.txt", 0
        make_release.export(self._list, None)
        download = [sys.executable, "-m", "pip", "download", "-q", "--only-binary", ":all:", "--no-deps"]
        download += ["--require-hashes", "-r", str(self._list), "-d", str(folder / "wheels")]
        subprocess.run(download, check=True)
        shutil.copytree(folder / "wheels", box.files / "srv/wheels")

    def serve(self) -> None:
        """Until the power goes."""
        serves = ["python3", "-m", "http.server", "8099"]
        self._box("systemd-run", "--unit=shelf", "-p", "WorkingDirectory=/srv", *serves)

    def put(self, version: str, *, starts: bool = True) -> None:
        source = self._folder / version
        shutil.copytree(self._box.files / "src", source)
        for name, said in (("pyproject.toml", "version = "), ("assistant/__init__.py", "__version__ = ")):
            file = source / name
            file.write_text(re.sub(rf'^{said}".*"', f'{said}"{version}"', file.read_text(), flags=re.M))
        if not starts:
            main = source / "assistant/__main__.py"
            broken = 'if sys.argv[1:2] == ["run"]:\n    sys.exit(3)\n\n\ndef main('
            main.write_text(main.read_text().replace("def main(", broken, 1))
        subprocess.run(["uv", "build", "-q", "--wheel", "-o", str(self._folder), str(source)], check=True)
        self._sequence += 1
        wheel = self._folder / f"hearth_assistant-{version}-py3-none-any.whl"
        site = self._box.files / "srv/site"  # another one after each boot
        words = ["index", "--key", str(self._key), "--folder", str(site), "--wheel", str(wheel)]
        words += ["--sequence", str(self._sequence), "--requirements", str(self._list)]
        assert make_release.main(words) == 0


@pytest.fixture(scope="module")
def shelf(box: Box, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    made = Shelf(box, tmp_path_factory.mktemp("shelf"))
    made.serve()
    settings = box.files / "etc/hearth/assistant.yaml"
    settings.write_text(f"update:\n  index: {SERVER}/site/index.json\n  key: '{made.public}'\n")
    box("chown", "hearth:hearth", "/etc/hearth/assistant.yaml")
    settings.chmod(0o600)
    here = box.files / "etc/systemd/system/assistant-update.service.d/here.conf"
    here.parent.mkdir()
    here.write_text("[Service]\nEnvironment=PIP_NO_INDEX=1 PIP_FIND_LINKS=/srv/wheels\n")
    box("systemctl", "daemon-reload")
    return made


def weekly(box: Box) -> None:
    """What the timer does; until the switch is done too."""
    done = box("systemctl", "start", "assistant-update.service")
    assert done.returncode == 0, box.journal("assistant-update")
    until(lambda: box.shows(SWITCH, "ActiveState") in ("inactive", "failed"), 600, "the switch is done")


def in_force(box: Box) -> str:
    return box("readlink", "/var/lib/hearth-releases/current").stdout.strip()


def test_nothing_is_looked_for_until_the_settings_want_it(box: Box, shelf: Shelf) -> None:
    shelf.put("0.7.1")
    weekly(box)
    assert "nothing was looked for" in box.journal("assistant-update")
    assert "GET" not in box.journal("shelf")
    settings = box.files / "etc/hearth/assistant.yaml"
    settings.write_text(settings.read_text() + "  automatic: true\n")


def test_a_newer_release_is_fetched_built_tried_and_runs(box: Box, shelf: Shelf) -> None:
    before, looked = box.shows(HUB, "MainPID"), box.shows(BUILD, "ExecMainStartTimestampMonotonic")
    weekly(box)
    assert in_force(box).endswith("/releases/0.7.1"), box.journal(SWITCH)
    until(
        lambda: box.shows(BUILD, "ExecMainStartTimestampMonotonic") != looked,
        30,
        "it was looked whether this release wants another llama.cpp",
    )
    until(lambda: box.shows(HUB, "MainPID") not in ("0", before), 120, "another hub")
    answers(box)
    assert "assistant 0.7.1" in box("assistant", "--version").stdout
    listened = box.files / "var/lib/hearth/listened"
    until(lambda: listened.exists(), 180, "the release stands its trial")
    assert "the engines' sandbox holds" in box.journal()


def test_a_release_that_does_not_start_three_times_is_put_back(box: Box, shelf: Shelf) -> None:
    shelf.put("0.7.2", starts=False)
    weekly(box)
    assert in_force(box).endswith("/releases/0.7.1")
    assert "started 3 times in vain" in box.journal()
    assert box.shows(SWITCH, "ActiveState") == "failed"
    answers(box)
    told = json.loads((box.files / "var/lib/hearth-releases/state.json").read_text())
    assert told["failed"] == ["0.7.2"]
    weekly(box)
    assert in_force(box).endswith("/releases/0.7.1")


def test_an_update_by_hand_leaves_a_release_that_the_service_and_the_next_update_can_use(
    box: Box, shelf: Shelf
) -> None:
    shelf.put("0.7.3")
    offline = ("env", "UV_OFFLINE=1", "UV_FIND_LINKS=/srv/wheels")
    done = box(*offline, "assistant", "update", "apply", "--yes", within_s=600)
    assert done.returncode == 0, done.stderr
    assert in_force(box).endswith("/releases/0.7.3")
    assert "0.7.3 runs and listens" in done.stdout
    answers(box)
    weekly(box)
    assert box.shows(SWITCH, "ActiveState") == "inactive", box.journal(SWITCH)
    done = box("assistant", "update", "rollback", within_s=600)
    assert done.returncode == 0, done.stderr
    assert in_force(box).endswith("/releases/0.7.1")
    answers(box)


# ── the power, and the end ───────────────────────────────────────────────────────────────────────


def test_after_a_cut_of_the_power_the_house_is_back_by_itself(box: Box) -> None:
    box.power_off()
    box.power_on()
    until(lambda: box.shows(HUB, "ActiveState") == "active", 180, "it listens")
    answers(box)
    assert in_force(box).endswith("/releases/0.7.1")
    assert "0 loaded units" in box("systemctl", "--failed").stdout


def test_the_same_box_as_a_satellite_starts_once_it_is_paired(box: Box) -> None:
    done = box("/src/scripts/install.sh", "--yes", "--satellite", network=True)
    assert done.returncode == 0, done.stderr[-2000:]
    unit = "assistant-satellite.service"
    assert box.shows(HUB, "LoadState") == "not-found"
    assert box.shows(unit, "ActiveState") == "inactive"
    pair = "from assistant.satellites.own.folder import *; from assistant.paired.keys import identity; "
    pair += (
        "f = SatelliteFolder(); f.keep(PairedHub('192.168.7.7', 10702, 'kitchen', f.identity().certificate))"
    )
    paired = box(*AS_HUB, "/opt/hearth/bin/python", "-c", pair)
    assert paired.returncode == 0, paired.stderr
    until(lambda: box.shows(unit, "ActiveState") == "active", 60, "it starts")
    until(lambda: box("assistant", "satellite", "status").returncode == 0, 60, "it answers")
    before = box.shows(unit, "MainPID")
    box("systemctl", "kill", "-s", "KILL", unit)
    until(lambda: box.shows(unit, "MainPID") not in ("0", before), 60, "another one")
    until(lambda: box("assistant", "satellite", "status").returncode == 0, 60, "it answers again")
    assert "muted" in box("assistant", "satellite", "mute").stdout
    assert "muted" in box("assistant", "satellite", "status").stdout


def test_the_satellite_keeps_itself_up_to_date_too(box: Box, shelf: Shelf) -> None:
    unit = "assistant-satellite.service"
    settings = box.files / "etc/hearth/assistant.yaml"
    assert {line.split(":")[0] for line in settings.read_text().splitlines() if line[0] != " "} == {"update"}
    before = box.shows(unit, "MainPID")
    shelf.serve()
    shelf.put("0.7.4")
    weekly(box)
    assert in_force(box).endswith("/releases/0.7.4"), box.journal(SWITCH)
    until(lambda: box.shows(unit, "MainPID") not in ("0", before), 120, "another satellite")
    until(lambda: box("assistant", "satellite", "status").returncode == 0, 60, "it answers")
    listened = box.files / "var/lib/hearth/listened"
    trial = box.files / "var/lib/hearth-releases/trial"

    def stood() -> bool:
        return listened.exists() and listened.read_text() == trial.read_text()

    until(stood, 180, "the release stands its trial")


def test_nothing_is_left_of_it(box: Box) -> None:
    done = box("/src/scripts/install.sh", "--uninstall", "--with-data", "--yes")
    assert done.returncode == 0, done.stderr
    for place in (
        "opt/hearth",
        "var/lib/hearth",
        "var/lib/hearth-update",
        "var/lib/hearth-releases",
        "etc/hearth",
    ):
        assert not (box.files / place).exists(), place
    assert "0 unit files listed" in box("systemctl", "list-unit-files", "assistant*").stdout
    assert box("pgrep", "-u", "hearth,hearth-engine,hearth-update").returncode != 0
