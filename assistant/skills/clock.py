"""The time and the date."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from assistant.messages import Turn
from assistant.skills.skill import Outcome, tool

Hours = Literal["12", "24"]


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


class Clock:
    """Tells the wall clock."""

    def __init__(self, now: Callable[[], datetime] = local_now, *, hours: Hours = "12") -> None:
        self._now = now
        self._hours = hours

    def abilities(self) -> Sequence[str]:
        return ["tell the time and the date"]

    @tool(writes=False, risk=0)
    async def time_now(self, turn: Turn) -> Outcome:
        """Tell what time it is."""
        now = self._now()
        return Outcome(f"It's {time_words(now, self._hours)}.", {"time": f"{now:%H:%M}"})

    @tool(writes=False, risk=0)
    async def date_now(self, turn: Turn) -> Outcome:
        """Tell today's day and date."""
        now = self._now()
        return Outcome(f"It's {now:%A}, {now:%B} {now.day}, {now.year}.", {"date": f"{now:%Y-%m-%d}"})
