"""The page's part on the owner's settings as they are written: their text, checked before it counts."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.settings import explain
from assistant.web.guard import body, refused
from assistant.web.hall import Hall, Offer


class OwnersText:
    """The whole file, for those who know its keys."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def offers(self) -> Sequence[Offer]:
        """The routes."""
        return (("GET", "/api/settings", self._show), ("POST", "/api/settings", self._change))

    async def _show(self, request: Request) -> Response:
        return JSONResponse({"text": self._hall.settings_text(), "in_force": explain(self._hall.settings())})

    async def _change(self, request: Request) -> Response:
        text = (await body(request)).get("text")
        if not isinstance(text, str):
            return refused(422, "send the text of the settings")
        await self._hall.change_settings(text)
        return JSONResponse({"text": self._hall.settings_text()})
