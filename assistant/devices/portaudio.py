"""PortAudio, which is one per process: devices by name, streams with blocking calls, and starting it anew.

After a sound server or a device has come back, PortAudio must be initialised again, or it may open streams
that never deliver. That closes every stream, so it waits until the others have let go of theirs.
"""

import importlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from assistant.devices.pulse import SoundServer, sound_server
from assistant.errors import AudioError

Way: TypeAlias = Literal["input", "output"]

UNCHANGED_S = 5.0
"""Starting the library anew takes 10 ms; where no card and no sound server came or went, not more often."""
INSTALL = "Install PortAudio: sudo apt-get install libportaudio2"


@dataclass(frozen=True, slots=True)
class Device:
    """A sound device as PortAudio lists it."""

    index: int
    name: str
    inputs: int
    outputs: int
    rate_hz: int

    def channels(self, way: Way) -> int:
        """How many channels it has that way."""
        return self.inputs if way == "input" else self.outputs


@dataclass(frozen=True, slots=True)
class Opened:
    """A running stream of int16 with blocking calls: `read_available`, `read`, `write_available`, `write`."""

    stream: Any
    device: Device
    rate_hz: int
    channels: int
    echo_cancelled: bool
    """The sound server takes our own sound out of this microphone."""
    at: float = field(default_factory=time.monotonic)


class PortAudio:
    """The library and the streams open in it. Any thread."""

    def __init__(self) -> None:
        self._seen: object = None
        self._began_s = 0.0
        self._lock = threading.RLock()
        self._open: list[Any] = []
        self._stale = False

    def devices(self) -> list[Device]:
        """All devices of this box."""
        with self._lock:
            return [
                Device(
                    index=index,
                    name=str(found["name"]),
                    inputs=int(found["max_input_channels"]),
                    outputs=int(found["max_output_channels"]),
                    rate_hz=round(float(found["default_samplerate"])),
                )
                for index, found in enumerate(self._library().query_devices())
            ]

    def find(self, wanted: str | int | None, way: Way) -> Device:
        """A device by index, name or part of its name; None: the sound server's, else the default."""
        able = [device for device in self.devices() if device.channels(way) > 0]
        if wanted is None:
            names = ("pulse", "pipewire", "default")
            ranked = sorted(able, key=lambda d: names.index(d.name) if d.name in names else len(names))
            if ranked:
                return ranked[0]
        for device in able:
            if wanted in (device.index, device.name):
                return device
        for device in able:
            if isinstance(wanted, str) and wanted.lower() in device.name.lower():
                return device
        listed = "; ".join(f"{device.index}: {device.name}" for device in able) or "none"
        what = f"No {way} sound device" + ("" if wanted is None else f" is called {wanted!r}")
        raise AudioError(f"{what}. Found for {way}: {listed}. Plug one in, or choose one in the settings.")

    def open(self, way: Way, wanted: str | int | None, rate_hz: int, latency_s: float) -> Opened:
        """Start a stream of 20 ms blocks, at `rate_hz` in mono if the device can, else at its own."""
        with self._lock:
            server = self._prefer_echo_cancelled(wanted)
            self._restart_if_stale()
            device = self.find(wanted, way)
            library = self._library()
            check, kind = (
                (library.check_input_settings, library.RawInputStream)
                if way == "input"
                else (library.check_output_settings, library.RawOutputStream)
            )
            error: Exception | None = None
            for rate, channels in _shapes(device, way, rate_hz):
                form = {"device": device.index, "samplerate": rate, "channels": channels, "dtype": "int16"}
                try:
                    check(**form)
                    stream = kind(**form, blocksize=rate // 50, latency=latency_s)
                    stream.start()
                except library.PortAudioError as refused:
                    error = refused
                    continue
                self._open.append(stream)
                cancelled = server is not None and server.echo_cancelled_source is not None
                return Opened(stream, device, rate, channels, cancelled)
            raise AudioError(
                f"The sound device {device.name} does not open: {error}. "
                "Check that no other program holds it."
            ) from error

    def close(self, opened: Opened) -> None:
        """End a stream; never fails."""
        with self._lock:
            library = self._library()
            try:
                opened.stream.abort(ignore_errors=True)
                opened.stream.close(ignore_errors=True)
            except library.PortAudioError:  # it died with its server
                self._stale = True
            self._open.remove(opened.stream)
            self._restart_if_stale()

    def mark_stale(self) -> None:
        """A device was lost: start the library anew as soon as nobody holds a stream."""
        with self._lock:
            self._stale = True
            self._restart_if_stale()

    def mark_sound(self) -> None:
        """What was lost works again without a new start."""
        self._stale = False

    def wants_release(self, opened: Opened, patience_s: float) -> bool:
        """Another stream waits for a new start, and this one has been open for at least `patience_s`."""
        return self._stale and time.monotonic() - opened.at >= patience_s and self._due()

    def errors(self) -> type[Exception]:
        """What the library's streams raise."""
        error: type[Exception] = self._library().PortAudioError
        return error

    def _restart_if_stale(self) -> None:
        if not self._stale or self._open or not self._due():
            return
        library = self._library()
        library._terminate()  # noqa: SLF001 - the package has no public way to see new devices
        library._initialize()  # noqa: SLF001
        self._stale, self._seen, self._began_s = False, _sound_cards(), time.monotonic()

    def _due(self) -> bool:
        """A new start may bring something to light that the last one did not."""
        return _sound_cards() != self._seen or time.monotonic() - self._began_s >= UNCHANGED_S

    def _library(self) -> Any:
        try:
            return importlib.import_module("sounddevice")
        except OSError as error:
            raise AudioError(f"The sound library is not installed. {INSTALL}") from error

    @staticmethod
    def _prefer_echo_cancelled(wanted: str | int | None) -> SoundServer | None:
        if wanted not in (None, "pulse", "pipewire", "default"):
            return None
        server = sound_server()
        if server is not None:
            server.prefer_echo_cancelled()
        return server


def _sound_cards() -> object:
    """Changes when a sound card or a sound server comes or goes."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    named = os.environ.get("PULSE_SERVER", "")
    servers = (runtime / "pulse" / "native", runtime / "pipewire-0", Path(named.removeprefix("unix:")))
    return named, *map(_written_ns, (Path("/dev/snd"), *servers))


def _written_ns(place: Path) -> int:
    try:
        return place.stat().st_mtime_ns
    except OSError:
        return 0


def _shapes(device: Device, way: Way, rate_hz: int) -> Iterator[tuple[int, int]]:
    """Rates and channels to try, the wanted one first."""
    for channels in sorted({1, min(2, device.channels(way)), device.channels(way)}):
        for rate in dict.fromkeys((rate_hz, device.rate_hz)):
            yield rate, channels


PORTAUDIO = PortAudio()
