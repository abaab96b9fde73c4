"""The PIN on the page: doors move only by it, within a minute, once, from our own page."""

import pytest

from assistant.settings import RoomSettings, Settings
from assistant.upkeep.pin import FREE_TRIES
from assistant.web.doors import FRESH_S
from tests.web.test_page import BASE, Visit, visiting

PIN, WRONG = "290174", "290175"
ROOM = "hallway"
LOCKS = Settings(rooms={ROOM: RoomSettings(highest_risk=3)})


async def ready(visit: Visit) -> str:
    """Inside, with a PIN set and a door that waits for it; its id."""
    await visit.enter()
    assert (await visit.post("/api/pin", {"pin": PIN, "before": None})).status_code == 200
    said = (await visit.post("/api/ask", {"text": "unlock the front door", "room": ROOM})).json()["said"]
    assert said == ["I need your PIN for that. Type it on my page within a minute."]
    (waiting,) = (await visit.http.get("/api/state")).json()["unproven"]
    assert (waiting["words"], waiting["targets"]) == ("unlock the front door", ["front door"])
    return str(waiting["id"])


async def is_locked(visit: Visit) -> bool:
    said = (await visit.post("/api/ask", {"text": "is the front door locked", "room": ROOM})).json()["said"]
    return "unlocked" not in said[0]


async def test_a_door_opens_by_the_pin_and_only_once() -> None:
    async with visiting(LOCKS) as visit:
        name = await ready(visit)
        done = await visit.post("/api/prove", {"id": name, "pin": PIN})
        assert (done.status_code, done.json()) == (200, {"ok": True, "say": "The front door is unlocked."})
        await visit.post("/api/ask", {"text": "lock the front door", "room": ROOM})
        await visit.post("/api/ask", {"text": "yes", "room": ROOM})
        assert (await visit.post("/api/prove", {"id": name, "pin": PIN})).status_code == 410
        assert await is_locked(visit)


async def test_wrong_pins_open_nothing_and_soon_have_to_wait() -> None:
    async with visiting(LOCKS) as visit:
        name = await ready(visit)
        for at in range(FREE_TRIES + 2):
            answer = await visit.post("/api/prove", {"id": name, "pin": WRONG})
            assert answer.status_code == 403
            assert ("try again in" in answer.json()["error"]) is (at > FREE_TRIES)
        answer = await visit.post("/api/prove", {"id": name, "pin": PIN})
        assert (answer.status_code, "too many" in answer.json()["error"]) == (403, True)
        assert await is_locked(visit)


async def test_another_page_or_nobody_cannot_bring_the_proof() -> None:
    async with visiting(LOCKS) as visit:
        name = await ready(visit)
        proof = {"id": name, "pin": PIN}
        for headers in ({}, {"origin": "http://evil.example"}, {"origin": "null"}):
            assert (await visit.http.post("/api/prove", json=proof, headers=headers)).status_code == 403
        outside = {"origin": BASE, "cookie": "hearth=x"}
        visit.http.cookies.clear()
        assert (await visit.http.post("/api/prove", json=proof, headers=outside)).status_code == 401
        await visit.enter()
        for pin in (None, "", WRONG, 290174, [PIN]):
            assert (await visit.post("/api/prove", {"id": name, "pin": pin})).status_code in (403, 422)
        assert await is_locked(visit)


async def test_what_is_dropped_does_not_wait_any_more() -> None:
    async with visiting(LOCKS) as visit:
        name = await ready(visit)
        await visit.post("/api/prove/drop", {"id": name})
        assert (await visit.http.get("/api/state")).json()["unproven"] == []
        assert (await visit.post("/api/prove", {"id": name, "pin": PIN})).status_code == 410


async def test_without_a_pin_the_room_says_where_to_set_one() -> None:
    async with visiting(LOCKS) as visit:
        await visit.enter()
        said = await visit.post("/api/ask", {"text": "open the garage door", "room": ROOM})
        assert "You can set one on my page" in said.json()["said"][0]
        assert (await visit.http.get("/api/state")).json()["unproven"] == []


async def test_a_session_of_yesterday_cannot_set_the_first_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    async with visiting(LOCKS) as visit:
        await visit.enter()
        wall_s = visit.doors._wall_clock() + FRESH_S
        monkeypatch.setattr(visit.doors, "_wall_clock", lambda: wall_s)
        answer = await visit.post("/api/pin", {"pin": PIN, "before": None})
        assert (answer.status_code, "new code" in answer.json()["error"]) == (403, True)
        assert (await visit.http.get("/api/security")).json()["pin_is_set"] is False


async def test_a_pin_is_changed_and_removed_only_by_itself() -> None:
    async with visiting(LOCKS) as visit:
        await ready(visit)
        assert (await visit.post("/api/pin", {"pin": "502938", "before": WRONG})).status_code == 409
        assert (await visit.post("/api/pin", {"pin": "111111", "before": PIN})).status_code == 409
        assert (await visit.post("/api/pin", {"pin": "502938", "before": PIN})).status_code == 200
        assert (await visit.post("/api/pin/remove", {"pin": PIN})).status_code == 409
        assert (await visit.post("/api/pin/remove", {"pin": "502938"})).status_code == 200
        told = (await visit.http.get("/api/security")).json()
        assert told == {"pin_is_set": False, "fresh": True, "sessions": 1, "rooms": [ROOM]}


async def test_signing_out_everywhere_ends_every_session() -> None:
    async with visiting() as visit:
        await visit.enter()
        first = visit.http.cookies["hearth"]
        visit.http.cookies.clear()
        await visit.enter()
        await visit.post("/api/leave/all", {})
        for token in (first, visit.http.cookies.get("hearth", "")):
            answer = await visit.http.get("/api/state", headers={"cookie": f"hearth={token}"})
            assert answer.status_code == 401
