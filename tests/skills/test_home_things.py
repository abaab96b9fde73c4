"""Positions, speeds, cleaning, playing and degrees: done, read back, and told as they are."""

from pathlib import Path

import pytest

from assistant.devices.home import Fault, MemoryHome
from assistant.memory.database import Database
from assistant.messages import DeviceState
from assistant.skills.home import HomeSkill
from assistant.skills.home_things import HomeThings
from assistant.skills.lists import Lists
from assistant.skills.toolbox import INSECURE
from assistant.skills.volume import Volume
from tests.skills.bench import Bench

HOME = """
devices:
  - {name: roller, area: study, kind: cover, can: [position]}
  - {name: hatch, area: study, kind: cover}
  - {name: barn door, area: yard, kind: cover, secure: true, can: [position]}
  - {name: mister, area: yard, kind: valve, can: [position]}
  - {name: blower, area: study, kind: fan, can: [speed]}
  - {name: rover, area: study, kind: vacuum}
  - {name: hi-fi, area: study, kind: media_player, can: [volume, mute], state: playing}
  - {name: boiler, area: yard, kind: climate, can: [temperature, modes]}
  - {name: errands, area: study, kind: todo}
  - {name: spot, area: study, kind: light, can: [brightness]}
"""


class Speakers:
    def volume(self, room: str) -> int:
        return 30

    def set_volume(self, room: str, percent: int) -> None:
        raise AssertionError("the room's own speaker is not meant")


class House(Bench):
    def __init__(self, folder: Path) -> None:
        file = folder / "home.yaml"
        file.write_text(HOME, encoding="utf-8")
        self.home = MemoryHome.from_yaml(file)
        things = HomeThings(self.home, confirm_s=0)
        super().__init__(HomeSkill(self.home, confirm_s=0), things, Volume(Speakers(), things))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def test_covers_and_valves_go_to_a_position(house: House) -> None:
    assert await house.say("cover_set", targets=["roller"], position_percent=40) == (
        "The roller is open at 40 percent."
    )
    assert await house.say("cover_set", targets=["roller"], position_percent=40) == (
        "The roller is already open at 40 percent."
    )
    assert await house.say("cover_set", targets=["mister"], position_percent=0) == "The mister is closed."
    assert await house.say("cover_set", targets=["hatch"], position_percent=40) == (
        "The hatch can't go to a position."
    )
    assert await house.say("device_on", targets=["mister"]) == "The mister is open."


async def test_a_cover_stops(house: House) -> None:
    house.home.report("roller", DeviceState("opening"))
    assert await house.say("cover_stop", targets=["roller"]) == "The roller is open."


async def test_a_barn_door_is_a_matter_of_security(house: House) -> None:
    result = await house.call("cover_set", {"targets": ["barn door"], "position_percent": 10})
    assert (result.ok, result.say) == (False, INSECURE)
    assert house.home.state("barn door").value == "closed"


async def test_fans_have_speeds(house: House) -> None:
    assert await house.say("fan_set", targets=["blower"], speed_percent=30) == "The blower is at 30 percent."
    assert house.home.state("blower").value == "on"
    assert await house.say("fan_set", targets=["blower"], speed_change=-20) == "The blower is at 10 percent."
    assert await house.say("fan_set", targets=["blower"], oscillating=True) == "The blower can't oscillate."
    assert await house.say("fan_set", targets=["blower"]) == "Tell me what to set it to."


async def test_a_vacuum_cleans_and_goes_home(house: House) -> None:
    assert await house.say("device_off", targets=["rover"]) == "The rover is already docked."
    assert await house.say("vacuum_control", targets=["rover"], action="start") == "The rover is cleaning."
    assert await house.say("vacuum_control", targets=["rover"], action="pause") == "The rover is paused."
    assert await house.say("vacuum_control", targets=["rover"], action="dock") == (
        "The rover is returning to its dock."
    )
    assert await house.say("vacuum_control", targets=["spot"], action="start") == "The spot can't do that."


async def test_players_play(house: House) -> None:
    assert await house.say("media_control", targets=["hi-fi"], action="pause") == "The hi-fi is paused."
    assert await house.say("media_control", targets=["hi-fi"], action="next") == (
        "The hi-fi is playing the next track."
    )
    assert await house.say("media_control", targets=["hi-fi"], action="mute") == "The hi-fi is muted."
    assert await house.say("media_set", targets=["hi-fi"], volume_percent=55) == "The hi-fi is at volume 55."


async def test_the_volume_is_that_of_the_player_that_plays_here(house: House) -> None:
    assert await house.say("volume_set", room="study", percent=20) == "The hi-fi is at volume 20."
    assert await house.say("volume_change", room="study", steps=1) == "The hi-fi is at volume 30."
    house.home.report("hi-fi", DeviceState("paused"))
    assert await house.say("volume_set", room="study", percent=30) == ("The volume is already at 30 percent.")


async def test_degrees_and_modes(house: House) -> None:
    assert await house.say("climate_set", targets=["boiler"], temperature=21) == (
        "The boiler is set to 21 degrees."
    )
    assert await house.say("climate_set", targets=["boiler"], temperature_change=-1) == (
        "The boiler is set to 20 degrees."
    )
    assert await house.say("climate_set", targets=["boiler"], mode="heat") == "The boiler is set to heat."


async def test_a_light_is_brighter_by_a_step(house: House) -> None:
    await house.say("light_set", targets=["spot"], brightness_percent=50)
    assert await house.say("light_change", targets=["spot"], brightness_change=20) == (
        "The spot is at 70 percent."
    )


async def test_only_tools_of_use_are_offered(house: House) -> None:
    names = {spec.name for spec in house.toolbox.specs()}
    assert {"vacuum_control", "climate_set", "light_change"} <= names
    bench = Bench(HomeThings(MemoryHome({})))
    assert bench.toolbox.specs() == []


async def test_nothing_is_told_that_did_not_happen(house: House) -> None:
    for name in ("roller", "rover", "hi-fi"):
        house.home.fault(name, Fault.IGNORES)
    assert await house.say("cover_set", targets=["roller"], position_percent=40) == (
        "I asked the roller, but it has not confirmed."
    )
    assert await house.say("vacuum_control", targets=["rover"], action="start") == (
        "I asked the rover, but it has not confirmed."
    )
    result = await house.call("media_control", {"targets": ["hi-fi"], "action": "next"})
    assert (result.ok, result.changed) == (False, False)
    house.home.fault("rover", Fault.AWAY)
    assert await house.say("vacuum_control", targets=["rover"], action="start") == "I can't reach the rover."


async def test_the_homes_own_list_keeps_its_things(house: House) -> None:
    database = Database(None)
    await database.open()
    try:
        bench = Bench(Lists(database, house.home))
        assert await bench.say("list_add", items=["wash the car"], list="errands") == (
            "I added wash the car to your errands list."
        )
        assert await bench.say("list_add", items=["post the letter"], list="to do") == (
            "I added post the letter to your to do list."
        )
        assert house.home.state("errands").attributes["items"] == ["wash the car", "post the letter"]
        assert await bench.say("list_remove", items=["wash the car"], list="errands") == (
            "I took wash the car off your errands list."
        )
        assert house.home.state("errands").value == "1"
        await bench.say("list_add", items=["milk"])
        assert await bench.say("list_read") == "On your shopping list: milk."
        assert await bench.say("list_read", list="errands") == "On your errands list: post the letter."
    finally:
        await database.close()
