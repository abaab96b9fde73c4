"""The schedule's arithmetic, for any times."""

import sqlite3
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.memory import entry_rows
from assistant.memory.database import MIGRATIONS
from assistant.memory.entries import LATE_S, Entry, Kind

times = st.floats(min_value=0, max_value=1e9, allow_nan=False)
lengths = st.floats(min_value=0, max_value=1e6, allow_nan=False)
deltas = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)
NEAR = 1e-3


def running(now_s: float, length_s: float) -> Entry:
    return Entry(1, Kind.TIMER, "kitchen", "", length_s, now_s + length_s)


@settings(deadline=None)
@given(times, lengths, lengths)
def test_time_left_goes_down_with_time_and_never_below_zero(
    now_s: float, length_s: float, later_s: float
) -> None:
    left_s = running(now_s, length_s).remaining_s(now_s + later_s)
    assert left_s == pytest.approx(max(0.0, length_s - later_s), abs=NEAR)


@settings(deadline=None)
@given(times, lengths, lengths, lengths)
def test_a_pause_costs_no_time(now_s: float, length_s: float, ran_s: float, paused_s: float) -> None:
    paused = running(now_s, length_s).paused_at(now_s + ran_s)
    resumed = paused.resumed_at(now_s + ran_s + paused_s)
    expected = max(0.0, length_s - ran_s)
    assert paused.remaining_s(now_s + 1e9) == pytest.approx(expected, abs=NEAR)
    assert resumed.remaining_s(now_s + ran_s + paused_s) == pytest.approx(expected, abs=NEAR)
    assert not resumed.paused


@settings(deadline=None)
@given(times, lengths, lengths)
def test_pausing_and_resuming_twice_is_the_same_as_once(now_s: float, length_s: float, ran_s: float) -> None:
    paused = running(now_s, length_s).paused_at(now_s + ran_s)
    assert paused.paused_at(now_s + ran_s + 5) == paused
    resumed = paused.resumed_at(now_s + ran_s + 10)
    assert resumed.resumed_at(now_s + ran_s + 15) == resumed


@settings(deadline=None)
@given(times, lengths, st.lists(deltas, max_size=5))
def test_adjustments_add_up(now_s: float, length_s: float, moves: list[float]) -> None:
    entry = running(now_s, length_s)
    for delta_s in moves:
        entry = entry.adjusted(delta_s)
    assert entry.remaining_s(now_s) == pytest.approx(max(0.0, length_s + sum(moves)), abs=NEAR)


@settings(deadline=None)
@given(lengths, deltas)
def test_a_paused_one_is_never_below_zero(length_s: float, delta_s: float) -> None:
    paused = running(0, length_s).paused_at(0).adjusted(delta_s)
    assert paused.left_s is not None
    assert paused.left_s >= 0


@settings(deadline=None)
@given(times, lengths, lengths)
def test_late_is_the_time_since_it_was_due(now_s: float, length_s: float, late_s: float) -> None:
    ring = running(now_s, length_s).ring_at(now_s + length_s + late_s, 0.0, UTC)
    assert ring.late_s == pytest.approx(late_s, abs=NEAR)
    if abs(late_s - LATE_S) > 1:
        assert ring.missed is (late_s > LATE_S)


@settings(deadline=None)
@given(times, lengths, times, times, st.booleans())
def test_the_disk_keeps_the_end_in_wall_time(
    now_s: float, length_s: float, wall_s: float, boot_s: float, paused: bool
) -> None:
    connection = sqlite3.connect(":memory:")
    for script in MIGRATIONS:
        connection.executescript(script)
    entry = running(now_s, length_s)
    entry = entry.paused_at(now_s) if paused else entry
    entry = entry_rows.insert(connection, entry, wall_s - now_s, UTC)
    off_s = 60.0
    (again,) = entry_rows.load(connection, wall_s + off_s - boot_s, UTC)
    expected = length_s if paused else max(0.0, length_s - off_s)
    assert again.remaining_s(boot_s) == pytest.approx(expected, abs=NEAR)
    assert (again.id, again.paused, again.restored) == (entry.id, paused, True)
    connection.close()
