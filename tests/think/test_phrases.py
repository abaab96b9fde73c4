"""Phrase files: what they may hold, and how a mistake in one is told."""

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.think.intents import Intents
from assistant.think.names import HouseNames, Named
from assistant.think.numbers import in_words, plain
from assistant.think.phrases import Phrases
from tests.think.house import ALL_LIGHTS, HOUSE


def extra(folder: Path, text: str, name: str = "own.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return folder


def meant(phrases: Phrases, text: str, room: str = "kitchen") -> list[tuple[str, object]] | None:
    understood = Intents(phrases).understand(text, room)
    return None if understood is None else [(call.name, dict(call.arguments)) for call in understood.calls]


COFFEE = """
language: en
intents:
  orderDrink:
    data:
      - sentences:
          - "[i'd like] [a] [{size}] {coffeeDrink} [with <extras>]"
expansion_rules:
  extras: "({milkAmount}[ and {sweetenerAmount}]|{sweetenerAmount})"
lists:
  size: {values: [small, large, {in: "(twelve|12) ounce", out: twelve ounce}]}
  coffeeDrink: {values: [latte, iced coffee, mocha]}
  milkAmount: {values: ["[some|lots of] milk"]}
  sweetenerAmount: {values: ["[brown] sugar"]}
"""


def test_an_owners_own_phrases_hand_their_slots_over(tmp_path: Path) -> None:
    phrases = Phrases.load("en", HOUSE, (extra(tmp_path, COFFEE),))
    assert meant(phrases, "I'd like a 12 ounce iced coffee with lots of milk and brown sugar, please!") == [
        (
            "orderDrink",
            {
                "size": "twelve ounce",
                "coffeeDrink": "iced coffee",
                "milkAmount": "lots of milk",
                "sweetenerAmount": "brown sugar",
            },
        )
    ]
    assert meant(phrases, "turn on the fan") == [("device_on", {"targets": ["fan"]})]


def test_only_the_owners_phrases(tmp_path: Path) -> None:
    phrases = Phrases.load("en", HouseNames(), (extra(tmp_path, COFFEE),), shipped=False)
    assert meant(phrases, "could you please small mocha") == [
        ("orderDrink", {"size": "small", "coffeeDrink": "mocha"})
    ]
    assert meant(phrases, "set a timer for ten minutes and a half") is None


def test_an_owners_list_adds_to_the_shipped_one(tmp_path: Path) -> None:
    own = "language: en\nlists:\n  item: {values: [grandma's jam]}\n"
    phrases = Phrases.load("en", HOUSE, (extra(tmp_path, own),))
    assert meant(phrases, "add grandma's jam and milk to the list") == [
        ("list_add", {"items": ["grandma's jam", "milk"]})
    ]


def test_an_owners_rule_does_not_change_ours(tmp_path: Path) -> None:
    own = (
        "language: en\nintents:\n  cinema: {data: [{sentences: ['<set> the stage']}]}\n"
        "expansion_rules: {set: '(prepare|dress)'}\n"
    )
    phrases = Phrases.load("en", HOUSE, (extra(tmp_path, own),))
    assert meant(phrases, "dress the stage") == [("cinema", {})]
    assert meant(phrases, "set a timer for one minute") == [("timer_set", {"duration_s": 60})]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("language: en\nintents:\n  a: {data: [}\n", 3, "not YAML"),
        ("language: en\nintents:\n  a:\n    data:\n      - sentence: [hello]\n", 5, "sentence"),
        ("language: en\nintents:\n  a:\n    data:\n      - sentences: ['turn (on']\n", 5, "bracket"),
        ("language: en\nintents:\n  a:\n    data:\n      - sentences: ['see {nothing}']\n", 3, "{nothing}"),
        ("language: en\nintents:\n  a:\n    data:\n      - sentences: ['see <nothing>']\n", 3, "<nothing>"),
        (
            "language: en\nintents:\n  a: {data: [{sentences: [<b>]}]}\nexpansion_rules: {b: x <b>}\n",
            3,
            "itself",
        ),
        ("language: en\nlists:\n  a: {values: [x], wildcard: true}\n", 3, "either"),
        (
            "language: en\nlists:\n  a:\n    values: ['[a] [b] [c] [d] [e] [f] [g] [h] [i] [j]']\n",
            3,
            "spellings",
        ),
        ("language: en\nlists:\n  item: {range: {from: 1, to: 2}}\n", 3, "already"),
        ("language: de\n", 1, "'de'"),
        ("language: en\nintents: {a: &x {data: []}, b: *x}\n", 1, "alias"),
        ("language: en\nrules: {}\n", 2, "rules"),
        ("- a\n", 1, ""),
        ("language: [en\n", 2, "not YAML"),
    ],
)
def test_a_mistake_names_its_file_and_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(SettingsError) as error:
        Phrases.load("en", HOUSE, (extra(tmp_path, text),))
    assert "own.yaml" in str(error.value)
    assert says in str(error.value)
    if "alias" not in says and says != "'de'":
        assert f"line {line}" in str(error.value)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        Phrases.load("en", HOUSE, (tmp_path / "none",))
    with pytest.raises(SettingsError, match="xx"):
        Phrases.load("xx", HOUSE)


def test_a_room_chooses_between_two_of_a_name() -> None:
    names = HouseNames(
        (
            Named("kitchen fan", area="kitchen", kind="fan"),
            Named("office fan", area="office", kind="fan"),
            Named("ceiling light", area="kitchen", kind="light"),
            Named("ceiling light", area="office", kind="light"),
        ),
        (Named("kitchen", ("cooking area",)), Named("office"), Named("hall")),
    )
    phrases = Phrases.load("en", names)
    assert meant(phrases, "turn on the fan", "office") == [("device_on", {"targets": ["office fan"]})]
    assert meant(phrases, "turn on the fan in the cooking area", "hall") == [
        ("device_on", {"targets": ["kitchen fan"]})
    ]
    understood = Intents(phrases).understand("turn on the fan", "hall")
    assert understood is not None
    assert understood.calls == ()
    assert understood.question == "Which fan do you mean: the kitchen fan or the office fan?"


def test_lights_here_are_the_rooms_own() -> None:
    phrases = Phrases.load("en", HOUSE)
    assert meant(phrases, "turn on the lights", "bedroom") == [
        ("device_on", {"targets": ["bedroom lamp", "bedroom light"]})
    ]
    assert meant(phrases, "turn off all the lights", "garage") == [("device_off", {"targets": ALL_LIGHTS})]
    understood = Intents(phrases).understand("turn on the lights", "garage")
    assert understood is not None
    assert (understood.calls, understood.question is None) == ((), False)


def test_call_ids_differ() -> None:
    intents = Intents(Phrases.load("en", HOUSE))
    ids = [
        c.id
        for _ in range(3)
        for c in (intents.understand("stop", "kitchen") or pytest.fail("not understood")).calls
    ]
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Set a 10-minute timer!", "set a ten minute timer"),
        ("What\u2019s the time?", "what's the time"),
        ("1.5 hours", "one and a half hours"),
        ("0.5 hours", "half hours"),
        ("2.0 hours", "two hours"),
        ("1½ hours", "one and a half hours"),
        ("1/2 hour", "half hour"),
        ("50%", "fifty percent"),
        ("1h 20m", "one hours twenty minutes"),
        ("90 secs", "ninety seconds"),
        ("1,500 things", "one thousand five hundred things"),
        ("2.3 minutes", "two point three minutes"),
        ("salt & pepper", "salt and pepper"),
        ("one hundred and five", "one hundred five"),
        ("a hundred and five", "one hundred five"),
        ("  ", ""),
        ("…!?", ""),
        ("OK", "okay"),
    ],
)
def test_plain_words(written: str, said: str) -> None:
    assert plain(written) == said
    assert plain(said) == said


def test_numbers_in_words() -> None:
    assert [in_words(n) for n in (0, 13, 20, 99, 100, 121, 1000, 12_345, -5)] == [
        *(
            "zero",
            "thirteen",
            "twenty",
            "ninety nine",
            "one hundred",
            "one hundred twenty one",
            "one thousand",
        ),
        *("twelve thousand three hundred forty five", "minus five"),
    ]
    assert in_words(10_000_000).split()[:3] == ["one", "zero", "zero"]
