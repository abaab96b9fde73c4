"""What is wanted → an alarm, reminder or waiting command as the disk has it: only then is it confirmed."""

from datetime import date as calendar_date

from assistant.errors import ToolError
from assistant.memory.entries import Waiting
from assistant.memory.recurrence import Rule
from assistant.memory.schedule import Schedule, Wanted


def day_of(when: float | Rule, date: str | None) -> calendar_date | None:
    """The day (YYYY-MM-DD) that is meant, or begun on. Every other week or day has it in its rule already."""
    counted = isinstance(when, Rule) and when.weeks > 1
    return None if date is None or counted else calendar_date.fromisoformat(date)


async def keep(
    schedule: Schedule, wanted: Wanted, when: float | Rule, date: str | None, *, sorry: str
) -> Waiting:
    """Keep it for `when`: seconds from now, or a time of day. ToolError as `Schedule.keep` or `read_back`."""
    entry = await schedule.keep(wanted, when, day_of(when, date))
    return await read_back(schedule, entry.id, sorry=sorry)


async def read_back(schedule: Schedule, entry_id: int, *, sorry: str) -> Waiting:
    """The entry as it was written. ToolError, which says `sorry`, where the disk doesn't have it."""
    entry = await schedule.written(entry_id)
    if entry is None:
        raise ToolError(f"entry {entry_id} is not on disk", spoken=sorry)
    return entry
