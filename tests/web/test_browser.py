"""The page in a real browser, on a real house: in by the code, typed to, timers and lists by buttons."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from assistant import scripted
from assistant.devices.booth import Booth
from assistant.journal import Entry
from assistant.messages import Turn
from assistant.settings import RoomSettings, Settings
from assistant.web.server import bound, serve
from tests.roads.runner import kit
from tests.upkeep.test_waterfall import TURN
from tests.web.test_page import visiting

pytestmark = pytest.mark.slow
VIEWS = {
    "rooms": "#permissions details",
    "models": "#models li",
    "setup": "#answers [type=submit]",
    "security": "#pin",
}
"""Each view, and what is there once it is drawn."""
WIDER = "const root = document.documentElement; return root.scrollWidth - root.clientWidth"
NAMELESS = """return [...document.querySelectorAll("input:not([hidden]), select, textarea, button, a")]
  .filter((each) => !(each.getAttribute("aria-label") || each.textContent.trim() || each.labels?.length))
  .map((each) => each.outerHTML)"""
"""What a screen reader could not name."""
WIDTHS = "return [...document.querySelectorAll('#turns rect')].map((bar) => bar.getAttribute('width'))"
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("chromium and chromium-driver are not installed")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for word in (
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *("--window-size=390,844", f"--user-data-dir={tmp_path / 'profile'}"),
    ):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


def waiting(browser: Any) -> Callable[[Callable[[Any], Any]], Any]:
    """Wait until what is asked holds; an element drawn anew in between is looked up again."""
    from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(
        browser,
        60,
        poll_frequency=0.05,
        ignored_exceptions=(NoSuchElementException, StaleElementReferenceException),
    ).until


def typed(words: str, browser: Any) -> bool:
    """The PIN is in the field of the first thing that waits for one."""
    browser.find_element("css selector", "#proofs input[type=password]").send_keys(words)
    return True


def press(browser: Any, button: str) -> None:
    """Click what the selector names, in one step of the page's: a redraw can't come between."""
    browser.execute_script("document.querySelector(arguments[0]).click()", button)


def visit(browser: Any, base: str, code: str) -> list[str]:
    """All that a visitor does; what the page complained of."""
    from selenium.webdriver.common.by import By

    until = waiting(browser)

    def text(of: str) -> str:
        return str(browser.find_element(By.ID, of).text)

    def type_into(field: str, words: str, button: str) -> None:
        browser.find_element(By.ID, field).send_keys(words)
        browser.find_element(By.CSS_SELECTOR, f"#{button} button").click()

    def drawn(shown: str, _: Any) -> bool:
        return any(each.is_displayed() for each in browser.find_elements(By.CSS_SELECTOR, shown))

    browser.get(base)
    until(lambda _: browser.find_element(By.ID, "door").is_displayed())
    type_into("code", "000000" if code != "000000" else "000001", "enter")
    until(lambda _: "not the code" in text("door-says"))
    browser.find_element(By.ID, "code").clear()
    type_into("code", code, "enter")
    until(lambda _: browser.find_element(By.ID, "house").is_displayed())
    type_into("ask-text", "what time is it", "ask")
    until(lambda _: "It's" in text("ask-says"))
    type_into("timer-name", "egg", "timer")
    until(lambda _: "egg timer" in text("waiting"))
    type_into("item-text", "<b>milk</b>", "item")
    until(lambda _: "<b>milk</b>" in text("lists"))
    press(browser, "#waiting button[aria-label='A minute more: egg']")
    press(browser, "#waiting button[aria-label='Pause: egg']")
    until(lambda _: "paused" in text("waiting"))
    press(browser, "#waiting button[aria-label='Cancel egg']")
    until(lambda _: "nothing waits" in text("waiting"))
    browser.execute_script("document.getElementById('alarm-time').value = '07:30'")
    type_into("alarm-name", "work", "alarm")
    until(lambda _: "work alarm" in text("waiting"))
    press(browser, "#waiting button[aria-label='Change work']")
    until(lambda _: browser.switch_to.alert).send_keys("06:45")
    browser.switch_to.alert.accept()
    until(lambda _: "6:45" in text("waiting"))
    press(browser, "#waiting button[aria-label='Cancel work']")
    until(lambda _: "nothing waits" in text("waiting"))
    for view, shown in VIEWS.items():
        browser.find_element(By.CSS_SELECTOR, f"#views a[href='#{view}']").click()
        until(partial(drawn, shown))
        assert browser.find_element(By.ID, "mute-all").is_displayed(), view
        assert browser.execute_script(WIDER) <= 0, f"{view}: something is wider than the window"
        assert browser.execute_script(NAMELESS) == [], view
    browser.find_element(By.ID, "pin-new").send_keys("290174")
    type_into("pin-again", "290174", "pin")
    until(lambda _: "the PIN is set" in text("pin-says"))
    browser.find_element(By.CSS_SELECTOR, "#views a[href='#home']").click()
    type_into("ask-text", "unlock the front door", "ask")
    until(lambda _: "unlock the front door" in text("proofs"))
    until(partial(typed, "111112"))
    press(browser, "#proofs button")
    until(lambda _: "that is not the PIN" in text("proofs"))
    until(partial(typed, "290174"))
    press(browser, "#proofs button")
    until(lambda _: "The front door is unlocked." in text("says"))
    until(lambda _: not text("proofs"))
    browser.find_element(By.CSS_SELECTOR, "#views a[href='#security']").click()
    until(partial(drawn, "#leave"))
    browser.find_element(By.ID, "leave").click()
    until(lambda _: browser.find_element(By.ID, "door").is_displayed())
    return [line["message"] for line in browser.get_log("browser")]


async def test_a_visitor_on_a_phone(browser: Any) -> None:
    settings = Settings(rooms={"living room": RoomSettings(highest_risk=3)})
    async with visiting(settings) as visited:
        listening = bound("127.0.0.1", 0)
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        serving = asyncio.create_task(serve(visited.page.app(), listening))
        complaints = await asyncio.to_thread(visit, browser, base, visited.doors.new_code())
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving
    # Being outside (401), a wrong code and a wrong PIN (403) are all that may be told.
    assert [line for line in complaints if " 401 " not in line and " 403 " not in line] == []


def look(browser: Any, base: str, code: str, picture: Path) -> str:
    """What the page shows of a spoken turn, its waterfall opened; it stays open when drawn anew."""
    from selenium.webdriver.common.by import By

    until = waiting(browser)

    browser.get(base)
    until(lambda _: browser.find_element(By.ID, "door").is_displayed())
    browser.find_element(By.ID, "code").send_keys(code)
    browser.find_element(By.CSS_SELECTOR, "#enter button").click()
    until(lambda _: browser.find_elements(By.CSS_SELECTOR, "#turns summary"))
    press(browser, "#turns summary")
    until(lambda _: browser.find_element(By.CSS_SELECTOR, "#turns dl").is_displayed())
    browser.find_element(By.ID, "ask-text").send_keys("what day is it")
    browser.find_element(By.CSS_SELECTOR, "#ask button").click()
    until(lambda _: "what day is it" in browser.find_element(By.ID, "turns").text)
    until(lambda _: browser.find_element(By.CSS_SELECTOR, "#turns dl").is_displayed())
    browser.execute_script("document.querySelector('#turns dl').scrollIntoView({block: 'center'})")
    browser.save_screenshot(str(picture))
    assert browser.execute_script(WIDER) <= 0
    bars = browser.execute_script(WIDTHS)
    assert bars
    assert all(float(width) > 0 for width in bars)
    return str(browser.find_element(By.ID, "turns").text)


async def test_a_spoken_turn_shows_where_its_time_went(browser: Any, tmp_path: Path) -> None:
    async with visiting(Settings(rooms={"den": RoomSettings()}), kit=kit({})) as visited:
        room = "den"
        assert visited.house.make_room is not None
        visited.house.rooms[room] = visited.house.make_room(room, Booth(scripted.silence(0.5)), wake=False)
        for t, happening in TURN:
            visited.hall.waterfalls.read(Entry(t, room, 1, happening))
        turn = Turn(1, room)
        visited.house.desk.turns.begin(turn, "what time is it")
        visited.house.desk.turns.say(turn, "It is noon.")
        listening = bound("127.0.0.1", 0)
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        serving = asyncio.create_task(serve(visited.page.app(), listening))
        code, picture = visited.doors.new_code(), tmp_path / "ledger.png"
        told = await asyncio.to_thread(look, browser, base, code, picture)
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving
    assert "first sound 0.90 s after you finished" in told
    for stage in ("silence waited\n700 ms", "speech to text", "mind", "tool", "voice"):
        assert stage in told
