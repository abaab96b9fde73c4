"""Every request → is it ours to answer: name of the box, page it comes from, size, session."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.errors import AssistantError, SettingsError
from assistant.web.doors import Doors, comes_from_here, may_be_called

COOKIE: Final = "hearth"
MOST_BYTES: Final = 64_000
"""Of a request's body: a long settings file."""
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
Answer = Callable[[Request], Awaitable[Response]]


def guarded(answer: Answer) -> Answer:
    """Answer only who called this box by its own name, from our own page, and shortly."""

    async def within(request: Request) -> Response:
        host = request.headers.get("host", "")
        if not may_be_called(host):
            return refused(421, "this house does not answer to that name")
        if request.method != "GET" and not comes_from_here(request.headers.get("origin"), host):
            return refused(403, "that was sent by another page")
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return refused(413, "that is too much")
        try:
            response = await answer(request)
        except SettingsError as error:
            response = JSONResponse({"error": str(error)}, 422)
        except AssistantError as error:
            response = JSONResponse({"error": str(error)}, 409)
        response.headers.update(HEADERS)
        return response

    return within


def inside(answer: Answer, doors: Doors) -> Answer:
    """As `guarded`, for who has a session."""

    async def known(request: Request) -> Response:
        if not doors.knows(request.cookies.get(COOKIE)):
            return refused(401, "enter the code first: assistant page")
        return await answer(request)

    return guarded(known)


def refused(status: int, why: str) -> Response:
    """An error that the page shows."""
    return JSONResponse({"error": why}, status, headers=HEADERS)


async def body(request: Request) -> Mapping[str, Any]:
    """The JSON object that was sent; SettingsError for anything else or more than MOST_BYTES."""
    read = b""
    async for piece in request.stream():
        read += piece
        if len(read) > MOST_BYTES:
            raise SettingsError("that is too much")
    try:
        found = json.loads(read or b"{}")
    except (ValueError, RecursionError) as error:
        raise SettingsError("that is no JSON") from error
    if not isinstance(found, dict):
        raise SettingsError("that is no JSON object")
    return found
