"""What is to ring in a room → what its satellite is told, so that it can ring it alone."""

from collections.abc import Mapping
from typing import Final

from assistant.house.house import House
from assistant.memory.entries import Kind
from assistant.messages import JsonValue
from assistant.paired.frames import Frame
from assistant.paired.frames import Kind as FrameKind

RINGS: Final = (Kind.TIMER, Kind.ALARM, Kind.REMINDER)
MOST: Final = 200
JITTER_S: Final = 0.5
"""Moves of a due time that are not worth a word."""


def copies(house: House, room: str) -> Mapping[int, float]:
    """Seconds left of all that is to ring there, by id."""
    waiting = house.desk.schedule.waiting(*RINGS)[:MOST]
    return {each.id: each.left_s for each in waiting if (each.room == room or each.everyone) and each.left_s}


def copies_frame(timers: Mapping[int, float]) -> Frame:
    """The whole list."""
    values: list[JsonValue] = [
        {"id": each, "left_ms": round(1000 * left_s)} for each, left_s in timers.items()
    ]
    return Frame(FrameKind.TIMERS, {"timers": values})


def alike(due: Mapping[int, float], told: Mapping[int, float]) -> bool:
    """Whether the satellite knows these due times already."""
    return due.keys() == told.keys() and all(abs(due[each] - told[each]) < JITTER_S for each in due)


async def ended_there(house: House, room: str, ring_id: int) -> None:
    """It rang at the satellite while the hub was away, and somebody ended it there. DiskError."""
    schedule = house.desk.schedule
    due = {each.id for each in schedule.waiting(*RINGS) if each.left_s <= 0}
    due |= {each.id for each in schedule.ringing() if each.room == room or each.everyone}
    if ring_id in due:
        await schedule.finish(ring_id)
