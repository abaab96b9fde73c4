"""The kept connection to one ESPHome device: made again when it breaks, told once, never hurried."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from aioesphomeapi.client import APIClient
from aioesphomeapi.core import APIConnectionError
from aioesphomeapi.model import EntityState, VoiceAssistantAnnounceFinished, VoiceAssistantAudioSettings
from google.protobuf.message import DecodeError

from assistant.again import for_ever
from assistant.devices.esphome.connected import Connected, Nonsense
from assistant.devices.esphome.known import Known
from assistant.devices.kept import Report
from assistant.errors import AudioError, WireError

PORT: Final = 6053
RETRY_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Between attempts."""


class Listener(Protocol):
    """Who acts on what a device says. Nothing here may raise."""

    async def there(self) -> None:
        """The device is connected and subscribed to."""

    def gone(self) -> None:
        """It is not any more."""

    async def started(
        self, conversation: str, flags: int, settings: VoiceAssistantAudioSettings, phrase: str | None
    ) -> int | None:
        """It begins to stream; which datagram port it is to use (0: none), None: it may not."""

    async def stopped(self, abort: bool) -> None:
        """It streams no more; `abort`: forget what it streamed, and what was to be answered."""

    async def audio(self, data: bytes, second: bytes | None) -> None:
        """Sound of its microphone."""

    async def announced(self, finished: VoiceAssistantAnnounceFinished) -> None:
        """It has played a reply or an announcement."""

    def state(self, state: EntityState) -> None:
        """Something of it has changed."""


class EsphomeLine:
    """Keeps the connection while `run` runs."""

    def __init__(self, host: str, port: int, key: str | None, report: Report) -> None:
        """`key`: base64 of 32 bytes, as in the device's own settings; None: it is not encrypted.

        `report`: told when the device is lost (why), and with None when it is there.
        """
        self.client: APIClient | None = None
        """While connected."""
        self.known: Known | None = None
        """What it was when it was last there."""
        self.connected = asyncio.Event()
        self.own_address = ""
        """Under which the device reaches this box."""
        self.device_address = ""
        self.losses = 0
        self.faults = 0
        """Connections that ended because what came made no sense."""
        self.why: str | None = "it was not asked yet"
        """Why it is not there."""
        self._host, self._port, self._key, self._report = host, port, key, report

    def tell(self, say: Callable[[APIClient], object]) -> None:
        """Say something to the device; where there is none it is not kept."""
        if (client := self.client) is not None:
            with suppress(APIConnectionError):  # the connection's own end is told elsewhere
                say(client)

    async def run(self, listener: Listener) -> None:
        """For ever: connect, subscribe, connect again. Ends when cancelled."""
        await for_ever(lambda: self._once(listener), self._lost, RETRY_S)

    def _lost(self, why: str) -> None:
        self.losses += 1
        if self.why is None or self.losses == 1:
            self._report(AudioError(f"The ESPHome device {self._host} is not there: {why}."))
        self.why = why

    async def _once(self, listener: Listener) -> str:
        """One connection to its end; why it ended."""
        try:
            async with Connected(self._host, self._port, self._key) as connected:
                self._take(connected)
                client = connected.client
                client.subscribe_states(listener.state)
                client.subscribe_voice_assistant(
                    handle_start=listener.started,
                    handle_stop=listener.stopped,
                    handle_audio=listener.audio if connected.known.api_audio else None,
                    handle_announcement_finished=listener.announced,
                )
                try:
                    self._is_there()
                    await listener.there()
                    await connected.ended()
                finally:
                    self.client = None
                    self.connected.clear()
                    listener.gone()
        except WireError as error:
            self.faults += isinstance(error, Nonsense)
            return str(error)
        return "it hung up"

    def _take(self, connected: Connected) -> None:
        self.known, self.client = connected.known, connected.client
        self.own_address, self.device_address = connected.relay.own_address, connected.relay.device_address

    def _is_there(self) -> None:
        self.connected.set()
        if self.why is not None and self.losses:
            self._report(None)
        self.why = None


class _Undecodable(logging.Filter):
    """What a device sends wrongly is counted and told by its line; asyncio need not print it too."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.exc_info is None or not isinstance(record.exc_info[1], DecodeError)


def keep_quiet() -> None:
    """The library's own lines: what matters of them is told by the line, once."""
    logging.getLogger("aioesphomeapi").setLevel(logging.CRITICAL + 1)
    logger = logging.getLogger("asyncio")
    if not any(isinstance(each, _Undecodable) for each in logger.filters):
        logger.addFilter(_Undecodable())


keep_quiet()
