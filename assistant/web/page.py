"""HTTP → the house: pages, its state, and changes through the toolbox; the rest is for its parts."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from importlib import resources
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assistant import __version__
from assistant.house.house import House
from assistant.hub_adopting import Adopting
from assistant.messages import JsonValue, ToolCall
from assistant.web.doors import Doors
from assistant.web.errands import Errands
from assistant.web.guard import COOKIE, body, guarded, inside, refused
from assistant.web.hall import Hall, Offer, Part
from assistant.web.owners_text import OwnersText
from assistant.web.posted import errands_here
from assistant.web.rooms import RoomsPart
from assistant.web.security import Security
from assistant.web.setting_up import SettingUp
from assistant.web.shelf import Shelf
from assistant.web.sounding import Sounding
from assistant.web.watching import Watching

TYPED: Final = 500
"""Characters of a typed sentence."""
SCRIPTS: Final = (
    "page.js",
    "parts.js",
    "home.js",
    "models.js",
    "rooms.js",
    "security.js",
    "setup.js",
    "sound.js",
)
PAGES: Final = {"": "index.html", **{name: name for name in ("page.css", "icon.svg", *SCRIPTS)}}
TYPES: Final = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
TOOLS: Final = frozenset(
    {
        *("timer_set", "timer_cancel", "timer_pause", "timer_resume", "timer_adjust", "alarm_set"),
        "alarm_change",
        *("alarm_cancel", "reminder_cancel", "command_cancel", "volume_set", "stop"),
        *("list_add", "list_remove", "list_clear"),
    }
)
"""What the page may change besides what is typed."""


class Page:
    """The routes."""

    def __init__(self, hall: Hall, doors: Doors, adopting: Adopting, errands: Errands | None = None) -> None:
        """`errands`: the processes that fetch models; None: none was started yet."""
        self._hall = hall
        self._doors = doors
        self.errands = errands or errands_here()
        self.voices = Errands(self.errands.command)
        shelf = Shelf(hall, self.errands)
        self._parts: Sequence[Part] = (
            Watching(hall),
            OwnersText(hall),
            shelf,
            Security(hall, doors),
            RoomsPart(hall, adopting),
            SettingUp(hall, shelf, self.voices),
            Sounding(hall),
        )

    def app(self) -> Starlette:
        """The application; every route but the page itself and the door needs a session."""
        own: Sequence[Offer] = (
            ("GET", "/api/state", self._state),
            ("POST", "/api/ask", self._ask),
            ("POST", "/api/call", self._call),
            ("POST", "/api/mute", self._mute),
            ("POST", "/api/leave", self._leave),
        )
        offers = [*own, *(offer for part in self._parts for offer in part.offers())]
        rooms = [Route(path, inside(answer, self._doors), methods=[does]) for does, path, answer in offers]
        door = Route("/api/enter", guarded(self._enter), methods=["POST"])
        routes = [door, *rooms, Route("/{name:path}", guarded(self._asset), methods=["GET"])]
        return Starlette(routes=routes)

    async def close(self) -> None:
        """End the processes that were started here."""
        await asyncio.gather(self.errands.cancel(), self.voices.cancel())

    async def _enter(self, request: Request) -> Response:
        code = (await body(request)).get("code")
        token = self._doors.enter(code) if isinstance(code, str) else None
        if token is None:
            return refused(403, "not the code, or an old one; a new one: assistant page")
        await self._doors.keep()
        response = JSONResponse({})
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, token, max_age=30 * 86_400, httponly=True, samesite="strict", secure=secure
        )
        return response

    async def _leave(self, request: Request) -> Response:
        self._doors.leave(request.cookies.get(COOKIE))
        await self._doors.keep()
        response = JSONResponse({})
        response.delete_cookie(COOKIE)
        return response

    # ── reading ──────────────────────────────────────────────────────────────────────────────────

    async def _asset(self, request: Request) -> Response:
        name = PAGES.get(request.path_params["name"])
        if name is None:
            return refused(404, "there is no such page")
        content = (resources.files("assistant.web") / "pages" / name).read_bytes()
        return Response(content, media_type=f"{TYPES[name.rpartition('.')[2]]}; charset=utf-8")

    async def _state(self, request: Request) -> Response:
        house = await self._hall.house()
        desk = house.desk
        return JSONResponse(
            {
                "version": __version__,
                "rooms": [
                    {
                        "name": name,
                        "muted": name in house.muting.muted,
                        "volume": house.rooms[name].mouth.speaker.volume_percent,
                        "speaking": house.rooms[name].mouth.speaker.playing,
                        "turns": self._turns(house, name),
                    }
                    for name in house.rooms
                ],
                "waiting": desk.waiting(),
                "unproven": desk.proving.waiting(),
                "trouble": self._hall.trouble(),
                "lists": await desk.lists(),
                "engines": desk.health(),
            }
        )

    def _turns(self, house: House, room: str) -> list[JsonValue]:
        """The ledger's rows, each with where its time went."""
        falls = self._hall.waterfalls
        rows = house.desk.recent(room)
        return [
            {**row, "waterfall": falls.of(room, row["turn"]) if isinstance(row["turn"], int) else None}
            for row in rows
            if isinstance(row, dict)
        ]

    # ── changing ─────────────────────────────────────────────────────────────────────────────────

    async def _ask(self, request: Request) -> Response:
        asked = await body(request)
        text, room = asked.get("text"), asked.get("room")
        if not isinstance(text, str) or not text.strip() or len(text) > TYPED:
            return refused(422, f"type a sentence of up to {TYPED} characters")
        house = await self._hall.house()
        turn = house.typed_turn(room if isinstance(room, str) else None)
        async with aclosing(house.sentences(text.strip(), turn)) as sentences:
            return JSONResponse({"said": [sentence.text async for sentence in sentences]})

    async def _call(self, request: Request) -> Response:
        asked = await body(request)
        tool, arguments, room = asked.get("tool"), asked.get("arguments"), asked.get("room")
        if not isinstance(tool, str) or tool not in TOOLS or not isinstance(arguments, dict):
            return refused(422, "the page cannot do that")
        house = await self._hall.house()
        turn = house.typed_turn(room if isinstance(room, str) else None)
        call = ToolCall(f"page{-turn.id}", tool, arguments)
        result = await house.desk.toolbox.call(call, turn, confirmed=asked.get("confirmed") is True)
        return JSONResponse({"ok": result.ok, "say": result.say, "asks": result.asks})

    async def _mute(self, request: Request) -> Response:
        asked = await body(request)
        room, muted = asked.get("room"), asked.get("muted")
        if not isinstance(muted, bool):
            return refused(422, "say muted: true or false")
        house = await self._hall.house()
        await house.mute(None if room is None else str(room), muted=muted)
        return JSONResponse({"muted": list(house.muting.muted)})
