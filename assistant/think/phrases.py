"""Phrase files → the sentences of one language over one house's names.

The files are hassil's YAML format; an intent's name is the tool it calls. A file's expansion rules are its
own (those of `speaking.yaml` are everyone's); lists of one name add up, so an owner's file can extend the
shopping list.
A block with `metadata: {ears: typed}` is for text only: it has open slots that a closed grammar cannot hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from hassil.expression import ListReference, Sentence, TextChunk
from hassil.intents import Intent, IntentData, SlotList, TextSlotList, TextSlotValue
from hassil.intents import Intents as ParsedIntents
from hassil.sample import sample_expression
from hassil.util import is_template

from assistant.errors import SettingsError
from assistant.think.names import FIXED_KINDS, HouseNames
from assistant.think.numbers import plain
from assistant.think.phrase_file import Block, ListBlock, PhraseFile, read_phrases, references, spellings
from assistant.think.thing_forms import ALSO, sorts_in
from assistant.think.things import Things

SHARED_RULES = "speaking.yaml"
MAX_FORMS = 500
"""Spellings one list entry may stand for."""


@dataclass(frozen=True, slots=True, repr=False)
class Phrases:
    """Everything one house understands without an LLM."""

    language: str
    parsed: ParsedIntents
    names: HouseNames
    things: Things
    """What typed words may call the devices; its lists are handed over with each text."""
    lead_ins: frozenset[str] = field(default=frozenset())
    """Plain ways to begin any request: "could you please"."""
    tails: frozenset[str] = field(default=frozenset())

    @classmethod
    def load(
        cls, language: str, names: HouseNames, extra: Sequence[Path] = (), *, shipped: bool = True
    ) -> "Phrases":
        """Read the shipped files of `language` and the owner's own folders or files.

        `shipped=False` leaves out our skills but keeps the manner of speaking. Raises SettingsError with file
        and line for a file that cannot be used.
        """
        root = resources.files("assistant") / "skills" / "phrases" / language
        if not root.is_dir():
            raise SettingsError(f"There are no phrases for the language {language!r}; try language: en.")
        files = [read_phrases(f) for f in _yaml_files(root) if shipped or f.name == SHARED_RULES]
        for place in extra:
            if not place.exists():
                raise SettingsError(
                    f"The phrase folder {place} does not exist; mend `phrases` in the settings."
                )
            files += [read_phrases(found) for found in _yaml_files(place)]
        for file in files:
            if file.language != language:
                raise SettingsError(
                    f"{file.place}: language is {file.language!r} but the house speaks {language!r}."
                )
        parsed = _merge(language, files, names)
        lead_ins, tails = (
            _said(parsed, rule) | _said(parsed, f"also_{rule}") for rule in ("before", "after")
        )
        things = Things(names, sorts_in(parsed.slot_lists), sorts_in(parsed.slot_lists, ALSO))
        return cls(language, parsed, names, things, lead_ins, tails)

    def rules(self, block: IntentData) -> Mapping[str, Sentence]:
        """The expansion rules a block's sentences may use."""
        return {**self.parsed.expansion_rules, **block.expansion_rules}

    def words(self, list_name: str) -> frozenset[str]:
        """The entries of a list of single words; empty where the language has none."""
        found = self.parsed.slot_lists.get(list_name)
        return (
            frozenset(str(v.value_out) for v in found.values)
            if isinstance(found, TextSlotList)
            else frozenset()
        )

    def meanings(self, list_name: str) -> Mapping[str, str]:
        """What each entry of a list stands for; empty where the language has none."""
        found = self.parsed.slot_lists.get(list_name)
        values = found.values if isinstance(found, TextSlotList) else ()
        return {v.text_in.text: str(v.value_out) for v in values if isinstance(v.text_in, TextChunk)}

    def blocks(self) -> Iterator[tuple[str, IntentData]]:
        """Every block of sentences with the tool it calls."""
        for name, intent in self.parsed.intents.items():
            for block in intent.data:
                yield name, block


def spoken(block: IntentData) -> bool:
    """Whether a block belongs in the narrow ear's grammar."""
    return (block.metadata or {}).get("ears") != "typed"


def _yaml_files(place: Traversable) -> list[Traversable]:
    if place.is_file():
        return [place]
    found: list[Traversable] = []
    for child in sorted(place.iterdir(), key=lambda entry: entry.name):
        if child.is_dir():
            found += _yaml_files(child)
        elif child.name.endswith((".yaml", ".yml")):
            found.append(child)
    return found


def _said(parsed: ParsedIntents, rule: str) -> frozenset[str]:
    if rule not in parsed.expansion_rules:
        return frozenset()
    forms = sample_expression(parsed.expansion_rules[rule].expression, {}, parsed.expansion_rules)
    return frozenset(plain(form) for form in forms)


def _merge(language: str, files: Sequence[PhraseFile], names: HouseNames) -> ParsedIntents:
    parsed = ParsedIntents(language=language, intents={}, slot_lists=_house_lists(names))
    parsed.slot_lists.update(Things(names, {}).lists())
    lists: dict[str, list[tuple[PhraseFile, ListBlock]]] = {}
    for file in files:
        for name, block in file.lists.items():
            lists.setdefault(name, []).append((file, block))
    parsed.slot_lists.update({name: _slot_list(name, parts) for name, parts in lists.items()})
    wild = {name for name, parts in lists.items() if any(block.wildcard for _, block in parts)}
    for file in files:
        rules = {
            name: file.parse(("expansion_rules", name), body) for name, body in file.expansion_rules.items()
        }
        if file.name == SHARED_RULES:
            parsed.expansion_rules.update(rules)
            rules = {}
        for tool, intent in file.intents.items():
            known = parsed.intents.setdefault(tool, Intent(tool))
            for index, raw in enumerate(intent.data):
                known.data.append(_block(file, (tool, index), raw, rules, wild))
    for file in files:
        _check_references(file, parsed)
    return parsed


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


def _house_lists(names: HouseNames) -> dict[str, SlotList]:
    lists = {
        "device": names.spoken(),
        "switchable": names.spoken(but=FIXED_KINDS),
        "machine": names.spoken(but=FIXED_KINDS | {"light"}),
        **{kind: names.spoken(kinds={kind}) for kind in ("light", "cover", "lock", "sensor")},
        "area": tuple(plain(form) for area in names.areas for form in (area.name, *area.aliases)),
        "floor": tuple(dict.fromkeys(plain(form) for area in names.areas for form in area.floor_names)),
    }
    return {
        name: TextSlotList.from_strings(forms, allow_template=False, name=name)
        for name, forms in lists.items()
    }


def _check_references(file: PhraseFile, parsed: ParsedIntents) -> None:
    for tool in file.intents:
        for block in parsed.intents[tool].data:
            if (block.metadata or {}).get("file") == file.place:
                rules = {**parsed.expansion_rules, **block.expansion_rules}
                for sentence in block.sentences:
                    _check(
                        sentence,
                        (),
                        rules,
                        parsed.slot_lists,
                        f"{file.at(('intents', tool))}: {sentence.text!r}",
                    )


def _check(
    sentence: Sentence,
    inside: tuple[str, ...],
    rules: Mapping[str, Sentence],
    lists: Mapping[str, SlotList],
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
