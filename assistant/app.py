"""`assistant run`: settings → house → doors, until it is told to stop."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from assistant import control
from assistant.errors import WireError
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Entry, Journal
from assistant.settings import LiveSettings
from assistant.tasks import together
from assistant.upkeep.waterfall import Narrator

Out = Callable[[str], None]
QUEUED_ANSWERS = 256
"""Journal lines waiting for a slow client; more are dropped, the answer's end never is."""


def tell_systemd(state: str) -> None:
    """Send a state to the service manager, where there is one (sd_notify)."""
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.connect(address.replace("@", "\0", 1) if address.startswith("@") else address)
            notify.send(state.encode())


class Hub:
    """The one house of this machine, and what its control socket may ask of it."""

    def __init__(self, settings: LiveSettings, home_file: Path | None, out: Out) -> None:
        self._settings = settings
        self._home_file = home_file
        self._out = out
        self._house: House | None = None
        self._stopping = False
        self._change = asyncio.Event()

    async def run(self) -> None:
        """Serve until stopped; new settings open the house anew."""
        async with control.serving(self._handle):
            while not self._stopping:
                self._change.clear()
                await self._serve_once()

    def stop(self) -> None:
        """Close the microphones and end."""
        self._stopping = True
        self._change.set()

    async def _serve_once(self) -> None:
        loop = asyncio.get_running_loop()
        journal = Journal(loop.time)
        settings = self._settings.now
        opening = Opening(home_file=self._home_file, database=settings.data_folder / "hearth.db", rooms=True)
        async with open_house(settings, journal, opening) as house:
            self._house = house
            with journal.reading(Narrator(self._out).read):
                async with together() as group:
                    living = group.create_task(house.run())
                    self._out(f"listening in: {', '.join(house.rooms)}. Ctrl-C or `assistant stop` ends it.")
                    tell_systemd("READY=1")
                    await self._change.wait()
                    living.cancel()
            self._house = None

    # ── the control socket ───────────────────────────────────────────────────────────────────────

    async def _handle(self, request: control.Line) -> AsyncGenerator[control.Line, None]:
        match request:
            case {"do": "stop"}:
                self.stop()
            case {"do": "apply"}:
                error = self._settings.reload()
                if error is not None:
                    yield {"error": f"{error}\nThe settings in force stay as they were.", "end": 1}
                    return
                self._change.set()
            case {"do": "ask", "text": str(text), "room": str() | None as room}:
                async for line in self._ask(text, room):
                    yield line
            case {"do": "say", "text": str(text)}:
                await self._open_house().announce(text, None)
            case _:
                raise WireError("the hub does not know this request; is the command of another version?")
        yield {"end": 0}

    def _open_house(self) -> House:
        if self._house is None:
            raise WireError("the house is just being opened; try again in a moment")
        return self._house

    async def _ask(self, text: str, room: str | None) -> AsyncGenerator[control.Line, None]:
        house = self._open_house()
        entries: asyncio.Queue[Entry | None] = asyncio.Queue(QUEUED_ANSWERS + 1)

        def read(entry: Entry) -> None:
            if entry.room == asked and entry.turn < 0 and entries.qsize() < QUEUED_ANSWERS:
                entries.put_nowait(entry)

        asked = house.room_named(room)
        with house.journal.reading(read):
            async with together() as group:
                answering = group.create_task(house.ask(text, room))
                answering.add_done_callback(lambda _: entries.put_nowait(None))
                while (entry := await entries.get()) is not None:
                    yield {"entry": entry.as_json()}


async def run(settings_file: Path | None, home_file: Path | None, out: Out) -> int:
    """Be the hub of this machine. HubRunning when there is one already."""
    with control.only_hub():
        hub = Hub(LiveSettings(settings_file), home_file, out)
        loop = asyncio.get_running_loop()
        for wish in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(wish, hub.stop)
        await hub.run()
    out("nothing listens any more")
    return 0


async def apply(out: Out) -> int:
    """Have the running hub take the settings file as it is now."""
    if not control.hub_is_running():
        out("the settings are good; no hub is running, so they count from the next start")
        return 0
    return await _send("apply", "the hub has the new settings", out)


async def stop(out: Out) -> int:
    """Stop the running hub."""
    return await _send("stop", "the hub stopped; nothing listens", out)


async def _send(do: str, done: str, out: Out) -> int:
    async for answer in control.request({"do": do}):
        if answer.get("end") == 0:
            out(done)
            return 0
        out(str(answer.get("error", "")))
    return 1
