"""How alarms are called and told apart."""

from datetime import date as calendar_date

from assistant.memory.entries import Waiting
from assistant.memory.recurrence import Rule
from assistant.skills.moments import EITHER, at


def called(alarm: Waiting) -> str:
    """`alarm`, `work alarm`."""
    return f"{alarm.name} alarm" if alarm.name else "alarm"


def clean(name: str | None) -> str:
    """A name as it is kept and compared: `the Work alarm` → `work`; nothing → empty."""
    words = (name or "").casefold().split()
    while words and words[-1] in ("alarm", "alarms"):
        words.pop()
    while words and words[0] in ("the", "my", "a", "an"):
        words.pop(0)
    return " ".join(words)


def alike(alarm: Waiting, rule: Rule, on: calendar_date | None, name: str) -> bool:
    """Whether this alarm is the one wanted; one without a date is for the next such time."""
    soon = on is None and alarm.left_s <= 24 * 3600
    same_day = bool(rule.days) or soon or alarm.due.date() == on
    return alarm.rule == rule and alarm.name == name and same_day and not alarm.snoozed


def same_half(said: str, alarm: Waiting) -> str:
    """Of a time said without morning or evening the one in the alarm's own half of the day."""
    first, *other = said.split(EITHER)
    morning = alarm.due.hour < 12
    return next((part for part in (first, *other) if (at(part).hour < 12) is morning), first)
