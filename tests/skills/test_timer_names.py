"""Whatever timers there are, each can be named so that only it is meant."""

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.memory.entries import Kind, Timer
from assistant.skills.timer_names import clean, pick, ways

timers = st.lists(
    st.builds(
        Timer,
        id=st.integers(1, 1_000_000),
        kind=st.just(Kind.TIMER),
        room=st.sampled_from(["kitchen", "bedroom"]),
        name=st.sampled_from(["", "pizza", "egg", "second", "ten minute", "kitchen", "one"]),
        length_s=st.sampled_from([60.0, 600.0, 1500.0, 3600.0]),
        remaining_s=st.just(1.0),
        paused=st.booleans(),
    ),
    min_size=2,
    max_size=12,
    unique_by=lambda timer: timer.id,
).map(tuple)


@settings(deadline=None)
@given(timers)
def test_every_answer_to_which_one_means_one_timer(row: tuple[Timer, ...]) -> None:
    answers = ways(row)
    assert len(set(answers)) == len(row)
    for timer, answer in zip(row, answers, strict=True):
        assert pick(row, clean(answer), "attic") == (timer,)


@settings(deadline=None)
@given(timers, st.sampled_from(["kitchen", "bedroom", "attic"]))
def test_without_a_name_the_only_one_of_the_room_or_all(row: tuple[Timer, ...], room: str) -> None:
    here = tuple(timer for timer in row if timer.room == room)
    assert pick(row, "", room) == (here if len(here) == 1 else row)


def test_no_timer_is_meant_by_a_strange_name() -> None:
    row = (Timer(1, Kind.TIMER, "kitchen", "pizza", 600, 1),)
    assert pick(row, "moon", "kitchen") == ()
    assert pick((), "", "kitchen") == ()
