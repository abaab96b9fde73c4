"""What is told of a command that this house cannot do, and that nothing is made up of others."""

import pytest

from assistant.think.intents import Intents
from assistant.think.names import HouseNames
from assistant.think.phrases import Phrases
from assistant.think.why_not import NO_DEVICES, NO_SUN, why_not
from tests.think.house import HOUSE


@pytest.fixture(scope="module")
def intents() -> Intents:
    return Intents(Phrases.load("en", HOUSE))


@pytest.mark.parametrize("said", ["turn on the light in the ballroom", "dim the lamps in the ballroom to 30"])
def test_a_room_that_there_is_not_is_named(intents: Intents, said: str) -> None:
    assert intents.understand(said, "kitchen") is None
    assert why_not(said, "kitchen", intents) == "I don't know a room called ballroom."


@pytest.mark.parametrize("when", ["at sunset", "at dusk", "at dawn", "until dark"])
def test_the_sun_is_no_clock(intents: Intents, when: str) -> None:
    assert intents.understand(f"turn on the kitchen light {when}", "kitchen") is None
    assert why_not(f"turn on the kitchen light {when}", "kitchen", intents) == NO_SUN


@pytest.mark.parametrize("said", ["what is the capital of peru", "who lives in the ballroom", "", "in the"])
def test_other_words_get_no_reason(intents: Intents, said: str) -> None:
    assert why_not(said, "kitchen", intents) == ""


@pytest.mark.parametrize(
    "said", ["turn on the kitchen light", "turn on the light", "switch the kettle off", "is the door locked"]
)
def test_a_home_that_knows_no_device_says_so_and_what_mends_it(said: str) -> None:
    empty = Intents(Phrases.load("en", HouseNames()))
    assert empty.understand(said, "kitchen") is None
    assert why_not(said, "kitchen", empty) == NO_DEVICES
    assert why_not("what is the capital of peru", "kitchen", empty) == ""
