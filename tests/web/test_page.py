"""The page's routes on a real house: what comes in, what does not, what it shows and changes."""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from assistant.catalogue import load_catalogue
from assistant.devices.own_satellite import OwnLines
from assistant.errors import AssistantError, SettingsError
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.house.kit import Kit, kit_of
from assistant.hub_adopting import Adopting
from assistant.hub_rooms import HubRooms
from assistant.journal import Journal
from assistant.messages import Reply
from assistant.settings import Settings
from assistant.settings_yaml import read_yaml_bytes
from assistant.upkeep.pin import Pin
from assistant.upkeep.waterfall import Waterfalls
from assistant.web.doors import Doors
from assistant.web.errands import Errands
from assistant.web.guard import MOST_BYTES
from assistant.web.page import Page
from assistant.web.server import bound, serve
from assistant.web.watching import MOST_STREAMS, Watching
from tests.roads.runner import kit as scripted_kit

BASE = "http://127.0.0.1:8730"
OURS = {"origin": BASE}


class Hall:
    """A house in memory, with settings that are only remembered."""

    def __init__(self, house: House, folder: Path) -> None:
        self._house = house
        self._folder = folder
        self.text = "voice: hearth\n"
        self.in_force = Settings(data_folder=folder)
        self._pin = Pin(folder)
        self.waterfalls = Waterfalls()
        self.lines = OwnLines()
        self.failures: list[str] = []
        self.satellites = HubRooms(self, self.failures.append)
        self.adopting = Adopting(self, self.satellites)

    @property
    def house_now(self) -> House | None:
        return self._house

    def failed(self, room: str, error: AssistantError) -> None:
        self.failures.append(str(error))

    def trouble(self) -> str:
        return ""

    def pin(self) -> Pin:
        return self._pin

    def settings_file(self) -> Path:
        return self._folder / "settings.yaml"

    async def house(self) -> House:
        return self._house

    def settings(self) -> Settings:
        return self.in_force

    def settings_text(self) -> str:
        return self.text

    async def change_settings(self, text: str) -> None:
        if "bad" in text:
            raise SettingsError("settings.yaml:1: bad is not a key here")
        read = read_yaml_bytes(text.encode(), "settings.yaml", Settings, folder=self._folder)
        self.in_force = read.model_copy(update={"data_folder": self._folder})
        self.text = text


class Visit:
    """A browser's side."""

    def __init__(self, http: httpx.AsyncClient, doors: Doors, hall: Hall, house: House, page: Page) -> None:
        self.http = http
        self.doors = doors
        self.hall = hall
        self.house = house
        self.page = page

    async def enter(self) -> None:
        answer = await self.http.post("/api/enter", json={"code": self.doors.new_code()}, headers=OURS)
        assert answer.status_code == 200

    async def post(self, path: str, body: object) -> httpx.Response:
        return await self.http.post(path, json=body, headers=OURS)


NOTHING = (sys.executable, "-c", "import sys; print('did', *sys.argv[1:])")
"""In the place of the assistant's own command."""


@asynccontextmanager
async def visiting(
    settings: Settings | None = None,
    command: Sequence[str] = NOTHING,
    kit: Kit | None = None,
    errands: Errands | None = None,
) -> AsyncGenerator[Visit, None]:
    """A page on a house of its own; unless a kit is given, with scripted engines in this process."""
    loop = asyncio.get_running_loop()
    halls: list[Hall] = []
    opening = Opening(demo_home=True, kit=kit or scripted_kit({}), pin_is_set=lambda: halls[0].pin().is_set())
    with tempfile.TemporaryDirectory() as folder:
        async with open_house(settings or Settings(), Journal(loop.time), opening) as house:
            halls.append(hall := Hall(house, Path(folder)))
            hall.in_force = (settings or Settings()).model_copy(update={"data_folder": Path(folder)})
            doors = Doors(Path(folder) / "sessions.json")
            page = Page(hall, doors, hall.adopting, errands or Errands(command))
            transport = httpx.ASGITransport(app=page.app())
            async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
                yield Visit(http, doors, hall, house, page)
            hall.adopting.pairings.end()
            hall.satellites.close()
            await page.close()


def routes(page: Page) -> list[tuple[str, str]]:
    """Every route that there is, from the application itself."""
    found = [each for each in page.app().routes if isinstance(each, Route)]
    return [
        (method, each.path.replace("{name:path}", ""))
        for each in found
        for method in sorted((each.methods or set()) - {"HEAD"})
    ]


OUTSIDE = {("GET", "/"), ("POST", "/api/enter")}
"""All that is there for who has no session."""


async def test_nothing_is_told_and_nothing_changed_without_a_session() -> None:
    async with visiting() as visit:
        every = routes(visit.page)
        assert len(every) >= 28
        for method, path in every:
            if (method, path) in OUTSIDE:
                continue
            for cookies in ({}, {"cookie": "hearth=x"}, {"cookie": "hearth="}):
                answer = await visit.http.request(method, path, headers={**OURS, **cookies})
                assert answer.status_code == 401, (method, path)


async def test_another_name_another_page_or_too_much_is_refused_on_every_route() -> None:
    async with visiting() as visit:
        await visit.enter()
        for method, path in [*routes(visit.page), ("GET", "/page.js")]:
            for host in ("evil.example", "8.8.8.8", "hearth.local.evil.example", "127.0.0.1.nip.io"):
                rebound = {"host": host, "origin": f"http://{host}"}
                answer = await visit.http.request(method, path, headers=rebound)
                assert answer.status_code == 421, (method, path, host)
            if method == "GET":
                continue
            for headers in ({}, {"origin": "http://evil.example"}, {"origin": "null"}, {"origin": ""}):
                answer = await visit.http.post(path, json={}, headers=headers)
                assert answer.status_code == 403, (path, headers)
            for length in ({}, {"content-length": "999999999"}, {"content-length": "-1"}):
                headers = {**OURS, **length}
                content = b"x" * (MOST_BYTES + 1)
                answer = await visit.http.post(path, content=content, headers=headers)
                assert answer.status_code == 413, path
        assert visit.doors.open_sessions == 1


async def test_no_route_that_is_read_takes_a_body_or_changes_anything() -> None:
    async with visiting() as visit:
        for method, path in routes(visit.page):
            other = "POST" if method == "GET" else "GET"
            answer = await visit.http.request(other, path, headers=OURS)
            assert answer.status_code in (401, 404, 405), path


async def test_a_body_without_a_length_is_capped_too() -> None:
    async def endless() -> AsyncGenerator[bytes, None]:
        for _ in range(1000):
            yield b"x" * 1000

    async with visiting() as visit:
        await visit.enter()
        answer = await visit.http.post("/api/ask", content=endless(), headers=OURS)
        assert answer.status_code == 422
        assert answer.json() == {"error": "that is too much"}


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'"x"', b"[" * 5000, b"\xff\xfe", b'{"text": 3}', b'{"tool": []}']
)
async def test_odd_bodies_get_a_sentence(body: bytes) -> None:
    async with visiting() as visit:
        await visit.enter()
        for path in ("/api/ask", "/api/call", "/api/settings"):
            answer = await visit.http.post(path, content=body, headers=OURS)
            assert answer.status_code == 422, (path, answer.text)
            assert answer.json()["error"]


async def test_a_wrong_code_stays_outside() -> None:
    async with visiting() as visit:
        code = visit.doors.new_code()
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        assert (await visit.post("/api/enter", {"code": wrong})).status_code == 403
        assert (await visit.post("/api/enter", {"code": None})).status_code == 403
        assert (await visit.http.get("/api/state")).status_code == 401


async def test_every_answer_is_closed_to_other_pages() -> None:
    async with visiting() as visit:
        await visit.enter()
        for path in ("/", "/page.js", "/page.css", "/api/state", "/nothing"):
            answer = await visit.http.get(path)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["x-frame-options"] == "DENY"
        (cookie,) = visit.http.cookies.jar
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.get_nonstandard_attr("SameSite") == "strict"


def test_the_page_has_nothing_inline() -> None:
    folder = Path(__file__).resolve().parent.parent.parent / "assistant" / "web" / "pages"
    html = (folder / "index.html").read_text()
    assert "style=" not in html
    assert "onclick" not in html
    assert "innerHTML" not in (folder / "page.js").read_text()


async def test_what_is_typed_is_answered_and_shown() -> None:
    async with visiting(kit=kit_of(Settings(), load_catalogue())) as visit:
        await visit.enter()
        asked = await visit.post("/api/ask", {"text": "set a timer for ten minutes", "room": "living room"})
        assert "ten minute" in asked.json()["said"][0].lower()
        await visit.post("/api/ask", {"text": "add milk to the shopping list"})
        state = (await visit.http.get("/api/state")).json()
        assert [each["kind"] for each in state["waiting"]] == ["timer"]
        assert state["lists"] == {"shopping": ["milk"]}
        assert {"name": "espeak", "state": "ready"} in state["engines"]


async def test_buttons_go_through_the_toolbox_and_only_the_listed_ones() -> None:
    async with visiting() as visit:
        await visit.enter()
        await visit.post("/api/call", {"tool": "list_add", "arguments": {"items": ["milk"]}})
        asks = (await visit.post("/api/call", {"tool": "list_clear", "arguments": {}})).json()
        assert asks["asks"]
        done = {"tool": "list_clear", "arguments": {}, "confirmed": True}
        assert (await visit.post("/api/call", done)).json()["ok"]
        assert (await visit.http.get("/api/state")).json()["lists"] == {}
        for tool in ("device_off", "unlock", "note_forget", None):
            answer = await visit.post("/api/call", {"tool": tool, "arguments": {}})
            assert answer.status_code == 422, tool


async def test_an_alarm_is_set_changed_and_cancelled_by_buttons() -> None:
    async with visiting() as visit:
        await visit.enter()

        async def call(tool: str, **arguments: object) -> list[dict[str, object]]:
            answer = await visit.post("/api/call", {"tool": tool, "arguments": arguments})
            assert answer.json()["ok"], answer.text
            waiting: list[dict[str, object]] = (await visit.http.get("/api/state")).json()["waiting"]
            return waiting

        (alarm,) = await call("alarm_set", time="07:30", days=["monday", "tuesday"], name="work")
        assert (alarm["name"], str(alarm["at"])[11:16]) == ("work", "07:30")
        (alarm,) = await call("alarm_change", id=alarm["id"], to="06:45")
        assert str(alarm["at"])[11:16] == "06:45"
        assert await call("alarm_cancel", id=alarm["id"]) == []


async def test_settings_are_shown_and_a_mistake_changes_nothing() -> None:
    async with visiting() as visit:
        await visit.enter()
        assert (await visit.http.get("/api/settings")).json()["text"] == "voice: hearth\n"
        answer = await visit.post("/api/settings", {"text": "bad: 1\n"})
        assert (answer.status_code, "bad is not a key" in answer.json()["error"]) == (422, True)
        assert (await visit.post("/api/settings", {"text": "voice: slate\n"})).json()[
            "text"
        ] == "voice: slate\n"


async def test_who_leaves_is_outside() -> None:
    async with visiting() as visit:
        await visit.enter()
        token = visit.http.cookies["hearth"]
        await visit.post("/api/leave", {})
        answer = await visit.http.get("/api/state", headers={"cookie": f"hearth={token}"})
        assert answer.status_code == 401


async def test_happenings_arrive_as_they_come_over_a_real_socket(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    opening = Opening(demo_home=True, kit=scripted_kit({}))
    async with open_house(Settings(), Journal(loop.time), opening) as house:
        doors, listening = Doors(), bound("127.0.0.1", 0)
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        serving = asyncio.create_task(
            serve(Page(hall := Hall(house, tmp_path), doors, hall.adopting).app(), listening)
        )
        async with httpx.AsyncClient(base_url=base, timeout=20) as http:
            await http.post("/api/enter", json={"code": doors.new_code()}, headers={"origin": base})
            async with http.stream("GET", "/api/events") as stream:
                lines = stream.aiter_lines()
                assert await anext(lines) == ": hello"
                house.journal.write("kitchen", 7, Reply("Hello."))
                found = [line async for line in _until_data(lines)]
                assert json.loads(found[-1].removeprefix("data: "))["text"] == "Hello."
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving


async def _until_data(lines: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    async for line in lines:
        yield line
        if line.startswith("data: "):
            return


async def test_too_many_watchers_are_refused_until_one_leaves() -> None:
    async with visiting() as visit:
        ((_, _, events),) = Watching(visit.hall).offers()
        request = Request({"type": "http"})

        async def watcher() -> AsyncGenerator[object, None]:
            answer = await events(request)
            assert isinstance(answer, StreamingResponse)
            assert isinstance(answer.body_iterator, AsyncGenerator)
            await anext(answer.body_iterator)
            return answer.body_iterator

        watchers = [await watcher() for _ in range(MOST_STREAMS)]
        assert (await events(request)).status_code == 429
        await watchers.pop().aclose()
        watchers.append(await watcher())
        for each in watchers:
            await each.aclose()


def test_a_taken_port_names_the_fix() -> None:
    first = bound("127.0.0.1", 0)
    try:
        with pytest.raises(SettingsError, match=r"choose another page\.port"):
            bound("127.0.0.1", first.getsockname()[1])
    finally:
        first.close()
