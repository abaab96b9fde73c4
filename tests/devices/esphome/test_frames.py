import pytest
from aioesphomeapi._frame_helper.plain_text import MAX_PLAINTEXT_FRAME_SIZE
from hypothesis import given
from hypothesis import strategies as st

from assistant.devices.esphome.frames import MOST_FRAME, Borders
from assistant.devices.esphome.relay import Budget
from assistant.errors import WireError
from tests.devices.esphome.device import varint

BODIES = st.lists(st.tuples(st.booleans(), st.integers(0, 300), st.binary(max_size=200)), max_size=8)


def stream(frames: list[tuple[bool, int, bytes]]) -> bytes:
    out = b""
    for plain, kind, body in frames:
        head = varint(len(body)) + varint(kind) if plain else len(body).to_bytes(2, "big")
        out += (b"\x00" if plain else b"\x01") + head + body
    return out


@given(BODIES, st.lists(st.integers(1, 40), max_size=60))
def test_whole_frames_are_counted_however_they_are_cut(
    frames: list[tuple[bool, int, bytes]], cuts: list[int]
) -> None:
    data, borders, count = stream(frames), Borders(), 0
    for cut in cuts:
        count += borders.feed(data[:cut])
        data = data[cut:]
    assert count + borders.feed(data) == len(frames)


@given(st.binary(max_size=400))
def test_nothing_that_is_sent_is_kept_but_an_unfinished_head(data: bytes) -> None:
    borders = Borders()
    try:
        borders.feed(data)
    except WireError:
        return
    assert len(borders._head) <= 9
    assert borders._left <= MOST_FRAME


@pytest.mark.parametrize(
    "data",
    [b"\x00" + varint(4_000_000_000), b"\x00" + varint(70_000) + b"\x01", b"\x02", b"GET / HTTP/1.1"],
)
def test_what_no_device_sends_is_refused_before_it_is_waited_for(data: bytes) -> None:
    with pytest.raises(WireError):
        Borders().feed(data)


def test_frames_may_be_as_long_as_the_library_takes_them() -> None:
    assert MOST_FRAME == MAX_PLAINTEXT_FRAME_SIZE


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 500)), min_size=1, max_size=50))
def test_a_budget_lets_no_more_through_than_its_burst_and_its_rate(spent: list[tuple[float, float]]) -> None:
    budget, now_s, through = Budget(100.0, 200.0, 0.0), 0.0, 0.0
    for later_s, amount in spent:
        now_s += later_s
        now_s += budget.spend(amount, now_s)
        through += amount
    assert through <= 200.0 + 100.0 * now_s + 1e-6
