import asyncio
from importlib import resources
from pathlib import Path

import pytest

from assistant.devices.home import Fault, MemoryHome
from assistant.errors import SettingsError
from assistant.messages import DeviceState, JsonValue
from assistant.skills.home import HomeSkill
from assistant.skills.policy import Policy, RoomPolicy
from assistant.skills.toolbox import INSECURE
from tests.skills.bench import Bench, turns_of_the_loop

TRUSTED = Policy(RoomPolicy(at_once=3, after_yes=3))
LIGHTS: list[JsonValue] = [
    f"{room} light" for room in ("kitchen", "living room", "bedroom", "hallway", "bathroom", "office")
]


def demo_home() -> MemoryHome:
    return MemoryHome.from_yaml(Path(str(resources.files("assistant") / "devices" / "demo_home.yaml")))


class House(Bench):
    """The demo home; nothing waits for a device that does not confirm."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.home = demo_home()
        super().__init__(HomeSkill(self.home, confirm_s=0), policy=policy)

    def value(self, name: str) -> str:
        return self.home.state(name).value


@pytest.fixture
def house() -> House:
    return House()


async def test_on_and_off_are_read_back(house: House) -> None:
    result = await house.call("device_on", {"targets": ["kitchen light"]})
    assert (result.ok, result.changed, result.say) == (True, True, "The kitchen light is on.")
    assert result.values["devices"] == {
        "kitchen light": {"state": "on", "result": "done", "brightness_percent": 100}
    }
    assert house.value("kitchen light") == "on"
    assert await house.say("device_off", targets=["kitchen light"]) == "The kitchen light is off."
    assert house.value("kitchen light") == "off"


async def test_already_on_changes_nothing(house: House) -> None:
    await house.say("device_on", targets=["fan"])
    result = await house.call("device_on", {"targets": ["fan"]})
    assert (result.ok, result.changed, result.say) == (True, False, "The fan is already on.")


async def test_one_of_two_already_on(house: House) -> None:
    await house.say("device_on", targets=["fan"])
    assert await house.say("device_on", targets=["fan", "kettle"]) == "The fan and the kettle are on."


async def test_many_are_counted(house: House) -> None:
    assert await house.say("device_on", targets=LIGHTS) == "Six lights are on."
    assert await house.say("device_on", targets=LIGHTS) == "Six lights are already on."
    assert await house.say("device_off", targets=[*LIGHTS[:3], "fan", "kettle"]) == "Five devices are off."


async def test_plural_names(house: House) -> None:
    assert await house.say("device_on", targets=["living room blinds"]) == "The living room blinds are open."
    house.home.fault("living room blinds", Fault.IGNORES)
    assert await house.say("device_off", targets=["living room blinds"]) == (
        "I asked the living room blinds, but they have not confirmed."
    )


async def test_names_are_found_by_alias_and_case(house: House) -> None:
    assert await house.say("device_on", targets=["TV"]) == "The television is on."


async def test_unknown_device(house: House) -> None:
    result = await house.call("device_on", {"targets": ["moon lamp"]})
    assert (result.ok, result.changed) == (False, False)
    assert result.say == "I don't know a device called moon lamp."


async def test_known_and_unknown(house: House) -> None:
    result = await house.call("device_on", {"targets": ["kettle", "moon lamp"]})
    assert (result.ok, result.changed) == (False, True)
    assert result.say == "The kettle is on. I don't know a device called moon lamp."


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.IGNORES, "I asked the fan, but it has not confirmed."),
        (Fault.SLOW, "I asked the fan, but it has not confirmed."),
        (Fault.FAILS, "The fan reported a fault."),
        (Fault.AWAY, "I can't reach the fan."),
    ],
)
@pytest.mark.parametrize("tool", ["device_on", "device_off"])
async def test_never_done_unless_it_is_done(house: House, tool: str, fault: Fault, said: str) -> None:
    if tool == "device_off":
        await house.say("device_on", targets=["fan"])
    before = house.value("fan")
    house.home.fault("fan", fault)
    result = await house.call(tool, {"targets": ["fan"]})
    assert (result.ok, result.changed, result.say) == (False, False, said)
    assert house.value("fan") == before


async def test_one_of_several_fails(house: House) -> None:
    house.home.fault("kettle", Fault.IGNORES)
    result = await house.call("device_on", {"targets": ["fan", "kettle", "heater"]})
    assert (result.ok, result.changed) == (False, True)
    assert result.say == "The fan and the heater are on. I asked the kettle, but it has not confirmed."


async def test_a_slow_device_that_confirms_in_time_is_done() -> None:
    home = demo_home()
    home.fault("fan", Fault.SLOW)
    bench = Bench(HomeSkill(home, confirm_s=60))
    call = asyncio.create_task(bench.call("device_on", {"targets": ["fan"]}))
    await turns_of_the_loop()
    assert not call.done()
    home.finish("fan")
    result = await call
    assert (result.ok, result.changed, result.say) == (True, True, "The fan is on.")


async def test_a_device_that_goes_away_in_the_middle_is_told_at_once() -> None:
    home = demo_home()
    home.fault("fan", Fault.SLOW)
    bench = Bench(HomeSkill(home, confirm_s=60))
    call = asyncio.create_task(bench.call("device_on", {"targets": ["fan"]}))
    await turns_of_the_loop()
    home.fault("fan", Fault.AWAY)
    result = await call
    assert (result.ok, result.changed, result.say) == (False, False, "I can't reach the fan.")


async def test_a_moving_cover_is_told_as_moving() -> None:
    house = House(TRUSTED)
    house.home.fault("garage door", Fault.SLOW)
    result = await house.call("device_on", {"targets": ["garage door"]})
    assert (result.ok, result.changed, result.say) == (True, True, "The garage door is opening.")
    house.home.finish("garage door")
    assert await house.say("device_query", targets=["garage door"]) == "The garage door is open."


async def test_a_garage_door_that_does_not_confirm() -> None:
    house = House(TRUSTED)
    house.home.fault("garage door", Fault.IGNORES)
    said = await house.say("device_on", targets=["garage door"])
    assert said == "I asked the garage door, but it has not confirmed."


@pytest.mark.parametrize(("tool", "target"), [("device_on", "garage door"), ("device_off", "front door")])
async def test_security_is_refused(house: House, tool: str, target: str) -> None:
    before = house.value(target)
    for yes in (False, True):
        result = await house.call(tool, {"targets": ["fan", target]}, yes=yes)
        assert (result.ok, result.say) == (False, INSECURE)
    assert house.value(target) == before
    assert house.value("fan") == "off"


async def test_locking_wants_a_yes(house: House) -> None:
    house.home.report("front door", DeviceState("unlocked"))
    result = await house.call("device_on", {"targets": ["front door"]})
    assert (result.say, result.asks) == ("Shall I lock the front door?", True)
    assert house.value("front door") == "unlocked"
    result = await house.call("device_on", {"targets": ["front door"]}, yes=True)
    assert result.say == "The front door is locked."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"brightness_percent": 40}, "The bedroom lamp is at 40 percent."),
        ({"color": "red"}, "The bedroom lamp is red."),
        ({"color": "Warm White", "brightness_percent": 30}, "The bedroom lamp is warm white at 30 percent."),
        ({"color": "grey"}, "The bedroom lamp is gray."),
    ],
)
async def test_light_set(house: House, arguments: dict[str, JsonValue], said: str) -> None:
    result = await house.call("light_set", {"targets": ["bedroom lamp"], **arguments})
    assert (result.ok, result.changed, result.say) == (True, True, said)


async def test_light_set_that_changes_nothing(house: House) -> None:
    await house.say("light_set", targets=["bedroom lamp"], brightness_percent=40)
    result = await house.call("light_set", {"targets": ["bedroom lamp"], "brightness_percent": 40})
    assert (result.ok, result.changed, result.say) == (
        True,
        False,
        "The bedroom lamp is already at 40 percent.",
    )


async def test_brightness_zero_is_off(house: House) -> None:
    await house.say("device_on", targets=["bedroom lamp"])
    assert (
        await house.say("light_set", targets=["bedroom lamp"], brightness_percent=0)
        == "The bedroom lamp is off."
    )


@pytest.mark.parametrize(
    ("target", "arguments", "said"),
    [
        ("kettle", {"color": "red"}, "The kettle can't change color."),
        ("kettle", {"brightness_percent": 20}, "The kettle can't be dimmed."),
        ("kitchen light", {"color": "red"}, "The kitchen light can't change color."),
        ("hallway light", {"brightness_percent": 20}, "The hallway light can't be dimmed."),
        ("kitchen light", {"color": "octarine"}, "I don't know the color octarine."),
        ("kitchen light", {}, "Tell me a brightness or a color."),
        ("garage temperature", {"brightness_percent": 20}, "The garage temperature can't be dimmed."),
    ],
)
async def test_what_a_device_cannot_do(
    house: House, target: str, arguments: dict[str, JsonValue], said: str
) -> None:
    result = await house.call("light_set", {"targets": [target], **arguments})
    assert (result.ok, result.changed, result.say) == (False, False, said)
    assert house.value(target) in ("off", "11.5")


async def test_a_sensor_cannot_be_switched(house: House) -> None:
    assert await house.say("device_on", targets=["garage temperature"]) == (
        "The garage temperature can't be switched."
    )


@pytest.mark.parametrize("fault", [Fault.IGNORES, Fault.SLOW])
async def test_a_light_that_does_not_follow(house: House, fault: Fault) -> None:
    house.home.fault("bedroom lamp", fault)
    result = await house.call("light_set", {"targets": ["bedroom lamp"], "color": "blue"})
    assert (result.ok, result.changed) == (False, False)
    assert result.say == "I asked the bedroom lamp, but it has not confirmed."


async def test_questions(house: House) -> None:
    await house.say("light_set", targets=["kitchen light"], brightness_percent=40)
    assert (
        await house.say("device_query", targets=["kitchen light"]) == "The kitchen light is on at 40 percent."
    )
    assert await house.say("device_query", targets=["kitchen light", "fan", "kettle"]) == (
        "The kitchen light is on at 40 percent, and the fan and the kettle are off."
    )
    assert await house.say("device_query", targets=["garage temperature"]) == (
        "The garage temperature is 11.5 degrees."
    )
    assert await house.say("device_query", targets=LIGHTS) == "One of six lights is on: the kitchen light."
    await house.say("device_off", targets=LIGHTS)
    assert await house.say("device_query", targets=LIGHTS) == "All six lights are off."
    house.home.fault("fan", Fault.AWAY)
    assert await house.say("device_query", targets=["fan"]) == "I can't reach the fan."
    result = await house.call("device_query", {"targets": ["moon lamp"]})
    assert (result.ok, result.say) == (False, "I don't know a device called moon lamp.")


def test_help_names_what_is_here(house: House) -> None:
    assert list(house.toolbox.abilities()) == [
        "control eight lights, the coffee machine, the kettle, the television and three other devices"
    ]


def test_the_demo_home_is_a_home_of_the_owner_like_any_other(tmp_path: Path) -> None:
    file = tmp_path / "home.yaml"
    file.write_text("devices:\n  - {name: lamp, area: attic, kind: ligth}\n")
    with pytest.raises(SettingsError, match=r"home\.yaml:2: devices\[0\]\.kind: .*did you mean \"light\""):
        MemoryHome.from_yaml(file)
