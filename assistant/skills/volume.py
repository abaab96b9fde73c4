"""How loud a room's speaker is; told as it was read back."""

from collections.abc import Sequence
from typing import Annotated, Final, Protocol

from pydantic import Field

from assistant.errors import ToolError
from assistant.messages import Turn
from assistant.skills.skill import Outcome, tool

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


class Volume:
    """The volume of the room that asks: of the one player that plays there, else of our own speaker."""

    def __init__(self, rooms: VolumePort, players: PlayersPort | None = None) -> None:
        self._rooms = rooms
        self._players = players

    def abilities(self) -> Sequence[str]:
        return ["change my volume"]

    @tool(writes=True, risk=1)
    async def volume_set(self, turn: Turn, percent: Annotated[int, Field(ge=0, le=1000)]) -> Outcome:
        """Set how loud this room's speaker is, in percent."""
        if percent > 100:
            raise ToolError(f"{percent} percent", spoken="My volume only goes up to 100 percent.")
        if player := self._playing(turn.room):
            return await player.media_set(turn, list(player.playing(turn.room)), volume_percent=percent)
        before = self._rooms.volume(turn.room)
        if before == percent:
            return Outcome(f"The volume is already at {percent} percent.", {"percent": percent})
        return self._move(turn.room, before, percent)

    @tool(writes=True, risk=1)
    async def volume_change(self, turn: Turn, steps: Annotated[int, Field(ge=-100, le=100)]) -> Outcome:
        """Make this room's speaker louder (steps above 0) or quieter (below 0)."""
        if player := self._playing(turn.room):
            change = steps * STEP_PERCENT
            return await player.media_set(turn, list(player.playing(turn.room)), volume_change=change)
        before = self._rooms.volume(turn.room)
        percent = min(100, max(0, before + steps * STEP_PERCENT))
        if percent == before:
            limit = "loud" if steps > 0 else "quiet"
            return Outcome(f"That's as {limit} as I get.", {"percent": before}, ok=False)
        return self._move(turn.room, before, percent)

    def _playing(self, room: str) -> PlayersPort | None:
        """The players when exactly one plays in the room."""
        return self._players if self._players and len(self._players.playing(room)) == 1 else None

    def _move(self, room: str, before: int, percent: int) -> Outcome:
        self._rooms.set_volume(room, percent)
        after = self._rooms.volume(room)
        if after == before:
            return Outcome(f"The volume stayed at {after} percent.", {"percent": after}, ok=False)
        return Outcome(
            f"Volume at {after} percent.",
            {"percent": after},
            ok=after == percent,
            changed=True,
            undo=(("volume_set", {"percent": before}),),
        )
