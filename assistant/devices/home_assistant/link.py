"""One authenticated connection: requests with their answers, subscriptions with their events."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from assistant.devices.home_assistant.door import Door
from assistant.devices.home_assistant.frames import LARGEST_BYTES, Message, decoded, encoded
from assistant.devices.home_assistant.trouble import Declined, LinkError, NoAnswer, TokenRefused

OnEvent = Callable[[Any], None]
_GREETINGS: Final = 8
"""Messages before the token is taken: two are usual."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long what may take."""

    open_s: float = 10.0
    """From the first packet to the token taken."""
    answer_s: float = 30.0
    """A registry of a large home; a write has a limit of its own."""
    ping_s: float = 5.0
    """Between two questions whether it lives, and for each answer; a dead link is known after twice this."""
    first_wait_s: float = 0.5
    longest_wait_s: float = 30.0
    """Between two attempts; doubled from the first to the longest, each cut by up to a half by chance."""
    refused_wait_s: float = 300.0
    """Before a refused token is tried again."""
    settle_s: float = 0.5
    """Registry changes come in bursts: read once, after the last."""
    reread_s: float = 600.0
    """Exposing what has no registry entry tells nobody, so all is read again this often."""


class Link:
    """Requests and subscriptions over one connection. It closes once; a new one is a new Link."""

    def __init__(self, socket: ClientConnection, pace: Pace) -> None:
        self._socket = socket
        self._pace = pace
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._listeners: dict[int, OnEvent] = {}

    async def ask(self, kind: str, /, *, limit_s: float | None = None, **fields: Any) -> Any:
        """A request's result. Declined: Home Assistant says no; NoAnswer: nothing in time; LinkError."""
        return await self._ask(next(self._ids), kind, fields, limit_s)

    async def subscribe(self, kind: str, on_event: OnEvent, /, **fields: Any) -> int:
        """Hand each event of a subscription to `on_event`, which neither blocks nor raises but LinkError."""
        number = next(self._ids)
        self._listeners[number] = on_event
        try:
            await self._ask(number, kind, fields, None)
        except Declined:
            del self._listeners[number]
            raise
        return number

    async def _ask(self, number: int, kind: str, fields: Mapping[str, Any], limit_s: float | None) -> Any:
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            async with asyncio.timeout(limit_s or self._pace.answer_s):
                await self._socket.send(encoded({"id": number, "type": kind, **fields}))
                return await answer
        except TimeoutError as error:
            raise NoAnswer(f"no answer to {kind}") from error
        except (OSError, WebSocketException) as error:
            raise LinkError(_told(error)) from error
        finally:
            self._waiting.pop(number, None)
            if answer.done() and not answer.cancelled():
                answer.exception()

    # ── the reading side ─────────────────────────────────────────────────────────────────────────

    async def read(self) -> None:
        """Take what comes until the link breaks: always ends with LinkError."""
        try:
            while True:
                frame = await self._socket.recv()
                for message in decoded(frame):
                    self._take(message)
        except (OSError, WebSocketException) as error:
            raise LinkError(_told(error)) from error
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(LinkError("the link broke before the answer"))

    async def ping(self) -> None:
        """Ask again and again whether Home Assistant lives; ends with LinkError when it does not."""
        while True:
            await asyncio.sleep(self._pace.ping_s)
            try:
                await self.ask("ping", limit_s=self._pace.ping_s)
            except NoAnswer as error:
                raise LinkError("Home Assistant stopped answering") from error

    def _take(self, message: Message) -> None:
        number, kind = message.get("id"), message["type"]
        if kind == "event" and isinstance(number, int):
            if (listener := self._listeners.get(number)) is not None:
                listener(message.get("event"))
            return
        answer = self._waiting.get(number) if isinstance(number, int) else None
        if answer is None or answer.done():
            return
        if kind == "pong" or message.get("success") is True:
            answer.set_result(message.get("result"))
        else:
            error = message.get("error")
            said = error if isinstance(error, Mapping) else {}
            answer.set_exception(Declined(str(said.get("code", "")), str(said.get("message", ""))[:200]))


@asynccontextmanager
async def linked(door: Door, token: str, pace: Pace) -> AsyncGenerator[Link, None]:
    """A connection with the token taken. LinkError: nobody there; TokenRefused."""
    try:
        async with asyncio.timeout(pace.open_s):
            socket = await connect(
                door.uri, host=door.host, port=door.port, proxy=None, compression=None,
                max_size=LARGEST_BYTES, ping_interval=None, open_timeout=None, close_timeout=1.0,
            )  # fmt: skip
    except (OSError, WebSocketException, ValueError, TimeoutError) as error:
        raise LinkError(f"no Home Assistant answers at {door.host}:{door.port} ({_told(error)})") from error
    try:
        await _authenticate(socket, token, pace)
        yield Link(socket, pace)
    finally:
        await socket.close()


async def _authenticate(socket: ClientConnection, token: str, pace: Pace) -> None:
    try:
        async with asyncio.timeout(pace.open_s):
            for _ in range(_GREETINGS):
                for message in decoded(await socket.recv()):
                    if message["type"] == "auth_required":
                        await socket.send(encoded({"type": "auth", "access_token": token}))
                    elif message["type"] == "auth_ok":
                        return
                    elif message["type"] == "auth_invalid":
                        raise TokenRefused("Home Assistant refuses the token")
    except (OSError, WebSocketException, TimeoutError) as error:
        raise LinkError(_told(error)) from error
    raise LinkError("what answers there is no Home Assistant")


def _told(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "Home Assistant does not answer"
    return f"{type(error).__name__}: {error}"[:200]
