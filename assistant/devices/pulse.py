"""PulseAudio and PipeWire: is one running, and does it already take our own sound out of the microphone?

Both have an echo canceller (`module-echo-cancel`; PipeWire's libpipewire-module-echo-cancel), which knows the
sound card's true delay. Where its source exists it is preferred, through the variables that every client of
the sound server obeys; an owner who has set PULSE_SOURCE or PULSE_SINK is left alone. To have one:

    pactl load-module module-echo-cancel aec_method=webrtc source_name=echo-cancel-source
"""

import os
import shutil
import subprocess
from dataclasses import dataclass

PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class SoundServer:
    """A running sound server."""

    name: str
    """As it calls itself, such as `pulseaudio` or `PulseAudio (on PipeWire 1.0.5)`."""
    echo_cancelled_source: str | None
    echo_cancelled_sink: str | None

    def prefer_echo_cancelled(self) -> None:
        """Streams opened from now on go through the echo canceller, unless the owner chose otherwise."""
        for variable, name in (
            ("PULSE_SOURCE", self.echo_cancelled_source),
            ("PULSE_SINK", self.echo_cancelled_sink),
        ):
            if name is not None:
                os.environ.setdefault(variable, name)
            elif _is_echo_canceller(os.environ.get(variable, ""), ""):
                del os.environ[variable]  # it was unloaded: the default is better than nothing


def sound_server() -> SoundServer | None:
    """The sound server of this session, or None. Takes a few milliseconds; 2 s at most each question."""
    if shutil.which("pactl") is None:
        return None
    info = _ask("info")
    name = next((line.partition(": ")[2] for line in info.splitlines() if line.startswith("Server Name")), "")
    if not name:
        return None
    return SoundServer(name, _echo_cancelled("sources"), _echo_cancelled("sinks"))


def _echo_cancelled(kind: str) -> str | None:
    """The first echo-cancelled source or sink; `pactl` prints index, name, driver, form and state."""
    for line in _ask("list", "short", kind).splitlines():
        fields = line.split("\t")
        if (
            len(fields) >= 3
            and not fields[1].endswith(".monitor")
            and _is_echo_canceller(fields[1], fields[2])
        ):
            return fields[1]
    return None


def _is_echo_canceller(name: str, driver: str) -> bool:
    return driver == "module-echo-cancel.c" or "echocancel" in name.lower().replace("-", "").replace("_", "")


def _ask(*words: str) -> str:
    try:
        environment = {**os.environ, "LC_ALL": "C"}
        done = subprocess.run(
            ["pactl", *words], env=environment, capture_output=True, timeout=PATIENCE_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="replace")
