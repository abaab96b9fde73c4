"""The time, here and elsewhere, and the calendar."""

import calendar
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from assistant.errors import ToolError
from assistant.messages import JsonValue, Turn
from assistant.skills.cities import zone_of
from assistant.skills.days import day_named
from assistant.skills.skill import Outcome, Word, tool
from assistant.skills.wording import counted, sentence

Hours = Literal["12", "24"]
NO_PLACE: Final = "I don't know the time there. I know the zones of big cities and of many countries."
_OWN_NAME: Final = frozenset({"today", "tomorrow", "yesterday"})


def local_now() -> datetime:
    """This box's wall clock, in its zone."""
    return datetime.now().astimezone()


def time_words(now: datetime, hours: Hours) -> str:
    """`3:05 PM` or `15:05`; noon and midnight by name in the twelve-hour way."""
    if hours == "24":
        return f"{now.hour}:{now.minute:02}"
    if now.minute == 0 and now.hour in (0, 12):
        return "noon" if now.hour else "midnight"
    return f"{now.hour % 12 or 12}:{now.minute:02} {'AM' if now.hour < 12 else 'PM'}"


def date_words(day: date, today: date) -> str:
    """`Friday, December 4`; the year only where it is another one."""
    return f"{day:%A}, {day:%B} {day.day}" + (f", {day.year}" if day.year != today.year else "")


class Clock:
    """Tells the wall clock and the calendar."""

    def __init__(self, now: Callable[[], datetime] = local_now, *, hours: Hours = "12") -> None:
        self._now = now
        self._hours = hours

    def abilities(self) -> Sequence[str]:
        return ["tell the time and the date"]

    @tool(writes=False, risk=0)
    async def time_now(self, turn: Turn, place: Word | None = None) -> Outcome:
        """Tell what time it is, here or in a city."""
        now = self._now()
        if place is None:
            return Outcome(f"It's {time_words(now, self._hours)}.", {"time": f"{now:%H:%M}"})
        there = now.astimezone(_zone(place))
        day = {-1: " yesterday", 0: "", 1: " tomorrow"}.get((there.date() - now.date()).days, f" {there:%A}")
        words = f"in {_titled(place)} it's {time_words(there, self._hours)}{day}"
        return Outcome(sentence(words), {"time": f"{there:%H:%M}", "date": f"{there:%Y-%m-%d}"})

    @tool(writes=False, risk=0)
    async def date_now(self, turn: Turn) -> Outcome:
        """Tell today's day and date."""
        now = self._now()
        return Outcome(f"It's {now:%A}, {now:%B} {now.day}, {now.year}.", {"date": f"{now:%Y-%m-%d}"})

    @tool(writes=False, risk=0)
    async def date_find(
        self, turn: Turn, when: Word, tell: Literal["date", "days_until", "week"] = "date"
    ) -> Outcome:
        """Tell weekday and date of a day (tomorrow, next friday, december 24, christmas), or how far off."""
        today = self._now().date()
        day = day_named(when, today)
        if day is None:
            raise ToolError(f"no day {when!r}", spoken="Sorry, I don't know which day that is.")
        days, week = (day - today).days, day.isocalendar().week
        values: dict[str, JsonValue] = {
            "date": f"{day:%Y-%m-%d}",
            "weekday": f"{day:%A}",
            "days_until": days,
            "week": week,
        }
        if tell == "week":
            return Outcome(f"{_week_of(when)} week {week}.", values)
        if tell == "days_until":
            return Outcome(_until(when, day, today), values)
        verb = "is" if days >= 0 else "was"
        known = str(day.day) in when.split()
        year = f" in {day.year}" if day.year != today.year else ""
        words = f"a {day:%A}{year}" if known else date_words(day, today)
        return Outcome(f"{_day(when)} {verb} {words}.", values)

    @tool(writes=False, risk=0)
    async def leap_year(
        self, turn: Turn, year: Annotated[int, Field(ge=1583, le=9999)] | None = None
    ) -> Outcome:
        """Tell whether a year (this one if none is named) is a leap year."""
        this = self._now().year
        wanted, leap = year or this, calendar.isleap(year or this)
        verb = "is" if wanted >= this else "was"
        following = next(each for each in range(max(this, 1583), this + 9) if calendar.isleap(each))
        more = "" if leap or year is not None else f" The next one is {following}."
        said = f"Yes, {wanted} {verb} a leap year." if leap else f"No, {wanted} {verb} not a leap year."
        return Outcome(said + more, {"year": wanted, "leap": leap})


def _zone(place: str) -> ZoneInfo:
    name = zone_of(place)
    if name is None:
        raise ToolError(f"no zone of {place!r}", spoken=NO_PLACE)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        spoken = "Sorry, this box has no table of the world's time zones. Install the package tzdata."
        raise ToolError(f"no zone {name}", spoken=spoken) from error


def _titled(words: str) -> str:
    """`new york` → `New York`."""
    small = {"de", "of", "the"}
    return " ".join(word if word in small else word.capitalize() for word in words.split())


def _day(when: str) -> str:
    """What was asked for, as the subject of a sentence."""
    words = " ".join(when.split())
    if words and (words[0].isdigit() or words.casefold().startswith("in ")):
        return "That"
    return _named(words)[:1].upper() + _named(words)[1:]


def _named(when: str) -> str:
    """Names of days and months with a capital."""
    small = {"the", "of", "day", "after", "before", "next", "this", "last", "coming", "today", "tomorrow"}
    words = [word if word in small or word[:1].isdigit() else word.capitalize() for word in when.split()]
    return " ".join(words).replace("Yesterday", "yesterday")


def _week_of(when: str) -> str:
    return "It's" if when.casefold() == "today" else f"{_day(when)} is in"


def _until(when: str, day: date, today: date) -> str:
    days = (day - today).days
    subject = "It's" if when.casefold() in _OWN_NAME else f"{_day(when)} is"
    if days == 0:
        return f"{subject} today."
    if days < 0:
        return f"{_day(when)} was {counted(-days, 'day')} ago."
    if days == 1:
        return f"{subject} tomorrow: one day."
    name = "then" if _day(when) == "That" else _named(when)
    return sentence(f"{counted(days, 'day')} until {name}: {date_words(day, today)}")
