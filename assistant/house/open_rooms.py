"""The rooms that are open, as skills see them."""

from collections.abc import Callable

from assistant.errors import ToolError
from assistant.house.places import Places
from assistant.house.room import Room
from assistant.memory.schedule import Schedule
from assistant.speak.speaker import Speaker


class Rooms(dict[str, Room]):
    """By name; each something with a volume and a last reply."""

    def __init__(self, schedule: Schedule) -> None:
        super().__init__()
        self._schedule = schedule
        self.places: Places | None = None
        """What lies near what; set by who builds the house."""
        self.on_volume: Callable[[str, int], None] = lambda room, percent: None
        """Told when a room is made louder or softer."""

    def _speaker(self, room: str) -> Speaker:
        if room not in self:
            raise ToolError(f"{room} has no speaker", spoken="There is no loudspeaker in this room.")
        return self[room].mouth.speaker

    def wants_quiet(self, room: str) -> bool:
        """Do not disturb: nothing but answers, and what rings, is to be heard there."""
        return room in self and self[room].mouth.manners.quiet()

    def volume(self, room: str) -> int:
        """0 to 100. ToolError where the room has no speaker."""
        return self._speaker(room).volume_percent

    def set_volume(self, room: str, percent: int) -> None:
        """Make a room's speaker louder or softer. ToolError where it has none."""
        self._speaker(room).volume_percent = percent
        self.on_volume(room, self.volume(room))

    def silence(self, room: str) -> bool:
        """End what rings nearest to the room, and what is said there; whether anything was."""
        ringing = [name for name, each in self.items() if each.bell.rings]
        if self.places is not None and ringing:
            ringing = list(self.places.nearest(room, ringing))
        rings = tuple(ring for name in ringing for ring in self[name].bell.rings)
        if not self:
            rings = self._schedule.ringing()
        for ring in rings:
            ring.over.set()
        speaking = room in self and self[room].mouth.speaker.playing
        if room in self:
            self[room].mouth.speaker.abort()
        return bool(rings) or speaking
