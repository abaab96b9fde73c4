"""Restarts, breaker and quarantine, in virtual time."""

from assistant.house.supervisor import Breaker, CallHash, Quarantine, Restarts, Supervisor


def test_the_first_restart_is_at_once_and_then_ever_later() -> None:
    supervisor = Supervisor(Restarts(backoff_s=0.25, deaths=5))
    assert [supervisor.died(float(at)) for at in range(4)] == [0.0, 0.25, 0.5, 1.0]
    assert supervisor.breaker is Breaker.CLOSED


def test_back_off_ends_where_it_is_most() -> None:
    supervisor = Supervisor(Restarts(backoff_s=1, backoff_most_s=3, deaths=10))
    assert [supervisor.died(0.0) for _ in range(6)] == [0, 1, 2, 3, 3, 3]


def test_deaths_far_apart_are_each_the_first() -> None:
    supervisor = Supervisor(Restarts(window_s=60))
    assert [supervisor.died(at) for at in (0.0, 61.0, 122.0)] == [0.0, 0.0, 0.0]
    assert supervisor.deaths == 3


def test_five_deaths_a_minute_open_the_breaker() -> None:
    supervisor = Supervisor(Restarts(rest_s=60))
    waits = [supervisor.died(at) for at in (0.0, 10.0, 20.0, 30.0, 59.0)]
    assert waits[-1] == 60
    assert supervisor.breaker is Breaker.OPEN


def test_a_trial_that_dies_rests_twice_as_long_up_to_a_limit() -> None:
    supervisor = Supervisor(Restarts(deaths=1, rest_s=60, rest_most_s=200))
    rests = []
    for at in range(4):
        rests.append(supervisor.died(at * 1000.0))
        supervisor.starting()
        assert supervisor.breaker is Breaker.HALF_OPEN
    assert rests == [60, 120, 200, 200]


def test_a_trial_that_works_closes_the_breaker() -> None:
    supervisor = Supervisor(Restarts(deaths=2, rest_s=60))
    supervisor.died(0.0)
    supervisor.died(1.0)
    supervisor.starting()
    supervisor.worked()
    assert supervisor.breaker is Breaker.CLOSED
    assert supervisor.died(2.0) == 0.0


def test_work_while_closed_forgets_no_deaths() -> None:
    supervisor = Supervisor(Restarts(deaths=2))
    supervisor.died(0.0)
    supervisor.worked()
    supervisor.died(1.0)
    assert supervisor.breaker is Breaker.OPEN


def test_a_second_strike_quarantines() -> None:
    quarantine = Quarantine()
    assert not quarantine.strike([b"a"], 0.0)
    assert not quarantine.holds(b"a", 1.0)
    assert quarantine.strike([b"a"], 1.0)
    assert quarantine.holds(b"a", 2.0)
    assert not quarantine.holds(b"b", 2.0)


def test_an_answer_forgives_and_an_hour_forgets() -> None:
    quarantine = Quarantine()
    quarantine.strike([b"a"], 0.0)
    quarantine.forgive([b"a"])
    assert not quarantine.strike([b"a"], 1.0)
    quarantine.strike([b"b"], 0.0)
    quarantine.strike([b"b"], 1.0)
    assert not quarantine.holds(b"b", 3601.0)


def test_overlapping_suspicions_convict() -> None:
    quarantine = Quarantine()
    assert not quarantine.strike([b"a", b"b"], 0.0)
    assert quarantine.strike([b"b", b"c"], 1.0)
    assert [quarantine.holds(digest, 2.0) for digest in (b"a", b"b", b"c")] == [False, True, False]


def test_only_the_last_killers_are_remembered() -> None:
    quarantine = Quarantine()
    for number in range(300):
        quarantine.strike([number.to_bytes(2)], 0.0)
    assert not quarantine.strike([bytes(2)], 0.0)
    assert quarantine.strike([(299).to_bytes(2)], 0.0)


def test_a_call_is_known_by_method_parameters_and_sound() -> None:
    def digest(method: str, params: bytes, *pcm: bytes) -> bytes:
        hash_ = CallHash(method, params)
        for piece in pcm:
            hash_.add(piece)
        return hash_.digest()

    same = digest("transcribe", b"{}", b"ab", b"cd")
    assert same == digest("transcribe", b"{}", b"ab", b"cd")
    others = {
        digest("transcribe", b"{}"),
        digest("transcribe", b"{}", b"abcd"),
        digest("transcribe", b"{}", b"ab"),
        digest("synthesize", b"{}", b"ab", b"cd"),
        digest("transcribe", b"{ }", b"ab", b"cd"),
    }
    assert len(others) == 5
    assert same not in others
