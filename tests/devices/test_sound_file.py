"""Recordings of any kind as the microphone's sound, and clear words about those that cannot be used."""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.devices.sound_file import read_recording, write_recording
from assistant.devices.wav import parse_wav
from assistant.errors import AudioError

LOUD = 0.5


def wav(
    body: bytes,
    rate_hz: int = 16_000,
    channels: int = 1,
    bits: int = 16,
    tag: int = 1,
    *,
    size: int | None = None,
    before: bytes = b"",
    extensible: bool = False,
) -> bytes:
    """A WAV file with whatever its header is made to claim."""
    frame = channels * bits // 8
    form = struct.pack(
        "<HHIIHH", 0xFFFE if extensible else tag, channels, rate_hz, rate_hz * frame, frame, bits
    )
    if extensible:
        form += struct.pack("<HHIH", 22, bits, 0, tag) + bytes(14)
    size = len(body) if size is None else size
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + before + b"data" + struct.pack("<I", size) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def encoded(x: np.ndarray, bits: int, tag: int) -> bytes:
    if tag == 3:
        return bytes(x.astype(f"<f{bits // 8}").tobytes())
    if bits == 8:
        return bytes(np.rint(x * 127 + 128).astype(np.uint8).tobytes())
    wide = np.rint(x * (2 ** (bits - 1) - 1)).astype("<i4")
    return bytes(wide.view(np.uint8).reshape(-1, 4)[:, : bits // 8].tobytes())


def sine(rate_hz: int, seconds: float = 1.0, hz: float = 440) -> np.ndarray:
    return LOUD * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)


def saved(folder: Path, content: bytes) -> Path:
    path = folder / "recording.wav"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("bits", "tag", "tolerance"),
    [(8, 1, 300), (16, 1, 3), (24, 1, 3), (32, 1, 3), (32, 3, 3), (64, 3, 3)],
)
@pytest.mark.parametrize("extensible", [False, True])
def test_every_width_gives_the_same_sound(
    tmp_path: Path, bits: int, tag: int, tolerance: int, extensible: bool
) -> None:
    x = sine(16_000)
    body = encoded(x, bits, tag)
    pcm = read_recording(saved(tmp_path, wav(body, bits=bits, tag=tag, extensible=extensible)))
    assert np.abs(np.frombuffer(pcm, dtype="<i2") - x * 32767).max() <= tolerance


@pytest.mark.parametrize(("rate_hz", "channels"), [(8_000, 1), (48_000, 2), (44_100, 1), (22_050, 6)])
def test_every_rate_and_any_number_of_channels_arrive_at_the_ears_rate(
    tmp_path: Path, rate_hz: int, channels: int
) -> None:
    frames = np.repeat(sine(rate_hz)[:, None], channels, axis=1)
    pcm = read_recording(saved(tmp_path, wav(encoded(frames.ravel(), 16, 1), rate_hz, channels)))
    x = np.frombuffer(pcm, dtype="<i2")
    assert abs(len(x) - 16_000) <= 2
    middle = x[2000:14_000].astype(float)
    assert abs(np.sqrt((middle**2).mean()) / (LOUD * 32767 / np.sqrt(2)) - 1) < 0.01
    assert int(np.abs(np.fft.rfft(x[:16_000])).argmax()) in {439, 440, 441}


def test_channels_are_mixed(tmp_path: Path) -> None:
    frames = np.stack([sine(16_000), -sine(16_000)], axis=1)
    pcm = read_recording(saved(tmp_path, wav(encoded(frames.ravel(), 16, 1), channels=2)))
    assert not np.frombuffer(pcm, dtype="<i2").any()


def test_chunks_before_the_sound_are_passed_over(tmp_path: Path) -> None:
    note = b"LIST" + struct.pack("<I", 5) + b"hello\0"
    pcm = read_recording(saved(tmp_path, wav(encoded(sine(16_000), 16, 1), before=note)))
    assert len(pcm) == 32_000


@pytest.mark.parametrize("size", [0, 0x7FFF_FFFF, 0xFFFF_FFFF])
def test_a_recorder_that_never_wrote_the_size_is_read_to_the_end(tmp_path: Path, size: int) -> None:
    content = bytearray(wav(encoded(sine(16_000), 16, 1), size=size))
    content[4:8] = struct.pack("<I", 36 if size == 0 else 0xFFFF_FFFF)
    assert len(read_recording(saved(tmp_path, bytes(content)))) == 32_000


def test_floats_beyond_range_and_not_numbers_are_tamed(tmp_path: Path) -> None:
    x = np.array([np.nan, np.inf, -np.inf, 7.0, 0.0] * 100)
    pcm = read_recording(saved(tmp_path, wav(encoded(x, 32, 3), bits=32, tag=3)))
    assert np.frombuffer(pcm, dtype="<i2")[:5].tolist() == [0, 32767, -32768, 32767, 0]


GOOD = wav(encoded(sine(16_000), 16, 1))
BAD = {
    "nothing": (b"", "is empty"),
    "text": (b"this is not sound at all" * 10, "is not a WAV file"),
    "no sound": (wav(b""), "holds no sound"),
    "cut in the sound": (GOOD[:16_000], "cut short: it should hold 1.0 s"),
    "cut in the header": (GOOD[:30], "cut off"),
    "cut before the sound": (GOOD[:36], "cut off before its sound"),
    "no channels": (wav(b"1234", channels=0), "header is damaged"),
    "no rate": (wav(b"1234", rate_hz=0), "header is damaged"),
    "a rate of four thousand millions": (wav(b"1234", rate_hz=0xFFFF_FFF0 // 2), "header is damaged"),
    "mu-law": (wav(b"1234", bits=8, tag=7), "holds mu-law"),
    "twelve bits": (wav(b"1234", bits=12), "12 bits a sample"),
    "data before format": (b"RIFF\0\0\0\0WAVEdata\4\0\0\0" + b"1234", "data come before"),
    "flac": (b"fLaC" + bytes(100), "FLAC"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_used_is_said_with_the_file_and_the_fix(tmp_path: Path, case: str) -> None:
    content, words = BAD[case]
    path = saved(tmp_path, content)
    with pytest.raises(AudioError, match=words) as error:
        read_recording(path)
    assert str(path) in str(error.value)
    assert any(fix in str(error.value) for fix in ("ecord it again", "Convert it", "Copy"))


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"missing\.wav is not there"):
        read_recording(tmp_path / "missing.wav")
    with pytest.raises(AudioError, match="is a folder"):
        read_recording(tmp_path)
    with pytest.raises(AudioError, match="is not a file"):
        read_recording("/dev/zero")
    with pytest.raises(AudioError, match="is not there"):
        read_recording("nul\0byte.wav")


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.wav"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(AudioError, match="larger than 512 MB"):
        read_recording(path)


@given(
    cuts=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 255)), max_size=6),
    length=st.integers(0, 400),
)
@settings(max_examples=300, deadline=None)
def test_damaged_headers_give_sound_or_an_audio_error(cuts: list[tuple[int, int]], length: int) -> None:
    content = bytearray(wav(encoded(sine(16_000, 0.01), 16, 1))[:length])
    for at, value in cuts:
        if at < len(content):
            content[at] = value
    try:
        found = parse_wav("x.wav", bytes(content))
    except AudioError:
        return
    frames = len(found.data) // found.frame_bytes
    assert len(found.mono(0, frames)) == frames
    assert 0 < len(found.data) <= len(content)


def test_written_recordings_read_back(tmp_path: Path) -> None:
    pcm = encoded(sine(16_000), 16, 1)
    write_recording(tmp_path / "out.wav", pcm, 16_000)
    assert read_recording(tmp_path / "out.wav") == pcm
    with pytest.raises(AudioError, match="cannot be written"):
        write_recording(tmp_path / "no" / "out.wav", pcm, 16_000)
