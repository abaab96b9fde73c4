"""Sound as numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pcm import SILENCE_DB, Resampler, level_db, resample, samples
from assistant.ports import Samples


def tone(seconds: float, rate_hz: int, hz: float = 440.0, peak: int = 16_384) -> Samples:
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    return (peak * np.sin(2 * np.pi * hz * t)).astype(np.int16)


def test_a_half_scale_sine_is_9_db_below_full_scale() -> None:
    assert level_db(tone(1, 16_000).tobytes()) == pytest.approx(-9.03, abs=0.05)


def test_silence_and_nothing_have_the_lowest_level() -> None:
    assert level_db(bytes(3200)) == level_db(b"") == SILENCE_DB


@pytest.mark.parametrize("rates", [(8_000, 16_000), (22_050, 24_000), (48_000, 16_000)])
def test_a_clip_keeps_its_length_in_time_and_its_level(rates: tuple[int, int]) -> None:
    before = tone(1, rates[0])
    after = resample(before, *rates)
    assert len(after) == pytest.approx(rates[1], abs=2)
    assert level_db(after.tobytes()) == pytest.approx(level_db(before.tobytes()), abs=0.2)


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=12))
def test_a_stream_in_any_pieces_is_the_same_sound(sizes: list[int]) -> None:
    whole = tone(sum(sizes) / 48_000, 48_000)
    stream, at, pieces = Resampler(48_000, 16_000), 0, []
    for size in sizes:
        pieces.append(stream(whole[at : at + size]))
        at += size
    pieces += [stream(whole[at:]), stream.flush()]
    at_once = Resampler(48_000, 16_000)
    expected = np.concatenate([at_once(whole), at_once.flush()])
    joined = np.concatenate(pieces)
    assert len(joined) == len(expected)
    assert int(np.abs(joined.astype(int) - expected).max(initial=0)) <= 3  # soxr dithers 16-bit sound


def test_bytes_are_read_as_little_endian() -> None:
    assert samples(b"\x01\x00\xff\x7f").tolist() == [1, 32767]
