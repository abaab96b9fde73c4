"""Copied timers: they ring when nobody else is left to, once, and not for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import WireError
from assistant.messages import JsonValue
from assistant.satellites.own.timers import GRACE_S, LATE_S, RINGS_S, CopiedTimers


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def one(entry_id: int, left_s: float) -> dict[str, JsonValue]:
    return {"id": entry_id, "left_ms": round(1000 * left_s)}


def test_it_rings_when_due_with_the_hub_gone_and_until_it_is_stopped() -> None:
    clock = Clock()
    timers = CopiedTimers(clock)
    timers.told([one(7, 60)])
    clock.now_s += 59
    assert not timers.rings(hub=False)
    clock.now_s += 1 + GRACE_S
    assert timers.rings(hub=False)
    clock.now_s += 30
    assert timers.rings(hub=False)
    assert timers.stop()
    assert not timers.rings(hub=False)
    assert timers.hub_is_there() == (7,)
    assert timers.hub_is_there() == ()


def test_while_the_hub_is_there_it_is_the_hubs_to_ring() -> None:
    clock = Clock()
    timers = CopiedTimers(clock)
    timers.told([one(7, 10)])
    clock.now_s += 20
    assert not timers.rings(hub=True)
    assert timers.rings(hub=False)
    assert timers.hub_is_there() == ()
    assert not timers.rings(hub=False)


def test_a_new_list_takes_the_place_of_the_old_one() -> None:
    clock = Clock()
    timers = CopiedTimers(clock)
    timers.told([one(7, 10), one(8, 20)])
    timers.told([one(8, 500)])
    clock.now_s += 60
    assert not timers.rings(hub=False)
    assert timers.waiting == 1


def test_it_gives_up_and_what_is_much_too_late_does_not_begin() -> None:
    clock = Clock()
    timers = CopiedTimers(clock)
    timers.told([one(7, 0), one(8, 0)])
    clock.now_s += 2
    assert timers.rings(hub=False)
    clock.now_s += RINGS_S
    assert not timers.rings(hub=False)
    timers.told([one(9, 0)])
    clock.now_s += LATE_S + 1
    assert not timers.rings(hub=False)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "left_ms"]), inner)
        ),
        max_leaves=10,
    )
)
def test_any_list_is_taken_whole_or_refused_whole(value: JsonValue) -> None:
    timers = CopiedTimers(Clock())
    timers.told([one(1, 60)])
    try:
        timers.told(value)
    except WireError:
        assert timers.waiting == 1


def test_more_than_a_room_can_have_is_refused() -> None:
    with pytest.raises(WireError, match="at most"):
        CopiedTimers(Clock()).told([one(each, 1) for each in range(201)])
