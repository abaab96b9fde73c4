"""Recordings as a microphone, and a file as a loudspeaker."""

import asyncio
import importlib
import threading
import time
import wave
from collections import deque
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from assistant.devices.wav import parse_wav
from assistant.errors import AudioError
from assistant.messages import EAR_RATE_HZ, AudioChunk
from assistant.pcm import Resampler
from assistant.ports import Samples

Pace: TypeAlias = Literal["live", "fast"]

MAX_BYTES = 512 * 1024 * 1024
"""Larger files are refused: 45 minutes of 48 kHz stereo, four hours of the ear's own rate."""
CHUNK = EAR_RATE_HZ // 50
"""Samples a chunk: 20 ms, as from a sound card."""
HOLD_POLL_S = 0.005


def read_recording(path: Path | str) -> bytes:
    """A WAV file of any rate, width and number of channels as mono s16le at 16 kHz.

    FLAC too, where the `soundfile` package is installed. AudioError names the file, the fault and the fix.
    """
    path = Path(path)
    content = _content(path)
    if content[:4] == b"fLaC":
        return _read_flac(path)
    wav = parse_wav(str(path), content)
    to_ear = Resampler(wav.rate_hz, EAR_RATE_HZ)
    frames = len(wav.data) // wav.frame_bytes
    parts = [to_ear(wav.mono(at, wav.rate_hz)) for at in range(0, frames, wav.rate_hz)]
    pcm = np.concatenate([*parts, to_ear.flush()]).astype("<i2").tobytes()
    if not pcm:
        raise AudioError(f"{path} holds no sound (0 samples). Record it again.")
    return pcm


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            what = (
                "is a folder" if path.is_dir() else "is not there" if not path.exists() else "is not a file"
            )
            raise AudioError(f"{path} {what}. Give the path of a WAV recording.")
        if path.stat().st_size > MAX_BYTES:
            raise AudioError(
                f"{path} is larger than {MAX_BYTES >> 20} MB. Cut it: sox {path} part.wav trim 0 600"
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise AudioError(f"{path} cannot be read: {reason}. Check the path and its permissions.") from error


def _read_flac(path: Path) -> bytes:
    try:
        soundfile = importlib.import_module("soundfile")
    except ImportError as error:
        raise AudioError(
            f"{path} is a FLAC file, which needs the soundfile package. Convert it: sox {path} converted.wav"
        ) from error
    try:
        x, rate_hz = soundfile.read(str(path), dtype="int16", always_2d=True)
    except soundfile.SoundFileError as error:
        raise AudioError(f"{path} cannot be read as FLAC: {error}. Record it again.") from error
    to_ear = Resampler(int(rate_hz), EAR_RATE_HZ)
    mono = np.rint(x.mean(axis=1)).astype(np.int16)
    return np.concatenate([to_ear(mono), to_ear.flush()]).astype("<i2").tobytes()


def write_recording(path: Path | str, pcm: bytes, rate_hz: int) -> None:
    """Mono s16le as a WAV file."""
    try:
        with Path(path).open("wb") as file, wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(rate_hz)
            sound.writeframes(pcm)
    except OSError as error:
        raise AudioError(f"{path} cannot be written: {error.strerror}. Choose another place.") from error


class FileMic:
    """Mono s16le at 16 kHz as a microphone that ends with the recording.

    `live` paces by the loop's time. `fast` goes as quickly as the reader takes it, and waits while `hold()`
    is true: while a turn is being answered, whoever speaks in the recording waits too.
    """

    def __init__(self, pcm: bytes, pace: Pace = "live", hold: Callable[[], bool] = lambda: False) -> None:
        self._pcm = pcm
        self._pace = pace
        self._hold = hold

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """20 ms each; the last may be shorter."""
        start = asyncio.get_running_loop().time()
        for at in range(0, len(self._pcm) // 2, CHUNK):
            piece = self._pcm[2 * at : 2 * (at + CHUNK)]
            if self._pace == "live":
                await _until(start + (at + len(piece) // 2) / EAR_RATE_HZ)
            else:
                await asyncio.sleep(0)
                while self._hold():
                    await _until(asyncio.get_running_loop().time() + HOLD_POLL_S)
            yield AudioChunk(piece, at)


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - asyncio.get_running_loop().time()))


class FileOut:
    """A loudspeaker that keeps what was played, for a box without a sound card.

    `live` renders 20 ms every 20 ms, silence included. `fast` renders whatever is ready at once, so that its
    sound has no pauses but those within it. Of more than `keep_s` the oldest is dropped.
    """

    latency_s = 0.0

    def __init__(self, rate_hz: int = 22_050, pace: Pace = "live", *, keep_s: float = 3600.0) -> None:
        self.rate_hz = rate_hz
        self.eager = pace == "fast"
        self.pending: Callable[[int], bool] = lambda _: False
        self._block = rate_hz // 50
        self._played: deque[bytes] = deque(maxlen=max(1, round(keep_s * 50)))
        self._ready = threading.Event()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def pcm(self) -> bytes:
        """What was played: mono s16le at `rate_hz`."""
        return b"".join(tuple(self._played))

    def start(self, render: Callable[[int], Samples]) -> None:
        """Pull from `render` on a thread of its own until closed."""
        self._closed.clear()
        run = self._run_fast if self.eager else self._run_live
        self._thread = threading.Thread(target=run, args=(render,), name="file-out", daemon=True)
        self._thread.start()

    def sound_ready(self) -> None:
        """Something may be pending."""
        self._ready.set()

    def close(self) -> None:
        """Stop pulling; what was played stays."""
        self._closed.set()
        self._ready.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run_fast(self, render: Callable[[int], Samples]) -> None:
        while not self._closed.is_set():
            self._ready.wait()
            self._ready.clear()
            while not self._closed.is_set() and self.pending(self._block):
                self._played.append(render(self._block).astype("<i2").tobytes())

    def _run_live(self, render: Callable[[int], Samples]) -> None:
        due = time.monotonic()
        while not self._closed.wait(max(0.0, due - time.monotonic())):
            self._played.append(render(self._block).astype("<i2").tobytes())
            due += self._block / self.rate_hz
