"""The control socket's requests → the hub."""

import asyncio
from collections.abc import AsyncGenerator, Callable

from assistant import control
from assistant.errors import WireError
from assistant.hub import Hub
from assistant.journal import Entry
from assistant.tasks import together

QUEUED_ANSWERS = 256
"""Journal lines waiting for a slow client; more are dropped, the answer's end never is."""


class Requests:
    """What commands may ask of the hub. `page()`: the page's address and a code, or why there is none."""

    def __init__(self, hub: Hub, page: Callable[[], str]) -> None:
        self._hub = hub
        self._page = page

    async def handle(self, request: control.Line) -> AsyncGenerator[control.Line, None]:
        """Answer one request, line by line."""
        match request:
            case {"do": "stop"}:
                self._hub.stop()
            case {"do": "apply"}:
                await self._hub.apply()
            case {"do": "page"}:
                yield {"page": self._page()}
            case {"do": "ask", "text": str(text), "room": str() | None as room}:
                async for line in self._ask(text, room):
                    yield line
            case {"do": "mute", "room": str() | None as room, "muted": bool(muted)}:
                yield {"rooms": list(await (await self._hub.house()).mute(room, muted=muted))}
            case {"do": "say", "text": str(text), "room": str() | None as room}:
                await (await self._hub.house()).announce(text, room)
            case _:
                raise WireError("the hub does not know this request; is the command of another version?")
        yield {"end": 0}

    async def _ask(self, text: str, room: str | None) -> AsyncGenerator[control.Line, None]:
        house = await self._hub.house()
        entries: asyncio.Queue[Entry | None] = asyncio.Queue(QUEUED_ANSWERS + 1)

        def read(entry: Entry) -> None:
            if entry.turn == turn.id and entries.qsize() < QUEUED_ANSWERS:
                entries.put_nowait(entry)

        turn = house.typed_turn(room)
        with house.journal.reading(read):
            async with together() as group:
                answering = group.create_task(house.ask(text, turn))
                answering.add_done_callback(lambda _: entries.put_nowait(None))
                while (entry := await entries.get()) is not None:
                    yield {"entry": entry.as_json()}
