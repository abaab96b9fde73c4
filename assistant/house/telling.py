"""What the house has to say of itself → its rooms, once it disturbs nobody."""

from collections.abc import Mapping, Sequence
from typing import Final

from assistant.house.room import Room
from assistant.house.unasked import say_unasked
from assistant.memory.clocks import Clocks

AGAIN_S: Final = 60.0
"""How often it is looked whether quiet hours are over."""


def undisturbed(rooms: Mapping[str, Room]) -> Sequence[Room]:
    """Rooms where something may be said unasked: no quiet hours, and nobody asked for quiet."""
    return [
        room
        for room in rooms.values()
        if not room.mouth.manners.quiet() and room.mouth.manners.loudest() == 100
    ]


async def tell_when_awake(words: str, rooms: Mapping[str, Room], clocks: Clocks) -> bool:
    """Say it between what people say, as soon as a room wants no quiet; False where there is no room."""
    while rooms:
        if awake := undisturbed(rooms):
            await say_unasked(words, awake, clocks)
            return True
        await clocks.sleep(AGAIN_S)
    return False
