"""Typed commands and questions in any order of their words: what they mean, and that nothing else is."""

from pathlib import Path

import pytest

from assistant.devices.task_suite import SuiteHome, suites
from assistant.messages import JsonValue
from assistant.think.intents import Intents
from assistant.think.names import HouseNames, Named
from assistant.think.phrases import Phrases

WIDE = Path(__file__).parent.parent / "upkeep" / "wide"
NEAR = Path(__file__).parent / "typed_near_misses.txt"
NOW = {"device_on", "device_off", "light_set", "light_change", "cover_set", "cover_stop", "fan_set"}
NOW |= {
    "vacuum_control",
    "media_control",
    "media_set",
    "climate_set",
    "device_query",
    "list_add",
    "list_remove",
}


def _intents(suite: str) -> Intents:
    found = next(found for found in suites(WIDE) if found.name == suite)
    house = SuiteHome(found.fixtures)
    devices = tuple(Named(d.name, d.aliases, d.area, d.kind, d.device_class) for d in house.home.devices())
    areas = tuple(Named(area.name, area.aliases, floor=area.floor) for area in house.areas())
    return Intents(Phrases.load("en", HouseNames(devices, areas)))


@pytest.fixture(scope="module")
def intents() -> Intents:
    return _intents("austin")


def _calls(intents: Intents, said: str) -> list[tuple[str, dict[str, JsonValue]]]:
    understood = intents.understand(said, "kitchen")
    return [] if understood is None else [(call.name, dict(call.arguments)) for call in understood.calls]


LIVING = ["living room light", "living room floor lamp"]
UPPER = ["master bedroom light", "kids bedroom light"]


@pytest.mark.parametrize(
    ("said", "tool", "given"),
    [
        ("in the living room turn the lights on", "device_on", {"targets": LIVING}),
        ("lights upstairs off", "device_off", {"targets": UPPER}),
        (
            "thirty percent for the floor lamp please",
            "light_set",
            {"targets": LIVING[1:], "brightness_percent": 30},
        ),
        (
            "set the floor lamp to blue at half",
            "light_set",
            {"targets": LIVING[1:], "color": "blue", "brightness_percent": 50},
        ),
        ("would you mind closing the blinds", "device_off", {"targets": ["living room blinds"]}),
        ("make sure the back door is locked", "device_on", {"targets": ["back door"]}),
        ("blinds a quarter open", "cover_set", {"targets": ["living room blinds"], "position_percent": 25}),
        (
            "i'd like it to be 75 degrees downstairs",
            "climate_set",
            {"targets": ["downstairs thermostat"], "temperature": 75},
        ),
        (
            "upstairs bump the thermostat up by two",
            "climate_set",
            {"targets": ["upstairs thermostat"], "temperature_change": 2},
        ),
        ("dusty, back to your base", "vacuum_control", {"targets": ["dusty"], "action": "dock"}),
        ("it's too dark in the dining room", "device_on", {"targets": ["dining room chandelier"]}),
        (
            "turn on the chandelier because it's dark in here",
            "device_on",
            {"targets": ["dining room chandelier"]},
        ),
        (
            "is anything open upstairs",
            "device_query",
            {"targets": ["master bedroom curtains"], "state": "open"},
        ),
        ("kids bedroom humidity?", "device_query", {"targets": ["kids bedroom humidity"]}),
        ("what's the temperature outside", "device_query", {"targets": ["outdoor temperature"]}),
    ],
)
def test_every_word_in_any_order(intents: Intents, said: str, tool: str, given: dict[str, JsonValue]) -> None:
    assert _calls(intents, said) == [(tool, given)]


def test_the_thing_that_has_the_word_in_its_name_is_meant() -> None:
    calls = _calls(_intents("melbourne"), "turn off the aircon in the lounge room")
    assert calls == [("device_off", {"targets": ["ducted aircon"]})]


def test_several_that_may_be_meant_are_asked_about(intents: Intents) -> None:
    understood = intents.understand("set the thermostat to 70", "garage")
    assert understood is not None
    assert understood.question is not None
    assert not understood.calls


@pytest.mark.parametrize(
    "said",
    [line for line in NEAR.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")],
)
def test_a_typed_near_miss_does_nothing_now(intents: Intents, said: str) -> None:
    """What is put off, summed or remembered is another skill's; no thing of the home may move or be told."""
    assert not {tool for tool, _ in _calls(intents, said)} & NOW


THERMOSTAT = Named("thermostat", (), "kitchen", "climate")


@pytest.mark.parametrize(
    ("scale", "said", "given"),
    [
        ("°C", "set the thermostat to 70 degrees fahrenheit", {"temperature": 21.0}),
        ("°C", "set the thermostat to 68 f", {"temperature": 20.0}),
        ("°C", "set the thermostat to 21 degrees celsius", {"temperature": 21}),
        ("°F", "set the thermostat to 21 degrees celsius", {"temperature": 70.0}),
        ("°F", "set the thermostat to 70 degrees fahrenheit", {"temperature": 70}),
        ("°F", "set the thermostat to 70 degrees", {"temperature": 70}),
        ("°C", "turn the thermostat up 4 degrees fahrenheit", {"temperature_change": 2}),
        ("°F", "turn the thermostat up 2 degrees celsius", {"temperature_change": 4}),
        ("", "set the thermostat to 70 degrees fahrenheit", {"temperature": 70}),
    ],
)
def test_degrees_of_a_named_scale_are_those_of_the_house(
    scale: str, said: str, given: dict[str, JsonValue]
) -> None:
    intents = Intents(Phrases.load("en", HouseNames((THERMOSTAT,), (Named("kitchen"),), scale)))
    assert _calls(intents, said) == [("climate_set", {"targets": ["thermostat"], **given})]


def test_a_change_too_large_in_the_degrees_of_the_house_is_not_where_it_ends() -> None:
    intents = Intents(Phrases.load("en", HouseNames((THERMOSTAT,), (Named("kitchen"),), "°F")))
    assert _calls(intents, "turn the thermostat up 9 degrees celsius") == []
