"""One phrase file: YAML → checked blocks and lists, every complaint with its file and line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Any, Literal

import yaml
from hassil.expression import (
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
)
from hassil.expression import Sequence as Row
from hassil.intents import RangeSlotList, WildcardSlotList
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.errors import SettingsError

MAX_FILE_BYTES = 1_000_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)


class Block(_Strict):
    """Sentences of one tool that share fixed slots."""

    sentences: list[str] = Field(min_length=1)
    slots: dict[str, Any] = {}
    metadata: dict[str, Any] = {}


class IntentBlocks(_Strict):
    data: list[Block]


class Entry(_Strict):
    """A list value that is said one way and means another."""

    spoken: str = Field(alias="in", min_length=1)
    out: Any = None


class Range(_Strict):
    first: int = Field(alias="from")
    last: int = Field(alias="to")
    step: int = Field(default=1, ge=1)

    def slot_list(self, name: str) -> RangeSlotList:
        """The numbers as hassil matches them, in words only: text is plain before it is compared."""
        return RangeSlotList(name=name, start=self.first, stop=self.last, step=self.step, digits=False)


class ListBlock(_Strict):
    """Exactly one of: values, a range of numbers, or any words."""

    values: list[str | Entry] | None = None
    range: Range | None = None
    wildcard: bool = False

    @model_validator(mode="after")
    def _one_kind(self) -> "ListBlock":
        if (self.values is not None) + (self.range is not None) + self.wildcard != 1:
            raise ValueError("a list has either values, a range or wildcard: true")
        return self

    @property
    def kind(self) -> Literal["values", "range", "wildcard"]:
        if self.wildcard:
            return "wildcard"
        return "values" if self.range is None else "range"

    def open_list(self, name: str) -> WildcardSlotList:
        return WildcardSlotList(name=name)

    def entries(self) -> Iterator[tuple[str, Any]]:
        """What is said, and what it means (None: the words themselves)."""
        for value in self.values or ():
            yield (value, None) if isinstance(value, str) else (value.spoken, value.out)


class _Body(_Strict):
    language: str
    intents: dict[str, IntentBlocks] = {}
    lists: dict[str, ListBlock] = {}
    expansion_rules: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class PhraseFile:
    """A file that passed the door."""

    place: str
    name: str
    language: str
    intents: dict[str, IntentBlocks]
    lists: dict[str, ListBlock]
    expansion_rules: dict[str, str]
    _root: yaml.Node | None = field(default=None, repr=False, compare=False)

    def at(self, path: Sequence[str | int]) -> str:
        """ "FILE, line N" of the value at `path`."""
        return f"{self.place}, line {_line(self._root, path)}"

    def parse(self, path: Sequence[str | int], text: str) -> Sentence:
        """A phrase in hassil's notation; a misplaced bracket is a SettingsError."""
        try:
            return parse_sentence(" ".join(text.split()), keep_text=True)
        except (ParseError, AssertionError, ValueError, AttributeError) as error:
            raise SettingsError(
                f"{self.at(path)}: the phrase {text!r} has an open or misplaced bracket."
            ) from error


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, where the package has it: ten times as fast, and a house reads 26 files."""


@dataclass(frozen=True, slots=True)
class PhraseText:
    """A file as it was on disk."""

    place: str
    name: str
    text: str = field(repr=False)


def phrase_text(file: Traversable) -> PhraseText:
    """Read one file. Raises SettingsError."""
    place = str(file)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{place} cannot be read: {error}.") from error
    if len(text) > MAX_FILE_BYTES:
        raise SettingsError(f"{place} is larger than {MAX_FILE_BYTES} bytes; split it.")
    return PhraseText(place, file.name, text)


def checked_phrases(written: PhraseText) -> PhraseFile:
    """What a file holds; raises SettingsError naming file, line and key."""
    place, text = written.place, written.text
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, _LOADER)):
            raise SettingsError(f"{place}: YAML aliases (*name) are not allowed in phrase files.")
        root, raw = _composed(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SettingsError(f"{place}, line {line}: this is not YAML: {error.problem}.") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{place}: this is not YAML: {error}.") from error
    try:
        body = _Body.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "the file"
        raise SettingsError(f"{place}, line {_line(root, first['loc'])}: {key}: {first['msg']}.") from error
    return PhraseFile(
        place, written.name, body.language, body.intents, body.lists, body.expansion_rules, root
    )


def _composed(text: str) -> tuple[yaml.Node | None, Any]:
    """The nodes, which know their lines, and what they hold: one reading for both."""
    loader = _LOADER(text)
    try:
        root = loader.get_single_node()
        return root, None if root is None else loader.construct_document(root)
    finally:
        loader.dispose()


def _line(root: yaml.Node | None, path: Sequence[str | int]) -> int:
    node, line = root, 1
    for step in path:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = (node.value[step], node.value[step])
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def references(expression: Expression) -> Iterator[ListReference | RuleReference]:
    """Every list and rule an expression names itself."""
    if isinstance(expression, ListReference | RuleReference):
        yield expression
    elif isinstance(expression, Group):
        for item in expression.items:
            yield from references(item)


def spellings(expression: Expression) -> int:
    """How many texts an expression without references stands for."""
    if isinstance(expression, TextChunk) or not isinstance(expression, Group):
        return 1
    counts = [spellings(item) for item in expression.items]
    if not isinstance(expression, Row | Permutation):
        return sum(counts)
    total = 1
    for rank, count in enumerate(counts, 1):
        total *= count * (rank if isinstance(expression, Permutation) else 1)
    return total
