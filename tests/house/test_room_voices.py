"""A room with a voice of its own."""

from contextlib import aclosing

import pytest

from assistant.catalogue import load_catalogue
from assistant.devices.booth import Booth
from assistant.errors import SettingsError
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.house.kit import kit_of
from assistant.journal import Journal
from assistant.settings import RoomSettings, Settings

ROOMS = {"kitchen": RoomSettings(voice="slate"), "study": RoomSettings(voice="slate"), "hall": RoomSettings()}


async def said(house: House, room: str) -> bytes:
    """How a sentence sounds there."""
    assert house.make_room is not None
    mouth = house.make_room(room, Booth(b""), wake=False).mouth
    async with aclosing(mouth._tts.synthesize("The light is on.")) as sounds:
        return b"".join([sound.pcm async for sound in sounds])


async def test_it_speaks_with_it_and_the_others_with_that_of_the_house() -> None:
    async with open_house(Settings(rooms=ROOMS), Journal(lambda: 0.0), Opening(ears=True)) as house:
        own, same, other = [await said(house, room) for room in ROOMS]
        assert own
        assert own == same != other
        assert len(house.desk.engines) == len({id(engine) for engine in house.desk.engines})


def test_a_voice_takes_one_engine_however_many_rooms_speak_with_it() -> None:
    assert list(kit_of(Settings(rooms=ROOMS), load_catalogue()).room_voices) == ["slate"]
    same = Settings(rooms={"hall": RoomSettings(voice="hearth")})
    assert kit_of(same, load_catalogue()).room_voices == {}


def test_a_voice_that_nobody_knows_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(SettingsError, match="nobody"):
        kit_of(Settings(rooms={"hall": RoomSettings(voice="nobody")}), load_catalogue())
