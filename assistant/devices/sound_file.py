"""Sound files: any WAV as a microphone hears it, and WAV files of our own."""

import importlib
import wave
from pathlib import Path

import numpy as np

from assistant.devices.wav import parse_wav
from assistant.errors import AudioError
from assistant.messages import EAR_RATE_HZ
from assistant.pcm import Resampler

MAX_BYTES = 512 * 1024 * 1024
"""Larger files are refused: 45 minutes of 48 kHz stereo, four hours of the ear's own rate."""


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
    """Mono s16le as a WAV file. AudioError when it cannot be written."""
    try:
        with Path(path).open("wb") as file, wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(rate_hz)
            sound.writeframes(pcm)
    except OSError as error:
        raise AudioError(f"{path} cannot be written: {error.strerror}; choose another place") from error
