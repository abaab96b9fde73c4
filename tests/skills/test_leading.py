"""An answer begins only where the call is sure to be made, and where something is won by it."""

import pytest

from assistant.devices.home import Fault, MemoryHome
from assistant.memory.database import Database
from assistant.messages import Device, DeviceState, JsonValue, ToolCall, ToolResult
from assistant.skills.home import HomeSkill
from assistant.skills.home_reports import BEARABLE_S, ReportTimes
from assistant.skills.leading import Leading
from assistant.skills.lists import Lists
from assistant.skills.policy import Policy, RoomPolicy
from assistant.think.leads import whole
from tests.skills.bench import Bench, committed_turn

LIGHT = Device("kitchen light", "kitchen", "light")
LAMP = Device("lamp", "kitchen", "light")
BLINDS = Device("blinds", "kitchen", "cover")
DOOR = Device("front door", "hall", "lock", secure=True)
HOME = {
    LIGHT: DeviceState("off"),
    LAMP: DeviceState("off"),
    BLINDS: DeviceState("closed"),
    DOOR: DeviceState("unlocked"),
}


def of(home: MemoryHome, policy: Policy | None = None) -> tuple[Bench, HomeSkill, Leading]:
    policy = policy or Policy()
    skill = HomeSkill(home, confirm_s=0.01)
    bench = Bench(skill, policy=policy)
    return bench, skill, Leading(bench.toolbox, [skill], policy)


def reported(skill: HomeSkill, seconds: float, *names: str) -> None:
    for name in names or ("another",):
        skill._acts.reports.took(name, seconds)  # no clock runs here


async def lead(leading: Leading, tool: str, *targets: str) -> str:
    call = ToolCall("1", tool, {"targets": [*targets]})
    return await leading(call, committed_turn())


async def test_the_devices_are_named_where_they_take_a_while() -> None:
    _, skill, leading = of(MemoryHome(HOME))
    assert await lead(leading, "device_on", "kitchen light") == ""  # nobody knows yet
    reported(skill, 0.15)
    assert await lead(leading, "device_on", "kitchen light") == "The kitchen light"
    assert await lead(leading, "device_on", "kitchen light", "lamp") == "The kitchen light and the lamp"
    assert await lead(leading, "device_on", "blinds") == "The blinds"


async def test_what_is_told_at_once_is_told_whole() -> None:
    _, skill, leading = of(MemoryHome(HOME))
    reported(skill, 0.001)
    assert await lead(leading, "device_on", "kitchen light") == ""
    _, skill, leading = of(MemoryHome(HOME))
    reported(skill, 0.15)
    assert await lead(leading, "device_off", "kitchen light") == ""  # it is off
    assert await lead(leading, "device_query", "kitchen light") == ""


async def test_no_sentence_stops_long_for_a_device_that_was_slow() -> None:
    _, skill, leading = of(MemoryHome(HOME))
    reported(skill, 0.15)
    reported(skill, BEARABLE_S + 0.1, "lamp")
    assert await lead(leading, "device_on", "lamp") == ""
    assert await lead(leading, "device_on", "kitchen light", "lamp") == ""
    reported(skill, 0.15, "lamp")
    assert await lead(leading, "device_on", "lamp") == "The lamp"


async def test_where_a_question_or_a_no_may_come_nothing_is_begun() -> None:
    _, skill, leading = of(MemoryHome(HOME))
    reported(skill, 0.15)
    assert await lead(leading, "device_on", "front door") == ""  # locking wants a yes
    assert await lead(leading, "device_off", "front door") == ""
    assert await lead(leading, "device_on", "nothing like it") == ""
    assert await leading(ToolCall("1", "device_on", {}), committed_turn()) == ""
    assert await leading(ToolCall("1", "no_such_tool", {}), committed_turn()) == ""
    _, skill, leading = of(MemoryHome(HOME), Policy(RoomPolicy.up_to(0)))
    reported(skill, 0.15)
    assert await lead(leading, "device_on", "kitchen light") == ""


@pytest.mark.parametrize(
    ("faults", "targets", "told"),
    [
        ({}, ["kitchen light"], "The kitchen light is on."),
        ({}, ["kitchen light", "lamp"], "The kitchen light and the lamp are on."),
        (
            {"kitchen light": Fault.IGNORES},
            ["kitchen light"],
            "The kitchen light was asked, but has not confirmed.",
        ),
        ({"kitchen light": Fault.AWAY}, ["kitchen light"], "The kitchen light can't be reached."),
        (
            {"lamp": Fault.IGNORES},
            ["kitchen light", "lamp"],
            "The kitchen light and the lamp: The kitchen light is on. "
            "I asked the lamp, but it has not confirmed.",
        ),
        (
            {"lamp": Fault.IGNORES, "kitchen light": Fault.IGNORES},
            ["kitchen light", "lamp"],
            "The kitchen light and the lamp were asked, but have not confirmed.",
        ),
    ],
)
async def test_what_is_told_in_all_is_true_and_begins_with_the_subject(
    faults: dict[str, Fault], targets: list[str], told: str
) -> None:
    home = MemoryHome(HOME)
    bench, skill, leading = of(home)
    reported(skill, 0.15)
    begun = await lead(leading, "device_on", *targets)
    for name, fault in faults.items():
        home.fault(name, fault)  # after the sentence has begun
    result = await bench.call("device_on", {"targets": [*targets]})
    assert begun
    assert whole(begun, result) == told
    assert result.changed == (told.endswith(" on.") or "is on." in told)


async def test_a_list_is_named_first_and_then_what_was_read_back() -> None:
    database = Database(None)
    await database.open()
    skill, policy = Lists(database), Policy()
    bench = Bench(skill, policy=policy)
    leading = Leading(bench.toolbox, [skill], policy)

    async def told(tool: str, *items: str) -> str:
        arguments: dict[str, JsonValue] = {"items": [*items]}
        begun = await leading(ToolCall("1", tool, arguments), committed_turn())
        assert begun == "Your shopping list"
        result: ToolResult = await bench.call(tool, arguments)
        return whole(begun, result)

    assert await told("list_add", "milk", "eggs") == "Your shopping list now has milk and eggs."
    assert await told("list_add", "milk") == "Your shopping list already has milk."
    assert (
        await told("list_add", "milk", "bread") == "Your shopping list now has bread, and already has milk."
    )
    assert await told("list_remove", "milk") == "Your shopping list no longer has milk."
    assert await told("list_remove", "milk") == "Your shopping list did not have milk."
    assert await leading(ToolCall("1", "list_clear", {}), committed_turn()) == ""
    await database.close()


def test_the_slowest_of_several_counts() -> None:
    times = ReportTimes()
    assert times.expected_s(["a"]) is None
    for name, seconds in (("a", 0.1), ("b", 0.2), ("c", 5.0)):
        times.took(name, seconds)
    assert times.expected_s(["a", "b"]) == 0.2
    assert times.expected_s(["a", "c"]) == 5.0
    assert times.expected_s(["unheard of"]) == 0.2
    assert times.expected_s([]) is None
