"""Hub and satellite as two programs on loopback: a recording is the microphone, a file the loudspeaker."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from assistant.devices.sound_file import write_recording
from tests.voices import heard, say

pytestmark = pytest.mark.slow
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Box:
    """One of the two boxes: its own folders, its own programs."""

    folder: Path

    @property
    def environment(self) -> Mapping[str, str]:
        here = {f"HEARTH_{name}": str(self.folder / name.lower()) for name in ("DATA", "RUNTIME", "CONFIG")}
        return {**os.environ, **here, "HEARTH_SETTINGS": str(self.folder / "assistant.yaml")}

    def asks(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "assistant", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        return done.stdout + done.stderr

    @contextmanager
    def runs(self, *words: str, log: str) -> Iterator[subprocess.Popen[bytes]]:
        with (self.folder / log).open("ab") as file:
            program = [sys.executable, "-u", "-m", "assistant", *words]
            process = subprocess.Popen(program, env=self.environment, stdout=file, stderr=file)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()

    def tells(self, log: str, pattern: str, times: int = 1) -> str:
        """What the log says, once it says it so often."""
        until = time.monotonic() + PATIENCE_S
        while True:
            text = (self.folder / log).read_text() if (self.folder / log).exists() else ""
            if len(found := re.findall(pattern, text)) >= times:
                return str(found[times - 1])
            assert time.monotonic() < until, f"{pattern} is not in:\n{text}"
            time.sleep(0.1)

    def answers(self, *words: str, with_: str) -> str:
        """What a command says, once it says that."""
        until = time.monotonic() + PATIENCE_S
        while with_ not in (text := self.asks(*words)):
            assert time.monotonic() < until, text
        return text


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def boxes(tmp_path: Path) -> tuple[Box, Box]:
    """A hub with a demo home, and a satellite."""
    hub, satellite = Box(tmp_path / "hub"), Box(tmp_path / "satellite")
    hub.folder.mkdir()
    satellite.folder.mkdir()
    (hub.folder / "assistant.yaml").write_text(
        "rooms: {study: {microphone: none-such, speaker: none-such}}\n"
        f"satellites: {{address: 127.0.0.1, port: {free_port()}}}\n"
        "page: {enabled: false}\n"
    )
    return hub, satellite


def pair(hub: Box, satellite: Box) -> None:
    hub.tells("hub.log", "listening in: study")
    with hub.runs("rooms", "pair", "kitchen", log="pair.log") as pairing:
        port, code = hub.tells("pair.log", r"HUB:(\d+ \d{6})").split()
        assert "room kitchen" in satellite.asks("satellite", "pair", f"127.0.0.1:{port}", code)
        pairing.wait(PATIENCE_S)
    hub.tells("hub.log", "listening in: study, kitchen")


def loud_s(file: Path) -> float:
    """Seconds of sound in what the satellite played."""
    x = np.frombuffer(file.read_bytes(), "<i2").astype(np.int32)
    return float((np.abs(x) > 300).sum() / 24_000)


def until_loud(file: Path, seconds: float) -> None:
    until = time.monotonic() + PATIENCE_S
    while not file.exists() or loud_s(file) < seconds:
        assert time.monotonic() < until, f"only {loud_s(file):.2f} s of sound were played"
        time.sleep(0.1)


def sounds(satellite: Box, pcm: bytes) -> tuple[str, ...]:
    write_recording(satellite.folder / "mic.wav", pcm, 16_000)
    mic, out = satellite.folder / "mic.wav", satellite.folder / "out.pcm"
    return "satellite", "--microphone", str(mic), "--speaker", str(out)


def test_paired_spoken_to_unplugged_and_ringing_without_the_hub(boxes: tuple[Box, Box]) -> None:
    hub, satellite = boxes
    pcm = heard(say("hey jarvis"), 1.0, say("set a timer for forty seconds"), before=2.0)
    out = satellite.folder / "out.pcm"
    with hub.runs("run", log="hub.log") as running:
        pair(hub, satellite)
        with satellite.runs(*sounds(satellite, pcm), log="satellite.log") as board:
            satellite.tells("satellite.log", "the hub is there; this is: kitchen")
            # half open in the middle of the reply, and back
            until_loud(out, 0.3)
            board.send_signal(signal.SIGSTOP)
            hub.tells("hub.log", "kitchen: its satellite is lost: it has said nothing for 4 s")
            board.send_signal(signal.SIGCONT)
            hub.tells("hub.log", "kitchen: its satellite is there", 2)
            satellite.answers("satellite", "status", with_="timers copied: 1")
            assert "forty second timer" in hub.asks("ask", "how much time is left on my timer")
            assert "muted" in satellite.asks("satellite", "mute")
            assert "muted there" in hub.answers("rooms", "list", with_="muted there")
            satellite.asks("satellite", "unmute")
            # the hub dies; its timer rings all the same
            running.kill()
            satellite.tells("satellite.log", "no hub: ")
            before_s = loud_s(out)
            until_loud(out, before_s + 1.0)
            satellite.asks("satellite", "stop")
            stopped_s = loud_s(out)
            time.sleep(1.5)
            assert loud_s(out) < stopped_s + 0.3
            log = (satellite.folder / "satellite.log").read_text()
            assert len(re.findall("no hub: no hub answers", log)) <= 1, log


def test_a_wrong_code_is_refused_in_words(boxes: tuple[Box, Box]) -> None:
    hub, satellite = boxes
    with hub.runs("run", log="hub.log"):
        hub.tells("hub.log", "listening in")
        with hub.runs("rooms", "pair", "kitchen", log="pair.log"):
            port, code = hub.tells("pair.log", r"HUB:(\d+ \d{6})").split()
            for _ in range(6):
                wrong = f"{(int(code) + 1) % 10**6:06d}"
                assert "wrong code" in satellite.asks("satellite", "pair", f"127.0.0.1:{port}", wrong)
            assert "6 wrong codes" in hub.tells("pair.log", "6 wrong codes")
        assert "6 wrong codes" in hub.tells("hub.log", "pairing refused: 6 wrong codes")
        assert "kitchen" not in hub.asks("rooms", "list")
    assert "not paired" in satellite.asks("satellite")


def test_it_fits_a_small_board() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "satellite", "--measure"],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert float(re.findall(r"memory: ([\d.]+) MB PSS", done.stdout)[0]) <= 80
