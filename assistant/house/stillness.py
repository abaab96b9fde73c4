"""Whether this is a moment in which the house may be away for a few seconds."""

from dataclasses import dataclass
from typing import Final

from assistant.house.house import House
from assistant.messages import JsonValue

CLEAR_S: Final = 600.0
"""Nothing may be due to ring so soon."""


@dataclass(frozen=True, slots=True)
class Stillness:
    """What goes on in the house."""

    talking: tuple[str, ...] = ()
    """Rooms where somebody is heard, answered or told something; a typed text is a room's too."""
    ringing: tuple[str, ...] = ()
    """Rooms where something rings."""
    next_ring_s: float | None = None
    """Until something is due; None: nothing waits."""

    def why_not(self) -> str | None:
        """Why the house may not be interrupted now; None: it may."""
        if self.ringing:
            return f"something rings in the {' and the '.join(self.ringing)}"
        if self.talking:
            return f"somebody is talking to the house ({', '.join(self.talking)})"
        if self.next_ring_s is not None and self.next_ring_s <= CLEAR_S:
            minutes = max(1, round(self.next_ring_s / 60))
            return f"something rings in {minutes} minute{'s' if minutes > 1 else ''}"
        return None

    def as_json(self) -> dict[str, JsonValue]:
        """For who asks from another process."""
        return {
            "talking": list(self.talking),
            "ringing": list(self.ringing),
            "next_ring_s": None if self.next_ring_s is None else round(self.next_ring_s, 1),
            "why_not": self.why_not(),
        }


def of(house: House) -> Stillness:
    """As it is at this moment; a timer that is paused is not due."""
    schedule = house.desk.schedule
    paused = {timer.id for timer in schedule.timers() if timer.paused}
    due = [entry.left_s for entry in schedule.waiting() if entry.id not in paused]
    ringing = tuple(name for name, room in house.rooms.items() if room.bell.rings)
    talking = tuple(name for name, room in house.rooms.items() if room.busy and name not in ringing)
    typed = tuple(sorted(set(house.typing) - {*talking, *ringing}))
    return Stillness((*talking, *typed), ringing, min(due, default=None))
