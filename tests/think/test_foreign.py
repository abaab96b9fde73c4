"""House commands in five further languages: understood whole or not at all."""

import json
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.devices.home import MemoryHome
from assistant.errors import SettingsError
from assistant.think.foreign import ForeignIntents
from assistant.think.names import HouseNames, Named
from assistant.think.phrases import Phrases
from assistant.think.tongue import LANGUAGES, folded, tongue_of

HERE = Path(__file__).parent
HOMES = HERE.parent / "homes"
ROOMS = {"de": "wohnzimmer", "fr": "salon", "es": "salón", "it": "soggiorno", "nl": "woonkamer"}


@lru_cache(maxsize=8)
def intents(language: str) -> ForeignIntents:
    home = MemoryHome.from_yaml(HOMES / f"{language}.yaml")
    devices = tuple(Named(d.name, d.aliases, d.area, d.kind, d.device_class) for d in home.devices())
    areas = tuple(Named(area) for area in dict.fromkeys(device.area for device in home.devices()))
    return ForeignIntents(Phrases.load(language, HouseNames(devices, areas)))


def meant(language: str, text: str, room: str = "") -> list[tuple[str, object]] | None:
    understood = intents(language).understand(text, room or ROOMS[language])
    return None if understood is None else [(call.name, dict(call.arguments)) for call in understood.calls]


def _table() -> list[tuple[str, str, str]]:
    rows = []
    for language in sorted(LANGUAGES):
        lines = (HERE / "foreign" / f"{language}.txt").read_text(encoding="utf-8").splitlines()
        said = (line.rsplit(" = ", 1) for line in lines if line and not line.startswith("#"))
        rows += [(language, words, calls) for words, calls in said]
    return rows


def _calls(text: str) -> list[tuple[str, object]] | None:
    if text == "None":
        return None
    parts = (part.partition(" ") for part in text.split(" & "))
    return [(tool, json.loads(given)) for tool, _, given in parts]


@pytest.mark.parametrize(("language", "said", "calls"), _table())
def test_a_sentence_is_the_calls_it_means_or_none(language: str, said: str, calls: str) -> None:
    assert meant(language, said) == _calls(calls)


def test_every_language_has_its_fifteen_sentences_and_refusals() -> None:
    for language in LANGUAGES:
        rows = [calls for each, _, calls in _table() if each == language]
        assert sum(calls != "None" for calls in rows) >= 30
        assert sum(calls == "None" for calls in rows) >= 4


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_an_emergency_needs_no_polite_words_and_no_model(language: str) -> None:
    for said in tongue_of(language).said["emergency"]:
        assert meant(language, f"{said.upper()}!") == [("emergency", {})], said


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_yes_and_a_no_are_heard(language: str) -> None:
    tongue = tongue_of(language)
    assert {intents(language).heard(word.capitalize() + ".") for word in tongue.agreeing} == {"yes"}
    assert {intents(language).heard(word) for word in tongue.declining} == {"no"}
    assert intents(language).heard("Hm, 21,5?") == "Hm, 21,5?"


@pytest.mark.parametrize(("language", "said", "calls"), [row for row in _table() if row[2] != "None"][::6])
def test_a_half_sentence_does_nothing_it_should_not(language: str, said: str, calls: str) -> None:
    """With an unknown word in it, nothing is done; only free list items may hold any word."""
    words = said.rstrip("?!. ").split()
    for at in range(len(words) + 1):
        found = meant(language, " ".join((*words[:at], "zorgblat", *words[at:])))
        assert found is None or all(tool in ("list_add", "announce") for tool, _ in found), (found, at)


def test_the_room_is_where_it_is_said() -> None:
    assert meant("de", "mach das licht an", "küche") == [("device_on", {"targets": ["küchenlicht"]})]
    assert meant("de", "mach das licht an", "schlafzimmer") == [
        ("device_on", {"targets": ["nachttischlampe"]})
    ]
    assert meant("de", "mach das licht an", "flur") is None


def test_a_name_that_means_two_devices_is_asked_about() -> None:

    both = tuple(Named(f"lampe {n}", ("lampe",), area, "light") for n, area in enumerate(("küche", "bad")))
    areas = (Named("küche"), Named("bad"), Named("flur"))
    house = ForeignIntents(Phrases.load("de", HouseNames(both, areas)))
    asked = house.understand("dimme die lampe auf 20 prozent", "flur")
    assert asked is not None
    assert asked.question == "Was meinst du: lampe 0 oder lampe 1?"
    here = house.understand("dimme die lampe auf 20 prozent", "bad")
    assert here is not None
    assert [call.arguments["targets"] for call in here.calls] == [["lampe 1"]]


def test_free_words_keep_their_capitals() -> None:
    assert meant("de", "Setze Bio Milch und Eier auf die Einkaufsliste") == [
        ("list_add", {"items": ["Bio Milch", "Eier"]})
    ]
    assert meant("de", "Setze nicht Milch auf die Einkaufsliste") is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("¿Qué hora es?", "qué hora es"),
        ("Stell die Heizung auf 21,5°.", "stell die heizung auf 21.5°"),
        ("50%", "50 %"),
        ("Qu\u2019est-ce que c\u2019est ?", "qu'est-ce que c'est"),
        ("Ja, genau!", "ja genau"),
    ],
)
def test_folded(text: str, plain: str) -> None:
    assert folded(text) == plain


@given(st.text(max_size=40), st.sampled_from(sorted(LANGUAGES)))
@settings(max_examples=25, deadline=None)
def test_any_text_is_calls_or_none(text: str, language: str) -> None:
    intents(language).understand(text, ROOMS[language])
    assert folded(folded(text)) == folded(text)


def test_an_unknown_language_says_which_are_known() -> None:
    with pytest.raises(SettingsError, match="de, en, es, fr, it, nl"):
        tongue_of("tlh")
