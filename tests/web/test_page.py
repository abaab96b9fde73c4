"""The page's routes on a real house: what comes in, what does not, what it shows and changes."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from assistant.errors import SettingsError
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Journal
from assistant.messages import Reply
from assistant.settings import Settings
from assistant.web.doors import Doors
from assistant.web.guard import MOST_BYTES
from assistant.web.page import MOST_STREAMS, Page
from assistant.web.server import bound, serve

BASE = "http://127.0.0.1:8730"
OURS = {"origin": BASE}
INSIDE = ("/api/state", "/api/events", "/api/settings")
CHANGES = ("/api/ask", "/api/call", "/api/mute", "/api/settings", "/api/leave")


class Hall:
    """A house in memory, with settings that are only remembered."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.text = "voice: hearth\n"

    async def house(self) -> House:
        return self._house

    def settings(self) -> Settings:
        return Settings()

    def settings_text(self) -> str:
        return self.text

    async def change_settings(self, text: str) -> None:
        if "bad" in text:
            raise SettingsError("settings.yaml:1: bad is not a key here")
        self.text = text


class Visit:
    """A browser's side."""

    def __init__(self, http: httpx.AsyncClient, doors: Doors, house: House) -> None:
        self.http = http
        self.doors = doors
        self.house = house

    async def enter(self) -> None:
        answer = await self.http.post("/api/enter", json={"code": self.doors.new_code()}, headers=OURS)
        assert answer.status_code == 200

    async def post(self, path: str, body: object) -> httpx.Response:
        return await self.http.post(path, json=body, headers=OURS)


@asynccontextmanager
async def visiting() -> AsyncGenerator[Visit, None]:
    loop = asyncio.get_running_loop()
    async with open_house(Settings(), Journal(loop.time), Opening(demo_home=True)) as house:
        doors = Doors()
        transport = httpx.ASGITransport(app=Page(Hall(house), doors).app())
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
            yield Visit(http, doors, house)


async def test_nothing_is_told_and_nothing_changed_without_a_session() -> None:
    async with visiting() as visit:
        for path in INSIDE:
            assert (await visit.http.get(path)).status_code == 401
        for path in CHANGES:
            assert (await visit.post(path, {})).status_code == 401
        assert (await visit.http.get("/")).status_code == 200


async def test_another_name_another_page_or_too_much_is_refused_on_every_route() -> None:
    async with visiting() as visit:
        await visit.enter()
        for path in (*INSIDE, "/", "/page.js"):
            answer = await visit.http.get(path, headers={"host": "evil.example"})
            assert answer.status_code == 421, path
        for path in (*CHANGES, "/api/enter"):
            for headers in ({}, {"origin": "http://evil.example"}, {"origin": "null"}):
                answer = await visit.http.post(path, json={}, headers=headers)
                assert answer.status_code == 403, (path, headers)
            rebound = {"host": "evil.example", "origin": "http://evil.example"}
            assert (await visit.http.post(path, json={}, headers=rebound)).status_code == 421
            answer = await visit.http.post(path, content=b"x" * (MOST_BYTES + 1), headers=OURS)
            assert answer.status_code in (413, 422), path


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
    async with visiting() as visit:
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


async def test_happenings_arrive_as_they_come_over_a_real_socket() -> None:
    loop = asyncio.get_running_loop()
    async with open_house(Settings(), Journal(loop.time), Opening(demo_home=True)) as house:
        doors, listening = Doors(), bound("127.0.0.1", 0)
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        serving = asyncio.create_task(serve(Page(Hall(house), doors).app(), listening))
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


async def test_too_many_watchers_are_refused() -> None:
    async with visiting() as visit:
        await visit.enter()
        page = Page(Hall(visit.house), visit.doors)
        page._streams = MOST_STREAMS
        transport = httpx.ASGITransport(app=page.app())
        async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies=visit.http.cookies) as http:
            assert (await http.get("/api/events")).status_code == 429


def test_a_taken_port_names_the_fix() -> None:
    first = bound("127.0.0.1", 0)
    try:
        with pytest.raises(SettingsError, match=r"choose another page\.port"):
            bound("127.0.0.1", first.getsockname()[1])
    finally:
        first.close()
