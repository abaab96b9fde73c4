"""A room that speaks another language than the house: what it understands, hears, does and says."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import scripted
from assistant.catalogue import load_catalogue
from assistant.devices.booth import OUT_RATE_HZ, Booth
from assistant.devices.home import MemoryHome
from assistant.errors import SettingsError
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.house.kit import Chosen, Hearing, kit_of
from assistant.house.language import check_room_language
from assistant.house.news import Unheard
from assistant.journal import Entry, Journal
from assistant.memory.clocks import SystemClocks
from assistant.memory.database import Database
from assistant.memory.entries import Kind, Ring
from assistant.messages import Reply, Sentence, ToolCall
from assistant.settings import Ears, RoomSettings, Settings, WideEar
from assistant.upkeep.safe_mode import without_missing
from tests.roads.runner import kit
from tests.roads.together import Heard, rooms_together

HOME = Path(__file__).parent.parent / "homes" / "de.yaml"
ROOMS = {"kitchen": RoomSettings(), "wohnzimmer": RoomSettings(language="de")}
HOUSE = Settings(rooms=ROOMS)
THREE = Settings(rooms={**ROOMS, "salon": RoomSettings(language="fr")})


async def said(house: House, journal: Journal, text: str, room: str) -> list[str]:
    entries: list[Entry] = []
    with journal.reading(entries.append):
        await house.ask(text, room)
    return [entry.happening.text for entry in entries if isinstance(entry.happening, Reply)]


async def test_each_room_understands_and_answers_in_its_own_language() -> None:
    journal = Journal(lambda: 0.0)
    async with open_house(THREE, journal, Opening(home_file=HOME)) as house:
        assert await said(house, journal, "Mach die Stehlampe an", "wohnzimmer") == ["Stehlampe ist an."]
        assert await said(house, journal, "turn off the stehlampe", "kitchen") == ["The stehlampe is off."]
        assert await said(house, journal, "Mets un minuteur de dix minutes", "salon") == [
            "Minuteur réglé sur 10 minutes."
        ]
        left = await said(house, journal, "how long is left on the timer", "kitchen")
        assert "minutes left" in left[0]


@pytest.mark.parametrize(
    ("text", "room"), [("turn on the stehlampe", "wohnzimmer"), ("Mach die Stehlampe an", "kitchen")]
)
async def test_the_words_of_another_rooms_language_are_no_commands(text: str, room: str) -> None:
    journal, calls = Journal(lambda: 0.0), list[Entry]()
    with journal.reading(calls.append):
        async with open_house(HOUSE, journal, Opening(home_file=HOME)) as house:
            await house.ask(text, room)
    assert not [entry for entry in calls if isinstance(entry.happening, ToolCall)]


async def test_a_question_is_agreed_to_in_the_rooms_language() -> None:
    journal = Journal(lambda: 0.0)
    async with open_house(HOUSE, journal, Opening(home_file=HOME)) as house:
        asked = await said(house, journal, "Verriegle die Haustür", "wohnzimmer")
        assert asked == ["Soll ich das wirklich tun? Haustür"]
        assert await said(house, journal, "Ja bitte", "wohnzimmer") == ["Haustür ist schon abgeschlossen."]


async def test_what_was_missed_is_told_in_the_language_of_the_room_it_was_set_in() -> None:
    async def answer() -> AsyncGenerator[Sentence, None]:
        yield Sentence("Okay.")

    database = Database(None)
    await database.open()
    try:
        unheard = Unheard(database, SystemClocks(), Journal(lambda: 0.0), language_in=HOUSE.language_in)
        for number, room in enumerate(ROOMS):
            await unheard.add(Ring(number, room, "", Kind.ALARM), rang=True)
        async with aclosing(unheard.after(answer(), "kitchen")) as told:
            _, english, german = [sentence.text async for sentence in told]
    finally:
        await database.close()
    assert english.startswith("While you were away, your alarm rang at ")
    assert "Wecker" in german
    assert "{" not in german


# ── by voice ─────────────────────────────────────────────────────────────────────────────────────


def sound(text: str) -> bytes:
    return scripted.silence(0.5) + scripted.words(text) + scripted.silence(1.2)


async def spoken(sounds: dict[str, str]) -> Heard:
    """What is said at the same time in rooms that don't hear one another."""
    ears = replace(kit({}), abroad={"de": Hearing((Chosen("scripted"),))})
    rooms = {
        room: RoomSettings(volume_percent=100, language="de" if room == "flur" else None) for room in sounds
    }
    async with rooms_together({room: sound(text) for room, text in sounds.items()}, ears, rooms) as heard:
        await heard.run()
    return heard


async def test_what_is_said_in_a_german_room_is_heard_done_and_answered_in_german() -> None:
    heard = await spoken({"flur": "hey jarvis stelle einen timer auf zehn minuten"})
    assert heard.replies == [("flur", "Timer auf 10 Minuten gestellt.")]
    assert scripted.read_back(heard.booths["flur"].played(), OUT_RATE_HZ)


async def test_a_room_without_an_ear_for_its_language_says_that_it_cannot_hear() -> None:
    rooms = {"flur": RoomSettings(volume_percent=100, language="de")}
    async with rooms_together({"flur": sound("hey jarvis stelle einen timer")}, kit({}), rooms) as heard:
        await heard.run()
    assert not heard.rooms_that(ToolCall)
    assert scripted.read_back(heard.booths["flur"].played(), OUT_RATE_HZ) == "Das hat leider nicht geklappt."


# ── engines ──────────────────────────────────────────────────────────────────────────────────────


def engines(ears: Sequence[Chosen]) -> list[tuple[str, object]]:
    return [(ear.engine, ear.options.get("language")) for ear in ears]


def test_a_language_has_a_wide_ear_of_its_own_and_only_english_the_narrow_one() -> None:
    servers = Ears(wide=WideEar(engine="wyoming", address="10.0.0.2:10300"), others=("10.0.0.3:10300",))
    asked = kit_of(THREE.model_copy(update={"ears": servers}), load_catalogue())
    assert engines(asked.ears) == [("pocketsphinx", None), ("wyoming", "en")]
    assert engines(asked.abroad["de"].ears) == [("wyoming", "de")]
    assert engines(asked.abroad["fr"].spare) == [("wyoming", "fr")]
    german = Settings(
        language="de-AT", rooms={"bad": RoomSettings(), "guest": RoomSettings(language="en-GB")}
    )
    asked = kit_of(german, load_catalogue())
    assert engines(asked.ears) == []
    assert engines(asked.abroad["en"].ears) == [("pocketsphinx", None)]


async def test_an_english_room_of_a_german_house_hears_by_the_english_grammar() -> None:
    german = Settings(language="de", rooms={"bad": RoomSettings(), "guest": RoomSettings(language="en")})
    opening = Opening(home=MemoryHome({}), ears=True)
    async with open_house(german, Journal(lambda: 0.0), opening) as house:
        assert [engine.name for engine in house.desk.engines].count("pocketsphinx") == 1


async def test_the_houses_voice_speaks_the_rooms_language_where_it_can() -> None:
    asked = kit_of(THREE, load_catalogue())
    assert {key: each.options["voice"] for key, each in asked.room_voices.items()} == {
        "hearth de": "de+f3",
        "hearth fr": "fr-fr+f3",
    }
    deaf = replace(asked, ears=(Chosen("scripted"),), abroad={}, wake=())
    async with open_house(THREE, Journal(lambda: 0.0), Opening(ears=True, kit=deaf)) as house:
        assert house.make_room is not None
        sounds = []
        for room in THREE.rooms:
            mouth = house.make_room(room, Booth(b""), wake=False).mouth
            async with aclosing(mouth._tts.synthesize("Timer 10 Minuten")) as made:
                sounds.append(b"".join([each.pcm async for each in made]))
        assert len(set(sounds)) == 3


# ── mistakes ─────────────────────────────────────────────────────────────────────────────────────


def test_a_language_nobody_knows_and_a_deaf_room_are_told_with_the_key() -> None:
    unknown = Settings(rooms={"bad": RoomSettings(language="tlh")})
    with pytest.raises(SettingsError, match=r"rooms\.bad\.language: tlh is not among .*de, en, es"):
        check_room_language(unknown, "bad")
    with pytest.raises(SettingsError, match=r"rooms\.salon\.language: .*English only.*ears\.wide"):
        check_room_language(THREE, "salon")
    check_room_language(THREE, "kitchen")
    check_room_language(Settings(language="de", rooms={"guest": RoomSettings(language="en")}), "guest")


def test_an_ear_or_a_voice_of_another_language_is_a_mistake_in_the_settings() -> None:
    german = {"bad": RoomSettings(language="de")}
    with pytest.raises(SettingsError, match=r"whisper-base\.en hears en, not de"):
        kit_of(Settings(rooms=german, ears=Ears(wide=WideEar(model="whisper-base.en"))), load_catalogue())
    with pytest.raises(SettingsError, match=r"rooms\.bad\.voice: thorsten speaks de, not fr"):
        kit_of(Settings(rooms={"bad": RoomSettings(language="fr", voice="thorsten")}), load_catalogue())


def test_what_is_wrong_with_a_rooms_language_costs_no_more_than_that() -> None:
    rooms = {"bad": RoomSettings(language="tlh", voice="slate"), "hall": RoomSettings(voice="nobody")}
    now = without_missing(Settings(rooms=rooms))
    assert (now.rooms["bad"].language, now.rooms["bad"].voice) == (None, "slate")
    assert now.rooms["hall"].voice is None
