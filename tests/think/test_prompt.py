"""The prompt's order, size and steadiness."""

import datetime
import importlib
import inspect
import itertools
import pkgutil
import re

import pytest

from assistant import skills
from assistant.devices.home import MemoryHome
from assistant.messages import ChatMessage, Device, DeviceState, Prompt, ToolSpec
from assistant.skills.skill import tools_of
from assistant.think.llm.llm_forms import chatml
from assistant.think.llm.llm_grammar import call_grammar
from assistant.think.prompt import (
    Surroundings,
    live,
    offered,
    prompt,
    surroundings,
    things,
)
from assistant.think.recall import HISTORY_CHARACTERS, Recall
from assistant.think.retrieve import MOST_DEVICES as MOST_DEVICES_FOUND
from assistant.think.retrieve import MOST_TOOLS

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


def every_tool() -> list[ToolSpec]:
    """The tools of all skills there are."""
    found: dict[str, ToolSpec] = {}
    for info in pkgutil.iter_modules(skills.__path__):
        module = importlib.import_module(f"assistant.skills.{info.name}")
        for kind in vars(module).values():
            if not inspect.isclass(kind) or kind.__module__ != module.__name__:
                continue
            if not issubclass(kind, str | tuple | Exception):
                found |= {tool.spec.name: tool.spec for tool in tools_of(object.__new__(kind))}
    return list(found.values())


WORDS = (
    "turn on the light",
    "it is quite dark in here, can you make it brighter please",
    "remind me to buy milk and then tell everyone that dinner is ready in the kitchen",
    "what is twelve percent of eighty and how many cups are in a litre",
    "forget what I said about the bins, clear my list and cancel all timers and alarms",
)
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if tools %}{{ tools | tojson }}{% endif %}<|im_start|>assistant\n<think>\n\n</think>\n\n"
)


def rendered(made: Prompt) -> list[str]:
    """As our own form and a model's own template write it."""
    pytest.importorskip("jinja2", reason="needs the full profile (uv sync --extra full)")
    from assistant.think.llm.llm_template import ChatTemplate

    return [chatml(made), ChatTemplate(TEMPLATE, "", "").render(made)]


@pytest.mark.parametrize("words", WORDS)
def test_thirty_devices_and_all_our_tools_fit_in_2600_characters(words: str) -> None:
    tools = offered(every_tool(), 2)
    assert len(tools) > 30
    made = prompt(
        words, surroundings(home(30), "kitchen", NOW, "You are calm, warm and brief. " * 10), (), tools, 9
    )
    assert all(name in text for text in rendered(made) for name in ("office humidity 29", "device_on", words))
    assert max(map(len, rendered(made))) <= 2_600


@pytest.mark.parametrize("words", WORDS)
def test_in_a_home_of_forty_devices_nothing_but_the_form_comes_after_the_words(words: str) -> None:
    tools = offered(every_tool(), 2)
    made = prompt(words, surroundings(home(40), "kitchen", NOW), (), tools, 9)
    assert {tool.name for tool in made.every_tool} == {tool.name for tool in tools}
    for text in rendered(made):
        assert text.partition(words)[2].startswith("<|im_end|>\n<|im_start|>assistant\n")


def test_what_the_head_only_names_can_be_called() -> None:
    tools = offered(every_tool(), 2)
    made = prompt("hello", surroundings(home(30), "kitchen", NOW), (), tools, 9)
    assert made.named_tools
    text = chatml(made)
    for tool in made.named_tools:
        family, _, name = tool.name.partition("_")
        assert re.search(rf"More: .*\b{family}_?([a-z_]+/)*{name}\b", text), tool.name
        assert tool.name in call_grammar(made.every_tool, made.names, "hermes")


@pytest.mark.parametrize("words", WORDS)
def test_a_thousand_devices_are_found_by_the_words(words: str) -> None:
    tools = offered(every_tool(), 2)
    large = home(1000)
    made = prompt(words, surroundings(large, "kitchen", NOW), (), tools, 9)
    text = rendered(made)[0]
    assert sum(f"{device.name}:" in text for device in large.devices()) <= MOST_DEVICES_FOUND
    assert sum(f"{tool.name}(" in text for tool in tools) == len(made.found_tools) <= MOST_TOOLS
    assert len(text) <= 2_600
    assert not made.tools


def test_what_is_meant_and_near_is_found_first() -> None:
    large = MemoryHome(
        {
            Device(f"{area} {name}", area, kind): DeviceState("off")
            for area in (f"room {n}" for n in range(100))
            for name, kind in (("lamp", "light"), ("heater", "climate"), ("blinds", "cover"), ("fan", "fan"))
        }
        | {Device("aquarium pump", "room 77", "switch", ("fish tank",)): DeviceState("on")}
    )

    def found(words: str) -> tuple[str, ...]:
        names = prompt(words, surroundings(large, "room 5", NOW), (), (), 9).names["targets"]
        return names[:MOST_DEVICES_FOUND]

    assert found("is the aquarium pump on?")[0] == "aquarium pump"
    assert found("switch the fish tank off")[0] == "aquarium pump"
    assert found("turn off the aqarium pump")[0] == "aquarium pump"
    assert found("close the blinds")[0] == "room 5 blinds"
    assert found("it is too dark")[0] == "room 5 lamp"
    assert found("turn on the lamp in room 42")[0] == "room 42 lamp"
    assert "room 5 fan" in found("hello")


def test_groups_stand_for_their_devices() -> None:
    around = surroundings(home(30), "kitchen", NOW)
    assert "kitchen lights" not in around.groups  # there is one
    assert surroundings(home(40), "kitchen", NOW).groups["kitchen lights"] == (
        "kitchen light 0",
        "kitchen light 30",
    )
    assert len(around.groups["all lights"]) == 6
    assert "all lights" in around.names["targets"]
    lights = around.names["light_set.targets"]
    assert "all lights" in lights
    assert not {"all fans", "kitchen fan 12", "office humidity 29"} & set(lights)
    lock = MemoryHome({Device(n, "hall", "lock"): DeviceState("locked") for n in ("a", "b")})
    assert surroundings(lock, "hall", NOW).groups == {}


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
        "Now kitchen light on 40%, garage temperature 11.5 degrees, heater unreachable. "
        "It is Sunday 22 November 2026, 14:05."
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
