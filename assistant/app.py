"""`assistant run`: the hub with its doors, the control socket and the page, until it is told to stop."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

from assistant import control
from assistant.errors import AssistantError, SettingsError
from assistant.hub import Hub
from assistant.hub_adopting import Adopting
from assistant.hub_requests import Requests
from assistant.hub_rooms import HubRooms
from assistant.satellites.openai_api import NAME, ApiDoor
from assistant.satellites.openai_gate import KEY_FILE
from assistant.satellites.wyoming_door import WyomingDoor
from assistant.upkeep import update_start
from assistant.upkeep.heap import given_back
from assistant.upkeep.safe_mode import SafeMode
from assistant.web.server import PageDoor

Out = Callable[[str], None]
NO_PAGE = "the page is off; switch it on in the settings (page.enabled)"


async def run(
    settings_file: Path | None, home_file: Path | None, out: Out, *, words: bool, only_wyoming: bool = False
) -> int:
    """Be the hub of this machine; 130 after Ctrl-C, 0 when asked to stop. HubRunning when there is one.

    `words`: tell `out` what is said, for a person who looks on; never for a log. 75: to be started again.
    `only_wyoming`: no microphone and no speaker of its own, but the Wyoming door, whatever the settings say.
    """
    with control.only_hub():
        given_back()
        hub = Hub(SafeMode(settings_file), home_file, out, words=words, listens=not only_wyoming)
        loop = asyncio.get_running_loop()
        status = 0

        def interrupt() -> None:
            nonlocal status
            status = 130
            hub.life.stop()

        loop.add_signal_handler(signal.SIGTERM, hub.life.stop)
        loop.add_signal_handler(signal.SIGINT, interrupt)
        update_start.put_memory_back(hub.settings().data_folder / "hearth.db", out)
        await _serve(hub, out, only_wyoming=only_wyoming)
    out("nothing listens any more")
    return control.RESTART if hub.life.starts_again else status


async def _serve(hub: Hub, out: Out, *, only_wyoming: bool) -> None:
    """The hub's life with its doors open."""
    rooms = HubRooms(hub, out)
    adopting = Adopting(hub, rooms)
    page, why = None, NO_PAGE
    if (chosen := hub.settings().page).enabled:
        try:
            page = PageDoor(hub, chosen, adopting)
        except SettingsError as error:
            why = str(error)
            out(why)  # a house that hears is worth more than its page
    requests = Requests(hub, (lambda: why) if page is None else page.invitation, adopting)
    try:
        rooms.open_if_wanted()
    except AssistantError as error:
        out(str(error))
    async with control.serving(requests.handle):
        beside = [asyncio.create_task(update_start.stand_trial(hub.house))]
        if page is not None:
            beside.append(asyncio.create_task(page.serve()))
        beside += await _wyoming(hub, out, must=only_wyoming)
        beside += _api(hub, out)
        try:
            await hub.life.run()
        finally:
            adopting.pairings.end()
            rooms.close()
            for task in beside:
                task.cancel()
            for ended in await asyncio.gather(*beside, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended


async def _wyoming(hub: Hub, out: Out, *, must: bool) -> list[asyncio.Task[None]]:
    """The Wyoming door, where the settings want it or it is a `must`."""
    chosen = hub.settings().wyoming
    if not (chosen.enabled or must):
        return []
    door = WyomingDoor(hub.house, chosen, out)
    try:
        await door.open()
    except SettingsError as error:
        if must:
            raise
        out(str(error))
        return []
    out(
        f"Wyoming peers find ears, a voice, a mind and wake words at {chosen.address} port {door.port}. "
        "In Home Assistant: Settings, Devices & services, Add integration, Wyoming Protocol."
    )
    return [asyncio.create_task(door.serve())]


def _api(hub: Hub, out: Out) -> list[asyncio.Task[None]]:
    """The API door, where the settings want it."""
    settings = hub.settings()
    if not settings.api.enabled:
        return []
    try:
        door = ApiDoor(hub.house, settings.api, settings.data_folder)
    except SettingsError as error:
        out(str(error))
        return []
    out(
        f"OpenAI's API is at http://{settings.api.address}:{door.port}/v1, model {NAME}; "
        f"the key lies in {settings.data_folder / KEY_FILE}"
    )
    return [asyncio.create_task(door.serve())]
