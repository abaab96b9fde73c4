"""The prompt's order, size and steadiness."""

import datetime
import itertools

from assistant.devices.home import MemoryHome
from assistant.messages import ChatMessage, Device, DeviceState, ToolSpec
from assistant.skills.clock import Clock
from assistant.skills.home import HomeSkill
from assistant.skills.lists import Lists
from assistant.skills.skill import tools_of
from assistant.skills.talk import Talk
from assistant.skills.timers import Timers
from assistant.skills.volume import Volume
from assistant.think.llm.llm_forms import chatml
from assistant.think.prompt import (
    HISTORY_CHARACTERS,
    Recall,
    Surroundings,
    live,
    offered,
    prompt,
    surroundings,
    things,
)

NOW = datetime.datetime(2026, 11, 22, 14, 5, tzinfo=datetime.UTC)
TOOL = ToolSpec("stop", "Stop.", {"type": "object", "properties": {}}, writes=True, risk=0)


def home(count: int) -> MemoryHome:
    areas = ("kitchen", "living room", "bedroom", "hallway", "bathroom", "office")
    kinds = ("light", "switch", "fan", "cover", "sensor")
    names = [
        f"{areas[n % 6]} {('light', 'socket', 'fan', 'blinds', 'humidity')[n % 5]} {n}" for n in range(count)
    ]
    return MemoryHome(
        {
            Device(name, areas[n % 6], kinds[n % 5]): DeviceState("on" if n % 7 == 0 else "off")
            for n, name in enumerate(names)
        }
    )


def test_the_order_keeps_the_head() -> None:
    around = Surroundings("things", "kitchen", "Be kind.", "It is ten.")
    history = (ChatMessage("user", "before"), ChatMessage("assistant", "yes"))
    made = prompt("the words", around, history, [TOOL], 100)
    assert [(m.role, m.content) for m in made.messages[1:]] == [
        ("system", "things"),
        ("system", "You are in the kitchen. Be kind."),
        ("user", "before"),
        ("assistant", "yes"),
        ("system", "It is ten."),
        ("user", "the words"),
    ]
    text = chatml(made)
    places = [
        text.index(part)
        for part in (
            "voice of this home",
            "stop()",
            "\nthings",
            "You are in the kitchen",
            "user\nbefore",
            "It is ten",
            "the words",
        )
    ]
    assert places == sorted(places)


def test_another_minute_and_other_words_leave_the_head_alone() -> None:
    history = (ChatMessage("user", "before"), ChatMessage("assistant", "yes"))

    def text(minute: int, words: str) -> str:
        return chatml(
            prompt(words, surroundings(home(5), "office", NOW.replace(minute=minute)), history, [TOOL], 9)
        )

    one, two = text(5, "what is up"), text(6, "how are you")
    shared = next(at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b)
    assert shared > one.index("before")
    assert len(one) - shared < 200


def test_thirty_devices_and_all_our_tools_fit_in_2600_characters() -> None:
    skills: tuple[type[object], ...] = (Timers, Lists, Clock, Volume, HomeSkill, Talk)
    tools = [found.spec for kind in skills for found in tools_of(object.__new__(kind))]
    made = prompt(
        "turn on the light", surroundings(home(30), "kitchen", NOW, "Be brief."), (), offered(tools, 2), 9
    )
    assert len(made.tools) == 18
    assert len(chatml(made)) <= 2_600


def test_a_large_home_names_its_most_used_forty() -> None:
    devices = home(100).devices()
    last = devices[-1].name
    text = things(devices, {last: 5})
    assert last in text
    assert text.count(",") + 1 == 40
    assert devices[50].name not in text


def test_things_are_named_with_their_area_where_the_name_hides_it() -> None:
    devices = [
        Device("kitchen light", "kitchen", "light"),
        Device("front door", "hallway", "lock"),
        Device("kettle", "kitchen", "switch"),
    ]
    assert things(devices) == "Things at home: kitchen light, front door (hallway), kettle (kitchen)."
    assert things([]) == ""


def test_live_state_names_what_is_not_at_rest() -> None:
    states = {
        "kitchen light": DeviceState("on", attributes={"brightness_percent": 40}),
        "fan": DeviceState("off"),
        "garage temperature": DeviceState("11.5", attributes={"unit": "degrees"}),
        "heater": DeviceState("on", available=False),
    }
    assert live(NOW, states) == (
        "It is Sunday 22 November 2026, 14:05. "
        "Now kitchen light on 40%, garage temperature 11.5 degrees, heater unreachable."
    )
    assert live(NOW, {}) == "It is Sunday 22 November 2026, 14:05."


def exchange(n: int, size: int = 100) -> list[ChatMessage]:
    return [
        ChatMessage("user", f"q{n} ".ljust(size, "x")),
        ChatMessage("assistant", f"a{n} ".ljust(size, "y")),
    ]


def test_the_dialogue_begins_at_the_same_message_until_it_is_too_long() -> None:
    recall, history, begins = Recall(), list[ChatMessage](), []
    for n in range(20):
        part = recall.part("kitchen", history)
        assert sum(len(message.content) for message in part) <= HISTORY_CHARACTERS
        assert part == tuple(history[len(history) - len(part) :])
        begins.append(part[0].content[:4].strip() if part else "")
        history += exchange(n)
        del history[: max(0, len(history) - 16)]
    changes = sum(1 for a, b in itertools.pairwise(begins) if a != b)
    assert changes <= 4
    assert recall.part("office", ()) == ()


def test_one_endless_message_is_left_out() -> None:
    assert Recall().part("kitchen", exchange(1, 5_000)) == ()
