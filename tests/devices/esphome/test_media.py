import subprocess
import wave
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.devices.esphome.media import Encoder, Form, Taken, form_of
from assistant.pcm import resample
from assistant.ports import Samples
from tests import peers

READ = """
import sys, miniaudio
rate, channels = int(sys.argv[3]), int(sys.argv[4])
info = miniaudio.flac_get_file_info(sys.argv[1])
assert (info.sample_rate, info.nchannels) == (rate, channels), info
sound = miniaudio.decode_file(sys.argv[1], miniaudio.SampleFormat.SIGNED16, channels, rate)
open(sys.argv[2], "wb").write(sound.samples[::channels].tobytes())
"""


def encoded(form: Form, pieces: list[Samples], rate_hz: int) -> bytes:
    encoder = Encoder(form, rate_hz)
    return encoder.head() + b"".join(encoder.feed(piece) for piece in pieces) + encoder.end()


def noise(count: int, seed: int = 1) -> Samples:
    return np.random.default_rng(seed).integers(-20_000, 20_000, count).astype(np.int16)


def in_pieces(sound: Samples, sizes: list[int]) -> list[Samples]:
    pieces = []
    for size in sizes:
        pieces.append(sound[:size])
        sound = sound[size:]
    return [*pieces, sound]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 3000), max_size=12), st.sampled_from(["wav", "flac"]), st.sampled_from([1, 2]))
def test_a_file_is_the_same_however_its_sound_came(sizes: list[int], kind: str, channels: int) -> None:
    form, sound = Form(kind, 16_000, channels), noise(10_000)
    assert encoded(form, in_pieces(sound, sizes), 16_000) == encoded(form, [sound], 16_000)


def test_wav_holds_the_sound_on_every_channel() -> None:
    sound = noise(4_000)
    data = encoded(Form("wav", 16_000, 2), [sound], 16_000)
    with wave.open(BytesIO(data)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 2, 2)
    both = np.frombuffer(data[44:], "<i2").reshape(-1, 2)
    assert np.array_equal(both[:, 0], sound)
    assert np.array_equal(both[:, 1], sound)


@pytest.mark.slow
@pytest.mark.parametrize(("rate_hz", "channels"), [(48_000, 1), (48_000, 2), (16_000, 1), (44_100, 2)])
def test_flac_is_read_by_a_real_decoder(tmp_path: Path, rate_hz: int, channels: int) -> None:
    python = peers.environment("miniaudio", "miniaudio==1.71")
    sound = noise(40_003)
    file, read = tmp_path / "a.flac", tmp_path / "a.pcm"
    file.write_bytes(encoded(Form("flac", rate_hz, channels), [sound], 24_000))
    command = [str(python), "-c", READ, str(file), str(read), str(rate_hz), str(channels)]
    subprocess.run(command, check=True, timeout=60)
    wanted = resample(sound, 24_000, rate_hz)
    heard = np.frombuffer(read.read_bytes(), np.int16)
    assert abs(len(heard) - len(wanted)) <= 16
    assert np.array_equal(heard[: len(wanted)], wanted[: len(heard)])


def taken(kind: str, rate_hz: int = 48_000, channels: int = 1, *, announcing: bool = True) -> Taken:
    return Taken(kind, rate_hz, channels, announcing)


@pytest.mark.parametrize(
    ("formats", "form"),
    [
        ([], Form("wav", 48_000, 1)),
        ([taken("flac", announcing=False), taken("wav", 16_000)], Form("wav", 16_000, 1)),
        ([taken("mp3", 44_100, 2), taken("flac", 48_000, 2)], Form("flac", 48_000, 2)),
        ([taken("mp3", 0, 0)], Form("wav", 48_000, 1)),
        ([taken("flac", 4_000_000_000, 77)], Form("flac", 48_000, 1)),
    ],
)
def test_the_format_for_announcements_goes_first_and_what_none_can_write_is_wav(
    formats: list[Taken], form: Form
) -> None:
    assert form_of(formats) == form
