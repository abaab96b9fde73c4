"""What people call a part of the house → the rooms of the settings that are meant."""

from collections.abc import Mapping, Sequence

from assistant.messages import Area
from assistant.ports import Home
from assistant.settings import RoomSettings


class Places:
    """Rooms by their names and aliases, by the areas of the home that they are, and by floor."""

    def __init__(self, rooms: Mapping[str, RoomSettings], home: Home) -> None:
        self._rooms = rooms
        self._home = home

    def called(self, spoken: str) -> Sequence[str]:
        """The rooms meant by a room's or a floor's name; empty: there is no such place."""
        wanted = spoken.casefold().removeprefix("the ")
        one = [name for name in self._rooms if wanted in self._names(name)]
        return one or [name for name in self._rooms if wanted in self.floors(name)]

    def floors(self, room: str) -> Sequence[str]:
        """All that a room's floor is called; empty where nobody said."""
        own = self._rooms[room].floor if room in self._rooms else None
        area = self._area(room)
        return [each.casefold() for each in (own, *(area.floors if area else ())) if each]

    def nearest(self, room: str, rooms: Sequence[str]) -> Sequence[str]:
        """Of some rooms this one, else those on its floor, else all."""
        if room in rooms:
            return [room]
        floors = set(self.floors(room))
        return [each for each in rooms if floors & set(self.floors(each))] or list(rooms)

    def _names(self, room: str) -> set[str]:
        area = self._area(room)
        own = {room.casefold(), *(alias.casefold() for alias in self._rooms[room].aliases)}
        return own if area is None else own | {area.name.casefold(), *map(str.casefold, area.aliases)}

    def _area(self, room: str) -> Area | None:
        if room not in self._rooms:
            return None
        own = {room.casefold(), *(alias.casefold() for alias in self._rooms[room].aliases)}
        for area in self._home.areas():
            if own & {area.name.casefold(), *map(str.casefold, area.aliases)}:
                return area
        return None
