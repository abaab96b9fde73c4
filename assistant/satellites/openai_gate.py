"""Who may use the API of the hub: who is at home and shows the key."""

import hmac
import ipaddress
import os
import secrets
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import SettingsError
from assistant.lan import at_home
from assistant.satellites.openai_forms import ApiError

KEY_FILE: Final = "api.key"
MOST_AT_ONCE: Final = 4
"""Requests that are being answered, as many as may wait for an engine; one more is told to come again."""


def key_in(folder: Path) -> str:
    """The key of this house, made where there is none. SettingsError with the fix."""
    file = folder / KEY_FILE
    try:
        if not file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
                made.write(secrets.token_urlsafe(32) + "\n")
        if file.stat().st_mode & 0o077:
            raise SettingsError(f"api: others on this box may read {file}; fix: chmod 600 {file}")
        key = file.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        raise SettingsError(f"api: {file} cannot be used ({error}); delete it for a new key") from error
    if len(key) < 20 or not key.isprintable() or " " in key:
        raise SettingsError(f"api: {file} holds no key; delete it for a new one")
    return key


class Gate:
    """Lets through who is at home and shows the key; others do not even learn what there is."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        self._app = app
        self._shown = f"Bearer {key}".encode()
        self._answering = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if (refusal := self._refusal(scope)) is not None:
            await refusal.response()(scope, receive, send)
            return
        self._answering += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._answering -= 1

    def _refusal(self, scope: Scope) -> ApiError | None:
        client = scope.get("client")
        try:
            near = client is not None and at_home(ipaddress.ip_address(str(client[0]).partition("%")[0]))
        except ValueError:
            near = False
        if not near:
            return ApiError(403, "only the home network may come in", code="not_at_home")
        shown = [value for name, value in scope["headers"] if name == b"authorization"]
        if len(shown) != 1:
            return ApiError(401, f"send the key of this house ({KEY_FILE} among its data) as Bearer token")
        if not hmac.compare_digest(shown[0], self._shown):
            return ApiError(401, "that is not the key of this house", code="invalid_api_key")
        if self._answering >= MOST_AT_ONCE:
            return ApiError(429, "too much at once; try again", code="rate_limit_exceeded")
        return None
