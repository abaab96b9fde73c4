"""Words for scenes, weather and music → calls."""

import pytest

from assistant.messages import ToolCall
from assistant.think.intents import Intents
from assistant.think.names import HouseNames, Named
from assistant.think.phrases import Phrases

NAMES = HouseNames(
    (
        Named("kitchen light", area="kitchen", kind="light"),
        Named("movie night", area=None, kind="scene"),
        Named("bedtime script", area=None, kind="script", aliases=("go to bed",)),
        Named("good morning", area=None, kind="scene"),
        Named("kitchen speaker", area="kitchen", kind="media_player", device_class="speaker"),
        Named("den speaker", area="den", kind="media_player", device_class="speaker"),
    ),
    (Named("kitchen"), Named("den"), Named("bedroom")),
)


@pytest.fixture(scope="module")
def intents() -> Intents:
    return Intents(Phrases.load("en", NAMES))


HERE: dict[str, object] = {"targets": ["kitchen speaker"]}
SAID: list[tuple[str, str, dict[str, object]]] = [
    ("activate movie night", "scene_activate", {"target": "movie night"}),
    ("turn on the movie night scene", "scene_activate", {"target": "movie night"}),
    ("could you start the bedtime script please", "scene_activate", {"target": "bedtime script"}),
    ("run the bedtime routine", "scene_activate", {"target": "bedtime script"}),
    ("run go to bed", "scene_activate", {"target": "bedtime script"}),
    ("set the scene to good morning", "scene_activate", {"target": "good morning"}),
    ("what's the weather like", "weather_query", {}),
    ("what is the weather tomorrow", "weather_query", {"day": "tomorrow"}),
    ("will it rain on friday", "weather_query", {"day": "friday"}),
    ("do i need an umbrella today", "weather_query", {"day": "today"}),
    ("what's the forecast for the weekend", "weather_query", {"day": "weekend"}),
    ("how cold will it be tonight", "weather_query", {"day": "today"}),
    ("play jazz", "media_play", {"what": "jazz", **HERE}),
    ("play some miles davis in the den", "media_play", {"what": "miles davis", "targets": ["den speaker"]}),
    ("play the beatles on the den speaker", "media_play", {"what": "beatles", "targets": ["den speaker"]}),
    ("put on some music", "media_play", HERE),
]


@pytest.mark.parametrize(("text", "tool", "arguments"), SAID)
def test_a_sentence_is_the_call_it_means(
    intents: Intents, text: str, tool: str, arguments: dict[str, object]
) -> None:
    understood = intents.understand(text, "kitchen")
    assert understood is not None
    assert [_alike(call) for call in understood.calls] == [(tool, arguments)]


def _alike(call: ToolCall) -> tuple[str, dict[str, object]]:
    """A scene is activated by either tool."""
    if call.name == "device_on":
        targets = call.arguments["targets"]
        assert isinstance(targets, list)
        return "scene_activate", {"target": targets[0]}
    return call.name, dict(call.arguments)


@pytest.mark.parametrize("text", ["play the next song", "next track", "pause the music", "skip this song"])
def test_what_steers_a_player_is_no_title(intents: Intents, text: str) -> None:
    understood = intents.understand(text, "kitchen")
    assert understood is not None
    assert [call.name for call in understood.calls] == ["media_control"]


def test_where_several_play_the_house_asks(intents: Intents) -> None:
    understood = intents.understand("play jazz", "bedroom")
    assert understood is not None
    assert understood.question == "Which do you mean: the kitchen speaker or the den speaker?"


@pytest.mark.parametrize(
    "text",
    ["is movie night a good idea", "do not activate movie night", "activate", "will it work on friday",
     "what is the weather station called", "stop the bedtime script from running at noon"],
)  # fmt: skip
def test_what_is_not_understood_whole_is_no_command(intents: Intents, text: str) -> None:
    understood = intents.understand(text, "kitchen")
    writes = {"scene_activate", "media_play", "weather_query"}
    assert understood is None or writes.isdisjoint(call.name for call in understood.calls)


@pytest.mark.parametrize("text", ["pause the music", "next song", "play some jazz", "play music"])
def test_without_players_the_skill_is_asked_and_tells_the_fix(text: str) -> None:
    bare = Intents(Phrases.load("en", HouseNames((Named("lamp", kind="light"),), (Named("kitchen"),))))
    understood = bare.understand(text, "kitchen")
    assert understood is not None
    assert [call.name for call in understood.calls] == ["media_play"]
