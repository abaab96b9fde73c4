"""Phrases → a JSGF grammar for an ear that knows nothing else.

The grammar holds exactly the sentences that the intents understand whole: shared rules, lists once, numbers
built from tens and units, no digits. A word nobody can pronounce is left out together with what cannot be
said without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hassil.expression import Sentence, TextChunk
from hassil.intents import RangeSlotList, TextSlotList

from assistant.think.numbers import in_words
from assistant.think.phrases import Phrases, spoken
from assistant.think.pronunciations import Sounds
from assistant.think.ring_commands import SPOKEN
from assistant.think.word_tree import (
    SILENCE,
    Choice,
    Loop,
    Row,
    Tree,
    Use,
    Word,
    choice,
    factored,
    number_tree,
    row,
    tree,
    words_of,
)

_MAX_WRITTEN_NUMBERS = 1000
PAUSE, SILENT_PHONE = ",", "SIL"
"""A comma in a phrase is a pause that must be heard: "apples, bananas and cheese"."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the narrow ear listens for."""

    jsgf: str
    """The public rule is `<utterance>`."""
    words: frozenset[str]
    pronunciations: Mapping[str, list[str]] = field(default_factory=dict)
    """For the words that the engine's dictionary lacks."""
    dropped: tuple[str, ...] = ()
    """Words that nobody can pronounce: what needs them is not in the grammar."""


def jsgf(phrases: Phrases) -> Grammar:
    """Write the grammar of all spoken phrases."""
    return _Writer(phrases).grammar()


class _Writer:
    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases
        self._sounds = Sounds(phrases.language)
        self._rules: dict[str, str] = {}
        self._names: dict[tuple[str, int], str | None] = {}
        self._words: set[str] = set()
        self._pronunciations: dict[str, list[str]] = {}
        self._dropped: dict[str, None] = {}

    def grammar(self) -> Grammar:
        tools = [found for tool in self._phrases.parsed.intents if (found := self._tool(tool))]
        if SPOKEN in self._phrases.parsed.slot_lists and (found := self._list(SPOKEN)):
            tools.append(found)
        before, after = (self._shared(rule) for rule in ("before", "after"))
        parts = [f"[{before}]" if before else "", f"({' | '.join(tools)})", f"[{after}]" if after else ""]
        lines = ["#JSGF V1.0;", "grammar house;", f"public <utterance> = {' '.join(filter(None, parts))};"]
        lines += [f"<{name}> = {body};" for name, body in self._rules.items()]
        return Grammar(
            "\n".join(lines) + "\n", frozenset(self._words), self._pronunciations, tuple(self._dropped)
        )

    def _tool(self, tool: str) -> str | None:
        bodies = []
        for block in self._phrases.parsed.intents[tool].data:
            if spoken(block):
                rules = self._phrases.rules(block)
                bodies += [self._sayable(tree(sentence.expression), rules) for sentence in block.sentences]
        kept = choice(tuple(body for body in bodies if body is not None))
        if kept == Choice(()):
            return None
        self._rules[f"tool_{tool}"] = _written(kept)
        return f"<tool_{tool}>"

    def _shared(self, rule: str) -> str | None:
        rules = self._phrases.parsed.expansion_rules
        return self._rule(rule, rules) if rule in rules else None

    def _sayable(self, part: Tree, rules: Mapping[str, Sentence]) -> Tree | None:
        """`part` with its rules named and without what cannot be pronounced; None if nothing is left."""
        if isinstance(part, Word):
            return part if self._pronounced(part.text) else None
        if isinstance(part, Use):
            name = self._list(part.name) if part.kind == "list" else self._rule(part.name, rules)
            return None if name is None else Word(name)
        if isinstance(part, Loop):
            inner = self._sayable(part.part, rules)
            return None if inner is None else Loop(inner)
        inners = [self._sayable(inner, rules) for inner in part.parts]
        if isinstance(part, Row):
            whole = tuple(inner for inner in inners if inner is not None)
            return row(whole) if len(whole) == len(inners) else None
        left = tuple(inner for inner in inners if inner is not None)
        return choice(left) if left else None

    def _pronounced(self, word: str) -> bool:
        extra = [SILENT_PHONE] if word == PAUSE else self._sounds.extra(word)
        if extra is None:
            self._dropped[word] = None
            return False
        self._words.add(word)
        if extra:
            self._pronunciations[word] = extra
        return True

    def _rule(self, name: str, rules: Mapping[str, Sentence]) -> str | None:
        key = (name, id(rules[name]))
        if key not in self._names:
            self._names[key] = None
            self._names[key] = self._add(f"rule_{name}", self._sayable(tree(rules[name].expression), rules))
        return self._names[key]

    def _list(self, name: str) -> str | None:
        key = (name, 0)
        if key not in self._names:
            self._names[key] = self._add(f"list_{name}", self._sayable(self._list_tree(name), {}))
        return self._names[key]

    def _list_tree(self, name: str) -> Tree:
        found = self._phrases.parsed.slot_lists[name]
        if isinstance(found, RangeSlotList):
            if found.step == 1 and found.start >= 0 and found.stop < 1000:
                return number_tree(found.start, found.stop)
            numbers = list(range(found.start, found.stop + 1, found.step))[:_MAX_WRITTEN_NUMBERS]
            return choice(tuple(words_of(in_words(number)) for number in numbers))
        if not isinstance(found, TextSlotList):
            return Choice(())
        texts = (value.text_in.text for value in found.values if isinstance(value.text_in, TextChunk))
        return factored(text for text in texts if all([self._pronounced(word) for word in text.split()]))

    def _add(self, name: str, body: Tree | None) -> str | None:
        if body is None or body in (SILENCE, Choice(())):
            return None
        name, number = "".join(letter if letter.isalnum() else "_" for letter in name), 1
        unique = name
        while unique in self._rules:
            number += 1
            unique = f"{name}_{number}"
        self._rules[unique] = _written(body)
        return f"<{unique}>"


def _written(part: Tree) -> str:
    """JSGF text of a tree."""
    if isinstance(part, Word):
        return part.text
    if isinstance(part, Loop):
        return f"({_written(part.part)})+"
    if isinstance(part, Row):
        return " ".join(
            f"({_written(p)})" if isinstance(p, Choice) and SILENCE not in p.parts else _written(p)
            for p in part.parts
        )
    assert isinstance(part, Choice)
    said = " | ".join(_written(p) for p in part.parts if p != SILENCE)
    return f"[{said}]" if SILENCE in part.parts else said
