"""Ratios, their intervals, the order of runs, the guard against noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.upkeep.bench.statistics import MOST_REPEATS, Guard, abba, percentile, ratio


def test_a_ratio_is_the_median_of_the_pairs() -> None:
    found = ratio([(8.0, 1.0), (9.0, 1.0), (30.0, 3.0)])
    assert found.value == 9.0
    assert found.low >= 8.0
    assert found.high <= 10.0


def test_pairs_that_agree_have_no_width() -> None:
    found = ratio([(6.0, 2.0)] * 5)
    assert (found.low, found.value, found.high) == (3.0, 3.0, 3.0)


def test_a_slow_machine_changes_both_of_a_pair_and_so_not_the_ratio() -> None:
    rng = np.random.default_rng(1)
    slowness = rng.uniform(1, 40, 30)
    found = ratio([(5 * s, s) for s in slowness])
    assert found.value == pytest.approx(5)
    assert found.high - found.low == pytest.approx(0, abs=1e-9)


def test_the_interval_holds_the_true_ratio_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(100):
        pairs = [(4.0 * float(np.exp(rng.normal(0, 0.3))), 1.0) for _ in range(30)]
        found = ratio(pairs, resamples=500)
        held += found.low <= 4.0 <= found.high
    assert held >= 85


def test_without_a_pair_there_is_no_ratio() -> None:
    with pytest.raises(ValueError, match="pair"):
        ratio([])


@given(st.lists(st.tuples(st.floats(1, 1e6), st.floats(1, 1e6)), min_size=1, max_size=30))
def test_the_interval_lies_around_the_median_and_within_the_pairs(pairs: list[tuple[float, float]]) -> None:
    found = ratio(pairs, resamples=200)
    ratios = [a / b for a, b in pairs]
    slack = 1e-9 * max(ratios)
    assert min(ratios) - slack <= found.low <= found.high <= max(ratios) + slack
    assert min(ratios) - slack <= found.value <= max(ratios) + slack


@given(st.integers(1, 40))
def test_every_pair_is_run_once_each_way_and_neither_always_first(count: int) -> None:
    order = list(abba(count))
    assert sorted(order) == sorted((c, r) for c in (0, 1) for r in range(count))
    firsts = [order[2 * at][0] for at in range(count)]
    assert abs(firsts.count(0) - firsts.count(1)) <= 1


def test_the_order_is_abba() -> None:
    assert [condition for condition, _ in abba(2)] == [0, 1, 1, 0]


def test_a_percentile_of_nothing_is_no_number() -> None:
    assert np.isnan(percentile([], 50))
    assert percentile([1.0, 3.0], 50) == 2.0


def test_a_quiet_block_counts_at_once() -> None:
    guard = Guard(measure=lambda: 1.05)
    assert guard.noise(1.0) == pytest.approx(0.05)
    assert not guard.again(0.05, 0)
    assert (guard.blocks, guard.repeated, guard.flagged) == (1, 0, 0)


def test_a_noisy_block_is_run_again_and_told_when_it_stays_noisy() -> None:
    guard = Guard(measure=lambda: 1.0)
    for attempt in range(MOST_REPEATS):
        assert guard.again(0.5, attempt)
    assert not guard.again(0.5, MOST_REPEATS)
    assert (guard.blocks, guard.repeated, guard.flagged, guard.worst) == (1, MOST_REPEATS, 1, 0.5)


def test_a_machine_that_grew_faster_is_as_noisy_as_one_that_grew_slower() -> None:
    assert Guard(measure=lambda: 0.5).noise(1.0) == Guard(measure=lambda: 2.0).noise(1.0) == 1.0
