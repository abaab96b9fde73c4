"""Talk that goes from room to room: a question put in another one, and a conversation that moves there."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Final, Protocol

from pydantic import Field

from assistant.messages import Turn
from assistant.skills.announce import MOST_CHARACTERS, Heard, PlacesPort, named
from assistant.skills.skill import Outcome, Word, tool

SAID: Final = {
    Heard.SAID: "I asked the {room}.",
    Heard.SAYING: "I'm asking the {room} now.",
    Heard.FAILED: "I couldn't ask the {room}: the voice failed there.",
}
MOVED: Final = {
    Heard.SAID: "We go on in the {room}.",
    Heard.SAYING: "We go on in the {room}.",
    Heard.FAILED: "I couldn't go on in the {room}: the voice failed there.",
}


class AcrossPort(Protocol):
    """The rooms that can be spoken to and heard."""

    def conversing(self) -> Sequence[str]:
        """Rooms with an open loudspeaker and an open microphone."""

    async def ask(self, room: str, question: str, asker: str) -> Heard:
        """Put a question aloud in a room; the answer goes to the room that asks. Returns within seconds."""

    async def move(self, here: str, there: str) -> Heard:
        """Let the talk of one room go on in another. Returns within seconds."""


class Across:
    """`wants_quiet(room)`: not to be disturbed now."""

    def __init__(
        self,
        rooms: AcrossPort,
        places: PlacesPort | None = None,
        wants_quiet: Callable[[str], bool] = lambda room: False,
    ) -> None:
        self._rooms = rooms
        self._places = places
        self._wants_quiet = wants_quiet

    def abilities(self) -> Sequence[str]:
        return ["ask another room something"] if len(self._rooms.conversing()) > 1 else []

    @tool(writes=True, risk=1)
    async def room_ask(
        self,
        turn: Turn,
        room: Word,
        question: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)],
    ) -> Outcome:
        """Put a question ("if the oven is on") to the people in another room and bring their answer back."""
        return await self._with(turn, room, SAID, lambda there: self._rooms.ask(there, question, turn.room))

    @tool(writes=True, risk=1)
    async def talk_move(self, turn: Turn, room: Word) -> Outcome:
        """Go on with this conversation in another room."""
        return await self._with(turn, room, MOVED, lambda there: self._rooms.move(turn.room, there))

    async def _with(
        self, turn: Turn, room: str, told: dict[Heard, str], act: Callable[[str], Awaitable[Heard]]
    ) -> Outcome:
        found = named(room, self._rooms.conversing(), self._places)
        if found == [turn.room]:
            return Outcome("That is this room.", ok=False)
        if not found:
            return Outcome(f"I can't speak and listen in the {room}.", ok=False)
        if len(found) > 1:
            return Outcome(f"There are several rooms there: {', '.join(found)}. Name one.", ok=False)
        (there,) = found
        if self._wants_quiet(there):
            return Outcome(f"The {there} does not want to be disturbed.", ok=False)
        fate = await act(there)
        done = fate is not Heard.FAILED
        return Outcome(told[fate].format(room=there), {"room": there}, ok=done, changed=done)
