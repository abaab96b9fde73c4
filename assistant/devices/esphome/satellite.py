"""An ESPHome voice device as the microphone and the loudspeaker of a room.

The hub connects to it, as Home Assistant does; the device serves one such system at a time. It wakes by
itself, or streams for the house to find the wake word, as its own settings say.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any, Final

from assistant.devices.esphome.door import MediaDoor
from assistant.devices.esphome.heeding import Heeding
from assistant.devices.esphome.line import PORT, EsphomeLine
from assistant.devices.esphome.outlets import OUT_RATE_HZ, Outlets
from assistant.devices.esphome.playing import Playing
from assistant.devices.esphome.talk import Talk
from assistant.devices.kept import Report, ignore
from assistant.errors import AudioError
from assistant.messages import AudioChunk
from assistant.ports import Samples

SCHEME: Final = "esphome://"


def host_and_port(address: str) -> tuple[str, int]:
    """Of `esphome://HOST[:PORT]`."""
    host, colon, port = address.removeprefix(SCHEME).rpartition(":")
    return (host, int(port)) if colon else (port, PORT)


class EsphomeSatellite:
    """Both directions of one device: a `Mic` and a `SoundOut`. Connected from `start` to `close`."""

    rate_hz = OUT_RATE_HZ
    latency_s = 0.3
    """Until a player has fetched its first sound and begun; measured on none, told by their buffers."""

    def __init__(
        self,
        address: str,
        key: str | None,
        door: MediaDoor,
        *,
        wake_words: tuple[str, ...] = (),
        report: Report = ignore,
    ) -> None:
        """`wake_words`: ids of those the device is to listen for; empty: it keeps its own."""
        host, port = host_and_port(address)
        self.line = EsphomeLine(host, port, key, report)
        self.talk = Talk(self.line, door)
        self.outlets = Outlets(self.line, self.talk, door)
        self.playing = Playing(self.line, self.talk, self.outlets)
        self.heeding = Heeding(self.line, self.talk, self.playing, wake_words)
        self.switches = self.heeding.switches
        self.beside: Callable[[], Coroutine[Any, Any, None]] | None = None
        """Runs from `start` to `close`; set before."""
        self._report = report
        self._unheard_told = False
        self._tasks: list[asyncio.Task[None]] = []
        self.talk.on_start = self.playing.forget
        self.playing.unheard = self._unheard
        self.heeding.heard_of = self._heard_of

    # ── the microphone ───────────────────────────────────────────────────────────────────────────

    def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """What it streams; a device that is lost leaves a gap."""
        return self.talk.chunks()

    async def utterance_over(self) -> None:
        """It stops streaming."""
        self.talk.heard()

    def listen(self) -> None:
        """Have it stream without a wake word: after what it plays for its run, or at once."""
        self.talk.expect()
        run = self.talk.run
        if run is not None and run.answers:
            run.goes_on = True
        else:
            self._tasks = [task for task in self._tasks if not task.done()]
            self._tasks.append(asyncio.ensure_future(self.outlets.listen()))

    # ── the loudspeaker ──────────────────────────────────────────────────────────────────────────

    def start(self, render: Callable[[int], Samples]) -> None:
        """Connect and stay connected; play what is rendered."""
        if not self._tasks:
            self._tasks = [
                asyncio.ensure_future(self.line.run(self.heeding)),
                asyncio.ensure_future(self.playing.run(render)),
            ]
            if self.beside is not None:
                self._tasks.append(asyncio.ensure_future(self.beside()))

    def close(self) -> None:
        """Hang up."""
        self.outlets.close()
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    def _heard_of(self) -> None:
        self._unheard_told = False

    def _unheard(self) -> None:
        """It does not come for what it is to play: told once, until it does."""
        if not self._unheard_told:
            self._unheard_told = True
            known = self.line.known
            name = known.name if known is not None else "The device"
            self._report(
                AudioError(
                    f"{name} does not fetch what it is to play from {self.line.own_address}. "
                    "Let it through this box's firewall (esphome.port), or set its network right."
                )
            )
