"""Calendar rules against the clocks of every zone, looked up minute by minute."""

import itertools
import logging
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.memory.entries import Entry, Kind, Plan
from assistant.memory.recurrence import EVERY_DAY, WEEKDAYS, WEEKEND, Rule, latest_day, moment, next_day
from tests.memory.zone_days import WATCHED_S, Window, transitions

log = logging.getLogger(__name__)
BERLIN = ZoneInfo("Europe/Berlin")
SAMPLE = (
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "America/Havana"),
    *(
        "Asia/Beirut",
        "Atlantic/Azores",
        "Pacific/Chatham",
        "Antarctica/Troll",
        "America/Nuuk",
        "Asia/Kolkata",
    ),
)
"""Half-hour and two-hour steps, steps at midnight and over it, a fast month, and a zone without any."""


def kinds(window: Window, at: time) -> Iterator[tuple[str, Rule, date | None]]:
    """Eight kinds of alarm; the eighth, a snoozed one, is made of the first."""
    day = datetime.fromtimestamp(window.at_s, window.zone).date()
    yield "next", Rule(at), None
    yield "on a date", Rule(at), day
    yield "every day", Rule(at, EVERY_DAY), None
    yield "weekdays", Rule(at, WEEKDAYS), None
    yield "weekends", Rule(at, WEEKEND), None
    yield "one day", Rule(at, frozenset({day.weekday()})), None
    yield "two days", Rule(at, frozenset({day.weekday(), (day.weekday() + 1) % 7})), None
    yield "snoozed", Rule(at), None


def expected(window: Window, rule: Rule, on: date | None, from_s: float) -> list[float]:
    """When it has to ring in the watched hours, by what the clocks show."""
    days = [day for day in window.days() if rule.falls_on(day) and on in (None, day)]
    moments = [window.first(day, rule.at) for day in days]
    rings = [each for each in moments if from_s < each <= window.at_s + WATCHED_S]
    return rings if rule.days else rings[:1]


def rings(window: Window, rule: Rule, on: date | None, from_s: float) -> list[float]:
    """When an entry does ring; each ring is ended at once."""
    zone, found = window.zone, list[float]()
    day = on or next_day(rule, from_s, zone)
    entry: Entry | None = Entry(1, Kind.ALARM, "room", "", 0, plan=Plan(rule, day)).planned(0.0, zone)
    while entry is not None and entry.due_s <= window.at_s + WATCHED_S:
        now_s = entry.due_s
        found.append(now_s)
        entry = entry.rearmed(now_s, 0.0, zone)
    return [each for each in found if each > from_s]


def check(window: Window) -> int:
    """Every kind at every time around one transition; how many cases that were."""
    from_s, cases = float(window.at_s - WATCHED_S), 0
    for at in window.times():
        for kind, rule, on in kinds(window, at):
            wanted = expected(window, rule, on, from_s)
            found = rings(window, rule, on, from_s)
            if kind == "snoozed" and found:
                ringing = replace(Entry(1, Kind.ALARM, "room", "", 0), plan=Plan(rule, date(2026, 1, 1)))
                snoozed = ringing.snoozed_until(found[0] + 600).replanned(found[0], 0.0, window.zone)
                found, wanted = [snoozed.due_s], [wanted[0] + 600]
            assert found == wanted, (window.zone.key, kind, at, found, wanted)
            cases += 1
    return cases


@pytest.mark.parametrize("name", SAMPLE)
def test_alarms_ring_when_the_clocks_first_show_their_time(name: str) -> None:
    zone = ZoneInfo(name)
    found = list(transitions(zone))
    dice = random.Random(name)
    assert bool(found) is (name != "Asia/Kolkata")
    for at_s in dice.sample(found, min(3, len(found))):
        assert check(Window.around(zone, at_s)) >= 48


@pytest.mark.soak
def test_every_transition_of_every_zone_until_2036() -> None:
    zones = cases = steps = 0
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        zones += 1
        for at_s in transitions(zone):
            cases += check(Window.around(zone, at_s))
            steps += 1
    log.info("%d zones, %d transitions, %d alarms, 0 wrong", zones, steps, cases)
    assert zones > 400


def test_a_time_that_does_not_exist_is_the_end_of_the_gap() -> None:
    spring = date(2026, 3, 29)
    for minutes in (0, 1, 30, 59):
        when = datetime.fromtimestamp(moment(spring, time(2, minutes), BERLIN), BERLIN)
        assert when.strftime("%H:%M") == "03:00"
    assert datetime.fromtimestamp(moment(spring, time(3, 1), BERLIN), BERLIN).strftime("%H:%M") == "03:01"


def test_a_time_that_comes_twice_is_the_first_of_them() -> None:
    when = datetime.fromtimestamp(moment(date(2026, 10, 25), time(2, 30), BERLIN), BERLIN)
    assert (when.strftime("%H:%M"), when.fold) == ("02:30", 0)


rules = st.builds(
    Rule, st.times().map(lambda at: at.replace(second=0, microsecond=0)), st.frozensets(st.integers(0, 6))
)
zones = st.sampled_from(SAMPLE).map(ZoneInfo)
moments = st.datetimes(datetime(2026, 1, 2), datetime(2036, 12, 1)).map(lambda at: at.timestamp())


@settings(deadline=None)
@given(rules, zones, moments)
def test_the_next_day_is_the_first_that_is_still_to_come(rule: Rule, zone: ZoneInfo, after_s: float) -> None:
    day = next_day(rule, after_s, zone)
    assert moment(day, rule.at, zone) > after_s
    assert rule.falls_on(day)
    earlier = [day - timedelta(days=ahead) for ahead in range(1, 9)]
    assert all(not rule.falls_on(each) or moment(each, rule.at, zone) <= after_s for each in earlier)


@settings(deadline=None)
@given(rules, zones, moments, st.integers(0, 40))
def test_after_a_time_off_the_last_time_that_came_counts(
    rule: Rule, zone: ZoneInfo, since_s: float, days: int
) -> None:
    first = next_day(rule, since_s, zone)
    now_s = moment(first, rule.at, zone) + days * 86_400
    last = latest_day(rule, first, now_s, zone)
    assert moment(last, rule.at, zone) <= now_s
    if rule.days:
        assert moment(next_day(rule, moment(last, rule.at, zone), zone, not_on=last), rule.at, zone) > now_s
    else:
        assert last == first


@pytest.mark.parametrize("at_day", range(14))
def test_every_other_week_comes_every_fourteenth_day(at_day: int) -> None:
    """Over a year with two changes of the clocks, from any day of the cycle."""
    rule = Rule(time(7), frozenset({at_day}), weeks=2)
    now_s = moment(date(2026, 1, 1), time(), BERLIN)
    days = []
    for _ in range(26):
        days.append(next_day(rule, now_s, BERLIN))
        now_s = moment(days[-1], rule.at, BERLIN)
        assert latest_day(rule, days[0], now_s, BERLIN) == days[-1]
    assert {later - day for day, later in itertools.pairwise(days)} == {timedelta(days=14)}
