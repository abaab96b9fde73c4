"""The page's part that watches: every happening of the house as it comes."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from assistant.house.house import House
from assistant.journal import Entry
from assistant.web.guard import refused
from assistant.web.hall import Hall, Offer

MOST_STREAMS: Final = 8
"""Pages that watch at once."""
QUEUED: Final = 128
"""Happenings waiting for a slow page; more are dropped for it alone."""
BEAT_S: Final = 15.0


class Watching:
    """One stream a page; one that is closed is noticed at the next beat."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._streams = 0

    def offers(self) -> Sequence[Offer]:
        """The routes."""
        return (("GET", "/api/events", self._events),)

    async def _events(self, request: Request) -> Response:
        if self._streams >= MOST_STREAMS:
            return refused(429, "too many pages watch already; close one")
        house = await self._hall.house()
        return StreamingResponse(self._happenings(house), media_type="text/event-stream")

    async def _happenings(self, house: House) -> AsyncGenerator[str, None]:
        """Every happening as it comes; a comment now and then, so that a page that left is noticed."""
        waiting: asyncio.Queue[Entry] = asyncio.Queue(QUEUED)

        def take(entry: Entry) -> None:
            if not waiting.full():
                waiting.put_nowait(entry)

        self._streams += 1
        try:
            with house.journal.reading(take):
                yield ": hello\n\n"
                while True:
                    try:
                        entry = await asyncio.wait_for(waiting.get(), BEAT_S)
                        yield f"data: {json.dumps(entry.as_json())}\n\n"
                    except TimeoutError:
                        yield ": still here\n\n"
        finally:
            self._streams -= 1
