from collections.abc import AsyncIterator

import pytest

from assistant.devices.home import MemoryHome
from assistant.memory.database import Database
from assistant.memory.schedule import Schedule
from assistant.skills.clock import Clock
from assistant.skills.help_topics import TOPICS
from assistant.skills.home import HomeSkill
from assistant.skills.home_things import HomeThings
from assistant.skills.lists import Lists
from assistant.skills.talk import Talk
from assistant.skills.timers import Timers
from assistant.skills.volume import Volume
from tests.skills.bench import Bench
from tests.skills.test_home import demo_home
from tests.skills.test_volume import Speakers

# fmt: off
TOOLS = [
    "timer_set", "timer_query", "timer_cancel", "timer_adjust", "timer_pause", "timer_resume",
    "list_add", "list_remove", "list_read", "list_clear", "time_now", "date_now", "date_find",
    "leap_year", "volume_set",
    "volume_change", "device_on", "device_off", "light_set", "device_query", "light_change",
    "cover_set", "cover_stop", "fan_set", "media_control", "media_set", "stop", "repeat", "help",
]
# fmt: on


class House(Bench):
    """Every skill together."""

    def __init__(self, database: Database) -> None:
        self.sounding = {"kitchen"}
        self.last = {"kitchen": "It's noon."}
        super().__init__(
            Timers(Schedule(database)),
            Lists(database),
            Clock(),
            Volume(Speakers()),
            HomeSkill(demo_home()),
            HomeThings(demo_home()),
            Talk(
                self.silence,
                lambda room: self.last.get(room, ""),
                lambda: self.toolbox.abilities(),
                lambda: {spec.name for spec in self.toolbox.specs()},
                demo_home().devices,
            ),
        )

    def silence(self, room: str) -> bool:
        found = room in self.sounding
        self.sounding.discard(room)
        return found


@pytest.fixture
async def house() -> AsyncIterator[House]:
    database = Database(None)
    await database.open()
    yield House(database)
    await database.close()


def test_the_house_has_these_tools_under_these_names(house: House) -> None:
    assert [spec.name for spec in house.toolbox.specs()] == TOOLS
    for spec in house.toolbox.specs():
        assert spec.description.endswith("."), spec.name
        assert spec.parameters["additionalProperties"] is False


async def test_stop_is_answered_with_silence(house: House) -> None:
    result = await house.call("stop")
    assert (result.ok, result.changed, result.say) == (True, True, "")
    assert house.sounding == set()
    result = await house.call("stop")
    assert (result.ok, result.changed, result.say) == (True, False, "")


async def test_repeat(house: House) -> None:
    assert await house.say("repeat") == "It's noon."
    assert await house.say("repeat", room="bedroom") == "I haven't said anything yet."


async def test_help_names_what_this_house_can_do(house: House) -> None:
    said = await house.say("help")
    assert said == (
        "I can control eight lights, the coffee machine, the kettle, the television and three other devices, "
        "set timers, change my volume, and more. Try: set a timer for ten minutes."
    )
    assert len(said.partition(" Try:")[0].split()) <= 25


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        (
            "lights",
            "Here I have eight lights. Try: turn on the lights; set them to forty percent; make them blue.",
        ),
        ("time", "Try: what time is it in Tokyo; how many days until Christmas; what week is it."),
        ("weather", "This house has nothing for weather."),
        ("vacuums", "This house has nothing for vacuums."),
        ("elephants", "This house has nothing for elephants."),
    ],
)
async def test_help_with_a_topic_names_what_this_house_has_of_it(house: House, topic: str, said: str) -> None:
    assert await house.say("help", topic=topic) == said


def test_every_topic_is_short() -> None:
    for name, topic in TOPICS.items():
        assert len(topic.try_.split()) <= 25, name


async def test_help_of_a_small_house() -> None:
    bench = Bench(Clock(), Talk(lambda room: False, lambda room: "", lambda: bench.toolbox.abilities()))
    assert await bench.say("help") == "I can tell the time and the date."
    empty = Bench(Talk(lambda room: False, lambda room: "", lambda: empty.toolbox.abilities()))
    assert await empty.say("help") == "Nothing is set up that I could do for you."


def test_a_house_without_devices_promises_none() -> None:
    bench = Bench(Clock(), HomeSkill(MemoryHome({})))
    assert list(bench.toolbox.abilities()) == ["tell the time and the date"]


def test_schemas_are_short_and_flat(house: House) -> None:
    specs = {spec.name: spec.parameters for spec in house.toolbox.specs()}
    assert specs["list_add"] == {
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"type": "string"}}, "list": {"type": "string"}},
        "required": ["items"],
        "additionalProperties": False,
    }
    assert specs["light_set"]["properties"] == {
        "targets": {"type": "array", "items": {"type": "string"}},
        "brightness_percent": {"type": "integer", "minimum": 0, "maximum": 100},
        "color": {"type": "string"},
    }
    assert specs["help"]["properties"] == {"topic": {"type": "string"}}
    assert specs["stop"] == {"type": "object", "properties": {}, "additionalProperties": False}
