"""The control socket's requests → the hub."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from assistant import __version__, control
from assistant.errors import WireError
from assistant.house import stillness
from assistant.house.house import House
from assistant.hub import Hub
from assistant.hub_adopting import Adopting
from assistant.hub_room_requests import handled
from assistant.journal import Entry
from assistant.messages import JsonValue
from assistant.tasks import together

QUEUED_ANSWERS = 256
"""Journal lines waiting for a slow client; more are dropped, the answer's end never is."""


class Requests:
    """What commands may ask of the hub. `page()`: the page's address and a code, or why there is none."""

    def __init__(self, hub: Hub, page: Callable[[], str], adopting: Adopting) -> None:
        self._hub = hub
        self._page = page
        self._adopting = adopting

    async def handle(self, request: control.Line) -> AsyncGenerator[control.Line, None]:
        """Answer one request, line by line."""
        match request:
            case {"do": "stop"}:
                self._hub.life.stop()
            case {"do": "apply"}:
                await self._hub.life.apply()
            case {"do": "rooms" | "ask"}:
                async with aclosing(self._lines(request)) as lines:
                    async for line in lines:
                        yield line
            case {"do": "page"}:
                yield {"page": self._page()}
            case {"do": "idle"}:
                yield {"idle": _told(stillness.of(await self._hub.house()))}
            case {"do": "restart"}:
                self._restart(await self._hub.house())
            case {"do": "mute", "room": str() | None as room, "muted": bool(muted)}:
                yield {"rooms": list(await (await self._hub.house()).mute(room, muted=muted))}
            case {"do": "say", "text": str(text), "room": str() | None as room}:
                await (await self._hub.house()).announce(text, room)
            case _:
                raise WireError("the hub does not know this request; is the command of another version?")
        yield {"end": 0}

    def _lines(self, request: control.Line) -> AsyncGenerator[control.Line, None]:
        match request:
            case {"do": "rooms"}:
                return handled(self._adopting, request)
            case {"text": str(text), "room": str() | None as room}:
                return self._ask(text, room)
        raise WireError("ask needs a text and a room")

    def _restart(self, house: House) -> None:
        """Nothing is awaited between looking and stopping, so nobody begins to talk in between."""
        if (reason := stillness.of(house).why_not()) is not None:
            raise WireError(f"not now: {reason}")
        self._hub.life.starts_again = True
        self._hub.life.stop()

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


def _told(now: stillness.Stillness) -> JsonValue:
    service = "INVOCATION_ID" in os.environ and "NOTIFY_SOCKET" in os.environ
    return {**now.as_json(), "version": __version__, "release": sys.prefix, "service": service}
