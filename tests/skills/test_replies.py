"""What is said in other languages: from what was read back, whatever the English sentence."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from assistant.devices.home import MemoryHome
from assistant.memory.database import Database
from assistant.memory.entries import Kind, Ring
from assistant.memory.schedule import Schedule
from assistant.messages import JsonValue, ToolCall, ToolResult
from assistant.skills.alarms import Alarms
from assistant.skills.clock import Clock
from assistant.skills.emergency import Emergency
from assistant.skills.home import HomeSkill
from assistant.skills.home_things import HomeThings
from assistant.skills.lists import Lists
from assistant.skills.notes import Notes
from assistant.skills.replies import ENGLISH, InLanguage, ring_told, told
from assistant.skills.reply_file import FIXED, replies_of
from assistant.skills.reply_home import duration
from assistant.skills.timers import Timers
from assistant.skills.toolbox import SLOW_WRITE
from tests.memory.clocks import ManualClocks
from tests.skills.bench import Bench, committed_turn

LANGUAGES = ("de", "es", "fr", "it", "nl")
HOMES = Path(__file__).parent.parent / "homes"
NOW = datetime(2026, 11, 22, 15, 5)


@dataclass
class Abroad:
    """A house that speaks another language."""

    toolbox: InLanguage
    home: MemoryHome

    async def say(self, tool: str, /, **arguments: JsonValue) -> str:
        return (await self.toolbox.call(ToolCall("c", tool, arguments), committed_turn("bad"))).say


async def opened(language: str, database: Database) -> Abroad:
    home = MemoryHome.from_yaml(HOMES / f"{language}.yaml")
    bench = Bench(
        Timers(Schedule(database)),
        Lists(database),
        Clock(lambda: NOW),
        HomeSkill(home, confirm_s=0.01),
        HomeThings(home, confirm_s=0.01),
        Emergency(),
        Notes(database),
    )
    return Abroad(InLanguage(bench.toolbox, replies_of(language), home.devices), home)


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    database = Database(None)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def german(database: Database) -> Abroad:
    return await opened("de", database)


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("device_on", {"targets": ["küchenlicht"]}, "Küchenlicht ist an."),
        ("device_on", {"targets": ["küchenlicht", "stehlampe"]}, "Küchenlicht und Stehlampe sind an."),
        ("device_off", {"targets": ["küchenlicht"]}, "Küchenlicht ist schon aus."),
        ("device_on", {"targets": ["rollladen"]}, "Rollladen ist offen."),
        ("device_query", {"targets": ["haustür"]}, "Haustür ist abgeschlossen."),
        ("device_query", {"targets": ["toaster"]}, "Ich kenne kein Gerät namens Toaster."),
        ("light_set", {"targets": ["stehlampe"], "brightness_percent": 20}, "Stehlampe ist an, 20 Prozent."),
        ("light_set", {"targets": ["stehlampe"], "color": "red"}, "Stehlampe ist an, rot."),
        ("light_set", {"targets": ["küchenlicht"], "color": "red"}, "Küchenlicht kann das nicht."),
        ("cover_set", {"targets": ["rollladen"], "position_percent": 50}, "Rollladen ist offen, 50 Prozent."),
        ("climate_set", {"targets": ["heizung"], "temperature": 21.5}, "Heizung ist aus, auf 21,5 Grad."),
        ("device_on", {"targets": ["haustür"]}, "Soll ich das wirklich tun? Haustür"),
        ("device_off", {"targets": ["haustür"]}, "Das mache ich nicht auf Zuruf. Es geht um die Sicherheit."),
        ("timer_set", {"duration_s": 5400}, "Timer auf 1 Stunde und 30 Minuten gestellt."),
        ("timer_set", {"duration_s": 60, "name": "Pizza"}, "pizza: Timer auf 1 Minute gestellt."),
        ("timer_query", {}, "Es läuft kein solcher Timer."),
        ("timer_cancel", {}, "Es läuft kein solcher Timer."),
        ("list_add", {"items": ["Milch", "Eier"]}, "Auf der Liste: Milch und Eier."),
        ("list_read", {}, "Die Liste ist leer."),
        ("time_now", {}, "Es ist 15:05 Uhr."),
        ("date_now", {}, "Heute ist Sonntag, der 22. November 2026."),
        ("leap_year", {}, "Das kann ich auf Deutsch noch nicht sagen."),
        ("note_add", {"text": "der Tee ist grün"}, "Erledigt."),
        ("no_such_tool", {}, "Das kann ich leider nicht."),
        ("timer_set", {}, "Da fehlt mir noch etwas."),
    ],
)
async def test_german(german: Abroad, tool: str, arguments: dict[str, JsonValue], said: str) -> None:
    assert await german.say(tool, **arguments) == said


async def test_many_devices_are_counted(german: Abroad) -> None:
    lights = ["küchenlicht", "wohnzimmerlicht", "stehlampe", "nachttischlampe"]
    assert await german.say("device_on", targets=[*lights]) == "4 Lampen sind an."
    assert await german.say("device_on", targets=[*lights, "kaffeemaschine"]) == (
        "Kaffeemaschine ist an. 4 Lampen sind schon an."
    )


@pytest.mark.parametrize(
    ("language", "light", "on", "time", "date"),
    [
        ("de", "stehlampe", "Stehlampe ist an.", "Es ist 15:05 Uhr.", "Heute ist Sonntag, der 22. November 2026."),  # noqa: E501
        ("fr", "lampadaire", "Lampadaire est allumé.", "Il est 15 h 05.", "Nous sommes le dimanche 22 novembre 2026."),  # noqa: E501
        ("es", "ventilador", "Ventilador está encendido.", "Son las 15:05.", "Hoy es domingo, 22 de noviembre de 2026."),  # noqa: E501
        ("it", "piantana", "Piantana è accesa.", "Sono le 15:05.", "Oggi è domenica 22 novembre 2026."),
        ("nl", "staande lamp", "Staande lamp is aan.", "Het is 15:05 uur.", "Het is vandaag zondag 22 november 2026."),  # noqa: E501
    ],
)  # fmt: skip
async def test_each_language(
    database: Database, language: str, light: str, on: str, time: str, date: str
) -> None:
    house = await opened(language, database)
    assert await house.say("device_on", targets=[light]) == on
    assert await house.say("time_now") == time
    assert await house.say("date_now") == date
    assert "1 1 2" in await house.say("emergency")


async def test_words_take_the_gender_and_number_of_what_they_are_about(database: Database) -> None:
    spanish = await opened("es", database)
    both: list[JsonValue] = ["lámpara de pie", "lámpara de noche"]
    assert (
        await spanish.say("device_on", targets=both) == "Lámpara de pie y lámpara de noche están encendidas."
    )
    assert await spanish.say("device_on", targets=["ventilador"]) == "Ventilador está encendido."
    italian = await opened("it", database)
    mixed: list[JsonValue] = ["piantana", "lampadario"]
    assert await italian.say("device_on", targets=mixed) == "Piantana è accesa. Lampadario è acceso."


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_can_say_everything(language: str) -> None:
    replies, german = replies_of(language), replies_of("de")
    assert set(replies.fixed) == FIXED
    assert set(ENGLISH.values()) <= FIXED
    assert set(replies.tools) == set(german.tools)
    assert set(replies.states) == set(german.states)
    assert (len(replies.weekdays), len(replies.months)) == (7, 12)
    words = ("name", "left", "items", "rooms", "number", "text", "ago", "length", "at", "told", "month")
    numbers = {"count": 2, "percent": 1, "hour": 7, "minute": "05", "day": 3}
    for key in replies.tools:
        replies.tools[key].format(**dict.fromkeys(words, ""), **numbers)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fate", ["unconfirmed", "away", "failed", "cannot", "unknown"])
def test_what_was_not_done_is_never_said_to_be(language: str, fate: str) -> None:
    replies = replies_of(language)
    values: dict[str, JsonValue] = {"devices": {"x": {"state": "on", "result": fate}}}
    call = ToolCall("c", "device_on", {"targets": ["x"]})
    said = told(call, ToolResult("c", False, "The x is on.", values), replies, {"x": "light"})
    on = {replies.states["on"]} if isinstance(replies.states["on"], str) else {*replies.states["on"]}
    assert not on & set(said.replace(".", "").split())
    assert said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_result_without_a_sentence_of_its_own_says_only_whether_it_took_effect(language: str) -> None:
    replies, call = replies_of(language), ToolCall("c", "some_tool", {})
    fixed = replies.fixed
    assert told(call, ToolResult("c", True, "Yes.", {}, changed=True), replies, {}) == fixed["done"]
    assert told(call, ToolResult("c", True, "Yes."), replies, {}) == fixed["untold"]
    assert told(call, ToolResult("c", False, "Yes."), replies, {}) == fixed["failed"]
    assert told(call, ToolResult("c", False, SLOW_WRITE), replies, {}) == fixed["slow_write"]
    assert told(call, ToolResult("c", True, ""), replies, {}) == ""


def test_lengths_are_told_in_two_units_at_most() -> None:
    replies = replies_of("fr")
    assert duration(90_061, replies) == "1 jour et 1 heure"
    assert duration(61, replies) == "1 minute et 1 seconde"
    assert duration(0.2, replies) == "1 seconde"


def test_what_rings_rings_in_the_language() -> None:
    ring = Ring(1, "bad", "pizza", Kind.TIMER)
    assert (
        ring_told(ring, replies_of("de"), "Your pizza timer is done.") == "pizza: Der Timer ist abgelaufen."
    )
    assert ring_told(Ring(1, "bad", "", Kind.CLOCK), replies_of("de"), "No clock.") == "No clock."


@pytest.mark.parametrize(
    ("language", "set_at", "left"),
    [
        ("de", "Wecker gestellt, am 24. Dezember um 7:30 Uhr.", "Wecker am 24. Dezember um 7:30 Uhr."),
        ("fr", "Réveil réglé, le 24 décembre à 7 h 30.", "Réveil le 24 décembre à 7 h 30."),
        ("es", "Alarma puesta, el 24 de diciembre a las 7:30.", "Alarma el 24 de diciembre a las 7:30."),
        ("it", "Sveglia impostata, il 24 dicembre alle 7:30.", "Sveglia il 24 dicembre alle 7:30."),
        ("nl", "Wekker gezet, op 24 december om 7:30 uur.", "Wekker op 24 december om 7:30 uur."),
    ],
)
async def test_an_alarm_is_told_with_its_time(
    language: str, set_at: str, left: str, database: Database
) -> None:
    clocks = ManualClocks()
    clocks.told = True
    clocks.set_wall(datetime(2026, 12, 23, 20, 0))
    schedule = Schedule(database, clocks)
    await schedule.open()
    replies = replies_of(language)
    toolbox = InLanguage(Bench(Alarms(schedule)).toolbox, replies, lambda: ())

    async def say(tool: str, /, **arguments: JsonValue) -> str:
        return (await toolbox.call(ToolCall("c", tool, arguments), committed_turn("bad"))).say

    assert await say("alarm_query") == replies.tools["alarm_none"]
    assert await say("alarm_set", time="07:30") == set_at
    assert await say("alarm_query") == left
    assert await say("alarm_cancel", all=True) == replies.tools["alarms_cancelled"].format(count=1)
    await schedule.close()
