"""Scenes, weather and music: told only from what the home reports."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from assistant.devices.home import Fault, MemoryHome
from assistant.messages import Device, DeviceState, JsonValue
from assistant.skills import music, weather
from assistant.skills.home import HomeSkill
from assistant.skills.music import Music
from assistant.skills.scenes import Scenes
from assistant.skills.weather import Weather
from tests.skills.bench import Bench

MOVIE = Device("movie night", "", "scene")
BEDTIME = Device("bedtime", "", "script", can=frozenset({"harmless"}))
CLEANUP = Device("clean up", "", "script")
LEAVE = Device("leave", "", "scene", secure=True)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
"""A Tuesday."""


class Activating(MemoryHome):
    """A home whose scenes and players do as they are asked."""

    async def act(self, name: str, action: str, arguments: Mapping[str, JsonValue]) -> None:
        await super().act(name, "on" if action == "find" else action, {})
        if self._faults.get(name) is Fault.IGNORES:
            return
        state = self.state(name)
        if action == "find":
            self.report(
                name, DeviceState("playing", attributes={"track": "7", "title": "Blue", "artist": "Joni"})
            )
        elif action == "on":
            self.report(name, DeviceState(state.value, attributes={"activated": "now"}))


def scenes() -> tuple[Activating, Bench]:
    off = DeviceState("off", attributes={"activated": "never"})
    home = Activating(dict.fromkeys((MOVIE, BEDTIME, CLEANUP, LEAVE), off))
    return home, Bench(Scenes(home, confirm_s=0))


async def test_a_scene_is_told_once_it_is_activated() -> None:
    home, bench = scenes()
    assert await bench.say("scene_activate", target="movie night") == "I activated movie night."
    assert await bench.say("scene_activate", target="bedtime") == "I started bedtime."
    home.fault("movie night", Fault.IGNORES)
    result = await bench.call("scene_activate", {"target": "movie night"})
    assert (result.say, result.ok, result.changed) == (
        "I asked for movie night, but it has not confirmed.", False, False,
    )  # fmt: skip
    home.fault("movie night", Fault.AWAY)
    assert await bench.say("scene_activate", target="movie night") == "I can't reach movie night."
    assert await bench.say("scene_activate", target="disco") == "I don't know a scene called disco."


async def test_a_scene_that_unlocks_is_refused_and_an_unknown_script_asks_first() -> None:
    _, bench = scenes()
    assert (await bench.call("scene_activate", {"target": "leave"})).values == {"refused_risk": 3}
    asked = await bench.call("scene_activate", {"target": "clean up"})
    assert (asked.say, asked.asks) == ("Shall I start clean up?", True)
    done = await bench.call("scene_activate", {"target": "clean up"}, yes=True)
    assert done.say == "I started clean up."


async def test_a_house_without_scenes_offers_no_tool_for_them() -> None:
    assert Bench(Scenes(MemoryHome({}))).toolbox.specs() == []


# ── weather ──────────────────────────────────────────────────────────────────────────────────────


def sky(value: str = "partlycloudy", available: bool = True, **attributes: JsonValue) -> Bench:
    state = DeviceState(value, available, attributes)
    return Bench(Weather(MemoryHome({Device("home", "", "weather"): state}), lambda: NOW))


DAYS: list[JsonValue] = [
    {"datetime": "2026-11-24T11:00:00+00:00", "condition": "sunny", "temperature": 12.4, "templow": 3,
     "precipitation_probability": 5},
    {"datetime": "2026-11-25T11:00:00+00:00", "condition": "rainy", "temperature": 9, "templow": -4.2,
     "precipitation_probability": 80},
    {"datetime": "2026-11-28T11:00:00+00:00", "condition": "snowy", "temperature": -1, "templow": -1},
]  # fmt: skip


async def test_the_weather_now_is_told_with_the_day_it_will_be() -> None:
    bench = sky(temperature=7.6, forecast=DAYS)
    assert await bench.say("weather_query") == (
        "It is partly cloudy and 8 degrees now. Today it will be sunny, between 3 and 12 degrees."
    )
    assert await sky("unknown").say("weather_query") == "I don't know how it is right now."


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (
            "tomorrow",
            "Tomorrow will be rainy, between minus 4 and 9 degrees, with an 80 percent chance of rain.",
        ),
        (
            "wednesday",
            "Tomorrow will be rainy, between minus 4 and 9 degrees, with an 80 percent chance of rain.",
        ),
        ("weekend", "Saturday will be snowy, up to minus 1 degrees."),
        ("friday", "I have no forecast for friday."),
        ("someday", "I don't know which day someday is."),
    ],
)
async def test_a_day_is_told_from_its_forecast(day: str, said: str) -> None:
    assert await sky(forecast=DAYS).say("weather_query", day=day) == said


async def test_hours_make_days() -> None:
    hours: list[JsonValue] = [
        {"datetime": f"2026-11-25T{hour:02}:00:00+00:00", "condition": sort, "temperature": hour}
        for hour, sort in ((6, "cloudy"), (12, "sunny"), (15, "sunny"))
    ]
    assert await sky(forecast=hours).say("weather_query", day="tomorrow") == (
        "Tomorrow will be sunny, between 6 and 15 degrees."
    )


async def test_without_weather_one_sentence_names_the_fix() -> None:
    assert await Bench(Weather(MemoryHome({}))).say("weather_query") == weather.NONE_HERE
    assert await sky(available=False).say("weather_query") == weather.AWAY


@pytest.mark.parametrize(
    "forecast", [None, 7, ["x"], [{"datetime": "?"}], [{"datetime": None, "temperature": "warm"}]]
)
async def test_a_forecast_of_any_shape_breaks_nothing(forecast: JsonValue) -> None:
    assert "I have no forecast" in await sky(forecast=forecast).say("weather_query", day="tomorrow")


# ── music ────────────────────────────────────────────────────────────────────────────────────────


def players(*names: str, state: str = "idle") -> tuple[Activating, Bench]:
    home = Activating(
        {Device(name, area, "media_player"): DeviceState(state) for name, area in map(_at, names)}
    )
    return home, Bench(Music(home, confirm_s=0))


def _at(name: str) -> tuple[str, str]:
    speaker, _, area = name.partition("@")
    return speaker, area


async def test_music_is_told_from_what_the_player_says_it_plays() -> None:
    home, bench = players("kitchen speaker@kitchen", "den speaker@den")
    result = await bench.call("media_play", {"what": "joni mitchell"})
    assert (result.say, result.changed) == ("The kitchen speaker is playing Blue by Joni.", True)
    assert [(call.name, call.arguments["action"]) for call in result.undo] == [("media_control", "stop")]
    home.fault("kitchen speaker", Fault.IGNORES)
    home.report("kitchen speaker", DeviceState("idle"))
    assert (
        await bench.say("media_play", what="jazz") == "I asked the kitchen speaker, but it has not confirmed."
    )


async def test_several_players_elsewhere_are_asked_about() -> None:
    _, bench = players("hall speaker@hall", "den speaker@den")
    result = await bench.call("media_play", {"what": "jazz"})
    assert (result.say, result.asks) == ("Where shall I play it: the hall speaker or the den speaker?", True)
    assert await bench.say("media_play", what="jazz", targets=["den speaker"]) == (
        "The den speaker is playing Blue by Joni."
    )


async def test_without_players_one_sentence_names_the_fix() -> None:
    assert await Bench(Music(MemoryHome({}))).say("media_play", what="jazz") == music.NONE_HERE


async def test_a_cover_that_stands_half_open_is_opened() -> None:
    blinds = Device("blinds", "kitchen", "cover", can=frozenset({"position"}))
    home = MemoryHome({blinds: DeviceState("open", attributes={"position_percent": 10})})
    bench = Bench(HomeSkill(home, confirm_s=0))
    assert await bench.say("device_on", targets=["blinds"]) == "The blinds are open."
    assert home.state("blinds").attributes["position_percent"] == 100
    assert await bench.say("device_on", targets=["blinds"]) == "The blinds are already open."


async def test_switching_a_scene_on_activates_it_and_off_it_cannot_be() -> None:
    home = MemoryHome({MOVIE: DeviceState("off"), CLEANUP: DeviceState("off")})
    bench = Bench(HomeSkill(home, confirm_s=0))
    assert await bench.say("device_on", targets=["movie night"]) == "The movie night is activated."
    assert await bench.say("device_on", targets=["movie night"]) == "The movie night is activated."
    assert await bench.say("device_off", targets=["movie night"]) == "The movie night can't be switched off."
    assert (await bench.call("device_on", {"targets": ["clean up"]})).say == "Shall I start clean up?"
