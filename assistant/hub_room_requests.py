"""The control socket's requests about rooms → what is done to them."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from assistant.control import Line
from assistant.errors import SettingsError
from assistant.hub_adopting import Adopting
from assistant.hub_wake_words import wake_words
from assistant.upkeep import room_satellite

NO_ROOM: Final = "name a room: assistant rooms --help"


async def handled(adopting: Adopting, request: Line) -> AsyncGenerator[Line, None]:
    """`what`: list, states, find, add, pair, rename, remove, test or words. AssistantError says why not."""
    match request:
        case {"what": "list" | "find" as what}:
            for line in adopting.known.lines() if what == "list" else await room_satellite.found():
                yield {"line": line}
        case {"what": "states"}:
            for room, state in adopting.known.states().items():
                yield {"room": room, "state": state}
            yield {"refused": list(adopting.known.refused())}
        case {"what": "pair", "room": str(room), "aloud": bool(aloud)}:
            async with aclosing(adopting.pairings.pair_and_tell(room, aloud=aloud)) as lines:
                async for line in lines:
                    yield {"line": line}
        case {"what": "add" | "rename" | "remove" | "test" | "words", "room": str(room)}:
            yield {"line": await _done(adopting, request, room)}
        case _:
            raise SettingsError(NO_ROOM)


async def _done(adopting: Adopting, request: Line, room: str) -> str:
    """What is done to one room, and what came of it."""
    match request:
        case {"what": "add", "to": str() | None as address}:
            key = request.get("key")
            return await adopting.add(room, address or "", key if isinstance(key, str) else "")
        case {"what": "rename", "to": str(after)}:
            return await adopting.rename(room, after)
        case {"what": "remove"}:
            return await adopting.remove(room)
        case {"what": "test"}:
            return await adopting.test(room)
        case {"what": "words", "to": str() | None as chosen}:
            return await wake_words(adopting.hub, room, chosen)
    raise SettingsError(NO_ROOM)
