"""Undo, redo and why: by the stored inverse, under the same rules as any call, and told as they are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.devices.home import Fault, MemoryHome
from assistant.memory.turns import MOST_ROWS, Turns
from assistant.messages import Device, DeviceState, JsonValue, ToolCall, ToolResult, Turn
from assistant.skills.home import HomeSkill
from assistant.skills.home_things import HomeThings
from assistant.skills.past import CANNOT, NO_REASON, NOTHING, UNDO_S, Past
from assistant.skills.policy import Policy, RoomPolicy
from assistant.skills.put_back import DevicesBack
from assistant.skills.skill import Outcome, tool
from assistant.skills.toolbox import INSECURE, NOT_HERE
from tests.skills.bench import Bench


def devices() -> dict[Device, DeviceState]:
    can = frozenset
    return {
        Device("lamp", "kitchen", "light", can=can({"brightness", "color"})): DeviceState("off"),
        Device("spot", "kitchen", "light", can=can({"brightness"})): DeviceState(
            "on", attributes={"brightness_percent": 40}
        ),
        Device("kettle", "kitchen", "switch"): DeviceState("off"),
        Device("blinds", "kitchen", "cover", can=can({"position"})): DeviceState(
            "open", attributes={"position_percent": 30}
        ),
        Device("awning", "kitchen", "cover"): DeviceState("closed"),
        Device("fan", "kitchen", "fan", can=can({"speed"})): DeviceState(
            "on", attributes={"speed_percent": 33}
        ),
        Device("heater", "kitchen", "climate", can=can({"temperature", "modes"})): DeviceState(
            "heat", attributes={"temperature": 20}
        ),
        Device("radio", "kitchen", "media_player", can=can({"volume", "mute"})): DeviceState(
            "playing", attributes={"volume_percent": 30, "muted": False}
        ),
        Device("vacuum", "kitchen", "vacuum"): DeviceState("docked"),
        Device("door", "hall", "lock", secure=True): DeviceState("unlocked"),
    }


class Sender:
    """A skill whose writes nobody takes back."""

    @tool(writes=True, risk=1)
    async def letter_send(self, turn: Turn) -> Outcome:
        """Send a letter."""
        return Outcome("It is sent.", changed=True)


class House(Bench):
    """Tools called as the mind calls them: each in a turn of its own, in the ledger."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.home = MemoryHome(devices())
        self.now_s, self.turn_id = 0.0, 0
        self.turns = Turns(lambda: self.now_s)
        past = Past(
            self.turns,
            lambda call, turn: self.toolbox.call(call, turn),
            lambda: self.now_s,
            self.home.devices,
        )
        skills = (HomeSkill(self.home, confirm_s=0), HomeThings(self.home, confirm_s=0))
        super().__init__(*skills, DevicesBack(self.home, confirm_s=0), Sender(), past, policy=policy)

    async def do(
        self,
        name: str,
        given: dict[str, JsonValue] | None = None,
        *,
        room: str = "kitchen",
        yes: bool = False,
    ) -> ToolResult:
        self.turn_id += 1
        turn = Turn(self.turn_id, room)
        turn.committed.set()
        self.turns.begin(turn, f"please {name}")
        self.turns.routed(turn, "intents", "a phrase")
        call = ToolCall(f"c{self.turn_id}", name, given or {})
        result = await self.toolbox.call(call, turn, confirmed=yes)
        self.turns.add(turn, call, result)
        return result


@pytest.fixture
def house() -> House:
    return House()


ALL: list[tuple[str, dict[str, JsonValue]]] = [
    ("device_on", {"targets": ["lamp", "spot", "kettle"]}),
    ("device_off", {"targets": ["spot", "fan", "blinds", "heater"]}),
    ("light_set", {"targets": ["lamp"], "brightness_percent": 20}),
    ("light_change", {"targets": ["spot"], "brightness_change": 30}),
    ("cover_set", {"targets": ["blinds"], "position_percent": 80}),
    ("device_on", {"targets": ["awning"]}),
    ("fan_set", {"targets": ["fan"], "speed_percent": 100}),
    ("climate_set", {"targets": ["heater"], "temperature": 23, "mode": "auto"}),
    ("media_set", {"targets": ["radio"], "volume_percent": 80}),
    ("media_control", {"targets": ["radio"], "action": "pause"}),
    ("media_control", {"targets": ["radio"], "action": "mute"}),
    ("vacuum_control", {"targets": ["vacuum"], "action": "start"}),
]


def shown(home: MemoryHome) -> dict[str, tuple[str, object]]:
    """What counts of each device: a docked vacuum cleaner and one on its way are both put back."""
    states = {device.name: home.state(device.name) for device in home.devices()}
    return {
        name: (
            {"returning": "docked"}.get(state.value, state.value),
            state.attributes if state.value != "off" else {},
        )
        for name, state in states.items()
    }


@pytest.mark.parametrize(("name", "given_"), ALL)
async def test_undo_brings_every_kind_of_device_back_and_redo_the_change(
    house: House, name: str, given_: dict[str, JsonValue]
) -> None:
    before = shown(house.home)
    assert (await house.do(name, given_)).changed
    changed = shown(house.home)
    assert changed != before
    undone = await house.do("undo")
    assert undone.changed
    assert shown(house.home) == before
    await house.do("undo")
    assert shown(house.home) == changed


@given(st.lists(st.sampled_from(ALL), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
async def test_undo_after_any_row_of_commands_brings_back_the_last_that_changed_something(
    commands: list[tuple[str, dict[str, JsonValue]]],
) -> None:
    house = House()
    before = shown(house.home)
    for name, arguments in commands:
        now = shown(house.home)
        if (await house.do(name, arguments)).changed:
            before = now
    await house.do("undo")
    assert shown(house.home) == before


async def test_a_color_comes_back(house: House) -> None:
    await house.do("light_set", {"targets": ["lamp"], "color": "red"})
    await house.do("light_set", {"targets": ["lamp"], "color": "blue"})
    assert "red" in (await house.do("undo")).say


async def test_only_what_really_changed_is_brought_back(house: House) -> None:
    await house.do("device_on", {"targets": ["lamp", "spot"]})
    result = await house.do("device_on", {"targets": ["lamp", "kettle"]})
    assert [call.arguments for call in result.undo] == [{"states": {"kettle": {"state": "off"}}}]


async def test_a_device_that_did_not_follow_is_not_said_to_be_back(house: House) -> None:
    await house.do("device_on", {"targets": ["lamp"]})
    house.home.fault("lamp", Fault.IGNORES)
    undone = await house.do("undo")
    assert not undone.ok
    assert not undone.changed
    assert undone.say == "I asked the lamp, but it has not confirmed."


async def test_nothing_done_is_nothing_undone(house: House) -> None:
    assert (await house.do("undo")).say == NOTHING
    await house.do("device_off", {"targets": ["lamp"]})
    assert (await house.do("undo")).say == NOTHING


async def test_what_cannot_be_taken_back_is_said_and_nothing_older_is_touched(house: House) -> None:
    await house.do("device_on", {"targets": ["lamp"]})
    await house.do("letter_send")
    assert (await house.do("undo")).say == CANNOT
    assert house.home.state("lamp").value == "on"


async def test_undo_reaches_back_ten_minutes_and_stays_in_its_room(house: House) -> None:
    await house.do("device_on", {"targets": ["lamp"]})
    assert (await house.do("undo", room="hall")).say == NOTHING
    house.now_s = UNDO_S + 1
    assert (await house.do("undo")).say == NOTHING
    house.now_s = UNDO_S
    assert (await house.do("undo")).changed


async def test_undo_moves_no_lock() -> None:
    house = House()
    assert (await house.do("device_on", {"targets": ["door"]}, yes=True)).changed
    assert (await house.do("undo")).say == INSECURE
    assert house.home.state("door").value == "locked"


async def test_undo_obeys_the_rooms_highest_class() -> None:
    house = House(Policy(rooms={"nursery": RoomPolicy.up_to(0)}))
    assert (await house.do("undo", room="nursery")).say == NOT_HERE


async def test_no_mind_is_told_of_what_undo_calls(house: House) -> None:
    names = {spec.name for spec in house.toolbox.specs()}
    assert "undo" in names
    assert "device_restore" not in names


async def test_why_names_the_words_and_what_they_did(house: House) -> None:
    assert (await house.do("why")).say == NO_REASON
    await house.do("device_on", {"targets": ["lamp", "kettle"]})
    told = 'You said "please device_on", so I switched on the lamp and the kettle.'
    assert (await house.do("why")).say == told
    assert (await house.do("why")).say == told


async def test_why_tells_the_lights_of_the_room_together(house: House) -> None:
    await house.do("light_set", {"targets": ["lamp", "spot"], "brightness_percent": 70})
    assert (await house.do("why")).say.endswith("so I set the two lights of this room.")


async def test_why_does_not_claim_what_failed(house: House) -> None:
    house.home.fault("lamp", Fault.AWAY)
    await house.do("device_on", {"targets": ["lamp"]})
    said = (await house.do("why")).say
    assert "switched on" not in said
    assert "can't reach the lamp" in said


async def test_why_says_when_the_language_model_chose(house: House) -> None:
    await house.do("device_on", {"targets": ["lamp"]})
    house.turns.routed(Turn(house.turn_id, "kitchen"), "llm", "no intent")
    assert "the language model chose" in (await house.do("why")).say


def test_the_ledger_keeps_so_many_rows_and_no_more() -> None:
    turns = Turns(lambda: 0.0)
    for number in range(MOST_ROWS + 10):
        turns.begin(Turn(number, "kitchen"), str(number))
    rows = turns.rows("kitchen")
    assert len(rows) == MOST_ROWS
    assert rows[0].text == str(MOST_ROWS + 9)
    assert turns.rows("hall") == ()


def test_a_room_without_memory_keeps_what_the_talk_needs_and_no_longer() -> None:
    now = [0.0]
    turns = Turns(lambda: now[0], lambda room: room != "guest room")
    for room in ("guest room", "kitchen"):
        for number in range(5):
            turns.begin(Turn(number, room), str(number))
    assert [row.text for row in turns.rows("guest room")] == ["4", "3"]
    now[0] = 121.0
    assert turns.rows("guest room") == ()
    assert len(turns.rows("kitchen")) == 5


def test_a_clock_set_back_makes_every_row_old() -> None:
    now = [100.0]
    turns = Turns(lambda: now[0])
    turns.begin(Turn(1, "kitchen"), "turn on the lamp")
    assert len(turns.fresh("kitchen")) == 1
    now[0] = 50.0
    assert turns.fresh("kitchen") == []
