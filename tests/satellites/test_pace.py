"""Who comes too often is told apart from who comes now and then, however many there are."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.satellites.pace import Pace


@given(st.lists(st.tuples(st.floats(0, 5), st.sampled_from("abc")), max_size=60))
def test_no_more_than_so_many_of_one_are_let_through_in_any_stretch(comings: list[tuple[float, str]]) -> None:
    now_s = 0.0
    pace = Pace(3, 10.0, lambda: now_s)
    let: dict[str, list[float]] = {}
    for wait_s, who in comings:
        now_s += wait_s
        recent = [at for at in let.get(who, []) if at > now_s - 10.0]
        assert pace.too_often(who) == (len(recent) >= 3)
        if len(recent) < 3:
            let.setdefault(who, []).append(now_s)


def test_those_who_are_long_gone_are_forgotten() -> None:
    now_s = 0.0
    pace = Pace(3, 10.0, lambda: now_s)
    for number in range(1000):
        pace.too_often(str(number))
        now_s += 1.0
    assert len(pace._came) <= 11
