from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.skills.cities import CITIES
from assistant.skills.clock import NO_PLACE, Clock, Hours, local_now
from assistant.skills.days import FEASTS, day_named
from tests.skills.bench import Bench

SUNDAY = datetime(2026, 11, 22, 18, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def bench() -> Bench:
    return Bench(Clock(lambda: SUNDAY))


@pytest.mark.parametrize(
    ("hour", "minute", "hours", "said"),
    [
        (15, 5, "12", "It's 3:05 PM."),
        (15, 5, "24", "It's 15:05."),
        (0, 0, "12", "It's midnight."),
        (12, 0, "12", "It's noon."),
        (0, 30, "12", "It's 12:30 AM."),
        (12, 1, "12", "It's 12:01 PM."),
        (0, 0, "24", "It's 0:00."),
        (9, 0, "12", "It's 9:00 AM."),
    ],
)
async def test_time(hour: int, minute: int, hours: Hours, said: str) -> None:
    bench = Bench(Clock(lambda: datetime(2026, 11, 22, hour, minute), hours=hours))
    assert await bench.say("time_now") == said


async def test_date() -> None:
    bench = Bench(Clock(lambda: datetime(2026, 11, 22, 23, 59)))
    result = await bench.call("date_now")
    assert result.say == "It's Sunday, November 22, 2026."
    assert result.values == {"date": "2026-11-22"}


def test_the_boxs_clock_knows_its_zone() -> None:
    assert local_now().utcoffset() is not None


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("tokyo", "In Tokyo it's 2:00 AM tomorrow."),
        ("new york", "In New York it's noon."),
        ("the netherlands", "In the Netherlands it's 6:00 PM."),
        ("New Delhi", "In New Delhi it's 10:30 PM."),
        ("honolulu", "In Honolulu it's 7:00 AM."),
        ("atlantis", NO_PLACE),
    ],
)
async def test_the_time_elsewhere(bench: Bench, place: str, said: str) -> None:
    assert await bench.say("time_now", place=place) == said


def test_every_place_has_a_zone() -> None:
    for place, zone in CITIES.items():
        assert place == place.lower()
        ZoneInfo(zone)


@pytest.mark.parametrize(
    ("when", "tell", "said"),
    [
        ("december 24", "date", "December 24 is a Thursday."),
        ("tomorrow", "date", "Tomorrow is Monday, November 23."),
        ("yesterday", "date", "Yesterday was Saturday, November 21."),
        ("next friday", "date", "Next Friday is Friday, November 27."),
        ("may 3", "date", "May 3 is a Monday in 2027."),
        ("easter", "date", "Easter is Sunday, March 28, 2027."),
        ("2027-01-01", "date", "That is Friday, January 1, 2027."),
        ("in 3 weeks", "date", "That is Sunday, December 13."),
        ("christmas", "days_until", "Thirty-three days until Christmas: Friday, December 25."),
        ("friday", "days_until", "Five days until Friday: Friday, November 27."),
        ("tomorrow", "days_until", "It's tomorrow: one day."),
        ("yesterday", "days_until", "Yesterday was one day ago."),
        ("sunday", "days_until", "Sunday is today."),
        ("today", "week", "It's week 47."),
        ("christmas", "week", "Christmas is in week 52."),
        ("the day of reckoning", "date", "Sorry, I don't know which day that is."),
        ("february 30", "date", "Sorry, I don't know which day that is."),
    ],
)
async def test_a_day_of_the_calendar(bench: Bench, when: str, tell: str, said: str) -> None:
    assert await bench.say("date_find", when=when, tell=tell) == said


@pytest.mark.parametrize(
    ("today", "when", "meant"),
    [
        (date(2026, 11, 23), "friday", date(2026, 11, 27)),
        (date(2026, 11, 23), "this friday", date(2026, 11, 27)),
        (date(2026, 11, 23), "next friday", date(2026, 12, 4)),
        (date(2026, 11, 22), "next sunday", date(2026, 11, 29)),
        (date(2026, 11, 22), "last sunday", date(2026, 11, 15)),
        (date(2026, 11, 23), "last sunday", date(2026, 11, 22)),
        (date(2026, 12, 26), "christmas", date(2027, 12, 25)),
        (date(2026, 12, 25), "christmas", date(2026, 12, 25)),
        (date(2026, 11, 22), "february 29", date(2028, 2, 29)),
        (date(2026, 11, 22), "29 february 2027", None),
        (date(2026, 11, 22), "thanksgiving", date(2026, 11, 26)),
        (date(2026, 11, 22), "24th of december 2030", date(2030, 12, 24)),
        (date(2026, 11, 22), "12-24", date(2026, 12, 24)),
        (date(2026, 11, 22), "in 99999 weeks", None),
    ],
)
def test_the_day_that_is_meant(today: date, when: str, meant: date | None) -> None:
    assert day_named(when, today) == meant


def test_easter_of_known_years() -> None:
    known = {2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2027: (3, 28), 2038: (4, 25), 2285: (3, 22)}
    for year, (month, day) in known.items():
        assert FEASTS["easter"](year) == date(year, month, day)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.sampled_from(sorted(FEASTS)))
def test_a_feast_is_never_in_the_past_and_within_some_thirteen_months(today: date, feast: str) -> None:
    day = day_named(feast, today)
    assert day is not None
    assert timedelta(0) <= day - today <= timedelta(days=400)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_a_date_in_figures_is_that_date(today: date, day: date) -> None:
    assert day_named(day.isoformat(), today) == day


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_none(text: str) -> None:
    day_named(text, date(2026, 11, 22))


@pytest.mark.parametrize(
    ("year", "said"),
    [
        (None, "No, 2026 is not a leap year. The next one is 2028."),
        (2028, "Yes, 2028 is a leap year."),
        (1900, "No, 1900 was not a leap year."),
        (2000, "Yes, 2000 was a leap year."),
    ],
)
async def test_leap_years(bench: Bench, year: int | None, said: str) -> None:
    assert await bench.say("leap_year", year=year) == said
