from aioesphomeapi.model import VoiceAssistantTimerEventType as Event
from hypothesis import given
from hypothesis import strategies as st

from assistant.house.esphome_timers import Shown, changes

TIMERS = st.dictionaries(
    st.integers(1, 5),
    st.builds(Shown, st.sampled_from(["", "tea"]), st.just(60.0), st.floats(0, 100), st.booleans()),
)


@given(TIMERS, TIMERS, st.frozensets(st.integers(1, 5)))
def test_a_device_is_told_of_each_timer_at_most_once_and_knows_those_that_are_there(
    before: dict[int, Shown], now: dict[int, Shown], ringing: frozenset[int]
) -> None:
    told = changes(before, now, ringing)
    ids = [each for _, each, _ in told]
    assert len(set(ids)) == len(ids)
    known = set(before)
    for event, each, _ in told:
        if event is Event.VOICE_ASSISTANT_TIMER_STARTED:
            known.add(each)
        elif event is not Event.VOICE_ASSISTANT_TIMER_UPDATED:
            known.remove(each)
    assert known == set(now)


def test_a_timer_is_started_moved_finished_or_cancelled() -> None:
    tea, later = Shown("tea", 60, 100.0, False), Shown("tea", 60, 130.0, False)
    assert changes({}, {1: tea}, frozenset()) == [(Event.VOICE_ASSISTANT_TIMER_STARTED, 1, tea)]
    assert changes({1: tea}, {1: later}, frozenset()) == [(Event.VOICE_ASSISTANT_TIMER_UPDATED, 1, later)]
    assert changes({1: tea}, {}, frozenset({1})) == [(Event.VOICE_ASSISTANT_TIMER_FINISHED, 1, tea)]
    assert changes({1: tea}, {}, frozenset()) == [(Event.VOICE_ASSISTANT_TIMER_CANCELLED, 1, tea)]


def test_a_timer_that_only_runs_and_one_that_only_stands_are_no_news() -> None:
    runs, paused = Shown("", 60, 100.0, False), Shown("", 60, 100.0, True)
    assert changes({1: runs}, {1: Shown("", 60, 100.9, False)}, frozenset()) == []
    assert changes({1: paused}, {1: Shown("", 60, 160.0, True)}, frozenset()) == []
    assert changes({1: runs}, {1: paused}, frozenset())[0][0] is Event.VOICE_ASSISTANT_TIMER_UPDATED
