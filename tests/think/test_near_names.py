"""Misspelt and misheard names: put right where nothing else is nearly as near, asked about in doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.think.intents import Intents
from assistant.think.near_names import NearNames
from assistant.think.phrases import Phrases
from assistant.think.pronunciations import Sounds
from tests.think.house import HOUSE

NAMES = [*HOUSE.spoken(), *(area.name for area in HOUSE.areas), "mary's lamp", "marty's lamp"]
KEPT = frozenset({"one", "two", "ten", "turn", "switch", "timer"})


@pytest.fixture(scope="module")
def near() -> NearNames:
    return NearNames(NAMES, Sounds("en"), lambda one, other: one == other)


@pytest.fixture(scope="module")
def intents() -> Intents:
    return Intents(Phrases.load("en", HOUSE))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("turn on the kitchin lite", "kitchen light"),
        ("turn on the livingroom light", "living room light"),
        ("turn on the bed room lamp", "bedroom lamp"),
        ("turn on the flor lamp", "floor lamp"),
        ("turn on the kettel", "kettle"),
        ("turn on the coffe mashine", "coffee machine"),
        ("turn on the offise light", "office light"),
        ("switch on the beadroom lyte", "bedroom light"),
    ],
)
def test_a_name_said_nearly_right_reaches_its_device(intents: Intents, said: str, meant: str) -> None:
    understood = intents.understand(said, "hallway")
    assert understood is not None
    assert [call.arguments["targets"] for call in understood.calls] == [[meant]]


def test_a_place_said_nearly_right_is_reached_too(intents: Intents) -> None:
    understood = intents.understand("turn on the lights in the kitchin", "hallway")
    assert understood is not None
    assert [call.arguments["targets"] for call in understood.calls] == [["kitchen light"]]


@pytest.mark.parametrize("said", ["turn on the chicken light", "turn on the lamb", "call the office manager"])
def test_other_english_words_are_not_bent_to_names(intents: Intents, said: str) -> None:
    understood = intents.understand(said, "hallway")
    assert understood is None or not understood.calls


def test_a_doubtful_name_is_asked_about(intents: Intents) -> None:
    understood = intents.understand("turn on the cettle", "hallway")
    assert understood is not None
    assert (understood.calls, understood.question) == ((), "Did you mean the kettle?")
    assert [call.arguments["targets"] for call in understood.agreed] == [["kettle"]]


def test_of_two_names_equally_near_none_is_taken(near: NearNames) -> None:
    assert [
        each.name for each in near.mended(["maaty's", "lamp"], KEPT) if "'" in each.name and each.sure
    ] == []


@pytest.mark.parametrize("words", [["two", "lamp"], ["turn", "lampe"], ["tenn"]])
def test_numbers_and_verbs_never_change(near: NearNames, words: list[str]) -> None:
    for each in near.mended(words, KEPT):
        assert [word for word in words if word in KEPT] == [
            word for word in each.text.split() if word in KEPT
        ]


@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz'", min_size=1, max_size=12), min_size=1, max_size=8))
def test_whatever_is_said_only_a_known_name_is_put_in(words: list[str]) -> None:
    near = NearNames(NAMES, Sounds("en"), lambda one, other: one == other)
    for each in near.mended(words, KEPT):
        assert each.name in NAMES
        assert each.name in each.text
