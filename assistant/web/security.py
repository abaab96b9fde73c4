"""The page's part on security: the PIN, what waits for it, and who is inside."""

import asyncio
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.errors import AssistantError, SettingsError
from assistant.house.house import House
from assistant.upkeep.pin import PinError
from assistant.web.doors import Doors
from assistant.web.guard import COOKIE, body, refused
from assistant.web.hall import Hall, Offer

GONE = "that does not wait any more; ask for it again"
NOT_FRESH = (
    "the first PIN is set by who stands at the box: leave, and come in with a new code (assistant page)"
)


class Security:
    """PIN, proofs and sessions."""

    def __init__(self, hall: Hall, doors: Doors) -> None:
        self._hall = hall
        self._doors = doors
        self._telling: set[asyncio.Task[None]] = set()

    def offers(self) -> Sequence[Offer]:
        """The routes."""
        return (
            ("GET", "/api/security", self._show),
            ("POST", "/api/pin", self._put_pin),
            ("POST", "/api/pin/remove", self._remove_pin),
            ("POST", "/api/prove", self._prove),
            ("POST", "/api/prove/drop", self._drop),
            ("POST", "/api/leave/all", self._leave_all),
        )

    async def _show(self, request: Request) -> Response:
        rooms = self._hall.settings().rooms
        return JSONResponse(
            {
                "pin_is_set": self._hall.pin().is_set(),
                "fresh": self._doors.fresh(request.cookies.get(COOKIE)),
                "sessions": self._doors.open_sessions,
                "rooms": [name for name, room in rooms.items() if room.highest_risk >= 3],
            }
        )

    async def _put_pin(self, request: Request) -> Response:
        asked = await body(request)
        pin, before = asked.get("pin"), asked.get("before")
        if not isinstance(pin, str) or not isinstance(before, str | None):
            return refused(422, "send the PIN as text")
        if not self._hall.pin().is_set() and not self._doors.fresh(request.cookies.get(COOKIE)):
            return refused(403, NOT_FRESH)
        await self._hall.pin().put(pin, before)
        return JSONResponse({"pin_is_set": True})

    async def _remove_pin(self, request: Request) -> Response:
        pin = (await body(request)).get("pin")
        if not isinstance(pin, str):
            return refused(422, "send the PIN as text")
        await self._hall.pin().remove(pin)
        return JSONResponse({"pin_is_set": False})

    async def _prove(self, request: Request) -> Response:
        """Do what waits, if the PIN is right; what comes of it is told here and in the room."""
        asked = await body(request)
        name, pin = asked.get("id"), asked.get("pin")
        if not isinstance(name, str) or not isinstance(pin, str):
            return refused(422, "send the id and the PIN as text")
        house = await self._hall.house()
        proofs = house.desk.proving.proofs
        if not any(each.id == name for each in proofs.waiting()):
            return refused(410, GONE)
        try:
            await self._hall.pin().check(pin)
        except PinError as error:
            return refused(403, str(error))
        unproven = proofs.take(name)
        if unproven is None:
            return refused(410, GONE)
        result = await house.desk.proving.do(unproven, house.typed_turn(unproven.room))
        task = asyncio.create_task(self._tell(house, unproven.room, result.say), name="tell what was proved")
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
        return JSONResponse({"ok": result.ok, "say": result.say})

    async def _tell(self, house: House, room: str, words: str) -> None:
        """Aloud where it was asked; a room without loudspeaker, or that sleeps, is told on the page alone."""
        try:
            await house.announce(words, room)
        except SettingsError:
            return
        except AssistantError as error:
            house.journal.failed(room, 0, error, "")

    async def _drop(self, request: Request) -> Response:
        name = (await body(request)).get("id")
        house = await self._hall.house()
        house.desk.proving.proofs.take(str(name))
        return JSONResponse({})

    async def _leave_all(self, request: Request) -> Response:
        self._doors.leave_all()
        await self._doors.keep()
        response = JSONResponse({})
        response.delete_cookie(COOKIE)
        return response
