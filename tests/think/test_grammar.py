"""The grammar says what the intents understand: no more, no less."""

import random
import re
from collections.abc import Mapping
from pathlib import Path

import pocketsphinx
import pytest
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.intents import IntentData, RangeSlotList, TextSlotList
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.think.grammar import PAUSE, Grammar, jsgf
from assistant.think.intents import Intents
from assistant.think.names import HouseNames, Named
from assistant.think.numbers import in_words, plain
from assistant.think.phrases import Phrases, spoken
from assistant.think.word_tree import MAX_PERMUTED
from tests.think.house import HOUSE
from tests.think.jsgf import Jsgf
from tests.think.test_intents_table import TABLE

SEEDS = st.integers(min_value=0, max_value=2**32)
FEW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


class Speaker:
    """Says random sentences of the phrases, with hassil's own reading of white space."""

    def __init__(self, phrases: Phrases, rng: random.Random) -> None:
        self.phrases, self.rng = phrases, rng

    def sentence(self) -> tuple[str, str]:
        tool, block = self.rng.choice([(t, b) for t, b in self.phrases.blocks() if spoken(b)])
        return tool, " ".join(self.say(self.rng.choice(block.sentences).expression, block).split())

    def say(self, expression: Expression, block: IntentData) -> str:
        if isinstance(expression, TextChunk):
            return expression.text
        if isinstance(expression, ListReference):
            return self.item(expression.list_name)
        if isinstance(expression, RuleReference):
            return self.say(self.phrases.rules(block)[expression.rule_name].expression, block)
        assert isinstance(expression, Group)
        parts = list(expression.items)
        if isinstance(expression, Alternative):
            return self.say(self.rng.choice(parts), block)
        if isinstance(expression, Permutation):
            self.rng.shuffle(parts)
        return "".join(self.say(part, block) for part in parts)

    def item(self, name: str) -> str:
        found = self.phrases.parsed.slot_lists[name]
        if isinstance(found, RangeSlotList):
            return in_words(self.rng.randint(found.start, found.stop))
        assert isinstance(found, TextSlotList)
        text = self.rng.choice(found.values).text_in if found.values else TextChunk("nothing")
        assert isinstance(text, TextChunk)
        return text.text


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return Phrases.load("en", HOUSE)


@pytest.fixture(scope="module")
def grammar(phrases: Phrases) -> Grammar:
    return jsgf(phrases)


@pytest.fixture(scope="module")
def read(grammar: Grammar) -> Jsgf:
    return Jsgf.read(grammar.jsgf)


@pytest.fixture(scope="module")
def intents(phrases: Phrases) -> Intents:
    return Intents(phrases)


def tools(intents: Intents, sentence: str) -> list[str] | None:
    understood = intents.understand(sentence, "living room")
    if understood is None:
        return None
    return ["a question"] if understood.question else [call.name for call in understood.calls]


@given(seed=SEEDS)
@FEW
def test_every_phrase_is_in_the_grammar_and_understood(
    phrases: Phrases, grammar: Grammar, read: Jsgf, intents: Intents, seed: int
) -> None:
    tool, sentence = Speaker(phrases, random.Random(seed)).sentence()
    if "nothing" in sentence.split():
        return
    if grammar.words.issuperset(sentence.split()):
        assert read.holds(sentence), sentence
    assert tools(intents, sentence) in ([tool], ["a question"]), sentence


@given(seed=SEEDS)
@FEW
def test_every_sentence_of_the_grammar_is_understood(read: Jsgf, intents: Intents, seed: int) -> None:
    rng = random.Random(seed)
    tool = rng.choice([rule for rule in read.rules if rule.startswith("tool_")])
    sentence = read.say(rng, tool)
    assert tools(intents, sentence) in ([tool.removeprefix("tool_")], ["a question"]), sentence


def test_a_wish_to_people_is_none_to_the_things_of_their_room(intents: Intents) -> None:
    """A television can be quiet too."""
    assert tools(intents, "ask my living room to be quiet") == ["room_ask"]


@given(seed=SEEDS)
@FEW
def test_politeness_changes_nothing(read: Jsgf, intents: Intents, seed: int) -> None:
    sentence = read.say(random.Random(seed))
    if set(intents._unwrapped(sentence)) & set(intents.phrases.meanings("ring_words")):
        return  # these only mean something where something rings
    assert tools(intents, sentence) is not None, sentence


def test_near_misses_are_not_in_the_grammar(read: Jsgf) -> None:
    lines = (Path(__file__).parent / "near_misses.txt").read_text(encoding="utf-8").splitlines()
    misses = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in misses if read.holds(line)] == []


def test_most_commands_of_the_table_can_be_heard(read: Jsgf) -> None:
    plain_ones = [plain(said) for said, meant in TABLE if meant != "None" and " & " not in meant]
    heard = [said for said in plain_ones if read.holds(said)]
    assert len(heard) / len(plain_ones) > 0.85, set(plain_ones) - set(heard)


def test_words_are_words(grammar: Grammar) -> None:
    assert re.search(r"\d", re.sub(r"<[^>]*>", "", grammar.jsgf.partition("\n")[2])) is None
    assert all(re.fullmatch(r"[a-z']+", word) for word in grammar.words - {PAUSE})


@pytest.mark.parametrize("number", [*range(1, 100), 120, 199])
def test_numbers_are_complete(read: Jsgf, number: int) -> None:
    assert read.holds(f"set a timer for {in_words(number)} minutes")
    assert number > 100 or read.holds(f"set the volume to {in_words(number)} percent")


def test_every_word_can_be_pronounced(grammar: Grammar) -> None:
    decoder = pocketsphinx.Decoder(lm=None, loglevel="FATAL")
    phones = {
        phone for word in ("the", "fox", "joy", "measure") for phone in decoder.lookup_word(word).split()
    }
    for word, sounds in grammar.pronunciations.items():
        for number, sound in enumerate(sounds, 1):
            decoder.add_word(word if number == 1 else f"{word}({number})", sound, False)
            phones |= set(sound.split())
    assert [word for word in grammar.words if decoder.lookup_word(word) is None] == []
    assert all(re.fullmatch(r"[A-Z]{1,2}|SIL", phone) for phone in phones)
    assert grammar.dropped == ()


def test_a_name_nobody_can_pronounce_is_dropped_and_said() -> None:
    names = HouseNames((Named("xqzvt", kind="light"), Named("toolshed light", kind="light")))
    grammar = jsgf(Phrases.load("en", names))
    assert grammar.dropped == ("xqzvt",)
    assert Jsgf.read(grammar.jsgf).holds("turn on the toolshed light")
    assert grammar.pronunciations["toolshed"] == ["T UW L SH EH D"]


def test_the_grammar_stays_small(grammar: Grammar) -> None:
    assert len(grammar.jsgf) < 60_000


def orders(tmp_path: Path, rules: Mapping[str, str], sentence: str) -> Jsgf:
    body = "".join(f'  {name}: "{rule}"\n' for name, rule in rules.items())
    rules_text = f"expansion_rules:\n{body}" if rules else ""
    file = tmp_path / "orders.yaml"
    file.write_text(
        f'language: en\nintents:\n  order:\n    data:\n      - sentences: ["{sentence}"]\n{rules_text}'
    )
    return Jsgf.read(jsgf(Phrases.load("en", HouseNames(), (file,), shipped=False)).jsgf)


@pytest.mark.parametrize(
    ("sentence", "held", "not_held"),
    [
        ("light[s] (on|off)", ["light on", "lights off"], ["light", "light s on", "on"]),
        (
            "[please] (ten|two)( |-)minute timer",
            ["ten minute timer", "please two minute timer"],
            ["minute timer"],
        ),
        ("(red;big) box", ["red big box", "big red box"], ["red box", "box", "red red box"]),
        ("(one;two;three;four) boxes", ["four one two three boxes"], ["boxes"]),
        ("[very] [very] big", ["big", "very very big"], ["very"]),
        ("(box|box[es]) now", ["box now", "boxes now"], ["es now"]),
    ],
)
def test_hassil_notation_keeps_its_meaning(
    tmp_path: Path, sentence: str, held: list[str], not_held: list[str]
) -> None:
    read = orders(tmp_path, {}, sentence)
    assert [text for text in held if not read.holds(text, "tool_order")] == []
    assert [text for text in not_held if read.holds(text, "tool_order")] == []
    assert MAX_PERMUTED == 3
