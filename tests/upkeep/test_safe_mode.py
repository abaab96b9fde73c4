"""Damaged settings: the house starts all the same, and says where the mistake is."""

import asyncio
import logging
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant import paths
from assistant.catalogue import load_catalogue
from assistant.errors import AssistantError, SettingsError
from assistant.house.build import Opening, open_house
from assistant.house.kit import kit_of
from assistant.journal import Journal
from assistant.settings import Mind, Settings, load_settings
from assistant.upkeep import setup_file
from assistant.upkeep.safe_mode import LAST_GOOD, SafeMode
from assistant.upkeep.settings_check import check_asked, missing_parts
from tests.upkeep import damages

MODES = {"truncated", "flipped", "indented"}
"""Damages that may leave a good file."""
START_S = 10.0


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the owner's settings are."""
    monkeypatch.setenv("HEARTH_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("HEARTH_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("HEARTH_SETTINGS", raising=False)
    (tmp_path / "config").mkdir()
    return tmp_path / "config" / "assistant.yaml"


def start() -> SafeMode:
    """As a hub does until it opens, without opening a house."""
    safe = SafeMode(None)
    while True:
        try:
            if safe.trouble is None:
                check_asked(safe.settings.now, safe.file())
            kit_of(safe.settings.now, load_catalogue())
        except AssistantError as error:
            if not safe.steps_down(error):
                raise
        else:
            assert not missing_parts(safe.settings.now, load_catalogue())
            return safe


def told_of(file: Path) -> str:
    """What `config check` says against the file; empty: nothing."""
    try:
        check_asked(load_settings(None), file)
    except SettingsError as error:
        return str(error)
    return ""


def check_damage(name: str, content: bytes, file: Path) -> bool:
    """It starts, and what is wrong is told with file, line and fix. Whether anything was wrong."""
    file.write_bytes(content)
    safe, told = start(), told_of(file)
    assert (safe.trouble is None) == (told == ""), (name, content, told)
    if safe.trouble is None:
        assert name in MODES, (name, content)
        return False
    for line in told.splitlines():
        assert line.startswith(str(file)), (name, line)
        assert "is larger than" in line or re.match(
            re.escape(str(file)) + r":\d+: |.*mistakes more$", line
        ), line
        assert len(line) < 1000, (name, line)
    assert safe.trouble.error == told
    assert "settings have a mistake" in safe.trouble.spoken
    assert len(safe.trouble.spoken) < 400
    return True


def test_a_damaged_file_starts_in_safe_mode_and_names_the_line(file: Path) -> None:
    wrong = sum(check_damage(name, content, file) for name, content in damages.damages(45))
    assert wrong > 36


@pytest.mark.soak
def test_five_hundred_damaged_files(file: Path) -> None:
    wrong, slowest = 0, (0.0, "")
    for name, content in damages.damages(500, seed=500):
        begun_s = time.process_time()
        wrong += check_damage(name, content, file)
        slowest = max(slowest, (time.process_time() - begun_s, name))
    told = "of 500 damaged files %d had a mistake, each told with its line; the slowest took %.1f s (%s)"
    logging.getLogger("soak").info(told, wrong, *slowest)
    assert wrong > 420
    assert slowest[0] < START_S / 2, "reading alone would leave too little of the ten seconds"


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        (
            "language: en\nvoice: hearth\nrooms:\n  den:\n    volume_percent: loud\n",
            "in line 5, at rooms, den, volume",
        ),
        ("voice: hearth\nwake: [\n", "in line 3."),
        ("# words\nvoice: nonsuch\n", "in line 2, at voice."),
    ],
)
def test_the_voice_says_line_and_key(file: Path, text: str, spoken: str) -> None:
    file.write_text(text)
    trouble = start().trouble
    assert trouble is not None
    assert spoken in trouble.spoken
    assert f"{file}:" in trouble.told


def test_the_last_good_copy_is_run_on(file: Path) -> None:
    file.write_text("rooms:\n  den: {volume_percent: 33}\n")
    start().keep()
    file.write_text("rooms: [\n")
    safe = start()
    assert safe.settings.now.rooms["den"].volume_percent == 33
    assert safe.trouble is not None
    assert safe.trouble.instead == "the settings that last worked"
    safe.keep()
    assert "33" in (paths.data_folder() / LAST_GOOD).read_text()


def test_a_damaged_copy_is_passed_over(file: Path) -> None:
    paths.data_folder().mkdir()
    (paths.data_folder() / LAST_GOOD).write_bytes(b"\0\xff" * 500)
    file.write_text("rooms: [\n")
    assert start().settings.now == Settings()


def test_only_what_is_missing_is_done_without(file: Path) -> None:
    file.write_text(
        "voice: lj\nhome: {file: home.yaml}\nmind: {llm: {model: qwen3-1.7b}}\nrooms: {den: {}}\n"
    )
    (file.parent / "home.yaml").write_text("devices:\n  - {name: lamp, kind: light, area: den}\n")
    safe = start()
    now = safe.settings.now
    assert (now.voice, now.mind, list(now.rooms)) == ("hearth", Mind(), ["den"])
    assert now.home.file == file.parent / "home.yaml"
    assert safe.trouble is not None
    assert [line.split(": ")[1] for line in safe.trouble.error.splitlines()] == ["voice", "mind.llm.model"]


def test_broken_models_of_the_owners_are_told_and_done_without(file: Path) -> None:
    (file.parent / "models.yaml").write_text("models: [{id: x}]\n")
    safe = SafeMode(None)
    with pytest.raises(SettingsError, match=r"models\.yaml:1"):
        check_asked(safe.settings.now, safe.file())


def test_a_file_named_on_the_command_line_must_be_there(file: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        SafeMode(file)


def test_bytes_that_are_no_text_are_put_back_as_they_were(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    setup_file.write(file, "voice: hearth\n")
    assert file.with_suffix(".yaml.before").read_bytes() == b"\xff\xfe"
    setup_file.put_back(file, b"\xff\xfe")
    assert file.read_bytes() == b"\xff\xfe"


async def test_what_it_runs_on_opens_and_answers(broken: SafeMode) -> None:
    journal = Journal(lambda: 0.0)
    replies: list[str] = []
    async with asyncio.timeout(60), open_house(broken.settings.now, journal, Opening()) as house:
        with journal.reading(lambda entry: replies.append(getattr(entry.happening, "text", ""))):
            await house.ask("what time is it", None)
    assert any("It's" in reply for reply in replies)


@pytest.fixture
def broken(file: Path) -> SafeMode:
    """Of settings that ask for what is not here."""
    file.write_text("voice: lj\nears: {wide: {model: whisper-base.en}}\n")
    return start()


@pytest.mark.slow
def test_real_processes_start_within_ten_seconds_and_stay(file: Path, tmp_path: Path) -> None:
    """Two of the kinds of damage."""
    chance = random.Random(7)
    for kind in chance.sample(damages.KINDS, 2):
        live_through(kind.__name__, kind(damages.good(), chance), file, tmp_path)


@pytest.mark.soak
def test_real_processes_start_on_every_kind_of_damage(file: Path, tmp_path: Path) -> None:
    """Two of every kind: the hub itself, asked something, stopped."""
    count = 2 * len(damages.KINDS)
    worked = [
        live_through(name, content, file, tmp_path) for name, content in damages.damages(count, seed=11)
    ]
    told = "%d hubs on damaged settings: listening after %.1f to %.1f s of computing"
    logging.getLogger("soak").info(told, count, min(worked), max(worked))


def live_through(name: str, content: bytes, file: Path, folder: Path) -> float:
    """A hub starts on the file, answers, and stops when it is told to; seconds it computed till then."""
    environment = os.environ | {"HEARTH_RUNTIME": str(folder / "run"), "HOME": str(folder)}
    file.write_bytes(content)
    check = _assistant(environment, "config", "check")
    begun = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "run"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as hub:
        assert hub.stdout is not None
        lines = []
        for line in hub.stdout:
            lines.append(line)
            if "listening in" in line:
                break
        worked_s = _worked_s(hub.pid)
        told = "%s: listening after %.1f s, %.1f s of them computing"
        logging.getLogger("safe mode").info(told, name, time.monotonic() - begun, worked_s)
        assert _assistant(environment, "ask", "what time is it").returncode == 0, lines
        _assistant(environment, "stop")
        assert hub.wait(30) == 0
    assert ("SAFE MODE" in "".join(lines)) == (check.returncode == 1), (name, lines, check.stderr)
    assert worked_s < START_S, "more than a machine of its own could do in time"
    return worked_s


def _worked_s(pid: int) -> float:
    """Processor time of the hub and its engines so far; what others leave us of the machine varies."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    fields = [
        Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in (str(pid), *children)
    ]
    return sum(int(field) for words in fields for field in words[11:13]) / os.sysconf("SC_CLK_TCK")


def _assistant(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "assistant", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
