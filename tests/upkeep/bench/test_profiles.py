"""Boxes by what their engines cost."""

from collections.abc import Mapping
from importlib import resources
from typing import Any

import pytest
import yaml
from simpleeval import simple_eval

from assistant.upkeep.bench.profiles import NAMES, Cost, free, load_profile

TEXT = (resources.files("assistant.upkeep.bench") / "profiles.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_a_box_says_where_it_comes_from(name: str) -> None:
    raw: Mapping[str, Any] = yaml.safe_load(TEXT)[name]
    numbers = {key: value for key, value in raw.items() if key != "name"}
    assert numbers
    for key, value in numbers.items():
        assert isinstance(value, dict), f"{key} is a bare number"
        assert len(value["source"]) > 8, key
        assert "placeholder" not in value["source"].lower()


@pytest.mark.parametrize("name", NAMES)
def test_the_arithmetic_that_is_shown_gives_the_number(name: str) -> None:
    for key, cost in load_profile(name):
        if isinstance(cost, Cost) and cost.how:
            terms = cost.how.replace("\u00d7", "*")
            assert set(terms) <= set("0123456789.*/+() "), key
            told = simple_eval(terms)
            assert cost.value == pytest.approx(told, rel=0.01), key


def test_a_cut_window_costs_less_and_never_more_than_the_full_one() -> None:
    profile = load_profile("pi5")
    full = profile.wide_s(2.0, short=False)
    assert profile.wide_s(1.0, short=True) < profile.wide_s(4.0, short=True) < full
    assert profile.wide_s(400.0, short=True) == full
    assert profile.wide_s(2.0, short=False) == profile.wide_s(20.0, short=False)


def test_a_free_box_costs_nothing_worth_measuring() -> None:
    profile = free(load_profile("n150"))
    assert profile.wide_s(3.0, short=False) < 1e-6
    assert 1000 / profile.llm_prefill_tokens_a_s.value < 1e-3
    assert profile.cores.value == 4
