"""How loud a room's speaker is; told as it was read back."""

from collections.abc import Sequence
from typing import Annotated, Final, Protocol

from pydantic import Field

from assistant.errors import ToolError
from assistant.messages import JsonValue, Turn
from assistant.skills.skill import Outcome, Word, tool

STEP_PERCENT: Final = 10


class VolumePort(Protocol):
    """The rooms' speakers. A room without one is a ToolError."""

    def volume(self, room: str) -> int:
        """0 to 100."""

    def set_volume(self, room: str, percent: int) -> None: ...


class PlayersPort(Protocol):
    """The home's media players."""

    def playing(self, room: str) -> tuple[str, ...]:
        """Those that play in a room."""

    async def media_set(
        self,
        turn: Turn,
        targets: list[str],
        volume_percent: int | None = None,
        volume_change: int | None = None,
    ) -> Outcome: ...


class PlacesPort(Protocol):
    """What the parts of the house are called."""

    def called(self, spoken: str) -> Sequence[str]:
        """The rooms meant by a room's or a floor's name."""


class Volume:
    """The volume of a room: of the one player that plays there, else of our own speaker; or of our voice."""

    def __init__(
        self, rooms: VolumePort, players: PlayersPort | None = None, places: PlacesPort | None = None
    ) -> None:
        self._rooms = rooms
        self._players = players
        self._places = places

    def abilities(self) -> Sequence[str]:
        return ["change my volume"]

    @tool(writes=True, risk=1)
    async def volume_set(
        self, turn: Turn, percent: Annotated[int, Field(ge=0, le=1000)], room: Word | None = None,
        voice: bool = False,
    ) -> Outcome:  # fmt: skip
        """Set how loud a room is (this one), in percent; voice=true: of my replies, whatever else plays."""
        if percent > 100:
            raise ToolError(f"{percent} percent", spoken="My volume only goes up to 100 percent.")
        where = self._room(turn, room)
        if not voice and (player := self._playing(where)):
            return await player.media_set(turn, list(player.playing(where)), volume_percent=percent)
        before = self._rooms.volume(where)
        if before == percent:
            already = f"The volume{_of(where, turn)} is already at {percent} percent."
            return Outcome(already, {"percent": percent})
        return self._move(where, turn, before, percent)

    @tool(writes=True, risk=1)
    async def volume_change(
        self, turn: Turn, steps: Annotated[int, Field(ge=-100, le=100)], room: Word | None = None,
        voice: bool = False,
    ) -> Outcome:  # fmt: skip
        """Make a room (this one) louder (steps above 0) or quieter (below 0); voice=true: my replies only."""
        where = self._room(turn, room)
        if not voice and (player := self._playing(where)):
            change = steps * STEP_PERCENT
            return await player.media_set(turn, list(player.playing(where)), volume_change=change)
        before = self._rooms.volume(where)
        percent = min(100, max(0, before + steps * STEP_PERCENT))
        if percent == before:
            limit = "loud" if steps > 0 else "quiet"
            return Outcome(f"That's as {limit} as I get.", {"percent": before}, ok=False)
        return self._move(where, turn, before, percent)

    def _room(self, turn: Turn, spoken: str | None) -> str:
        """The room meant; one that nobody knows is named as it was said."""
        if spoken is None:
            return turn.room
        found = [spoken] if self._places is None else self._places.called(spoken)
        if len(found) != 1:
            raise ToolError(f"no room {spoken}", spoken=f"I know no one room called {spoken}.")
        return found[0]

    def _playing(self, room: str) -> PlayersPort | None:
        """The players when exactly one plays in the room."""
        return self._players if self._players and len(self._players.playing(room)) == 1 else None

    def _move(self, room: str, turn: Turn, before: int, percent: int) -> Outcome:
        self._rooms.set_volume(room, percent)
        after, of = self._rooms.volume(room), _of(room, turn)
        if after == before:
            return Outcome(f"The volume{of} stayed at {after} percent.", {"percent": after}, ok=False)
        back: dict[str, JsonValue] = {"percent": before, "voice": True}
        return Outcome(
            f"Volume{of} at {after} percent.",
            {"percent": after},
            ok=after == percent,
            changed=True,
            undo=(("volume_set", back if room == turn.room else {**back, "room": room}),),
        )


def _of(room: str, turn: Turn) -> str:
    return "" if room == turn.room else f" in the {room}"
