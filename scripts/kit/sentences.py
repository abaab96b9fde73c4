"""Sentences to be said: from the house's own phrases, and free ones outside them."""

import random
from collections.abc import Iterator
from pathlib import Path

import yaml
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.expression import Sentence as Template
from hassil.intents import IntentData, RangeSlotList, TextSlotList

from assistant.hear.stt.narrow_english import commonest
from assistant.think.names import HouseNames, Named
from assistant.think.numbers import in_words, plain
from assistant.think.phrases import Phrases

DEVICES = Path(__file__).resolve().parent / "devices.yaml"
MOST_WORDS = 16
"""About six seconds of speech, which is the window the ear is trained on."""
DEEP = 40
OPEN_WORDS = 3
"""Most words an open slot is filled with."""
COMMON = 4000
"""Words a free sentence is made of."""
FREE_SHARE, LOOSE_SHARE = 0.2, 0.15
"""Of all sentences: those by a frame, and common words in no order, so that no grammar is learnt by heart."""
FRAMES = (
    *("the {w} {w} was {w}", "i think the {w} is {w}", "we {w} {w} in the {w}", "do you {w} the {w}"),
    *(
        "she said that {w} {w} {w}",
        "there is a {w} in the {w}",
        "why did {w} {w}",
        "it was {w} {w} yesterday",
    ),
    *(
        "my {w} likes {w}",
        "he {w} to {w} with {w}",
        "what about {w}",
        "they will {w} the {w} {w}",
        "{w} and {w}",
    ),
    *(
        "tell me about {w} {w}",
        "have you seen the {w}",
        "let us {w} {w}",
        "that {w} costs {n}",
        "who {w} the {w}",
    ),
    *("in {n} {w}", "{n} {w}"),
)


def common_words() -> list[str]:
    """Words of English that may stand anywhere."""
    return [word for word in commonest()[:COMMON] if word.isalpha() and len(word) > 1]


class Sentences:
    """An endless row of sentences, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._phrases = Phrases.load("en", _names())
        self._blocks = list(self._phrases.blocks())
        self._words = common_words()

    def __iter__(self) -> Iterator[str]:
        while True:
            text = self._one()
            if 1 <= len(text.split()) <= MOST_WORDS and text.replace("'", "").replace(" ", "").isalpha():
                yield text

    def _one(self) -> str:
        draw = self._chance.random()
        if draw < LOOSE_SHARE:
            return " ".join(self._chance.choices(self._words, k=self._chance.randint(1, 8)))
        if draw < LOOSE_SHARE + FREE_SHARE:
            return self._free()
        _, block = self._chance.choice(self._blocks)
        template = self._chance.choice(list(block.sentences))
        said = _Walk(self._phrases, block, self._chance, self._words).text(template.expression)
        return plain(" ".join(said.split()))

    def _free(self) -> str:
        parts = []
        for part in self._chance.choice(FRAMES).split():
            if part == "{w}":
                parts.append(self._chance.choice(self._words))
            elif part == "{n}":
                parts.append(in_words(self._chance.randint(0, 300)))
            else:
                parts.append(part)
        return plain(" ".join(parts))


def _names() -> HouseNames:
    """A large made-up house: every sort of thing in some rooms."""
    found = yaml.safe_load(DEVICES.read_text(encoding="utf-8"))
    areas = tuple(Named(area) for area in found["areas"])
    things = [
        Named(f"{area} {name}" if name in found["anywhere"] else name, (), area, kind)
        for kind, names in found["things"].items()
        for name in names
        for area in (found["areas"] if name in found["anywhere"] else found["areas"][:1])
    ]
    return HouseNames(tuple(things), areas)


class _Walk:
    """One way through a phrase's brackets."""

    def __init__(self, phrases: Phrases, block: IntentData, chance: random.Random, words: list[str]) -> None:
        self._lists = {**phrases.parsed.slot_lists, **block.slot_lists}
        self._rules: dict[str, Template] = dict(phrases.rules(block))
        self._chance, self._words = chance, words

    def text(self, expression: Expression, depth: int = 0) -> str:
        """The words of it; an open slot gets common words, a range a number in words."""
        if depth > DEEP:
            return ""
        match expression:
            case TextChunk():
                return expression.text
            case ListReference():
                entry = self._entry(expression.list_name, depth)
                return f"{expression.prefix or ''}{entry}{expression.suffix or ''}"
            case RuleReference():
                return self.text(self._rules[expression.rule_name].expression, depth + 1)
            case Alternative():
                return self.text(self._chance.choice(expression.items), depth + 1)
            case Permutation():
                order = self._chance.sample(expression.items, len(expression.items))
                return " ".join(self.text(item, depth + 1) for item in order)
            case Group():
                return "".join(self.text(item, depth + 1) for item in expression.items)
        raise TypeError(f"an expression of a kind unknown here: {expression!r}")

    def _entry(self, name: str, depth: int) -> str:
        found = self._lists.get(name)
        if isinstance(found, RangeSlotList):
            return in_words(self._chance.randrange(found.start, found.stop + 1, found.step))
        if isinstance(found, TextSlotList) and found.values:
            return self.text(self._chance.choice(found.values).text_in, depth + 1)
        return " ".join(self._chance.choices(self._words, k=self._chance.randint(1, OPEN_WORDS)))
