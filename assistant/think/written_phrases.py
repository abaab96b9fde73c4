"""Phrase files → their sentences, rules and lists, before the names of a house join them.

Reading them is most of what opening a house costs, and they change with the program or the owner's hand only:
one reading serves every house of a process, and a house whose names changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from hassil.expression import ListReference, Sentence
from hassil.intents import Intent, IntentData, SlotList, TextSlotList, TextSlotValue
from hassil.sample import sample_expression
from hassil.util import is_template

from assistant.errors import SettingsError
from assistant.think.numbers import plain
from assistant.think.phrase_file import (
    Block,
    ListBlock,
    PhraseFile,
    PhraseText,
    checked_phrases,
    references,
    spellings,
)

SHARED_RULES = "speaking.yaml"
MAX_FORMS = 500
"""Spellings one list entry may stand for."""
MOST_KEPT = 2
"""Sets of files: the house's own, and the one that is tried before it comes into force."""


@dataclass(frozen=True, slots=True, repr=False)
class WrittenPhrases:
    """What the files of one house say. Shared: nobody may change what is in it."""

    intents: Mapping[str, Intent]
    rules: Mapping[str, Sentence]
    lists: Mapping[str, SlotList]
    lead_ins: frozenset[str] = frozenset()
    tails: frozenset[str] = frozenset()


@lru_cache(maxsize=MOST_KEPT)
def written_phrases(
    language: str, texts: tuple[PhraseText, ...], house_lists: frozenset[str]
) -> WrittenPhrases:
    """What `texts` say in `language`, whose sentences may also name the lists called `house_lists`.

    Raises SettingsError with file and line for a file that cannot be used.
    """
    files = [checked_phrases(text) for text in texts]
    for file in files:
        if file.language != language:
            raise SettingsError(
                f"{file.place}: language is {file.language!r} but the house speaks {language!r}."
            )
    known = _joined(files)
    for file in files:
        _check_references(file, known, house_lists | known.lists.keys())
    lead_ins, tails = (
        _said(known.rules, rule) | _said(known.rules, f"also_{rule}") for rule in ("before", "after")
    )
    return replace(known, lead_ins=lead_ins, tails=tails)


def _joined(files: Sequence[PhraseFile]) -> WrittenPhrases:
    lists: dict[str, list[tuple[PhraseFile, ListBlock]]] = {}
    for file in files:
        for name, block in file.lists.items():
            lists.setdefault(name, []).append((file, block))
    joined = {name: _slot_list(name, parts) for name, parts in lists.items()}
    wild = {name for name, parts in lists.items() if any(block.wildcard for _, block in parts)}
    intents: dict[str, Intent] = {}
    shared: dict[str, Sentence] = {}
    for file in files:
        rules = {
            name: file.parse(("expansion_rules", name), body) for name, body in file.expansion_rules.items()
        }
        if file.name == SHARED_RULES:
            shared.update(rules)
            rules = {}
        for tool, intent in file.intents.items():
            known = intents.setdefault(tool, Intent(tool))
            for index, raw in enumerate(intent.data):
                known.data.append(_block(file, (tool, index), raw, rules, wild))
    return WrittenPhrases(intents, shared, joined)


def _said(rules: Mapping[str, Sentence], rule: str) -> frozenset[str]:
    if rule not in rules:
        return frozenset()
    return frozenset(plain(form) for form in sample_expression(rules[rule].expression, {}, dict(rules)))


def _block(
    file: PhraseFile, at: tuple[str, int], raw: Block, rules: dict[str, Sentence], wild: set[str]
) -> IntentData:
    tool, index = at
    for number, sentence in enumerate(raw.sentences):
        file.parse(("intents", tool, "data", index, "sentences", number), sentence)
    return IntentData(
        sentence_texts=[" ".join(sentence.split()) for sentence in raw.sentences],
        slots=dict(raw.slots),
        metadata={**raw.metadata, "file": file.place},
        expansion_rules=rules,
        wildcard_list_names=wild,
    )


def _slot_list(name: str, parts: Sequence[tuple[PhraseFile, ListBlock]]) -> SlotList:
    file, first = parts[0]
    if any(block.kind != first.kind for _, block in parts) or (len(parts) > 1 and first.kind != "values"):
        raise SettingsError(
            f"{parts[-1][0].at(('lists', name))}: the list {name!r} is already defined in {file.place}."
        )
    if first.range is not None:
        return first.range.slot_list(name)
    if first.wildcard:
        return first.open_list(name)
    values = [
        TextSlotValue.from_tuple((form, out), allow_template=False)
        for file, block in parts
        for entry in block.entries()
        for form, out in _forms(file, name, *entry)
    ]
    return TextSlotList(name=name, values=values)


def _forms(file: PhraseFile, name: str, text: str, out: Any) -> Iterator[tuple[str, Any]]:
    if not is_template(text):
        yield plain(text), text if out is None else out
        return
    expression = file.parse(("lists", name), text).expression
    if any(references(expression)) or spellings(expression) > MAX_FORMS:
        raise SettingsError(
            f"{file.at(('lists', name))}: {text!r} must name no lists or rules and have at most"
            f" {MAX_FORMS} spellings."
        )
    for form in sample_expression(expression, {}, {}):
        yield plain(form), plain(form) if out is None else out


def _check_references(file: PhraseFile, known: WrittenPhrases, lists: AbstractSet[str]) -> None:
    for tool in file.intents:
        for block in known.intents[tool].data:
            if (block.metadata or {}).get("file") == file.place:
                rules = {**known.rules, **block.expansion_rules}
                for sentence in block.sentences:
                    _check(sentence, (), rules, lists, f"{file.at(('intents', tool))}: {sentence.text!r}")


def _check(
    sentence: Sentence,
    inside: tuple[str, ...],
    rules: Mapping[str, Sentence],
    lists: AbstractSet[str],
    where: str,
) -> None:
    for found in references(sentence.expression):
        if isinstance(found, ListReference):
            if found.list_name not in lists:
                raise SettingsError(f"{where} names the list {{{found.list_name}}}, which does not exist.")
        elif found.rule_name in inside:
            raise SettingsError(f"{where}: the rule <{found.rule_name}> contains itself.")
        elif found.rule_name not in rules:
            raise SettingsError(f"{where} names the rule <{found.rule_name}>, which does not exist.")
        else:
            _check(rules[found.rule_name], (*inside, found.rule_name), rules, lists, where)
