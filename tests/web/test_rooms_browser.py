"""Rooms and setup of the page in a real browser, on a phone and on a desk: a satellite paired by its code."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from assistant.satellites.own.folder import SatelliteFolder
from assistant.satellites.own.pair import pair
from assistant.settings import QuietHours, RoomSettings, Settings
from assistant.settings_elsewhere import SatellitesSettings
from assistant.upkeep.fit import Box
from assistant.web import setting_up
from assistant.web.server import bound, serve
from tests.web.test_browser import NAMELESS, WIDER, browser, press, waiting
from tests.web.test_page import Visit, visiting

__all__ = ["browser"]
pytestmark = pytest.mark.slow
BOX = Box(4, 8_000, 50_000, "x86_64", "avx2", "", 15.0, 300.0)
NIGHT = QuietHours(start=time(22), end=time(7))
HOUSE = Settings(
    rooms={"living room": RoomSettings(quiet_hours=NIGHT), "bedroom": RoomSettings(satellite="127.0.0.1:9")},
    satellites=SatellitesSettings(address="127.0.0.1", port=0),
)
TEXT = (
    "satellites: {address: 127.0.0.1, port: 0}\n"
    "rooms:\n  living room: {}\n  bedroom: {satellite: '127.0.0.1:9'}\n"
)


@pytest.fixture(autouse=True)
def small_box(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting_up, "measure", lambda folder: BOX)


@asynccontextmanager
async def page() -> AsyncGenerator[tuple[Visit, str], None]:
    """A served page, and where it is."""
    async with visiting(HOUSE) as visit:
        visit.hall.text = TEXT
        listening = bound("127.0.0.1", 0)
        serving = asyncio.create_task(serve(visit.page.app(), listening))
        yield visit, f"http://127.0.0.1:{listening.getsockname()[1]}"
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving


def come_in(browser: Any, base: str, code: str, width: int, view: str) -> Callable[..., Any]:
    until = waiting(browser)
    metrics = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(f"{base}/#{view}")
    until(lambda _: browser.find_element("id", "door").is_displayed())
    browser.find_element("id", "code").send_keys(code)
    press(browser, "#enter button")
    until(lambda _: browser.find_element("id", "house").is_displayed())
    return until


def told(browser: Any, selector: str) -> str:
    """The text of the first that fits; empty where none does. Looked up anew each time."""
    found = browser.execute_script("return document.querySelector(arguments[0])?.innerText || ''", selector)
    return str(found)


def fill(browser: Any, field: str, value: str) -> None:
    """As a person who leaves the field: in one step of the page's."""
    script = (
        "const it = document.querySelector(arguments[0]); it.value = arguments[1];"
        "it.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    browser.execute_script(script, field, value)


def sound(browser: Any, view: str) -> None:
    assert browser.execute_script(WIDER) <= 0, f"{view}: something is wider than the window"
    assert browser.execute_script(NAMELESS) == [], view


def begin_pairing(browser: Any, base: str, code: str, width: int) -> str:
    """Ask for a code for a new room; what is to be typed on the satellite."""
    until = come_in(browser, base, code, width, "rooms")
    until(lambda _: "not there" in told(browser, "[data-room=bedroom] summary"))
    press(browser, "[data-room=bedroom] summary")
    until(lambda _: "nothing that lasts" in told(browser, "[data-room=bedroom]").lower())
    sound(browser, "rooms")
    fill(browser, "#room-name", "Kitchen")
    press(browser, "#room-add [type=submit]")
    until(lambda _: "assistant satellite pair" in told(browser, "#pairing kbd"))
    sound(browser, "pairing")
    return told(browser, "#pairing kbd").split("pair ")[1]


def see_paired(browser: Any, width: int) -> None:
    until = waiting(browser)
    until(lambda _: "paired: kitchen" in told(browser, "#pairing"))
    until(lambda _: "not there" in told(browser, "[data-room=kitchen] summary"))
    press(browser, "#pairing button")
    until(lambda _: not told(browser, "#pairing"))
    press(browser, "[data-room=kitchen] summary")
    until(lambda _: "Its key:" in told(browser, "[data-room=kitchen]"))
    fill(browser, "[data-room=kitchen] form input[maxlength='300']", "galley, cookhouse")
    fill(browser, "[data-room=kitchen] form input[placeholder=upstairs]", "ground floor")
    press(browser, "[data-room=kitchen] form [type=submit]")
    until(lambda _: told(browser, "#rooms-says") == "in force")
    sound(browser, f"rooms at {width}")


@pytest.mark.parametrize("width", [390, 1280])
async def test_a_satellite_is_paired_in_the_browser(browser: Any, tmp_path: Path, width: int) -> None:
    async with page() as (visit, base):
        begin = partial(begin_pairing, browser, base, visit.doors.new_code(), width)
        address, code = (await asyncio.to_thread(begin)).split()
        await pair(address, code, SatelliteFolder(tmp_path))
        await asyncio.to_thread(see_paired, browser, width)
        room = visit.hall.settings().rooms["kitchen"]
        assert (room.satellite, room.aliases, room.floor) == (
            "paired",
            ("galley", "cookhouse"),
            "ground floor",
        )


def set_up(browser: Any, base: str, code: str) -> None:
    until = come_in(browser, base, code, 390, "setup")
    until(lambda _: browser.find_elements("css selector", "#answers [type=submit]"))
    fill(browser, "#answers [name=wake_word]", "alexa")
    fill(browser, "#answers [name=quiet_hours]", "")
    fill(browser, "#answers [name=country]", "uk")
    until(lambda _: browser.execute_script("return document.forms.answers.country.value") == "GB")
    values = browser.execute_script(
        "return Object.fromEntries(new FormData(document.querySelector('#answers')))"
    )
    assert (values["units"], values["time_format"], values["wake_word"]) == ("uk", "24", "alexa")
    sound(browser, "setup")
    press(browser, "#answers [type=submit]")
    until(lambda _: told(browser, "#setup-says") == "in force")


async def test_the_country_proposes_the_rest_and_what_was_chosen_elsewhere_stays(browser: Any) -> None:
    async with page() as (visit, base):
        await asyncio.to_thread(set_up, browser, base, visit.doors.new_code())
        settings = visit.hall.settings()
        assert (settings.country, settings.units, settings.emergency_number) == ("GB", "uk", "999")
        assert settings.wake.words == ("alexa",)
        assert settings.rooms["living room"].quiet_hours is None
        assert settings.rooms["bedroom"].satellite == "127.0.0.1:9"
