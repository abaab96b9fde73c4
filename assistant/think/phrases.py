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

from hassil.expression import Sentence, TextChunk
from hassil.intents import IntentData, SlotList, TextSlotList
from hassil.intents import Intents as ParsedIntents

from assistant.errors import SettingsError
from assistant.think.names import FIXED_KINDS, HouseNames
from assistant.think.numbers import plain
from assistant.think.phrase_file import phrase_text
from assistant.think.thing_forms import ALSO, sorts_in
from assistant.think.things import Things
from assistant.think.written_phrases import SHARED_RULES, written_phrases


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
        texts = [phrase_text(f) for f in _yaml_files(root) if shipped or f.name == SHARED_RULES]
        for place in extra:
            if not place.exists():
                raise SettingsError(
                    f"The phrase folder {place} does not exist; mend `phrases` in the settings."
                )
            texts += [phrase_text(found) for found in _yaml_files(place)]
        house = {**_house_lists(names), **Things(names, {}).lists()}
        written = written_phrases(language, tuple(texts), frozenset(house))
        lists = {**house, **written.lists}
        parsed = ParsedIntents(language, dict(written.intents), lists, dict(written.rules))
        things = Things(names, sorts_in(lists), sorts_in(lists, ALSO))
        return cls(language, parsed, names, things, written.lead_ins, written.tails)

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
