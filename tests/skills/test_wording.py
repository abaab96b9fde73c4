import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.skills.wording import (
    be,
    counted,
    duration,
    joined,
    length_adjective,
    number,
    sentence,
    time_left,
)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "zero"), (13, "thirteen"), (20, "twenty"), (42, "forty-two"), (99, "ninety-nine"), (100, "100")],
)
def test_numbers(value: int, words: str) -> None:
    assert number(value) == words


@pytest.mark.parametrize(
    ("seconds", "words", "adjective"),
    [
        (1, "one second", "one second"),
        (90, "one minute and thirty seconds", "one minute thirty second"),
        (3600, "one hour", "one hour"),
        (3661, "one hour, one minute and one second", "one hour one minute one second"),
        (86400 + 7200, "one day and two hours", "one day two hour"),
        (0, "zero seconds", "zero second"),
    ],
)
def test_durations(seconds: int, words: str, adjective: str) -> None:
    assert duration(seconds) == words
    assert length_adjective(seconds) == adjective


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "one second"),
        (59.7, "one minute"),
        (599, "ten minutes"),
        (594, "nine minutes and fifty-five seconds"),
        (123.4, "two minutes and five seconds"),
        (61, "one minute"),
        (43, "forty-three seconds"),
        (601, "ten minutes"),
        (5399, "one hour and thirty minutes"),
        (7201, "two hours"),
        (90_000, "one day and one hour"),
    ],
)
def test_time_left_is_no_finer_than_an_ear_wants(seconds: float, words: str) -> None:
    assert time_left(seconds) == words


@settings(deadline=None)
@given(st.floats(min_value=0, max_value=1e6))
def test_time_left_is_never_far_off_and_never_zero(seconds: float) -> None:
    units = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
    told = time_left(seconds).replace(" and ", ", ").split(", ")
    numbers = {number(value): value for value in range(100)}
    total = sum(numbers[part.split()[0]] * units[part.split()[1].removesuffix("s")] for part in told)
    assert total > 0
    assert abs(total - seconds) <= (1800 if seconds > 86_000 else 30 if seconds > 590 else 3) + 1


def test_lists_and_sentences() -> None:
    assert joined([]) == ""
    assert joined(["a"]) == "a"
    assert joined(["a", "b", "c"], "or") == "a, b or c"
    assert sentence("done") == "Done."
    assert sentence("Really?") == "Really?"
    assert counted(1, "thing") == "one thing"
    assert counted(2, "switch", "switches") == "two switches"


@pytest.mark.parametrize(
    ("names", "verb"), [(["lamp"], "is"), (["blinds"], "are"), (["lamp", "fan"], "are"), (["glass"], "is")]
)
def test_is_and_are(names: list[str], verb: str) -> None:
    assert be(names) == verb
