"""The page's meter, and its trial of microphone and loudspeaker."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from assistant import scripted
from assistant.devices.booth import Booth
from assistant.devices.sound_card import SoundCardMic
from assistant.messages import AudioChunk
from assistant.settings import RoomSettings, Settings
from assistant.tasks import ended
from assistant.web import sounding
from tests.roads.runner import kit
from tests.web.test_page import Visit, visiting

LOUD = AudioChunk(b"\x00\x40" * 320, 0)
"""Half of full scale: -6 dB."""


async def test_a_box_without_a_microphone_says_so() -> None:
    async with visiting() as visit:
        await visit.enter()
        assert (await visit.http.get("/api/sound")).json()["rooms"] == []
        answer = await visit.post("/api/sound/try", {"room": "living room", "what": "quiet"})
        assert (answer.status_code, "under Rooms" in answer.json()["error"]) == (409, True)
        assert (await visit.http.get("/api/sound/meter?room=den")).status_code == 409


@pytest.mark.parametrize(
    "asked", [{}, {"room": "den"}, {"room": 3, "what": "quiet"}, {"room": "den", "what": "x"}]
)
async def test_nothing_else_can_be_tried(asked: dict[str, object]) -> None:
    async with visiting() as visit:
        await visit.enter()
        assert (await visit.post("/api/sound/try", asked)).status_code == 422


@asynccontextmanager
async def with_microphone() -> AsyncGenerator[tuple[Visit, SoundCardMic], None]:
    """A house with a room of this box, into whose microphone one tone goes on and on."""
    async with visiting(Settings(rooms={"den": RoomSettings()}), kit=kit({})) as visit:
        await visit.enter()
        assert visit.house.make_room is not None
        visit.house.rooms["den"] = visit.house.make_room("den", Booth(scripted.silence(0.5)), wake=False)
        mic = SoundCardMic()
        visit.house.mics = {"den": mic}
        feeding = asyncio.create_task(_feed(mic))
        yield visit, mic
        await ended(feeding)


async def _feed(mic: SoundCardMic) -> None:
    while True:
        for show in tuple(mic.overheard):
            show(LOUD)
        await asyncio.sleep(0)


async def told_by(visit: Visit, room: str) -> list[dict[str, Any]]:
    answer = await visit.http.get("/api/sound/meter", params={"room": room})
    return [json.loads(line.removeprefix("data: ")) for line in answer.text.splitlines() if line]


async def test_the_meter_shows_how_loud_it_is_and_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounding, "LONGEST_S", 0.5)
    async with with_microphone() as (visit, mic):
        assert (await visit.http.get("/api/sound")).json()["rooms"] == [{"name": "den", "muted": False}]
        told = await told_by(visit, "den")
        assert [each["db"] for each in told[:-1]] == [-6.0] * 5
        assert "start it again" in told[-1]["over"]
        assert not mic.overheard


async def test_a_hum_is_told_as_a_loud_room_with_what_mends_it() -> None:
    async with with_microphone() as (visit, mic):
        found = (await visit.post("/api/sound/try", {"room": "den", "what": "quiet"})).json()
        assert (found["good"], "loud" in found["told"], bool(found["fix"])) == (False, True, True)
        assert not mic.overheard
