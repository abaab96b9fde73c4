"""Rooms of the owner's YAML: added, renamed, removed, changed; comments and edits stay."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ruamel.yaml.comments import CommentedMap

from assistant.errors import SettingsError
from assistant.upkeep.setup_file import changed, edited
from assistant.upkeep.setup_questions import room_name

KEYS: Final = frozenset(
    {
        "aliases",
        "floor",
        "microphone",
        "speaker",
        "volume_percent",
        "highest_risk",
        "language",
        "llm",
        "memory",
        "quiet_hours",
    }
)
"""What may be changed of a room."""


@dataclass(frozen=True, slots=True)
class RoomFile:
    """A settings text and the rooms it means."""

    text: str
    rooms: Sequence[str]
    """In force: with no room in the text, the one that every house has."""
    name: str
    """What errors call the file."""

    def added(self, said: str) -> str:
        """The text with one room more. SettingsError, WrongAnswer."""
        name = room_name(said)
        self._free(name)
        return self._with(lambda rooms: rooms.insert(len(rooms), name, CommentedMap()))

    def renamed(self, before: str, said: str) -> str:
        """The text with a room called otherwise, in the same place. SettingsError, WrongAnswer."""
        name = room_name(said)
        key = self._known(before)
        if name != key:
            self._free(name)

        def rename(rooms: CommentedMap) -> None:
            place, kept = list(rooms).index(key), rooms[key]
            comment = rooms.ca.items.pop(key, None)
            del rooms[key]
            rooms.insert(place, name, kept)
            if comment is not None:
                rooms.ca.items[name] = comment

        return self._with(rename)

    def removed(self, said: str) -> str:
        """The text without a room. SettingsError for the last one."""
        key = self._known(said)
        if len(self.rooms) == 1:
            raise SettingsError("a house has at least one room; add another first, or rename this one")
        return self._with(lambda rooms: rooms.pop(key))

    def changed(self, said: str, changes: Mapping[str, Any]) -> str:
        """The text with other keys of a room; None takes a key away. SettingsError for unknown ones."""
        key = self._known(said)
        if unknown := sorted(set(changes) - KEYS):
            raise SettingsError(f"rooms: nothing there is called {', '.join(unknown)}")
        return changed(self._with(lambda rooms: None), {"rooms": {key: dict(changes)}}, self.name)

    def _known(self, said: str) -> str:
        if said not in self.rooms:
            raise SettingsError(f'there is no room "{said}"; the rooms are: {", ".join(self.rooms)}')
        return said

    def _free(self, name: str) -> None:
        if name in self.rooms:
            raise SettingsError(f'there is a room "{name}" already; choose another name')

    def _with(self, edit: Callable[[CommentedMap], object]) -> str:
        def whole(tree: CommentedMap) -> None:
            rooms = tree.get("rooms")
            if not isinstance(rooms, CommentedMap):
                rooms = tree["rooms"] = CommentedMap()
            for room in self.rooms:
                if room not in rooms or rooms[room] is None:
                    rooms[room] = CommentedMap()
            edit(rooms)

        return edited(self.text, whole, self.name)
