"""Commands that only a wide ear or a keyboard brings: not in the narrow ear's table."""

import pytest

from assistant.messages import JsonValue
from assistant.think.intents import Intents
from assistant.think.phrases import Phrases
from tests.think.house import HOUSE


@pytest.fixture(scope="module")
def intents() -> Intents:
    return Intents(Phrases.load("en", HOUSE))


@pytest.mark.parametrize(
    ("said", "tool", "given"),
    [
        (
            "dim the bedroom lamp by thirty percent",
            "light_change",
            {"targets": ["bedroom lamp"], "brightness_change": -30},
        ),
        ("set the heater to twenty one degrees", "climate_set", {"targets": ["heater"], "temperature": 21}),
        ("pause the movie", "media_control", {"targets": ["television"], "action": "pause"}),
        ("undo that", "undo", {}),
        ("put it back how it was", "undo", {}),
        ("why did you do that", "why", {}),
        ("did you turn off the kitchen light", "device_query", {"targets": ["kitchen light"]}),
        ("play the next song", "media_control", {"targets": ["television"], "action": "next"}),
    ],
)
def test_a_typed_command_is_understood(
    intents: Intents, said: str, tool: str, given: dict[str, JsonValue]
) -> None:
    understood = intents.understand(said, "living room")
    assert understood is not None
    assert [(call.name, dict(call.arguments)) for call in understood.calls] == [(tool, given)]
