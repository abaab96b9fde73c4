"""The page's part on rooms: what each one may, and the list of them, written to the owner's file."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.errors import SettingsError
from assistant.memory.mutes import Mutes
from assistant.settings import RoomSettings
from assistant.upkeep.room_file import RoomFile
from assistant.web.guard import body
from assistant.web.hall import Hall, Offer


class RoomsPart:
    """Rooms of the settings."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def offers(self) -> Sequence[Offer]:
        """The routes."""
        return (
            ("GET", "/api/rooms", self._show),
            ("POST", "/api/rooms/add", self._add),
            ("POST", "/api/rooms/rename", self._rename),
            ("POST", "/api/rooms/remove", self._remove),
            ("POST", "/api/rooms/change", self._change),
        )

    async def _show(self, request: Request) -> Response:
        rooms = self._hall.settings().rooms
        return JSONResponse({"rooms": [_shown(name, room) for name, room in rooms.items()]})

    async def _add(self, request: Request) -> Response:
        asked = await body(request)
        await self._hall.change_settings(self._file().added(_text(asked, "name")))
        return await self._show(request)

    async def _rename(self, request: Request) -> Response:
        asked = await body(request)
        before, after = _text(asked, "name"), _text(asked, "to")
        text = self._file().renamed(before, after)
        house = await self._hall.house()
        if before in house.muting.muted:
            # Kept before the house opens anew: a room that hears nothing never does by another name.
            await Mutes(house.desk.database).keep(" ".join(after.lower().split()), muted=True)
        await self._hall.change_settings(text)
        return await self._show(request)

    async def _remove(self, request: Request) -> Response:
        asked = await body(request)
        await self._hall.change_settings(self._file().removed(_text(asked, "name")))
        return await self._show(request)

    async def _change(self, request: Request) -> Response:
        asked = await body(request)
        changes = asked.get("changes")
        if not isinstance(changes, dict):
            raise SettingsError("send the changes as an object")
        await self._hall.change_settings(self._file().changed(_text(asked, "name"), changes))
        return await self._show(request)

    def _file(self) -> RoomFile:
        rooms = tuple(self._hall.settings().rooms)
        return RoomFile(self._hall.settings_text(), rooms, str(self._hall.settings_file()))


def _text(asked: Mapping[str, Any], key: str) -> str:
    found = asked.get(key)
    if not isinstance(found, str):
        raise SettingsError(f"send {key} as text")
    return found


def _shown(name: str, room: RoomSettings) -> dict[str, object]:
    quiet = room.quiet_hours
    hours = None if quiet is None else {"start": f"{quiet.start:%H:%M}", "end": f"{quiet.end:%H:%M}"}
    told = room.model_dump(
        mode="json", include={"aliases", "volume_percent", "highest_risk", "llm", "memory"}
    )
    return {"name": name, **told, "quiet_hours": hours}
