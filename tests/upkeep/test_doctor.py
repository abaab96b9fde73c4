"""`assistant doctor`: what is right is said so, what is wrong names what mends it."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.settings import Settings
from assistant.settings_tree import Llm, Mind
from assistant.upkeep import doctor, doctor_box
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
