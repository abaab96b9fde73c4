"""Claims of several rooms to one utterance: one winner, whatever the order, and nobody waits in vain."""

import math
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from assistant.house.nearest import DECIDED_S, SAME_S, Claim, Contest, Contests
from assistant.pcm import SILENCE_DB

ROOMS = ("kitchen", "bedroom", "hall", "bath", "study", "attic")


def claim(room: str, level: float = -30.0, *, at_s: float = 10.0, asked: bool = False) -> Claim:
    return Claim(room, at_s, 0.9, level, -60.0, asked)


@st.composite
def claims_of_one_utterance(draw: st.DrawFn) -> list[Claim]:
    rooms = draw(st.lists(st.sampled_from(ROOMS), min_size=1, max_size=6, unique=True))
    levels = st.one_of(st.floats(-70, -5), st.just(SILENCE_DB), st.sampled_from([-30.0, -20.0]))
    score, noise = st.floats(0, 1), st.floats(-90, -30)
    times = st.floats(10.0, 10.0 + SAME_S - 1e-6)  # 10.8 - 10.0 is more than 0.8
    return [
        Claim(room, draw(times), draw(score), draw(levels), draw(noise), draw(st.booleans()))
        for room in rooms
    ]


def held(claims: Sequence[Claim]) -> Contest:
    """One contest with these claims, in their order."""
    contests = Contests()
    (contest,) = {id(c): c for c in [contests.claim(each, each.at_s) for each in claims]}.values()
    return contest


@given(claims_of_one_utterance(), st.data())
def test_exactly_one_room_may_answer_whatever_it_asks_and_whenever(
    claims: list[Claim], data: st.DataObject
) -> None:
    contest = Contest(10.0)
    took: list[Claim] = []
    waiting = list(claims)
    acts = st.sampled_from(["join", "decide", "take", "withdraw"])
    for act in [*data.draw(st.lists(acts, max_size=20)), *["join"] * len(claims), "decide"]:
        if act == "join" and waiting:
            contest.join(waiting.pop())
        elif act == "decide":
            contest.decide()
        elif contest.claims:
            one = data.draw(st.sampled_from(contest.claims))
            if act == "withdraw" and one not in took:
                contest.withdraw(one)
            elif contest.take(one) and one not in took:
                took.append(one)
    took += [one for one in claims if contest.take(one) and one not in took]
    assert len(took) == (1 if contest.claims else 0)


@given(claims_of_one_utterance(), st.randoms(use_true_random=False))
def test_the_order_in_which_rooms_tell_changes_nothing(claims: list[Claim], random: object) -> None:
    shuffled = list(claims)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = held(claims), held(shuffled)
    one.decide()
    other.decide()
    assert one.leader is other.leader is not None


@given(claims_of_one_utterance())
def test_the_evidence_of_no_two_rooms_is_equal(claims: list[Claim]) -> None:
    assert len({each.evidence for each in claims}) == len(claims)


def test_the_first_to_wake_captures_until_the_time_is_up_then_the_nearest_does() -> None:
    far, near = claim("hall", -40.0), claim("kitchen", -20.0)
    contest = held([far, near])
    assert contest.leader is far
    assert not contest.take(far)
    contest.decide()
    assert contest.leader is near
    assert contest.others == (far,)


def test_who_tells_late_still_counts_until_the_answer_begins() -> None:
    far, near, nearest = claim("hall", -40.0), claim("kitchen", -30.0), claim("bath", -20.0)
    contest = held([far])
    contest.decide()
    contest.join(near)
    assert contest.leader is near
    assert contest.take(near)
    contest.join(nearest)
    assert contest.leader is near
    assert not contest.take(nearest)


def test_noise_alone_makes_no_room_near() -> None:
    noisy, quiet = Claim("bath", 10.0, 0.9, -29.0, -30.0), Claim("hall", 10.0, 0.9, -32.0, -70.0)
    contest = held([noisy, quiet])
    contest.decide()
    assert contest.leader is quiet


def test_a_room_that_asked_is_the_one_that_is_answered() -> None:
    asked, loud = Claim("bedroom", 10.0, asked=True), claim("hall", -10.0, at_s=10.6)
    contest = held([loud, asked])
    contest.decide()
    assert contest.leader is asked
    assert asked.evidence[0] == math.inf


def test_a_room_in_which_nothing_follows_gives_the_turn_back() -> None:
    near, far = claim("kitchen", -20.0), claim("hall", -40.0)
    contest = held([near, far])
    contest.decide()
    contest.withdraw(near)
    assert contest.leader is far
    contest.withdraw(far)
    assert contest.leader is None


@given(st.floats(0, 5), st.floats(0.001, 3))
def test_two_utterances_are_two_contests(first_s: float, apart_s: float) -> None:
    contests = Contests()
    one = contests.claim(claim("kitchen", at_s=first_s), first_s)
    gap_s = SAME_S + apart_s
    other = contests.claim(claim("hall", at_s=first_s + gap_s), first_s + gap_s)
    assert one is not other
    assert other.leader is not None
    assert other.leader.room == "hall"


@given(st.floats(0.001, SAME_S), st.floats(0.001, SAME_S))
def test_a_third_who_wakes_in_between_does_not_make_two_utterances_one(first_s: float, more_s: float) -> None:
    contests = Contests()
    one = contests.claim(claim("kitchen", at_s=0.0), 0.0)
    assert contests.claim(claim("broken", -60.0, at_s=first_s), first_s) is one
    last_s = first_s + more_s
    assert (contests.claim(claim("hall", at_s=last_s), last_s) is one) == (last_s <= SAME_S)


def test_a_room_that_wakes_again_has_a_new_contest() -> None:
    contests = Contests()
    one = contests.claim(claim("kitchen"), 10.0)
    assert contests.claim(claim("kitchen", at_s=10.5), 10.5) is not one


def test_the_decision_comes_well_before_any_command_is_over() -> None:
    assert DECIDED_S <= 0.3
