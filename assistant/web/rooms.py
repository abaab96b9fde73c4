"""The page's part on rooms: what each one may, and the list of them, written to the owner's file."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.errors import SettingsError, WireError
from assistant.hub_adopting import Adopting
from assistant.settings import RoomSettings
from assistant.settings_elsewhere import ESPHOME
from assistant.upkeep import room_satellite
from assistant.upkeep.room_file import RoomFile
from assistant.web.guard import body
from assistant.web.hall import Hall, Offer

LONGEST: Final = 400
"""Characters of an address and a key."""


class RoomsPart:
    """Rooms of the settings, and their satellites."""

    def __init__(self, hall: Hall, adopting: Adopting) -> None:
        self._hall = hall
        self._adopting = adopting

    def offers(self) -> Sequence[Offer]:
        """The routes."""
        return (
            ("GET", "/api/rooms", self._show),
            ("GET", "/api/rooms/found", self._found),
            ("POST", "/api/rooms/add", self._add),
            ("POST", "/api/rooms/rename", self._rename),
            ("POST", "/api/rooms/remove", self._remove),
            ("POST", "/api/rooms/change", self._change),
            ("POST", "/api/rooms/test", self._test),
            ("POST", "/api/rooms/pair", self._pair),
            ("POST", "/api/rooms/pair/end", self._end_pairing),
        )

    async def _show(self, request: Request, told: str = "") -> Response:
        rooms = self._hall.settings().rooms
        shown = [
            {**_shown(name, room), "satellite": self._satellite(name, room)} for name, room in rooms.items()
        ]
        refused = list(self._adopting.known.refused())
        return JSONResponse({"rooms": shown, "pairing": self._pairing(), "refused": refused, "told": told})

    def _satellite(self, name: str, room: RoomSettings) -> dict[str, object] | None:
        state = self._adopting.known.state(name)
        if state is None:
            return None
        paired = state.kind != "own" or bool(self._adopting.known.key(name))
        told = state.told() if paired else "no satellite is paired yet"
        return {
            **asdict(state),
            "address": state.address or ("" if state.kind == "own" else room.satellite),
            "told": told,
            "paired": paired,
            "key": self._adopting.known.key(name),
            "trusted": room.most_risk == room.highest_risk,
        }

    def _pairing(self) -> dict[str, object] | None:
        pairing = self._adopting.pairings.now
        if pairing is None:
            return None
        offer = pairing.offer
        left_s = max(0, round(offer.until_s - asyncio.get_running_loop().time()))
        code = "" if pairing.told else offer.code
        command = self._adopting.pairings.command(offer) if code else ""
        return {
            "room": offer.room,
            "code": code,
            "command": command,
            "left_s": left_s,
            "tries_left": offer.left,
            "told": pairing.told,
            "paired": pairing.paired,
        }

    async def _found(self, request: Request) -> Response:
        """Devices that announce themselves; only a suggestion, for anybody at home may."""
        try:
            lines = await room_satellite.found()
        except OSError as error:
            raise WireError(f"the network cannot be asked ({error.strerror}); type the address") from error
        told = [line.partition(" ") for line in lines if line.startswith(ESPHOME)]
        found = [
            {"address": address.removeprefix(ESPHOME), "told": more.strip()} for address, _, more in told
        ]
        return JSONResponse({"found": found})

    async def _add(self, request: Request) -> Response:
        asked = await body(request)
        address, key = asked.get("address", ""), asked.get("key", "")
        if not isinstance(address, str) or not isinstance(key, str) or len(address) + len(key) > LONGEST:
            raise SettingsError("send address and key as short texts")
        return await self._show(request, await self._adopting.add(_text(asked, "name"), address, key))

    async def _rename(self, request: Request) -> Response:
        asked = await body(request)
        told = await self._adopting.rename(_text(asked, "name"), _text(asked, "to"))
        return await self._show(request, told)

    async def _remove(self, request: Request) -> Response:
        told = await self._adopting.remove(_text(await body(request), "name"))
        return await self._show(request, told)

    async def _test(self, request: Request) -> Response:
        told = await self._adopting.test(_text(await body(request), "name"))
        return await self._show(request, told)

    async def _pair(self, request: Request) -> Response:
        await self._adopting.pairings.pair(_text(await body(request), "name"))
        return await self._show(request)

    async def _end_pairing(self, request: Request) -> Response:
        await body(request)
        self._adopting.pairings.end()
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
    keys = {"aliases", "floor", "language", "volume_percent", "highest_risk", "llm", "memory"}
    told = room.model_dump(mode="json", include=keys)
    return {"name": name, **told, "quiet_hours": hours}
