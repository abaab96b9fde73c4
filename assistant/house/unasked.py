"""Words that nobody asked for just now → some rooms, between what people say there."""

from collections.abc import Sequence

from assistant.errors import AssistantError
from assistant.house.bell import LONGEST_S, PATIENCE_S
from assistant.house.room import Room
from assistant.memory.clocks import Clocks, within
from assistant.tasks import together


async def say_unasked(words: str, rooms: Sequence[Room], clocks: Clocks, *, softly: bool = False) -> None:
    """Say it in these rooms; a voice or a loudspeaker that is gone is only noted."""

    async def say_in(room: Room) -> None:
        await within(room.attention.free(), PATIENCE_S, clocks)
        try:
            await within(room.mouth.announce(words, softly=softly), LONGEST_S, clocks)
        except AssistantError as error:
            room.journal.failed(room.name, 0, error, "")

    async with together() as group:
        for room in rooms:
            group.create_task(say_in(room))
