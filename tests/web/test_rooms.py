"""Satellites on the page: seen, paired by their code, adopted by address, renamed, tried, let go."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from wyoming.event import Event, async_read_event, async_write_event

from assistant import scripted
from assistant.devices.booth import OUT_RATE_HZ, Booth
from assistant.devices.own_satellite import OwnLine
from assistant.errors import WireError
from assistant.house.satellite_state import SatelliteState
from assistant.satellites.own.folder import SatelliteFolder
from assistant.satellites.own.pair import pair
from assistant.satellites.own_pairing import PairingRefused
from assistant.settings import RoomSettings, Settings
from assistant.settings_elsewhere import SatellitesSettings
from assistant.upkeep import room_satellite
from tests.devices.esphome.device import FakeDevice
from tests.web.test_page import Visit, visiting

LOOPBACK = "satellites: {address: 127.0.0.1, port: 0}\n"
AT_HOME = Settings(satellites=SatellitesSettings(address="127.0.0.1", port=0))
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


async def shown(visit: Visit) -> dict[str, Any]:
    found: dict[str, Any] = (await visit.http.get("/api/rooms")).json()
    return found


async def begun(visit: Visit, room: str) -> tuple[str, str]:
    """Address and code of a pairing that was begun on the page."""
    visit.hall.text = LOOPBACK
    answer = await visit.post("/api/rooms/pair", {"name": room})
    pairing = answer.json()["pairing"]
    port = pairing["command"].split(":")[1].split()[0]
    return f"127.0.0.1:{port}", pairing["code"]


async def over(visit: Visit) -> dict[str, Any]:
    """The pairing once something became of it."""
    async with asyncio.timeout(20):
        while not (found := (await shown(visit))["pairing"])["told"]:  # noqa: ASYNC110 - real sockets
            await asyncio.sleep(0.02)
    assert isinstance(found, dict)
    return found


async def test_a_satellite_is_paired_renamed_and_let_go_with_its_key(tmp_path: Path) -> None:
    async with visiting(AT_HOME) as visit:
        await visit.enter()
        address, code = await begun(visit, "Kitchen")
        hub = await pair(address, code, SatelliteFolder(tmp_path))
        assert hub.room == "kitchen"
        pairing = await over(visit)
        assert (pairing["paired"], pairing["code"]) == (True, "")
        kitchen = (await shown(visit))["rooms"][1]
        assert (kitchen["name"], kitchen["satellite"]["kind"]) == ("kitchen", "own")
        assert kitchen["satellite"]["key"]
        assert not kitchen["satellite"]["there"]
        known = visit.hall.satellites.entrance.known
        await visit.post("/api/rooms/rename", {"name": "kitchen", "to": "Pantry"})
        assert set(known.rooms) == {"pantry"}
        assert visit.hall.settings().rooms["pantry"].satellite == "paired"
        await visit.post("/api/rooms/remove", {"name": "pantry"})
        assert not known.rooms
        assert list(visit.hall.settings().rooms) == ["living room"]


async def test_six_wrong_codes_end_a_pairing_and_the_page_says_so(tmp_path: Path) -> None:
    async with visiting(AT_HOME) as visit:
        await visit.enter()
        address, code = await begun(visit, "kitchen")
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        for _ in range(6):
            with pytest.raises(WireError):
                await pair(address, wrong, SatelliteFolder(tmp_path))
        pairing = await over(visit)
        assert not pairing["paired"]
        assert "6 wrong codes" in pairing["told"]
        assert "kitchen" not in visit.hall.settings().rooms
        assert any("wrong codes" in line for line in visit.hall.failures)
        assert (await shown(visit))["refused"] == [
            "127.0.0.1 was refused 6 times: wrong code, or somebody stands in between"
        ]
        assert [line for line in visit.hall.adopting.known.lines() if "not let in: 127.0.0.1" in line]


async def test_six_wrong_codes_are_told_aloud(tmp_path: Path) -> None:
    async with visiting(AT_HOME) as visit:
        assert visit.house.make_room is not None
        room = visit.house.rooms["living room"] = visit.house.make_room("living room", Booth(b""), wake=False)
        await visit.enter()
        address, code = await begun(visit, "kitchen")
        for _ in range(6):
            with pytest.raises(WireError):
                await pair(address, f"{(int(code) + 1) % 1_000_000:06}", SatelliteFolder(tmp_path))
        played = b""
        async with asyncio.timeout(20):
            while "refused it" not in scripted.read_back(played, OUT_RATE_HZ):
                played += b"".join(room.mouth.speaker.render(480).tobytes() for _ in range(20))
                await asyncio.sleep(0.01)
        assert scripted.read_back(played, OUT_RATE_HZ).lower() == PairingRefused.spoken.lower()


async def test_a_pairing_that_is_called_off_lets_nobody_in(tmp_path: Path) -> None:
    async with visiting(AT_HOME) as visit:
        await visit.enter()
        address, code = await begun(visit, "kitchen")
        assert (await visit.post("/api/rooms/pair/end", {})).json()["pairing"] is None
        with pytest.raises(WireError):
            await pair(address, code, SatelliteFolder(tmp_path))


async def wyoming_peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Tells that it is a satellite."""
    while (event := await async_read_event(reader)) is not None:
        if event.type == "describe":
            await async_write_event(Event("info", {"satellite": {"name": "shelf"}}), writer)
    writer.close()


async def test_a_wyoming_satellite_is_adopted_once_it_answers() -> None:
    server = await asyncio.start_server(wyoming_peer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, visiting() as visit:
        await visit.enter()
        absent = {"name": "bedroom", "address": "127.0.0.1:1"}
        refused = await visit.post("/api/rooms/add", absent)
        assert refused.status_code == 422
        assert "is the satellite on" in refused.json()["error"]
        answer = await visit.post("/api/rooms/add", {"name": "Bedroom", "address": f"127.0.0.1:{port}"})
        assert "no login" in answer.json()["told"]
        room = answer.json()["rooms"][1]
        assert (room["satellite"]["kind"], room["satellite"]["trusted"]) == ("wyoming", False)
        assert visit.hall.settings().rooms["bedroom"].satellite == f"127.0.0.1:{port}"


async def test_an_esphome_device_is_adopted_and_its_key_lies_in_a_file_of_its_own() -> None:
    device = FakeDevice(key=KEY)
    await device.open()
    address = f"esphome://127.0.0.1:{device.port}"
    async with visiting() as visit:
        await visit.enter()
        asked = {"name": "kitchen", "address": address, "key": KEY}
        assert (await visit.post("/api/rooms/add", {**asked, "key": "short"})).status_code == 422
        refused = await visit.post("/api/rooms/add", {**asked, "key": ""})
        assert "asks for its encryption key" in refused.json()["error"]
        answer = await visit.post("/api/rooms/add", asked)
        await device.pull_out()
        assert answer.status_code == 200, answer.text
        assert "Kitchen Voice (Fake PE" in answer.json()["told"]
        room = visit.hall.settings().rooms["kitchen"]
        assert room.satellite == address
        assert room.satellite_key_file is not None
        assert room.satellite_key_file.read_text() == f"{KEY}\n"
        assert room.satellite_key_file.stat().st_mode & 0o777 == 0o600
        assert KEY not in answer.text
        assert KEY not in visit.hall.text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("add", {"name": "bedroom", "address": "a b"}),
        ("add", {"name": "bedroom", "address": "192.168.1.20:99999"}),
        ("add", {"name": "bedroom", "address": "http://evil.example/x"}),
        ("add", {"name": "bedroom", "address": 7}),
        ("add", {"name": "bedroom", "address": "x" * 500}),
        ("add", {"name": "bedroom", "address": "192.168.1.20", "key": KEY}),
        ("pair", {"name": "<b>"}),
        ("pair", {}),
        ("test", {"name": "nowhere"}),
        ("test", {"name": ["living room"]}),
    ],
)
async def test_a_mistake_adopts_nothing(path: str, body: object) -> None:
    async with visiting() as visit:
        await visit.enter()
        answer = await visit.post(f"/api/rooms/{path}", body)
        assert answer.status_code in (409, 422), answer.text
        assert answer.json()["error"]
        assert visit.hall.text == "voice: hearth\n"


async def test_a_satellite_that_is_not_there_is_not_tried() -> None:
    rooms = {"kitchen": RoomSettings(satellite="paired"), "den": RoomSettings()}
    async with visiting(Settings(rooms=rooms)) as visit:
        await visit.enter()
        answer = await visit.post("/api/rooms/test", {"name": "kitchen"})
        assert answer.status_code == 422
        assert "switch it on" in answer.json()["error"]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (SatelliteState("own", True, "192.168.1.20"), "there at 192.168.1.20; no losses, no faults"),
        (SatelliteState("own", True, muted=True, losses=1), "there, muted there; lost once, no faults"),
        (
            SatelliteState("esphome", False, why="it hung up", losses=2, faults=3, heard_ago_s=130),
            "not there (it hung up); heard 2 min ago; lost 2 times, 3 faults",
        ),
        (
            SatelliteState("wyoming", True, dropped=8000, heard_ago_s=3),
            "there; heard just now; no losses, no faults; 0.5 s of sound came too fast",
        ),
    ],
)
def test_a_state_is_told_in_words(state: SatelliteState, told: str) -> None:
    assert state.told() == told


def test_a_line_that_never_gave_sound_says_so() -> None:
    assert OwnLine().heard_s is None


async def test_devices_that_announce_themselves_are_only_suggested(monkeypatch: pytest.MonkeyPatch) -> None:
    async def two() -> list[str]:
        return ["esphome://192.168.1.9   (kitchen-pe)", "no device announces itself"]

    async def no_network() -> list[str]:
        raise OSError(101, "Network is unreachable")

    async with visiting() as visit:
        await visit.enter()
        monkeypatch.setattr(room_satellite, "found", two)
        found = (await visit.http.get("/api/rooms/found")).json()
        assert found == {"found": [{"address": "192.168.1.9", "told": "(kitchen-pe)"}]}
        assert visit.hall.text == "voice: hearth\n"
        monkeypatch.setattr(room_satellite, "found", no_network)
        answer = await visit.http.get("/api/rooms/found")
        assert (answer.status_code, "type the address" in answer.json()["error"]) == (409, True)
