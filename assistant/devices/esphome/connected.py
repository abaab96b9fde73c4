"""One connection to an ESPHome device, greeted and asked what it is; and why there is none, for people."""

import asyncio
from contextlib import suppress
from typing import Final

from aioesphomeapi.client import APIClient
from aioesphomeapi.core import (
    APIConnectionError,
    EncryptionHelloAPIError,
    EncryptionPlaintextAPIError,
    InvalidEncryptionKeyAPIError,
    PingFailedAPIError,
    ProtocolAPIError,
    RequiresEncryptionAPIError,
)

from assistant.devices.esphome.known import Known, look
from assistant.devices.esphome.relay import Relay
from assistant.errors import WireError

GREET_S: Final = 10.0
"""A device has said by then what it is."""
KEEPALIVE_S: Final = 0.9
"""Between pings. The library gives a device 4.5 times that to answer: a dead link is known within 5 s."""


class Nonsense(WireError):
    """What came breaks the protocol."""


class Connected:
    """A device that was greeted, within the block. WireError says why it can't be, with what mends it."""

    relay: Relay
    client: APIClient
    known: Known

    def __init__(self, host: str, port: int, key: str | None) -> None:
        self._host, self._port, self._key = host, port, key
        self._closed = asyncio.Event()
        self._error: Exception | None = None
        self._relaying: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Connected":
        self.relay = await Relay.open(self._host, self._port)
        self._relaying = asyncio.create_task(self.relay.run())
        try:
            self.client = APIClient(
                self._host, self._port, client_info="Hearth", keepalive=KEEPALIVE_S, noise_psk=self._key
            )
            self.client.add_connection_closed_callback(lambda event: self._close(event.error))
            async with asyncio.timeout(GREET_S):
                self.client.start_connection_from_socket(self.relay.taken(), log_errors=False)
                await self.client.finish_connection()
                self.known = await look(self.client)
        except (APIConnectionError, TimeoutError, ValueError) as error:
            await asyncio.sleep(0)
            why = self._why(error)
            await self._hang_up()
            raise why from error
        except asyncio.CancelledError:
            await self._hang_up()
            raise
        if not self.known.hears:
            await self._hang_up()
            raise WireError("it is no voice assistant (its firmware lacks voice_assistant:)")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._hang_up()

    async def ended(self) -> None:
        """Wait for its end. WireError says why, unless the device simply hung up."""
        assert self._relaying is not None
        closed = asyncio.ensure_future(self._closed.wait())
        try:
            await asyncio.wait({closed, self._relaying}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            closed.cancel()
        await asyncio.sleep(0)  # what the device did wrong shows at both ends; the relay's word is the better
        if self._error is not None or self._relaying.done():
            raise self._why(self._error)

    def _close(self, error: Exception | None) -> None:
        self._error = error
        self._closed.set()

    def _why(self, error: Exception | None) -> WireError:
        relaying = self._relaying
        ended = relaying is not None and relaying.done() and not relaying.cancelled()
        fault = relaying.exception() if relaying is not None and ended else None
        return Nonsense(str(fault)) if isinstance(fault, WireError) else _explained(error)

    async def _hang_up(self) -> None:
        with suppress(APIConnectionError):
            self.client.force_disconnect()
        try:
            if self._relaying is not None:
                self._relaying.cancel()
                await asyncio.wait({self._relaying})  # its own end says nothing here; ours must get through
        finally:
            self.relay.close()


def _explained(error: Exception | None) -> WireError:
    match error:
        case RequiresEncryptionAPIError():
            return WireError("it asks for its encryption key (api: encryption: key: of its own settings)")
        case InvalidEncryptionKeyAPIError():
            return WireError("its encryption key is another one than that given here")
        case EncryptionPlaintextAPIError() | EncryptionHelloAPIError():
            return WireError("it knows no encryption; take its key out of the settings here")
        case PingFailedAPIError() | TimeoutError():
            return WireError("it says nothing any more")
        case ProtocolAPIError():
            return Nonsense("what it sends is not ESPHome's protocol")
        case ValueError():
            return Nonsense("what it tells of itself makes no sense")
        case _:
            return WireError("it hung up")
