"""Times of day and days as people say them: `seven tomorrow morning`, `every weekday at noon`."""

from datetime import date, datetime, time, timedelta
from typing import Final

from assistant.memory.entries import Waiting
from assistant.memory.recurrence import EVERY_DAY, WEEK, WEEKDAYS, Rule
from assistant.skills.clock import Hours
from assistant.skills.wording import joined, number, time_left

_MORNING, _NOON, _EVENING, _NIGHT = 4, 12, 17, 21
"""The hours at which the parts of a day begin."""
SOON_S: Final = 12 * 3600
"""So long ahead the time that is left tells more than the clock, where a length was asked for."""
_NEAR_DAYS: Final = 6
"""So far ahead a weekday alone is clear."""


def clock_words(at: time, hours: Hours) -> str:
    """`seven`, `six thirty`, `five past` never; `noon`; `2:30 AM` at night; `19:05` in the long way."""
    if hours == "24":
        return f"{at.hour}:{at.minute:02}"
    if at.minute == 0 and at.hour in (0, 12):
        return "noon" if at.hour else "midnight"
    if at.hour < _MORNING:
        return f"{at.hour or 12}:{at.minute:02} AM"
    minute = "" if not at.minute else f" {'oh ' if at.minute < 10 else ''}{number(at.minute)}"
    return number((at.hour - 1) % 12 + 1) + minute


def part_of_day(at: time, hours: Hours) -> str:
    """`morning`, `afternoon`, `evening` or `night`; empty where the clock words say enough."""
    if hours == "24" or at.hour < _MORNING or at == time(_NOON):
        return ""
    if at.hour < _NOON:
        return "morning"
    return "afternoon" if at.hour < _EVENING else "evening" if at.hour < _NIGHT else "night"


def time_of_day(at: time, hours: Hours) -> str:
    """`seven in the morning`, `ten at night`, `noon`."""
    clock, part = clock_words(at, hours), part_of_day(at, hours)
    return f"{clock} at night" if part == "night" else f"{clock} in the {part}" if part else clock


def due_words(due: datetime, now: datetime, hours: Hours) -> str:
    """A moment seen from now: `seven tomorrow morning`, `nine on Friday evening`."""
    at, days = due.time().replace(second=0, microsecond=0), (due.date() - now.date()).days
    if at == time() and hours == "12" and days in (0, 1):
        return "midnight tonight" if days else "midnight"
    clock, part = clock_words(at, hours), part_of_day(at, hours)
    if days == 0:
        return f"{clock} {'tonight' if part == 'night' else f'this {part}' if part else 'today'}"
    if days == 1:
        return f"{clock} tomorrow{f' {part}' if part else ''}"
    if 0 < days <= _NEAR_DAYS:
        return f"{clock} on {due:%A}{f' {part}' if part else ''}"
    return f"{time_of_day(at, hours)} on {day_words(due.date(), now.date())}"


def day_words(day: date, today: date) -> str:
    """`Friday, December 4`, with the year where it is another one."""
    return f"{day:%A}, {day:%B} {day.day}" + (f", {day.year}" if day.year != today.year else "")


def days_words(days: frozenset[int]) -> str:
    """`every day`, `every weekday`, `every Tuesday and Friday`."""
    if days == EVERY_DAY:
        return "every day"
    if days == WEEKDAYS:
        return "every weekday"
    return f"every {joined([WEEK[day].capitalize() for day in sorted(days)])}"


def rule_words(rule: Rule, hours: Hours) -> str:
    """A recurring time: `every weekday at seven in the morning`, `every other Saturday at noon`."""
    days = days_words(frozenset(day % 7 for day in rule.days))
    if rule.weeks > 1:
        days = days.replace("every", "every other", 1)
        if rule.days == frozenset(range(min(rule.days), 7 * rule.weeks, 2)):
            days = "every other day"
    return f"{days} at {time_of_day(rule.at, hours)}"


def in_or_at(entry: Waiting, now: datetime, hours: Hours) -> str:
    """When something is due, as the beginning of a sentence: `in twenty minutes`, `at eight this evening`."""
    if entry.rule is not None and entry.rule.days and not entry.snoozed:
        return rule_words(entry.rule, hours)
    if entry.rule is None and entry.left_s < SOON_S:
        return f"in {time_left(entry.left_s)}"
    return f"at {due_words(now + timedelta(seconds=entry.left_s), now, hours)}"
