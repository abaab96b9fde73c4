"""Times as people say them, read on a Sunday evening at eight; any time of day in any of its wordings."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.messages import JsonValue
from assistant.think import when, when_told
from assistant.think.numbers import in_words, plain
from assistant.think.when import When
from assistant.think.when_told import ALARM, COMMAND, REMINDER

NOW = datetime(2026, 11, 22, 20, 0)
EVERY_DAY = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def read(text: str, now: datetime = NOW) -> When | None:
    return when.read(plain(text).split(), now)


def told(text: str, usual: when_told.Usual = ALARM, now: datetime = NOW) -> Mapping[str, JsonValue] | None:
    found = read(text, now)
    assert found is not None, text
    return when_told.told(found, now, usual)


@pytest.mark.parametrize(
    ("said", "time", "date"),
    [
        ("seven", "07:00", None),
        ("7:00", "07:00", None),
        ("7 am", "07:00", None),
        ("7 p.m.", "19:00", None),
        ("nine", "21:00", None),
        ("6:45 am", "06:45", None),
        ("six forty five", "06:45", None),
        ("7:05", "07:05", None),
        ("half past six", "06:30", None),
        ("quarter to eight", "07:45", None),
        ("a quarter past ten pm", "22:15", None),
        ("twenty five past four", "04:25", None),
        ("ten minutes to seven", "06:50", None),
        ("19:30", "19:30", None),
        ("7.30 pm", "19:30", None),
        ("seven o'clock in the morning", "07:00", None),
        ("eight in the evening", "20:00", None),
        ("at two at night", "02:00", None),
        ("noon", "12:00", None),
        ("midnight", "00:00", None),
        ("twelve in the afternoon", "12:00", None),
        ("tomorrow at seven", "07:00", "2026-11-23"),
        ("seven tomorrow morning", "07:00", "2026-11-23"),
        ("tomorrow evening at seven", "19:00", "2026-11-23"),
        ("the day after tomorrow at 8", "08:00", "2026-11-24"),
        ("tonight at eleven", "23:00", "2026-11-22"),
        ("midnight tonight", "00:00", "2026-11-23"),
        ("tonight at two", "02:00", "2026-11-23"),
        ("on friday at nine", "09:00", "2026-11-27"),
        ("next friday at noon", "12:00", "2026-11-27"),
        ("on sunday at nine pm", "21:00", "2026-11-22"),
        ("on sunday at nine am", "09:00", "2026-11-29"),
        ("the 24th of December at 8 am", "08:00", "2026-12-24"),
        ("december 24 at eight", "08:00", "2026-12-24"),
        ("on the third at nine", "09:00", "2026-12-03"),
        ("in three days at seven", "07:00", "2026-11-25"),
        ("in a week", "20:00", "2026-11-29"),
    ],
)
def test_a_time_of_day(said: str, time: str, date: str | None) -> None:
    assert told(said) == {"time": time, **({"date": date} if date else {})}


@pytest.mark.parametrize(
    ("said", "time", "days"),
    [
        ("every day at seven", "07:00", EVERY_DAY),
        ("daily at 8", "08:00", EVERY_DAY),
        ("every morning at six", "06:00", EVERY_DAY),
        ("every evening at six", "18:00", EVERY_DAY),
        ("weekdays at 6:30", "06:30", EVERY_DAY[:5]),
        ("7 on weekends", "07:00", EVERY_DAY[5:]),
        ("every weekday morning at seven", "07:00", EVERY_DAY[:5]),
        ("every tuesday at 7 pm", "19:00", ["tuesday"]),
        ("every monday, wednesday and friday at 6", "06:00", ["monday", "wednesday", "friday"]),
        ("on mondays at eight", "08:00", ["monday"]),
        ("monday to friday at 7", "07:00", EVERY_DAY[:5]),
        ("saturday and sunday at nine", "09:00", EVERY_DAY[5:]),
        ("every friday to sunday at noon", "12:00", EVERY_DAY[4:]),
    ],
)
def test_a_time_that_comes_again(said: str, time: str, days: list[str]) -> None:
    assert told(said) == {"time": time, "days": days}


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("in twenty minutes", 1200),
        ("in 90 seconds", 90),
        ("in a minute", 60),
        ("in a couple of minutes", 120),
        ("in half an hour", 1800),
        ("in an hour and a half", 5400),
        ("in one and a half hours", 5400),
        ("in 2.5 hours", 9000),
        ("in three quarters of an hour", 2700),
        ("in an hour and ten minutes", 4200),
        ("ten minutes from now", 600),
        ("in one hundred and twenty minutes", 7200),
    ],
)
def test_a_time_that_is_counted_from_now(said: str, seconds: int) -> None:
    assert told(said) == {"delay_s": seconds}


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            "soon",
            "later",
            "seven or eight",
            "at seven and at eight",
            "every other week",
            "every two hours",
        ),
        *(
            "ten minutes",
            "in minutes",
            "in zero minutes",
            "seven seven seven",
            "13 pm",
            "25:00",
        ),
        *("tomorrow in ten minutes", "every day tomorrow", "the 32nd of may", "seven degrees", "at sunset"),
        *("tomorrow today", "seven in the afternoon morning", "when i get home", "on tomorrow", "half past"),
    ],
)
def test_words_that_say_no_time(said: str) -> None:
    found = read(said)
    assert found is None or when_told.told(found, NOW, ALARM) is None


def test_a_bare_hour_is_the_nearest_to_come() -> None:
    for hour in range(24):
        now = NOW.replace(hour=hour, minute=30)
        found = told("seven", ALARM, now)
        assert found == {"time": "07:00" if hour < 7 or hour >= 19 else "19:00"}


@pytest.mark.parametrize(
    ("said", "alarm", "reminder"),
    [
        ("tomorrow at five", "05:00", "17:00"),
        ("tomorrow at three", "15:00", "15:00"),
        ("tomorrow at nine", "09:00", "09:00"),
        ("every tuesday at six", "06:00", "18:00"),
        ("tomorrow at twelve", "12:00", "12:00"),
    ],
)
def test_a_bare_hour_on_another_day_is_meant_as_such_things_are(said: str, alarm: str, reminder: str) -> None:
    for usual, time in ((ALARM, alarm), (REMINDER, reminder)):
        found = told(said, usual)
        assert found is not None
        assert found["time"] == time


@pytest.mark.parametrize(
    ("said", "time"), [("tomorrow", "09:00"), ("tomorrow evening", "19:00"), ("tonight", "21:00")]
)
def test_a_day_alone_is_enough_for_a_reminder_only(said: str, time: str) -> None:
    found = told(said, REMINDER)
    assert found is not None
    assert found["time"] == time
    assert told(said, ALARM) is None
    assert told(said, COMMAND) is None


@pytest.mark.parametrize(
    ("said", "either"),
    [("seven", "07:00 or 19:00"), ("twelve", "00:00 or 12:00"), ("7 pm", "19:00"), ("19:30", "19:30")],
)
def test_what_is_there_already_goes_by_its_time(said: str, either: str) -> None:
    found = read(said)
    assert found is not None
    assert when_told.either(found) == either


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("take out the pizza in twenty minutes", "take out the pizza"),
        ("call grandma at eight tomorrow", "call grandma"),
        ("call grandma tomorrow at eight", "call grandma"),
        ("watch the movie on friday at nine", "watch the movie"),
        ("buy seven", None),
        ("look at the sky", None),
        ("meet at the station", None),
        ("put the cake in", None),
        ("turn the light on tomorrow at seven", "turn the light on"),
    ],
)
def test_a_time_at_the_end_of_other_words(said: str, rest: str | None) -> None:
    words = said.split()
    found = when.tail(words, NOW)
    assert (None if found is None else " ".join(words[: found[1]])) == rest


minutes = st.integers(0, 1439)


@settings(deadline=None)
@given(minutes)
def test_every_time_of_day_is_read_as_it_is_said(minute: int) -> None:
    hour, rest = divmod(minute, 60)
    half = "am" if hour < 12 else "pm"
    twelve = in_words(hour % 12 or 12)
    shown = {"time": f"{hour:02}:{rest:02}"}
    assert told(f"{hour}:{rest:02}" if hour > 12 else f"{hour % 12 or 12}:{rest:02} {half}") == shown
    past = "o'clock" if not rest else f"oh {in_words(rest)}" if rest < 10 else in_words(rest)
    spoken = f"{twelve} {past}" if rest else twelve
    assert told(f"{spoken} {half}") == shown
    if 0 < rest <= 30:
        assert told(f"{'half' if rest == 30 else in_words(rest)} past {twelve} {half}") == shown


@settings(deadline=None)
@given(st.integers(1, 23), st.integers(1, 59))
def test_every_length_is_read_as_it_is_said(hours: int, rest: int) -> None:
    assert told(f"in {hours} hours and {rest} minutes") == {"delay_s": 3600 * hours + 60 * rest}
    assert told(f"in {rest} minutes") == {"delay_s": 60 * rest}


@settings(deadline=None)
@given(minutes, st.integers(0, 300), st.integers(0, 1439))
def test_every_date_is_the_next_such_day(minute: int, days: int, passed: int) -> None:
    now = NOW.replace(hour=0, minute=0) + timedelta(minutes=passed)
    day = now.date() + timedelta(days=days)
    found = told(f"on {day:%B} {day.day} at {minute // 60 or 24}:{minute % 60:02}", REMINDER, now)
    assert found is not None
    assert found["date"] in (day.isoformat(), (day + timedelta(days=minute == 0)).isoformat())


WORDS = (
    *(
        "at",
        "on",
        "in",
        "the",
        "every",
        "seven",
        "ten",
        "thirty",
        "half",
        "past",
        "to",
        "quarter",
        "tomorrow",
    ),
    *(
        "morning",
        "friday",
        "am",
        "pm",
        "minutes",
        "hour",
        "a",
        "and",
        "tonight",
        "next",
        "may",
        "first",
        "noon",
    ),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_any_words_are_read_or_refused_and_never_break(words: list[str]) -> None:
    for found in (when.read(words, NOW), *(f[0] for f in (when.tail(words, NOW),) if f)):
        if found is not None:
            for usual in (ALARM, REMINDER, COMMAND):
                arguments = when_told.told(found, NOW, usual)
                assert arguments is None or ("time" in arguments) is not ("delay_s" in arguments)
