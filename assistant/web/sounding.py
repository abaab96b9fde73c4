"""The page's part on sound: a meter of each microphone of this box, and whether it and the speaker work."""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.errors import AudioError, SettingsError
from assistant.upkeep.sound_trial import SECONDS, SoundTrial
from assistant.web.guard import body, refused
from assistant.web.hall import Hall, Offer

MOST_METERS: Final = 4
"""Pages that look at once."""
LONGEST_S: Final = 120.0
"""A meter that somebody forgot ends by itself."""


class Sounding:
    """What hears and sounds here."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._meters = 0
        self._trying: set[str] = set()

    def offers(self) -> Sequence[Offer]:
        """The routes."""
        return (
            ("GET", "/api/sound", self._show),
            ("GET", "/api/sound/meter", self._meter),
            ("POST", "/api/sound/try", self._try),
        )

    async def _show(self, request: Request) -> Response:
        house = await self._hall.house()
        rooms = [{"name": name, "muted": name in house.muting.muted} for name in house.mics]
        return JSONResponse({"rooms": rooms, "seconds": SECONDS})

    async def _try(self, request: Request) -> Response:
        asked = await body(request)
        room, what = asked.get("room"), asked.get("what")
        if not isinstance(room, str) or what not in SECONDS:
            raise SettingsError(f"say which room, and one of: {', '.join(SECONDS)}")
        trial = SoundTrial(await self._hall.house(), room)
        if room in self._trying:
            return refused(409, "it is being tried just now; wait for that")
        self._trying.add(room)
        try:
            return JSONResponse((await trial.find(what)).as_json())
        finally:
            self._trying.discard(room)

    async def _meter(self, request: Request) -> Response:
        trial = SoundTrial(await self._hall.house(), request.query_params.get("room", ""))
        if self._meters >= MOST_METERS:
            return refused(429, "too many pages look at a meter already; close one")
        return StreamingResponse(self._levels(trial), media_type="text/event-stream")

    async def _levels(self, trial: SoundTrial) -> AsyncGenerator[str, None]:
        self._meters += 1
        try:
            async with aclosing(trial.levels(LONGEST_S)) as levels:
                async for level in levels:
                    yield f"data: {json.dumps({'db': round(level, 1)})}\n\n"
            yield f"data: {json.dumps({'over': 'this took long enough; start it again'})}\n\n"
        except AudioError as error:
            yield f"data: {json.dumps({'over': str(error)})}\n\n"
        finally:
            self._meters -= 1
