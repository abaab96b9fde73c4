"""`assistant doctor`: what is right is said so, what is wrong names what mends it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.house import sandbox
from assistant.settings import Settings
from assistant.settings_rooms import HomeAssistantSettings, HomeSettings
from assistant.settings_tree import Llm, Mind, PageSettings
from assistant.think.llm import llama_site
from assistant.upkeep import doctor, doctor_box, doctor_doors
from assistant.upkeep.doctor_sound import of_echo, sweep_of
from tests.devices.pulse import private_pulse
from tests.test_cli import Shell

RATE = 16_000


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def kept(folder: Path) -> Settings:
    return Settings(data_folder=folder)


def test_a_good_box_without_sound_is_well(shell: Shell) -> None:
    done = shell("doctor", "--no-sound")
    assert done.returncode == 0, done.stdout
    assert "a whole turn: answered and spoken" in done.stdout
    assert "checks, all well" in done.stdout


@pytest.mark.slow
def test_json_is_a_line_a_check(shell: Shell) -> None:
    lines = [json.loads(line) for line in shell("doctor", "--no-sound", "--json").stdout.splitlines()]
    assert {"settings", "disk", "clock", "a whole turn"} <= {line["check"] for line in lines}
    assert all(set(line) <= {"check", "good", "told", "fix"} for line in lines)


def test_broken_settings_are_named_and_the_rest_is_still_looked_at(shell: Shell, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("rooms: {kitchen: {volume: 20}}\n")
    done = shell("doctor", "--no-sound", "--settings", str(bad))
    assert done.returncode == 1
    assert "✗ settings" in done.stdout
    assert "bad.yaml" in done.stdout
    assert "✓ disk" in done.stdout


def test_a_missing_model_names_the_command(shell: Shell, tmp_path: Path) -> None:
    chosen = tmp_path / "chosen.yaml"
    chosen.write_text("voice: kristin\n")
    done = shell("doctor", "--no-sound", "--settings", str(chosen))
    assert done.returncode == 1
    assert "assistant models pull piper-en_US-kristin-medium" in done.stdout


@pytest.mark.slow
def test_a_database_others_may_read_is_closed_by_fix(shell: Shell) -> None:
    database = shell.folder / ".local/share/hearth/hearth.db"
    database.parent.mkdir(parents=True)
    database.touch(mode=0o644)
    database.chmod(0o644)
    assert "chmod 600" in shell("doctor", "--no-sound").stdout
    done = shell("doctor", "--no-sound", "--fix")
    assert done.returncode == 0, done.stdout
    assert "is yours alone now" in done.stdout
    assert database.stat().st_mode & 0o777 == 0o600


def test_a_key_others_may_read_is_told(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.touch()
    key.chmod(0o644)
    llm = Llm(engine="openai", model="m", base_url="http://127.0.0.1:1/v1", key_file=key)
    found = doctor_box.secrets(Settings(mind=Mind(llm=llm)))
    assert (found.good, found.fix) == (False, f"chmod 600 {key}")
    assert found.mend is not None
    assert found.mend().good
    key.unlink()
    assert doctor_box.secrets(Settings(mind=Mind(llm=llm))).good is False


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_data_folder_of_someone_else_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert doctor_box.writable(kept(tmp_path)).good is False


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_box, "SPARE_BYTES", 1 << 60)
    assert doctor_box.disk(kept(tmp_path / "not" / "there")).good is False


@pytest.mark.parametrize(("heat", "good"), [("45000", True), ("86500", False)])
def test_a_hot_box_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, heat: str, good: bool) -> None:
    (tmp_path / "thermal_zone0").mkdir()
    (tmp_path / "thermal_zone0" / "temp").write_text(heat + "\n")
    monkeypatch.setattr(doctor_box, "THERMAL", tmp_path)
    assert doctor_box.temperature(Settings()).good is good


def test_a_clock_before_this_program_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_box, "BUILT_S", 4e9)
    assert doctor_box.clock(Settings()).good is False


@pytest.mark.parametrize(("delay_ms", "loss_db"), [(80, -10), (350, -30)])
def test_a_tone_that_comes_back_tells_its_delay_and_loss(delay_ms: int, loss_db: int) -> None:
    rng = np.random.default_rng(3)
    heard = rng.normal(0, 30, int(1.5 * RATE))
    sweep = sweep_of(RATE)
    at = delay_ms * RATE // 1000
    heard[at : at + len(sweep)] += sweep * 10 ** (loss_db / 20)
    found = of_echo("den", heard.astype(np.int16), sweep)
    assert found.good
    assert f"{delay_ms} ms later" in found.told
    assert f"{loss_db} dB" in found.told


def test_noise_alone_is_no_tone() -> None:
    noise = np.random.default_rng(3).normal(0, 500, int(1.5 * RATE)).astype(np.int16)
    assert of_echo("den", noise, sweep_of(RATE)).good is False


@pytest.mark.slow
async def test_a_real_room_is_heard_through_the_air(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Speaker and microphone of a real sound server, the air between them a loopback."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    monkeypatch.setenv("HEARTH_CONFIG", str(tmp_path))
    lines: list[str] = []
    with private_pulse() as pulse:
        pulse.control("load-module", "module-loopback", "source=speaker.monitor", "sink=air")
        await doctor.examine(doctor.Examining(None, as_json=True), lines.append)
    found = {line["check"]: line for line in map(json.loads, lines)}
    assert found["living room: loudspeaker"]["good"], found
    assert found['living room: "hey jarvis"']["good"], found
    assert found["living room: microphone"]["told"] == "gives only digital silence"


def test_the_token_of_home_assistant_and_the_key_of_the_spare_are_looked_at(tmp_path: Path) -> None:
    token, key = tmp_path / "token", tmp_path / "key"
    token.touch(mode=0o644)
    token.chmod(0o644)
    key.touch(mode=0o600)
    there = HomeAssistantSettings(url="http://127.0.0.1:1", token_file=token)
    assert doctor_box.secrets(Settings(home=HomeSettings(home_assistant=there))).fix == f"chmod 600 {token}"
    spare = Llm(engine="openai", model="m", base_url="http://127.0.0.1:1/v1", key_file=key)
    llm = spare.model_copy(update={"key_file": None})
    key.chmod(0o640)
    found = doctor_box.secrets(Settings(mind=Mind(llm=llm, fallback=spare)))
    assert found.fix == f"chmod 600 {key}"


LISTENING = "  sl  local_address rem_address   st\n   0: {}:{:04X} 00000000:0000 0A 0 0 0 0 0 {} 1\n"


@pytest.mark.parametrize(
    ("address", "page", "good"),
    [
        ("0100007F", "127.0.0.1", True),
        ("00000000", "127.0.0.1", False),
        ("00000000", "0.0.0.0", True),
        ("00000000000000000000000001000000", "127.0.0.1", True),
        ("00000000000000000000000000000000", "127.0.0.1", False),
    ],
)
def test_a_port_that_stands_open_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, page: str, good: bool
) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "77" / "fd").mkdir(parents=True)
    (tmp_path / "77" / "cmdline").write_bytes(b"/opt/hearth/bin/python\0/opt/hearth/bin/assistant\0run\0")
    (tmp_path / "77" / "fd" / "5").symlink_to("socket:[4711]")
    name = "tcp" if len(address) == 8 else "tcp6"
    (tmp_path / "net" / name).write_text(LISTENING.format(address, 8730, 4711))
    monkeypatch.setattr(doctor_doors, "PROC", tmp_path)
    found = doctor_doors.ports(Settings(page=PageSettings(address=page)))
    assert found.good is good, found


def test_a_house_that_does_not_run_has_no_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_doors, "PROC", tmp_path)
    assert doctor_doors.ports(Settings()).good is None


@pytest.mark.skipif(os.geteuid() != 0, reason="a network of its own needs root")
def test_the_probe_finds_no_way_out_of_a_closed_box() -> None:
    probe = "from assistant.house.sandbox import ways_out; print(ways_out())"
    shut = "mount -t tmpfs none /home; [ ! -d /dev/snd ] || mount -t tmpfs none /dev/snd; "
    script = f"{shut}exec {sys.executable} -c '{probe}'"
    told = subprocess.check_output(["unshare", "--net", "--mount", "sh", "-c", script], text=True)
    assert told == "[]\n"


async def test_an_engine_that_is_not_shut_in_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a child of ours it can reach whatever we can."""
    if not sandbox.ways_out():
        pytest.skip("this machine itself reaches nothing")
    reached = await sandbox.tried_out("spawn")
    assert reached is not None
    assert "engines can reach" in reached


def test_a_missing_engine_names_the_command_that_builds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARTH_DATA", str(tmp_path))
    monkeypatch.setattr(llama_site, "MODULE", "nonsuch_llama")
    found = doctor.llama(Settings(mind=Mind(llm=Llm(model="qwen3-1.7b"))))
    assert (found.good, found.fix) == (False, "assistant engines build")
    assert doctor.llama(Settings()).good is None
