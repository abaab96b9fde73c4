"""The page in a real browser, on a real house: in by the code, typed to, timers and lists by buttons."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import RoomSettings, Settings
from assistant.web.server import bound, serve
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


def visit(browser: Any, base: str, code: str) -> list[str]:
    """All that a visitor does; what the page complained of."""
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait

    def until(what: Callable[[Any], Any]) -> Any:
        return WebDriverWait(browser, 30, poll_frequency=0.05).until(what)

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
    browser.execute_script("document.querySelector('#waiting button').click()")
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
    field = browser.find_element(By.CSS_SELECTOR, "#proofs input[type=password]")
    field.send_keys("111112")
    browser.find_element(By.CSS_SELECTOR, "#proofs button").click()
    until(lambda _: "that is not the PIN" in text("proofs"))
    field.send_keys("290174")
    browser.find_element(By.CSS_SELECTOR, "#proofs button").click()
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
