"""The command line as its users meet it: a process with words, streams and an exit status."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import wave
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant.cli_words import parsed
from assistant.upkeep import happenings
from tests.voices import RATE, heard, say

COMMANDS = (
    *("run", "demo", "hear", "ask", "say", "config", "engines", "page", "mute", "unmute", "stop"),
    *("models", "setup", "doctor", "backup", "bench", "prove", "install-service"),
)
ASSISTANT = [sys.executable, "-m", "assistant"]
Done = subprocess.CompletedProcess[str]


class Shell:
    """Runs commands on settings, data and a runtime folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        root = str(Path(__file__).resolve().parent.parent)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": root,
            "HEARTH_RUNTIME": str(folder / "run"),
        }

    def __call__(self, *words: str, typed: str = "", within_s: float = 120, **environment: str) -> Done:
        done = subprocess.run(
            [*ASSISTANT, *words],
            input=typed,
            env=self.environment | environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=within_s,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert "Exception" not in done.stderr, done.stderr
        return done

    @contextlib.contextmanager
    def started(self, *words: str) -> "Iterator[subprocess.Popen[str]]":
        """A command that runs beside the test, with its three streams as pipes."""
        pipe = subprocess.PIPE
        with subprocess.Popen(
            [*ASSISTANT, *words],
            env=self.environment,
            cwd=self.folder,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            text=True,
            bufsize=1,
            start_new_session=True,
            # Whoever runs the tests may ignore Ctrl-C, and a child inherits that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def processes(self) -> list[int]:
        """Processes that this shell's commands left behind, engines too."""
        mark = f"HEARTH_RUNTIME={self.environment['HEARTH_RUNTIME']}".encode()
        found = []
        for environ in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if mark in environ.read_bytes().split(b"\0"):
                    found.append(int(environ.parent.name))
        return found


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def write_wav(file: Path, pcm: bytes, *, rate: int = RATE, channels: int = 1) -> Path:
    with wave.open(str(file), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(pcm)
    return file


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ "hey jarvis, set a timer for ten minutes", as a microphone hears it."""
    pcm = heard(say("hey jarvis, set a timer for ten minutes"))
    return write_wav(tmp_path_factory.mktemp("said") / "timer.wav", pcm)


def settings_file(shell: Shell, text: str | bytes) -> str:
    file = shell.folder / "assistant.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(file)


def told_in_a_sentence(done: Done, *words: str) -> None:
    """It failed with status 1 and one or two lines that hold these words, and nothing else."""
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert done.stderr.startswith("assistant: ")
    assert len(done.stderr.strip().splitlines()) <= 2, done.stderr
    for word in words:
        assert word in done.stderr


# ── the schema, checked by hand: it needs no more of JSON schema than this ───────────────────────


PLAIN: Mapping[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": int | float,
    "null": type(None),
}


def fits(value: Any, form: Mapping[str, Any]) -> bool:
    if "const" in form:
        return bool(value == form["const"])
    if "enum" in form:
        return value in form["enum"]
    if "oneOf" in form:
        return sum(fits(value, one) for one in form["oneOf"]) == 1
    if "anyOf" in form:
        return any(fits(value, one) for one in form["anyOf"])
    if not isinstance(value, PLAIN[form["type"]]):
        return False
    if isinstance(value, bool):
        return bool(form["type"] == "boolean")
    if isinstance(value, list):
        return all(fits(item, form["items"]) for item in value)
    return not isinstance(value, dict) or _fits_object(value, form)


def _fits_object(value: Mapping[str, Any], form: Mapping[str, Any]) -> bool:
    known = form.get("properties", {})
    closed = form.get("additionalProperties", True) or set(value) <= set(known)
    whole = set(form.get("required", ())) <= set(value)
    return closed and whole and all(fits(value[key], known[key]) for key in value if key in known)


# ── words ────────────────────────────────────────────────────────────────────────────────────────


def test_without_words_the_usage_is_told_and_help_names_every_command(shell: Shell) -> None:
    assert shell().returncode == 2
    told = shell("--help")
    assert told.returncode == 0
    assert [command for command in COMMANDS if not re.search(rf"\n +{command}\s", told.stdout)] == []
    assert "130" in told.stdout


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("mute", "attic"), "assistant mute: it does not know 'attic'. `assistant mute --help`"),
        (("say",), "required: TEXT. `assistant say --help`"),
        (("models", "lst"), "invalid choice: 'lst'"),
        (("walk",), "invalid choice: 'walk'"),
    ],
    ids=lambda words: "-".join(words) if isinstance(words, tuple) else "",
)
def test_wrong_words_are_told_by_the_command_that_was_meant(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], hint: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        parsed(words)
    assert hint in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "what"), [("rooms", "list"), ("models", "list"), ("backup", "list"), ("config", "show")]
)
def test_a_command_without_a_word_of_what_to_do_only_looks(command: str, what: str) -> None:
    assert parsed([command]).what == what


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_has_an_example_and_the_exit_statuses(shell: Shell, command: str) -> None:
    told = shell(command, "--help").stdout
    assert f"  assistant {command}" in told.partition("examples:")[2]
    assert "exit status: 0 done; 1 it failed" in told


# ── typed ────────────────────────────────────────────────────────────────────────────────────────


def test_typed_lines_are_answered_one_by_one_and_a_bad_one_ends_nothing(shell: Shell) -> None:
    done = shell("ask", typed="turn on the fan\n\n" + "a" * 3000 + "\nwhat time is it")
    assert done.returncode == 0
    first, second = done.stdout.splitlines()
    assert first == "The fan is on."
    assert second.startswith("It's ")
    assert "3,000 characters" in done.stderr


def test_json_lines_of_typed_words_fit_the_published_schema(shell: Shell) -> None:
    done = shell("ask", "--json", "set a timer for ten minutes")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["happening"] for line in lines] == ["route", "tool_call", "tool_result", "reply"]
    assert (lines[1]["tool"], lines[1]["arguments"]) == ("timer_set", {"duration_s": 600})
    published = happenings.schema()
    assert all(fits(line, published) for line in lines)
    assert not fits(lines[1] | {"arguments": 5}, published)
    assert not fits(lines[1] | {"more": 5}, published)
    assert "no hub is running" in done.stderr


def test_a_timer_rings_while_the_next_line_is_awaited(shell: Shell) -> None:
    with shell.started("ask") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("set a timer for one second\n")
        assert "timer, set" in process.stdout.readline()
        assert process.stdout.readline().startswith("⏰ ")
        process.stdin.close()
        assert process.wait(20) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("ask", " "), "is empty"),
        (("ask", "--room", "attic", "what time is it"), 'no room "attic"; the rooms are: living room'),
        (("say", "--voice", "nobody", "hi", "-o", "x.wav"), 'no voice "nobody"'),
        (("say", "🙂", "-o", "x.wav"), "nothing to say"),
        (("say", "hi", "-o", "nowhere/x.wav"), "no folder nowhere; make it"),
        (("say", "hi", "-o", "."), "is a folder"),
        (("say", "hi"), "-o FILE.wav"),
        (("say", "hi", "--room", "attic"), 'no room "attic"; the rooms are: living room'),
        (("hear",), "assistant hear FILE.wav"),
        (("demo", "--replies", "/dev/null", "hi"), "--replies FOLDER"),
        (("demo", "--replies", "/proc/none", "hi"), "--replies FOLDER"),
        (("ask", "--settings", "none.yaml", "hi"), "no such file"),
        (("ask", "--home", "none.yaml", "hi"), "none.yaml"),
    ],
    ids=lambda words: "-".join(words)[:30] if isinstance(words, tuple) else "",
)
def test_what_can_not_be_done_is_told_with_its_fix(shell: Shell, words: tuple[str, ...], hint: str) -> None:
    told_in_a_sentence(shell(*words), hint)


# ── settings ─────────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_key_is_told_with_line_and_fix(shell: Shell) -> None:
    file = settings_file(shell, "language: en\nvioce: hearth\n")
    told_in_a_sentence(shell("config", "check", "--settings", file), ":2: vioce", 'did you mean "voice"')


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("voice: [\n", "is not YAML"),
        (b"\xff\xfe\0", "UTF-8"),
        ("rooms: {}\n", "at least 1"),
        ("- 1\n", "must be a section"),
        ("a: &a [1]\n", "anchor"),
        ("ears:\n  wide:\n    engine: faster_whisper\n    model: whisper-small\n", "is not installed"),
        ("mind:\n  llm:\n    engine: llama_cpp\n    model: qwen3-0.6b\n", "is not installed"),
        ("voice: lj\n", "is not installed"),
        ("voice: nobody\n", 'no voice "nobody"'),
    ],
)
def test_settings_that_can_not_be_are_told(shell: Shell, text: str | bytes, hint: str) -> None:
    file = settings_file(shell, text)
    told_in_a_sentence(shell("hear", "--fast", "none.wav", "--settings", file), hint)


@pytest.mark.slow
def test_the_example_is_good_and_is_what_is_shown(shell: Shell) -> None:
    file = settings_file(shell, shell("config", "example").stdout)
    assert shell("config", "check", "--settings", file).stdout == f"{file}: good\n"
    assert shell("config", "show", "--settings", file).stdout == shell("config", "show").stdout
    path = shell("config", "path")
    assert path.stdout.strip() == str(shell.folder / ".config/hearth/assistant.yaml")
    assert "not there yet" in path.stderr


def test_each_engine_is_ready_or_says_why_not(shell: Shell) -> None:
    lines = [json.loads(line) for line in shell("engines", "--json").stdout.splitlines()]
    assert {"wake", "vad", "stt", "turn", "llm", "tts"} == {line["kind"] for line in lines}
    assert all(line["ready"] == (line["reason"] is None) for line in lines)
    assert {"kind": "stt", "name": "pocketsphinx", "ready": True, "reason": None}.items() <= next(
        line for line in lines if line["name"] == "pocketsphinx"
    ).items()


# ── recordings ───────────────────────────────────────────────────────────────────────────────────


def test_a_recording_is_heard_beside_ones_that_can_not_be(shell: Shell, recording: Path) -> None:
    (shell.folder / "empty.wav").touch()
    (shell.folder / "cut.wav").write_bytes(recording.read_bytes()[:20_001])
    (shell.folder / "text.wav").write_text("hello")
    bad = ("empty.wav", "cut.wav", "text.wav", "none.wav", ".")
    done = shell("hear", *bad, str(recording), "--fast", "--json", "--reply", "reply.wav")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == len(bad), done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(fits(line, happenings.schema()) for line in lines)
    (call,) = [line for line in lines if line["happening"] == "tool_call"]
    assert (call["tool"], call["arguments"]) == ("timer_set", {"duration_s": 600})
    with wave.open(str(shell.folder / "reply.wav")) as reply:
        assert reply.getnframes() > reply.getframerate()


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (48_000, 2), (44_100, 1)])
def test_other_rates_and_channels_are_heard_too(
    shell: Shell, recording: Path, rate: int, channels: int
) -> None:
    other = shell.folder / "other.wav"
    subprocess.run(["sox", recording, "-r", str(rate), "-c", str(channels), other], check=True)
    done = shell("hear", str(other), "--fast", "--json")
    if rate == 8_000:  # half the sound is gone: it may be refused, never misheard
        assert done.returncode == 0
        return
    (call,) = [line for line in map(json.loads, done.stdout.splitlines()) if line["happening"] == "tool_call"]
    assert call["arguments"] == {"duration_s": 600}


@pytest.mark.slow
def test_the_schema_is_printed(shell: Shell) -> None:
    assert json.loads(shell("hear", "--schema").stdout) == happenings.schema()


# ── streams and signals ──────────────────────────────────────────────────────────────────────────


def _shell_words(shell: Shell, line: str) -> Done:
    """A line of sh, `assistant` in it standing for the command."""
    line = line.replace("assistant", " ".join(ASSISTANT))
    done = subprocess.run(
        ["sh", "-c", line],
        env=shell.environment,
        cwd=shell.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "Exception" not in done.stderr, done.stderr
    return done


def test_a_reader_who_leaves_ends_the_command_quietly(shell: Shell, recording: Path) -> None:
    done = _shell_words(shell, f"(assistant hear {recording} --json; echo $? > status) | head -1")
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""
    assert (shell.folder / "status").read_text() == "1\n"
    assert shell.processes() == []


@pytest.mark.slow
def test_a_full_disk_under_the_output_is_told(shell: Shell) -> None:
    told_in_a_sentence(_shell_words(shell, "assistant config show > /dev/full"), "No space left")


@pytest.mark.slow
@pytest.mark.parametrize("streams", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", "</dev/null"])
def test_closed_streams_harm_nothing(shell: Shell, streams: str) -> None:
    assert _shell_words(shell, f"assistant ask what time is it {streams}").returncode == 0
    assert _shell_words(shell, f"assistant say hello -o x.wav {streams}").returncode == 0
    assert (shell.folder / "x.wav").stat().st_size > 1000


def test_ctrl_c_ends_a_recording_at_once_with_its_engines(shell: Shell, recording: Path) -> None:
    with shell.started("hear", str(recording)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert len(shell.processes()) >= 3
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert shell.processes() == []


@pytest.mark.slow
@pytest.mark.parametrize("after", ["nothing", "a line"])
def test_ctrl_c_ends_typing_at_once(shell: Shell, after: str) -> None:
    with shell.started("ask") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        if after == "a line":
            process.stdin.write("what time is it\n")
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) in ((130,) if after == "a line" else (130, -signal.SIGINT))
        assert "Traceback" not in process.stderr.read() or after == "nothing"
    assert shell.processes() == []


@pytest.mark.slow
def test_the_demo_shows_your_own_sentence_and_keeps_the_reply(shell: Shell) -> None:
    done = shell("demo", "what time is it")
    assert done.returncode == 0, done.stderr
    for told in ("woken", 'heard    "what time is it"', "time_now()", "speech to text", "first word"):
        assert told in done.stdout
    assert (shell.folder / "demo-replies" / "1.wav").stat().st_size > 10_000
