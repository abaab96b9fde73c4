"""A PulseAudio of our own for tests: a virtual speaker and microphone that PortAudio sees as `pulse`."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

RATE = 16_000
START_S = 60.0
"""Until the server must have its devices, on a busy machine."""
_ALSA = "pcm.pulse { type pulse }\nctl.pulse { type pulse }\npcm.!default { type pulse }\n"
_NAMES = (
    "XDG_RUNTIME_DIR",
    "PULSE_SERVER",
    "PULSE_RUNTIME_PATH",
    "PULSE_SOURCE",
    "PULSE_SINK",
    "ALSA_CONFIG_PATH",
)


class Pulse:
    """The server and what tests do to it. What is played into the sink `air` is heard by the source `mic`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = {
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_RUNTIME_PATH": str(folder / "pulse"),
            "PULSE_SERVER": f"unix:{folder}/native",
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
        }
        (folder / "asound.conf").write_text(_ALSA)

    def start(self) -> None:
        """Run the server and wait until it answers."""
        form = f"rate={RATE} channels=1 format=s16le"
        script = self.folder / "start.pa"
        script.write_text(
            f"load-module module-null-sink sink_name=speaker norewinds=1 {form}\n"
            f"load-module module-null-sink sink_name=air norewinds=1 {form}\n"
            "load-module module-remap-source source_name=mic master=air.monitor\n"
            "set-default-sink speaker\n"
            "set-default-source mic\n"
            f"load-module module-native-protocol-unix auth-anonymous=1 socket={self.folder}/native\n"
        )
        self.process = subprocess.Popen(
            [
                *(
                    ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
                ),  # dies with the test
                "pulseaudio",
                "-n",
                "--daemonize=no",
                "--exit-idle-time=-1",
                "--use-pid-file=no",
                f"--file={script}",
            ],
            env={**os.environ, **self.environment, "HOME": str(self.folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                pytest.skip("pulseaudio does not start here")
            with contextlib.suppress(subprocess.CalledProcessError, subprocess.TimeoutExpired):
                if "mic" in self.control("list", "short", "sources"):
                    break
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)

    def control(self, *words: str) -> str:
        """One `pactl` command."""
        environment = {**os.environ, **self.environment}
        done = subprocess.run(["pactl", *words], env=environment, capture_output=True, check=True, timeout=30)
        return done.stdout.decode()

    def kill(self) -> None:
        """The server dies."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    @contextlib.contextmanager
    def said_into_microphone(self, pcm: bytes) -> Iterator[None]:
        """Mono s16le at 16 kHz plays into the air meanwhile; at the end it is waited for."""
        source = self.folder / f"said-{abs(hash(pcm))}.raw"
        source.write_bytes(pcm)
        form = [f"--rate={RATE}", "--channels=1", "--format=s16le", "--latency-msec=20"]
        command = ["pacat", "--playback", "--device=air", *form]
        with (
            source.open("rb") as stream,
            subprocess.Popen(command, env={**os.environ, **self.environment}, stdin=stream) as player,
        ):
            try:
                yield
            except BaseException:
                player.kill()
                raise

    def streams(self, kind: str) -> list[str]:
        """The clients' own `source-outputs` or `sink-inputs`, modules' left out."""
        return [
            line for line in self.control("list", "short", kind).splitlines() if "protocol-native" in line
        ]

    @contextlib.contextmanager
    def recorder(self, device: str = "speaker.monitor") -> "Iterator[Recorder]":
        """Record what comes out of a sink's monitor, or of any source."""
        recorder = Recorder(device, {**os.environ, **self.environment})
        try:
            yield recorder
        finally:
            recorder.close()


class Recorder:
    """A `parec` running beside the test."""

    def __init__(self, device: str, environment: dict[str, str]) -> None:
        form = [f"--rate={RATE}", "--channels=1", "--format=s16le", "--latency-msec=20", "--raw"]
        self._process = subprocess.Popen(
            ["pacat", "--record", f"--device={device}", *form], env=environment, stdout=subprocess.PIPE
        )

    def read(self, seconds: float) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
        """The next stretch of sound."""
        assert self._process.stdout is not None
        return np.frombuffer(self._process.stdout.read(2 * round(seconds * RATE)), dtype="<i2")

    def close(self) -> None:
        """Stop recording."""
        self._process.kill()
        self._process.communicate()


@contextlib.contextmanager
def private_pulse() -> Iterator[Pulse]:
    """A running server which this process's PortAudio uses; killed at the end, the environment as before."""
    for program in ("pulseaudio", "pactl", "pacat"):
        if shutil.which(program) is None:
            pytest.skip(
                f"{program} is not installed (apt-get install pulseaudio pulseaudio-utils libasound2-plugins)"
            )
    before = {name: os.environ.get(name) for name in _NAMES}
    with tempfile.TemporaryDirectory() as folder:
        pulse = Pulse(Path(folder))
        try:
            pulse.start()
            os.environ.update(pulse.environment)
            yield pulse
        finally:
            pulse.kill()
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
