"""`assistant run`: the hub with its doors, the control socket and the page, until it is told to stop."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from assistant import control
from assistant.errors import SettingsError
from assistant.hub import Hub
from assistant.hub_requests import Requests
from assistant.upkeep import update_start
from assistant.upkeep.safe_mode import SafeMode
from assistant.web.server import PageDoor

Out = Callable[[str], None]
NO_PAGE = "the page is off; switch it on in the settings (page.enabled)"


async def run(settings_file: Path | None, home_file: Path | None, out: Out, *, words: bool) -> int:
    """Be the hub of this machine; 130 after Ctrl-C, 0 when asked to stop. HubRunning when there is one.

    `words`: tell `out` what is said, for a person who looks on; never for a log. 75: to be started again.
    """
    with control.only_hub():
        hub = Hub(SafeMode(settings_file), home_file, out, words=words)
        loop = asyncio.get_running_loop()
        status = 0

        def interrupt() -> None:
            nonlocal status
            status = 130
            hub.stop()

        loop.add_signal_handler(signal.SIGTERM, hub.stop)
        loop.add_signal_handler(signal.SIGINT, interrupt)
        update_start.put_memory_back(hub.settings().data_folder / "hearth.db", out)
        await _serve(hub, out)
    out("nothing listens any more")
    return update_start.RESTART if hub.starts_again else status


async def _serve(hub: Hub, out: Out) -> None:
    """The hub's life with its doors open."""
    page, why = None, NO_PAGE
    if (chosen := hub.settings().page).enabled:
        try:
            page = PageDoor(hub, chosen)
        except SettingsError as error:
            why = str(error)
            out(why)  # a house that hears is worth more than its page
    requests = Requests(hub, (lambda: why) if page is None else page.invitation)
    async with control.serving(requests.handle):
        serving = None if page is None else asyncio.create_task(page.serve())
        trial = asyncio.create_task(update_start.stand_trial(hub.house))
        try:
            await hub.run()
        finally:
            trial.cancel()
            if serving is not None:
                serving.cancel()
                with suppress(asyncio.CancelledError):
                    await serving
